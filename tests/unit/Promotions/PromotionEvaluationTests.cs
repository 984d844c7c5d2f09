using static Commerce.Promotions.PromotionSamples;
using static Commerce.Sample;

namespace Commerce.Promotions;

public sealed class PromotionEvaluationTests
{
    private static readonly Basket TwoLines = BasketOf(Line("COFFEE", 2, 899, "drinks"), Line("MUG", 1, 1600, "home"));

    [Fact]
    public void A_percentage_is_rounded_once_per_line_half_away_from_zero()
    {
        var outcome = TwoLines.Evaluate(Promo("Ten", Percent(10)));

        Assert.Equal((180, 160, 340), (outcome.Of("COFFEE"), outcome.Of("MUG"), outcome.Total.MinorUnits));
        Assert.Equal("10% off.", Assert.Single(outcome.Applied).Explanation);
    }

    [Fact]
    public void A_fixed_amount_is_an_amount_and_is_shared_so_that_the_parts_add_up()
    {
        var outcome = BasketOf(Line("A", 1, 333), Line("B", 1, 333), Line("C", 1, 334)).Evaluate(Promo("Off", Off(100)));

        Assert.Equal(100, outcome.Total.MinorUnits);
        Assert.Equal([33, 33, 34], outcome.Lines.Select(line => line.Amount.MinorUnits).Order());
    }

    [Fact]
    public void A_discount_is_never_above_what_there_is()
    {
        var outcome = TwoLines.Evaluate(Promo("Huge", Off(1_000_000), 1), Promo("More", Off(500), 2), Promo("Half", Percent(50), 3));

        Assert.Equal([("Huge", 3398L)], outcome.Amounts());
        Assert.Equal((1798, 1600), (outcome.Of("COFFEE"), outcome.Of("MUG")));
    }

    [Fact]
    public void An_amount_off_each_unit_is_taken_off_each_unit()
    {
        var outcome = TwoLines.Evaluate(Promo("Each", Off(1000, each: true)));

        Assert.Equal((1798, 1000), (outcome.Of("COFFEE"), outcome.Of("MUG")));
    }

    [Fact]
    public void A_fixed_price_never_makes_anything_dearer()
    {
        var outcome = TwoLines.Evaluate(Promo("Nine pounds", UnitPrice(900)));

        Assert.Equal((0, 700), (outcome.Of("COFFEE"), outcome.Of("MUG")));
    }

    [Fact]
    public void Amounts_are_never_converted()
    {
        var euros = TwoLines with
        {
            Currency = Euros,
            Lines = [.. TwoLines.Lines.Select(line => line with { Total = new(line.Total.MinorUnits, Euros) })],
            Shipping = new(395, Euros),
        };

        var outcome = euros.Evaluate(
            Promo("Off", Off(100)), Promo("Price", UnitPrice(1)), Promo("Bogof", Buy(1, 1, off: 100)),
            Promo("Tiers", Tiers((1, 10, null))),
            Promo("Minimum", Percent(10), conditions: new(SubtotalMin: [Gbp(1)])),
            Promo("Budget", Percent(10), limits: new(Budget: [Gbp(100_000)])));

        Assert.Empty(outcome.Applied);
    }

    [Theory]
    [InlineData(2, 1, 1, 1)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(4, 1, 1, 2)]
    [InlineData(2, 2, 1, 0)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(5, 2, 1, 1)]
    [InlineData(6, 2, 1, 2)]
    [InlineData(10, 10, 20, 0)]
    [InlineData(12, 10, 20, 2)]
    [InlineData(1000, 2, 1, 333)]
    public void Buy_x_get_y_gives_as_often_as_units_suffice_and_no_unit_twice(int quantity, int buy, int get, int free)
    {
        var outcome = BasketOf(Line("TEA", quantity, 500)).Evaluate(Promo("Bogof", Buy(buy, get)));

        Assert.Equal(free * 500, outcome.Total.MinorUnits);
    }

