using System.Collections.Immutable;
using Commerce.Inventory;
using static Commerce.Sample;

namespace Commerce.Shipping;

public sealed class ShippingChoiceTests
{
    private static readonly ShippingRate Parcel = new("parcel", "Parcel", [], [], 1, 2, WeightBands:
        [new(1_000, [Gbp(300), new(350, Euros)]), new(5_000, [Gbp(600)]), new(null, [Gbp(1500)])]);

    private static readonly ShippingRate Tiered = new("tiered", "Tiered", [], [], 1, 2, SubtotalBands:
        [new(Gbp(0), Gbp(500)), new(Gbp(3000), Gbp(250)), new(new(0, Euros), new(600, Euros))]);

    private static readonly ShippingRate Counter = new("counter", "Leeds counter", [Gbp(0)], [], 0, 1,
        Pickup: new(Leeds, "GB", null, "LS1 1UR"));

    [Fact]
    public void The_zone_that_names_the_country_serves_it_and_the_zone_of_all_the_rest()
    {
        Assert.Equal(["standard", "express"], Options(Zones, "GB", Gbp(100)).Select(option => option.Id));
        Assert.Equal(["post"], Options(Zones, "JP", Gbp(100)).Select(option => option.Id));
        Assert.Empty(Options([Zones[0]], "JP", Gbp(100)));
    }

    [Fact]
    public void A_zone_that_names_the_place_more_specifically_serves_it()
    {
        ImmutableArray<ShippingZone> zones =
        [
            new("Everywhere", ["*"], [new("world", "World", [Gbp(2000)], [], 5, 9)]),
            .. Zones,
            new("Highlands", ["GB"], [new("highland", "Highland", [Gbp(1295)], [], 3, 5)], PostalPrefixes: ["IV", "KW", "HS"]),
            new("Skye", ["GB"], [new("ferry", "Ferry", [Gbp(1995)], [], 4, 9)], PostalPrefixes: ["IV4", "IV51"]),
            new("California", ["US"], [new("ca", "CA", [Gbp(100)], [], 1, 1)], Regions: ["CA", "California"]),
        ];

        Assert.Equal("standard", First("GB", null, "SW1Y 4JH"));
        Assert.Equal("highland", First("GB", null, "iv1 1aa"));
        Assert.Equal("ferry", First("GB", null, "IV51 9XX"));
        Assert.Equal("ca", First("US", "us-ca", "94103"));
        Assert.Equal("ca", First("US", "California", "94103"));
        Assert.Equal("world", First("US", "NY", "10001"));

        string First(string country, string? region, string postalCode) =>
            ShippingChoice.For(new(zones, new(country, region, postalCode), null), Gbp(100), 0)[0].Option.Id;
    }

    [Fact]
    public void A_currency_without_a_price_does_not_offer_the_rate() =>
        Assert.Empty(Options(Zones, "GB", new(100, Euros)));

    [Theory]
    [InlineData(4999, 395)]
    [InlineData(5000, 0)]
    public void A_rate_is_free_from_its_threshold(long items, long price) =>
        Assert.Equal(price, Options(Zones, "GB", Gbp(items))[0].Price.MinorUnits);

    [Theory]
    [InlineData(0, 300)]
    [InlineData(1_000, 300)]
    [InlineData(1_001, 600)]
    [InlineData(5_000_000_000, 1500)]
    public void A_rate_by_weight_has_the_price_of_the_first_band_that_holds_the_parcel(long grams, long price) =>
        Assert.Equal(price, Assert.Single(Options([Zone(Parcel)], "GB", Gbp(1), grams)).Price.MinorUnits);

    [Fact]
    public void A_parcel_heavier_than_the_last_band_or_a_band_without_the_currency_is_not_offered()
    {
        Assert.Empty(Options([Zone(Parcel with { WeightBands = [new(1_000, [Gbp(300)])] })], "GB", Gbp(1), 1_001));
        Assert.Empty(Options([Zone(Parcel)], "GB", new(1, Euros), 1_001));
    }

