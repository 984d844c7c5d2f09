using System.Collections.Immutable;
using static Commerce.Promotions.PromotionSamples;
using static Commerce.Sample;

namespace Commerce.Promotions;

/// <summary>Whoever enters a code is told what became of it.</summary>
public sealed class PromotionCodeOutcomeTests
{
    private static readonly Basket Coffees = BasketOf(Line("COFFEE", 2, 899, "drinks")) with { Codes = ["spring"] };

    [Fact]
    public void A_code_applies_whatever_its_case_and_once()
    {
        var basket = Coffees with { Codes = ["Spring", "SPRING", "spring"] };

        var outcome = basket.Evaluate(Promo("Spring", Percent(10), code: "SPRING"));

        Assert.Equal(180, outcome.Total.MinorUnits);
        var code = Assert.Single(outcome.Codes);
        Assert.Equal(("SPRING", CodeStatus.Applied, "10% off."), (code.Code, code.Status, code.Detail));
    }

    [Fact]
    public void A_code_that_was_not_entered_does_nothing()
    {
        Assert.Empty((Coffees with { Codes = [] }).Evaluate(Promo("Spring", Percent(10), code: "SPRING")).Applied);
        Assert.Equal(CodeStatus.Unknown, Assert.Single(Coffees.Evaluate().Codes).Status);
    }

    [Fact]
    public void Dates_include_their_beginning_and_exclude_their_end()
    {
        Assert.Equal(CodeStatus.Applied, With(new(StartsAt: Now, EndsAt: Now.AddTicks(1))).Status);
        Assert.Equal(CodeStatus.NotStarted, With(new(StartsAt: Now.AddTicks(1))).Status);
        Assert.Equal(CodeStatus.Expired, With(new(EndsAt: Now)).Status);
    }

    [Fact]
    public void Conditions_on_items_look_at_the_cart_before_any_discount()
    {
        Assert.Equal(CodeStatus.Applied, With(new(Categories("drinks"), 2, [Gbp(1798)])).Status);
        Assert.Equal(
            "The promotion's items must come to 17.99 GBP: 0.01 GBP more is needed.", With(new(SubtotalMin: [Gbp(1799)])).Detail);
        Assert.Equal("The cart needs 3 units of the promotion's items and has 2.", With(new(UnitsMin: 3)).Detail);
        Assert.Equal(CodeStatus.NotApplicable, With(new(Skus("MUG"))).Status);
        Assert.Equal(CodeStatus.NotApplicable, With(new(SubtotalMin: [new(1, Euros)])).Status);
        Assert.Equal(
            CodeStatus.Applied,
            Coffees.Evaluate(Promo("First", Percent(90), 1), Spring(new(SubtotalMin: [Gbp(1798)]))).Codes[0].Status);
    }

    [Fact]
    public void Conditions_on_the_customer_need_to_know_the_customer()
    {
        Assert.Equal(CodeStatus.NotApplicable, With(new(CustomerGroups: ["trade"])).Status);
        Assert.Equal(CodeStatus.NotApplicable, With(new(CustomerGroups: ["trade"]), new("staff")).Status);
        Assert.Equal(CodeStatus.Applied, With(new(CustomerGroups: ["trade"]), new("trade")).Status);
        Assert.Equal(CodeStatus.NotApplicable, With(new(FirstOrder: true)).Status);
        Assert.Equal(CodeStatus.NotApplicable, With(new(FirstOrder: true), new(IsFirstOrder: false)).Status);
        Assert.Equal(CodeStatus.Applied, With(new(FirstOrder: true), new(IsFirstOrder: true)).Status);
    }

    [Fact]
    public void Limits_and_pauses_are_told()
    {
        Assert.Equal(CodeStatus.UsedUp, Coffees.Evaluate(Spring() with { IsUsedUp = true }).Codes[0].Status);
        Assert.Equal(CodeStatus.UsedByCustomer, Coffees.Evaluate(Spring() with { IsUsedByCustomer = true }).Codes[0].Status);
        Assert.Equal(CodeStatus.Paused, Coffees.Evaluate(
            Promo("Spring", Percent(10), code: "SPRING", status: PromotionStatus.Paused)).Codes[0].Status);
        Assert.Equal(CodeStatus.NoEffect, Coffees.Evaluate(
            Promo("Spring", Percent(10, Skus("MUG")), code: "SPRING")).Codes[0].Status);
    }

    private static CodeOutcome With(PromotionConditions conditions, ShopperFacts? shopper = null) =>
        (Coffees with { Shopper = shopper ?? new() }).Evaluate(Spring(conditions)).Codes[0];

    private static PromotionCandidate Spring(PromotionConditions? conditions = null) =>
        Promo("Spring", Percent(10), code: "SPRING", conditions: conditions);
}