    [Fact]
    public void Buy_x_get_y_repeats_for_multiples_up_to_its_limit()
    {
        var basket = BasketOf(Line("SHIRT", 4, 2000), Line("SOCKS", 3, 300));
        var action = Buy(2, 1, lines: Skus("SOCKS"), buyLines: Skus("SHIRT"));

        Assert.Equal(600, basket.Evaluate(Promo("Socks", action)).Total.MinorUnits);
        Assert.Equal(300, basket.Evaluate(Promo("Socks", action with { TimesMax = 1 })).Total.MinorUnits);
    }

    [Fact]
    public void Buy_x_get_y_gives_at_the_percent_or_the_amount_it_says()
    {
        var basket = BasketOf(Line("TEA", 2, 500));

        Assert.Equal(125, basket.Evaluate(Promo("Quarter", Buy(1, 1, percent: 25))).Total.MinorUnits);
        Assert.Equal(50, basket.Evaluate(Promo("Fifty pence", Buy(1, 1, off: 50))).Total.MinorUnits);
        Assert.Equal(500, basket.Evaluate(Promo("Too much", Buy(1, 1, off: 50_000))).Total.MinorUnits);
    }

    [Fact]
    public void The_cheapest_units_are_given_and_what_is_given_may_be_among_what_can_be_bought()
    {
        var shirts = Enumerable.Range(1, 4).Select(i => Line($"SHIRT-{i}", 1, 1000 * i, "clothes"));
        var basket = BasketOf([.. shirts, Line("TEE", 1, 500, "clothes")]);

        var any = basket.Evaluate(Promo("Four and one", Buy(4, 1, lines: Categories("clothes"))));
        var tee = basket.Evaluate(Promo("Tee", Buy(4, 1, lines: Skus("TEE"), buyLines: Categories("clothes"))));

        Assert.Equal((500, 500), (any.Of("TEE"), any.Total.MinorUnits));
        Assert.Equal((500, 500), (tee.Of("TEE"), tee.Total.MinorUnits));
    }

    [Fact]
    public void Two_promotions_of_that_kind_share_a_products_units_without_counting_one_twice()
    {
        var basket = BasketOf(Line("TEA", 5, 1000));

        var outcome = basket.Evaluate(
            Promo("One free", Buy(1, 1, times: 1), priority: 1), Promo("Half", Buy(2, 1, percent: 50), priority: 2));

        Assert.Equal([("One free", 1000L), ("Half", 500L)], outcome.Amounts());
    }

    [Fact]
    public void The_highest_tier_that_is_reached_applies()
    {
        var action = Tiers((2000, 5, null), (3000, 10, null), (3399, null, 1000));

        Assert.Equal(340, TwoLines.Evaluate(Promo("Tiers", action)).Total.MinorUnits);
        Assert.Equal("From 30.00 GBP: 10% off.", TwoLines.Evaluate(Promo("Tiers", action)).Applied[0].Explanation);
        Assert.Empty(BasketOf(Line("A", 1, 1999)).Evaluate(Promo("Tiers", action)).Applied);
        Assert.Equal(1000, BasketOf(Line("A", 1, 3399)).Evaluate(Promo("Tiers", action)).Total.MinorUnits);
    }

    [Fact]
    public void Free_shipping_is_all_of_the_shipping_and_no_more()
    {
        var outcome = TwoLines.Evaluate(Promo("Free", FreeShipping), Promo("Free again", FreeShipping, 200, code: "FREE"));

        Assert.Equal((395, 395), (outcome.Shipping.MinorUnits, outcome.Total.MinorUnits));
        Assert.Equal(395, Assert.Single(outcome.Applied).Shipping.MinorUnits);
    }

    [Fact]
    public void Promotions_apply_by_priority_each_to_what_is_left()
    {
        var basket = BasketOf(Line("A", 1, 10_000));

        Assert.Equal(
            [("Fixed", 1000L), ("Half", 4500L)],
            basket.Evaluate(Promo("Half", Percent(50), 2), Promo("Fixed", Off(1000), 1)).Amounts());
        Assert.Equal(
            [("Half", 5000L), ("Fixed", 1000L)],
            basket.Evaluate(Promo("Half", Percent(50), 1), Promo("Fixed", Off(1000), 2)).Amounts());
    }

