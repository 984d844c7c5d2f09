using System.Collections.Immutable;
using static Commerce.Sample;

namespace Commerce.Pricing;

public sealed class PriceListTests
{
    private static readonly PriceList Autumn = new(
        "autumn", "Autumn", PriceListKind.Sale, [new(Coffee, Gbp(799))], From: Now.AddDays(-1), Until: Now.AddDays(1));

    private static readonly PriceList Trade = new(
        "trade", "Trade", PriceListKind.Contract, [new(Coffee, Gbp(850)), new(Coffee, Gbp(700), QuantityMin: 10)], Group: "trade");

    [Fact]
    public void Without_a_list_the_base_price_counts()
    {
        var unit = PriceListChoice.For(OfferOf(Coffee), 1, null, Now, []);

        Assert.Equal((Gbp(899), Gbp(899), null, null), (unit.Price, unit.Base, unit.List, unit.CompareAt));
    }

    [Fact]
    public void A_sale_holds_from_its_first_moment_to_before_its_last_and_shows_the_former_price()
    {
        Assert.Equal(899, At(Autumn.From!.Value.AddTicks(-1)).Price.MinorUnits);
        Assert.Equal((799L, 899L), (At(Autumn.From.Value).Price.MinorUnits, At(Autumn.From.Value).CompareAt!.Value.MinorUnits));
        Assert.Equal(799, At(Autumn.Until!.Value.AddTicks(-1)).Price.MinorUnits);
        Assert.Equal(899, At(Autumn.Until.Value).Price.MinorUnits);

        static UnitPrice At(DateTimeOffset now) => PriceListChoice.For(OfferOf(Coffee), 1, null, now, [Autumn]);
    }

    [Theory]
    [InlineData(null, 1, 899)]
    [InlineData("retail", 10, 899)]
    [InlineData("trade", 1, 850)]
    [InlineData("trade", 9, 850)]
    [InlineData("trade", 10, 700)]
    public void A_group_has_its_prices_from_its_quantities_on(string? group, int quantity, long price)
    {
        var unit = PriceListChoice.For(OfferOf(Coffee), quantity, group, Now, [Trade]);

        Assert.Equal((price, null), (unit.Price.MinorUnits, unit.CompareAt));
    }

    [Fact]
    public void The_lowest_applicable_price_wins_and_a_list_that_is_dearer_than_the_base_price_does_not_count()
    {
        Assert.Equal("autumn", PriceListChoice.For(OfferOf(Coffee), 1, "trade", Now, [Trade, Autumn]).List!.List);
        Assert.Equal("trade", PriceListChoice.For(OfferOf(Coffee), 10, "trade", Now, [Trade, Autumn]).List!.List);
        Assert.Null(PriceListChoice.For(OfferOf(Coffee, 500), 10, "trade", Now, [Trade, Autumn]).List);
    }

    [Fact]
    public void A_list_that_overrides_holds_even_where_others_are_lower()
    {
        var agreed = Trade with { Overrides = true };

        Assert.Equal(850, PriceListChoice.For(OfferOf(Coffee), 1, "trade", Now, [agreed, Autumn]).Price.MinorUnits);
        Assert.Equal(850, PriceListChoice.For(OfferOf(Coffee, 500), 1, "trade", Now, [agreed]).Price.MinorUnits);
        Assert.Equal(799, PriceListChoice.For(OfferOf(Coffee), 1, null, Now, [agreed, Autumn]).Price.MinorUnits);
    }

    [Fact]
    public void Currencies_are_never_converted_and_equal_prices_are_told_apart_by_the_list()
    {
        var euros = Autumn with { Prices = [new(Coffee, new(100, Euros))] };
        var same = Autumn with { Id = "zzz" };

        Assert.Null(PriceListChoice.For(OfferOf(Coffee), 1, null, Now, [euros]).List);
        Assert.Equal("autumn", PriceListChoice.For(OfferOf(Coffee), 1, null, Now, [same, Autumn]).List!.List);
    }

    [Fact]
    public void The_struck_through_price_is_the_lists_own_or_the_products_or_the_base_price_and_always_higher()
    {
        var offer = OfferOf(Coffee) with { CompareAt = Gbp(999) };

        Assert.Equal(Gbp(999), PriceListChoice.For(offer, 1, null, Now, []).CompareAt);
        Assert.Equal(Gbp(999), PriceListChoice.For(offer, 1, null, Now, [Autumn]).CompareAt);
        Assert.Equal(Gbp(820), PriceListChoice.For(
            offer, 1, null, Now, [Autumn with { Prices = [new(Coffee, Gbp(799), CompareAt: Gbp(820))] }]).CompareAt);
        Assert.Null(PriceListChoice.For(offer with { CompareAt = Gbp(899) }, 1, null, Now, []).CompareAt);
    }

    [Fact]
    public void An_offer_gathered_twice_is_the_same_offer() => Assert.Equal(
        OfferOf(Coffee) with { Listed = PriceListChoice.InForce([Autumn, Trade], Coffee, Pounds, Now) },
        OfferOf(Coffee) with { Listed = PriceListChoice.InForce([Autumn, Trade], Coffee, Pounds, Now) });

    public static TheoryData<string> Wrong() => ["/id", "/title", "/group", "/until", "/prices", "/prices/0", "/prices/1"];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_list_that_makes_no_sense_is_refused_where_it_makes_none(string pointer)
    {
        var list = pointer switch
        {
            "/id" => Autumn with { Id = "Autumn 2026" },
            "/title" => Autumn with { Title = "" },
            "/group" => Autumn with { Group = "" },
            "/until" => Autumn with { Until = Autumn.From },
            "/prices" => Autumn with { Prices = [.. Enumerable.Range(0, 5_001).Select(i => new ListPrice(new($"S{i}"), Gbp(1)))] },
            "/prices/0" => Autumn with { Prices = [new(Coffee, Gbp(-1))] },
            _ => Autumn with { Prices = [new(Coffee, Gbp(1)), new(Coffee, Gbp(2))] },
        };

        Assert.Equal(pointer, PriceListRules.Check(list)?.Pointer);
        Assert.Null(PriceListRules.Check(Autumn));
        Assert.Null(PriceListRules.Check(Trade));
    }

    [Fact]
    public void All_lists_together_are_bounded()
    {
        ImmutableArray<PriceList> many = [.. Enumerable.Range(0, 51).Select(i => Autumn with { Id = $"list-{i}" })];

        Assert.Null(PriceListRules.CheckAll(many[..50]));
        Assert.Equal("price_lists_too_many", PriceListRules.CheckAll(many)?.Code);
    }
}
