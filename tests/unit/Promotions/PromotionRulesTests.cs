using System.Collections.Immutable;
using static Commerce.Promotions.PromotionSamples;
using static Commerce.Sample;

namespace Commerce.Promotions;

public sealed class PromotionRulesTests
{
    private static readonly PromotionDefinition Good = new("Ten off", Percent(10));

    public static TheoryData<string, PromotionDefinition> Bad() => new()
    {
        { "/title", Good with { Title = " " } },
        { "/title", Good with { Title = null! } },
        { "/title", Good with { Title = new('x', 201) } },
        { "/code", Good with { Code = "TEN OFF" } },
        { "/code", Good with { Code = "" } },
        { "/code", Good with { Code = new('X', 65) } },
        { "/code", Good with { Code = "SPRINGSALE2026-APRIL" + "1" } },
        { "/priority", Good with { Priority = -1 } },
        { "/group", Good with { Group = "Best" } },
        { "/action", Good with { Action = null! } },
        { "/action/percent", Good with { Action = Percent(0) } },
        { "/action/percent", Good with { Action = Percent(100.0001m) } },
        { "/action/percent", Good with { Action = Percent(0.00001m) } },
        { "/action/percent", Good with { Action = new(PromotionKind.Percentage) } },
        { "/action/percent", Good with { Action = Off(100) with { Percent = 10 } } },
        { "/action/amounts", Good with { Action = new(PromotionKind.FixedAmount) } },
        { "/action/amounts", Good with { Action = new(PromotionKind.FixedAmount, Amounts: []) } },
        { "/action/amounts", Good with { Action = new(PromotionKind.FixedAmount, Amounts: [Gbp(1), Gbp(2)]) } },
        { "/action/amounts/0/amount", Good with { Action = Off(0) } },
        { "/action/amounts/0/amount", Good with { Action = UnitPrice(-1) } },
        { "/action/amounts/0/amount", Good with { Action = UnitPrice(1_000_000_000_001) } },
        { "/action/amounts", Good with { Action = Buy(1, 1, percent: 10, off: 5) } },
        { "/action/buy", Good with { Action = Buy(0, 1) } },
        { "/action/get", Good with { Action = Buy(1, 1) with { Get = null } } },
        { "/action/lines", Good with { Action = FreeShipping with { Lines = Skus("A") } } },
        { "/action/lines/skus", Good with { Action = Percent(10, new(Skus: [.. Enumerable.Repeat(Coffee, 201)])) } },
        { "/action/lines/categories", Good with { Action = Percent(10, Categories("")) } },
        { "/action/tiers", Good with { Action = Tiers() } },
        { "/action/tiers", Good with { Action = Tiers((100, 5, null), (100, 6, null)) } },
        { "/action/tiers/0", Good with { Action = Tiers((100, null, null)) } },
        { "/action/tiers/0", Good with { Action = Tiers((100, 5, 5)) } },
        { "/action/tiers/1/percent", Good with { Action = Tiers((100, 5, null), (200, 101, null)) } },
        { "/conditions/units_min", Good with { Conditions = new(UnitsMin: 0) } },
        { "/conditions/subtotal_min/0/amount", Good with { Conditions = new(SubtotalMin: [Gbp(0)]) } },
        { "/conditions/customer_groups", Good with { Conditions = new(CustomerGroups: ["Trade"]) } },
        { "/conditions/ends_at", Good with { Conditions = new(StartsAt: Now, EndsAt: Now) } },
        { "/limits/uses_max", Good with { Limits = new(UsesMax: 0) } },
        { "/limits/uses_per_customer_max", Good with { Limits = new(UsesPerCustomerMax: 1_001) } },
        { "/limits/budget/0/amount", Good with { Limits = new(Budget: [Gbp(0)]) } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_definition_that_makes_no_sense_is_refused_where_it_is_wrong(string pointer, PromotionDefinition definition)
    {
        var refused = new Promotion().Save(definition).Rejection!;

        Assert.Equal(RejectionKind.Invalid, refused.Kind);
        Assert.Contains(pointer, refused.Errors.Select(error => error.Pointer));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() => Assert.Equal(
        ["/title", "/priority", "/action/percent"],
        new Promotion().Save(Good with { Title = "", Priority = 10_000, Action = Percent(101) }).Rejection!.Errors
            .Select(error => error.Pointer));

    [Fact]
    public void Codes_are_kept_in_upper_case_and_empty_lists_are_nothing()
    {
        var saved = new Promotion().After(new Promotion().Save(Good with
        {
            Code = "spring-26", Conditions = new(new LineSelection(Products: []), CustomerGroups: []), Limits = new(Budget: []),
        }));

        Assert.Equal("SPRING-26", saved.Definition!.Code);
        Assert.Equal(new PromotionConditions(), saved.Definition.Conditions);
        Assert.Null(saved.Definition.Limits!.Budget);
    }

    [Fact]
    public void Saving_the_same_twice_changes_nothing()
    {
        var definition = Good with { Code = "Ten", Action = Percent(10, Skus("A", "B")) };
        var saved = new Promotion().After(new Promotion().Save(definition));

        saved.Save(definition).IsNothing();
        Assert.IsType<PromotionSaved>(saved.Save(definition with { Title = "Eleven off" }).TheEvent());
    }
}