    [Fact]
    public void After_one_that_stops_nothing_applies()
    {
        var outcome = (TwoLines with { Codes = ["late"] }).Evaluate(
            Promo("First", Percent(10), 1),
            Promo("Stops", Percent(10), 2, stacking: PromotionStacking.Stop),
            Promo("Late", Percent(10), 3, code: "LATE"));

        Assert.Equal(["First", "Stops"], outcome.Applied.Select(applied => applied.Title));
        Assert.Equal(CodeStatus.NotCombinable, Assert.Single(outcome.Codes).Status);
        Assert.Contains("\"Stops\"", outcome.Codes[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exclusive_one_applies_alone_or_not_at_all()
    {
        var exclusive = Promo("Alone", Percent(10), 2, stacking: PromotionStacking.Exclusive);

        Assert.Equal(["First", "Third"], TwoLines.Evaluate(
            Promo("First", Percent(10), 1), exclusive, Promo("Third", Percent(10), 3)).Applied.Select(a => a.Title));
        Assert.Equal(["Alone"], TwoLines.Evaluate(exclusive, Promo("Third", Percent(10), 3)).Applied.Select(a => a.Title));
    }

    [Fact]
    public void What_takes_nothing_off_neither_stops_nor_excludes_anything()
    {
        var basket = TwoLines with { Shipping = Gbp(0) };

        var outcome = basket.Evaluate(
            Promo("Free shipping", FreeShipping, 1, stacking: PromotionStacking.Stop),
            Promo("Alone", Percent(10), 2, stacking: PromotionStacking.Exclusive));

        Assert.Equal(["Alone"], outcome.Applied.Select(applied => applied.Title));
    }

    [Fact]
    public void Of_a_group_only_the_best_deal_applies_seen_together_with_all_others()
    {
        var basket = (BasketOf(Line("A", 1, 10_000), Line("B", 1, 4_000)) with { Codes = ["HALF"] });
        var half = Promo("Half off A", Percent(50, Skus("A")), 10, code: "HALF", group: "best");
        var fifth = Promo("Fifth off B", Percent(20, Skus("B")), 11, group: "best");

        Assert.Equal([("Half off A", 5000L)], basket.Evaluate(half, fifth).Amounts());

        // A is free already, so of the two the one that is smaller by itself is the better deal.
        var outcome = basket.Evaluate(half, fifth, Promo("A is free", Percent(100, Skus("A")), 1));
        Assert.Equal([("A is free", 10_000L), ("Fifth off B", 800L)], outcome.Amounts());
        Assert.Equal(CodeStatus.BetterDeal, outcome.Codes[0].Status);
    }

    [Fact]
    public void Lines_that_differ_in_attributes_are_lines_of_their_own()
    {
        var plain = Line("MUG", 1, 1000);
        var engraved = plain with { Key = new("MUG~0000000a") };

        var outcome = BasketOf(plain, engraved).Evaluate(Promo("Bogof", Buy(1, 1)));

        Assert.Equal(1000, outcome.Total.MinorUnits);
        Assert.Equal(2, outcome.Lines.Length);
    }

    [Fact]
    public void A_budget_that_does_not_suffice_is_not_overdrawn()
    {
        var promo = Promo("Ten", Percent(10), code: "TEN", limits: new(Budget: [Gbp(1000)]));

        var last = (TwoLines with { Codes = ["TEN"] }).Evaluate(promo with { BudgetLeft = [Gbp(340)] });
        var over = (TwoLines with { Codes = ["TEN"] }).Evaluate(promo with { BudgetLeft = [Gbp(339)] });

        Assert.Equal(340, last.Total.MinorUnits);
        Assert.Equal((0, CodeStatus.UsedUp), (over.Total.MinorUnits, over.Codes[0].Status));
    }
}