    [Theory]
    [InlineData(0, 500)]
    [InlineData(2999, 500)]
    [InlineData(3000, 250)]
    public void A_rate_by_subtotal_has_the_price_of_the_highest_band_that_is_reached(long items, long price) =>
        Assert.Equal(price, Assert.Single(Options([Zone(Tiered)], "GB", Gbp(items))).Price.MinorUnits);

    [Fact]
    public void Pickup_is_offered_to_every_cart_with_or_without_an_address()
    {
        ImmutableArray<ShippingZone> zones = [Zone(Zones[0].Rates[0], Counter), Zones[1]];

        Assert.Equal(["standard", "counter"], Options(zones, "GB", Gbp(1)).Select(option => option.Id));
        Assert.Equal(["post", "counter"], Options(zones, "JP", Gbp(1)).Select(option => option.Id));
        var alone = Assert.Single(ShippingChoice.For(new(zones, null, null), Gbp(1), 0));
        Assert.Equal(Leeds, alone.Option.Pickup!.Location);
        Assert.Equal(new Destination("GB", null, "LS1 1UR"), ShippingChoice.HandedOverAt(zones, "counter"));
        Assert.Null(ShippingChoice.HandedOverAt(zones, "standard"));
    }

    [Fact]
    public void A_carriers_price_replaces_the_rates_own_which_counts_where_there_is_none()
    {
        var zones = ImmutableArray.Create(Zone(Parcel with { Carrier = "ground", FreeFrom = [Gbp(5000)] }));
        var quotes = new CarrierQuotes(ImmutableDictionary<string, Money>.Empty.Add("ground", Gbp(777)));

        var quoted = Assert.Single(ShippingChoice.For(new(zones, Destination.Of(Ada), null, quotes), Gbp(100), 10));
        var without = Assert.Single(ShippingChoice.For(new(zones, Destination.Of(Ada), null), Gbp(100), 10));

        Assert.Equal((777L, false), (quoted.Option.Price.MinorUnits, quoted.IsFallback));
        Assert.Equal((300L, true), (without.Option.Price.MinorUnits, without.IsFallback));
        Assert.Equal(0, ShippingChoice.For(new(zones, Destination.Of(Ada), null, quotes), Gbp(5000), 10)[0].Option.Price.MinorUnits);
        Assert.Equal(["ground"], ShippingChoice.Services(new(zones, Destination.Of(Ada), null)));
    }

    [Fact]
    public void Zones_that_make_no_sense_are_refused()
    {
        Assert.Null(ShippingRules.Check(Zones));
        Assert.Null(ShippingRules.Check([Zone(Parcel, Tiered, Counter)]));
        Assert.All<ShippingZone>(
            [
                Zone(Parcel with { SubtotalBands = Tiered.SubtotalBands }),
                Zone(Parcel with { WeightBands = [new(null, []), new(5, [])] }),
                Zone(Parcel with { WeightBands = [new(5, []), new(5, [])] }),
                Zone(Tiered with { SubtotalBands = [new(Gbp(1), new(1, Euros))] }),
                Zone(Tiered with { SubtotalBands = [new(Gbp(1), Gbp(1)), new(Gbp(1), Gbp(2))] }),
                Zone(Counter, Parcel with { Id = "counter" }),
                Zone(Counter with { Carrier = "ground" }),
                Zone(Counter with { Pickup = new(Leeds, "UK", null, null) }),
                Zone(Parcel with { Prices = [Gbp(-1)] }),
                Zone(Parcel) with { PostalPrefixes = ["-"] },
                Zone(Parcel) with { Regions = [] },
            ],
            zone => Assert.NotNull(ShippingRules.Check([zone])));
        Assert.NotNull(ShippingRules.Check([Zone(Counter), Zone(Counter)]));
    }

    private static ShippingZone Zone(params ShippingRate[] rates) => new("Britain", ["GB"], [.. rates]);

    private static ImmutableArray<ShippingOption> Options(
        ImmutableArray<ShippingZone> zones, string country, Money items, long grams = 0) =>
        [.. ShippingChoice.For(new(zones, new(country, null, ""), null), items, grams).Select(rate => rate.Option)];
}
