using System.Collections.Immutable;
using System.Globalization;
using Commerce.Carts;
using Commerce.Pricing;
using Commerce.Shipping;
using static Commerce.Sample;

namespace Commerce.Tax;

/// <summary>
/// What the law of a place makes of a price. Tables that the product ships with cite it where they stand
/// (<see cref="PublishedTaxes"/>); those of the United States, which an operator has to enter, stand here.
/// </summary>
public sealed class TaxGoldenTests
{
    /// <summary>
    /// California: Revenue and Taxation Code §§ 6051-6051.15 and 7203, state and uniform local tax 7.25 % everywhere;
    /// district taxes (§ 7285 ff.) 1.375 % in San Francisco, 2.5 % in Los Angeles since 1 April 2025; food § 6359 exempt;
    /// delivery by carrier, separately stated, not taxable (18 CCR § 1628). New York: Tax Law § 1105(a) 4 %, § 1210 4.5 %
    /// in New York City and 4 % in Albany County, § 1109 0.375 % in the metropolitan commuter district; § 1115(a)(1) food
    /// exempt; delivery is part of the receipt, § 1101(b)(3). Oregon has no sales tax.
    /// </summary>
    private static readonly TaxTable UnitedStates = new(
        ImmutableDictionary<string, decimal>.Empty,
        [
            Zone("California", "zero", ["CA", "California"], null, new TaxRate("California", 0.0725m)),
            Zone("San Francisco", "zero", ["CA", "California"], ["941"], new("California", 0.0725m), new("San Francisco", 0.01375m)),
            Zone("Los Angeles", "zero", ["CA", "California"], ["900"], new("California", 0.0725m), new("Los Angeles", 0.025m)),
            Zone("New York City", "goods", ["NY", "New York"], ["100", "101", "102", "103", "104", "111", "112", "113", "114", "116"],
                new("New York", 0.04m), new("New York City", 0.045m), new("MCTD", 0.00375m)),
            Zone("Albany", "goods", ["NY", "New York"], ["122"], new("New York", 0.04m), new("Albany", 0.04m)),
            Zone("Oregon", "zero", ["OR", "Oregon"], null),
        ]);

    /// <summary>Quebec until the end of 2012: the QST of 9.5 % was levied on the GST as well (L.R.Q. c. T-0.1, s. 16).</summary>
    private static readonly TaxTable CanadaIn2012 = new(
        ImmutableDictionary<string, decimal>.Empty,
        [Zone("Quebec 2012", "goods", null, ["H"], new("GST", 0.05m), new("QST", 0.095m, Compound: true))]);

    private const string Table = """
        # place              | class        | price                | tax        | of which
        GB - SW1Y 4JH        | standard     | 12.00 GBP including  | 2.00 GBP   | VAT 2.00
        GB - SW1Y 4JH        | standard     | 9.99 GBP including   | 1.67 GBP   | VAT 1.67
        GB - SW1Y 4JH        | reduced      | 21.00 GBP including  | 1.00 GBP   | VAT 1.00
        GB - SW1Y 4JH        | zero         | 3.49 GBP including   | 0.00 GBP   | VAT 0.00
        DE - 10115           | standard     | 119.00 EUR including | 19.00 EUR  | VAT 19.00
        DE - 10115           | standard     | 9.99 EUR including   | 1.60 EUR   | VAT 1.60
        DE - 10115           | reduced      | 10.70 EUR including  | 0.70 EUR   | VAT 0.70
        DE - 10115           | standard     | 100.00 EUR plus      | 19.00 EUR  | VAT 19.00
        FR - 75001           | standard     | 120.00 EUR including | 20.00 EUR  | VAT 20.00
        FR - 75001           | intermediate | 11.00 EUR including  | 1.00 EUR   | VAT 1.00
        FR - 75001           | reduced      | 10.55 EUR including  | 0.55 EUR   | VAT 0.55
        US CA 94103          | standard     | 100.00 USD plus      | 8.63 USD   | California 7.25, San Francisco 1.38
        US US-CA 90012-1234  | standard     | 100.00 USD plus      | 9.75 USD   | California 7.25, Los Angeles 2.50
        US California 96001  | standard     | 100.00 USD plus      | 7.25 USD   | California 7.25
        US CA 94103          | zero         | 100.00 USD plus      | 0.00 USD   | California 0.00, San Francisco 0.00
        US NY 10001          | standard     | 100.00 USD plus      | 8.88 USD   | New York 4.00, New York City 4.50, MCTD 0.38
        US NY 12207          | standard     | 19.99 USD plus       | 1.60 USD   | New York 0.80, Albany 0.80
        US OR 97201          | standard     | 100.00 USD plus      | 0.00 USD   |
        US TX 73301          | standard     | 100.00 USD plus      | 0.00 USD   |
        CA - V6B 1A1         | standard     | 100.00 CAD plus      | 12.00 CAD  | GST 5.00, PST 7.00
        CA QC h2x1y4         | standard     | 100.00 CAD plus      | 14.98 CAD  | GST 5.00, QST 9.98
        CA QC H2X 1Y4        | standard     | 10.01 CAD plus       | 1.50 CAD   | GST 0.50, QST 1.00
        CA ON M5V 2T6        | standard     | 100.00 CAD plus      | 13.00 CAD  | HST 13.00
        CA NS B3H 1A1        | standard     | 100.00 CAD plus      | 14.00 CAD  | HST 14.00
        CA AB T2P 1A1        | standard     | 100.00 CAD plus      | 5.00 CAD   | GST 5.00
        CA BC V6B 1A1        | zero         | 8.49 CAD plus        | 0.00 CAD   | GST 0.00, PST 0.00
        2012 - H2X 1Y4       | standard     | 100.00 CAD plus      | 14.98 CAD  | GST 5.00, QST 9.98
        2012 - H2X 1Y4       | standard     | 114.98 CAD including | 14.98 CAD  | GST 5.00, QST 9.98
        JP - 100-0001        | standard     | 1100 JPY including   | 100 JPY    | Consumption tax 100
        JP - 100-0001        | reduced      | 1080 JPY including   | 80 JPY     | Consumption tax 80
        JP - 100-0001        | standard     | 999 JPY including    | 91 JPY     | Consumption tax 91
        JP - 100-0001        | reduced      | 105 JPY plus         | 8 JPY      | Consumption tax 8
        KW - 13001           | standard     | 12.345 KWD plus      | 0.000 KWD  |
        BH - 317             | standard     | 12.345 BHD plus      | 1.235 BHD  | VAT 1.235
        BH - 317             | standard     | 12.345 BHD including | 1.122 BHD  | VAT 1.122
        """;

    public static TheoryData<string> Rows() =>
        [.. Table.Split('\n').Where(row => !row.StartsWith('#') && row.Length > 0).Select(row => row.Trim())];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_price_is_taxed_as_the_law_of_the_place_has_it(string row)
    {
        var cells = row.Split('|').Select(cell => cell.Trim()).ToArray();
        var price = cells[2].Split(' ');
        var (amount, isIncluded) = (Parse(price[0], price[1]), price[2] == "including");

        var priced = Price(RatesAt(cells[0]), isIncluded, (cells[1], amount));

        var tax = priced.Totals.Tax;
        Assert.Equal(cells[3], tax.ToString());
        Assert.Equal(cells[4], string.Join(", ", priced.Lines[0].Tax.Lines.Select(part => $"{part.Name} {part.Amount.ToString().Split(' ')[0]}")));
        Assert.Equal(isIncluded ? amount : amount + tax, priced.Totals.Total);
    }

    // Goods of 30.00 at the standard and 10.00 at the reduced or zero rate; shipping 5.00.
    [Theory]
    [InlineData("GB - SW1Y 4JH", "reduced", true, "GBP", 83)]
    [InlineData("US CA 94103", "zero", false, "USD", 0)]
    [InlineData("US NY 10001", "zero", false, "USD", 33)]
    [InlineData("CA - V6B 1A1", "zero", false, "CAD", 45)]
    public void Shipping_has_a_class_of_its_own_or_shares_those_of_the_goods(
        string place, string other, bool isIncluded, string currency, long tax)
    {
        var priced = Price(RatesAt(place), isIncluded, ("standard", Parse("30.00", currency)), (other, Parse("10.00", currency)));

        Assert.Equal(tax, priced.Shipping.Tax.Total.MinorUnits);
        Assert.Equal(priced.Totals.Tax, priced.Totals.TaxLines!.Value.Aggregate(Money.Zero(new(currency)), (sum, part) => sum + part.Amount));
    }

    [Fact]
    public void A_business_in_another_member_state_pays_the_net_of_an_inclusive_price()
    {
        var cart = ReadyCart().After(
            new CartShippingAddressSet(Ada with { Country = "FR", PostalCode = "75001" }), new CartShippingOptionChosen("post"));
        var facts = Facts with { Tax = RatesAt("FR - 75001"), HomeCountry = "DE" };

        var consumer = cart.View(TheCart, 1, facts);
        var business = cart.After(cart.SetBuyer(new(default, new(true, "FR XX 123456789"), default))).View(TheCart, 1, facts);

        Assert.Equal((null, Gbp(5393), Gbp(900)), (consumer.TaxFree, consumer.Totals.Total, consumer.Totals.Tax));
        Assert.Equal(("reverse_charge", Gbp(4493), Gbp(0), Gbp(900)),
            (business.TaxFree, business.Totals.Total, business.Totals.Tax, business.Totals.TaxRelief!.Value));
        Assert.Equal("FRXX123456789", business.Buyer!.VatId);
    }

    [Fact]
    public void The_most_specific_zone_has_a_place_and_the_country_has_the_rest()
    {
        var table = UnitedStates with { Rates = ImmutableDictionary<string, decimal>.Empty.Add("standard", 0.01m), Name = "Federal" };

        Assert.Equal("San Francisco", TaxChoice.At(table, new("US", "California", "94103")).Zone);
        Assert.Equal("California", TaxChoice.At(table, new("US", "ca", "95814")).Zone);
        var rest = TaxChoice.At(table, new("US", "TX", "73301"));
        Assert.Equal(("US", "Federal"), (rest.Zone, Assert.Single(rest.For("standard")).Name));
    }

    [Fact]
    public void A_table_that_makes_no_sense_is_refused_where_it_makes_none()
    {
        var fine = UnitedStates.Zones!.Value[0];

        Assert.Null(TaxTableRules.Check(UnitedStates));
        Assert.Null(TaxTableRules.Check(PublishedTaxes.In("CA")));
        Assert.Equal("/rates", Pointer(UnitedStates with { Rates = UnitedStates.Rates.Add("x", 1.5m) }));
        Assert.Equal("/name", Pointer(UnitedStates with { Name = "" }));
        Assert.Equal("/shipping_class", Pointer(UnitedStates with { ShippingClass = "" }));
        Assert.Equal("/zones/0/name", Pointer(UnitedStates with { Zones = [fine with { Name = "" }] }));
        Assert.Equal("/zones/0/regions", Pointer(UnitedStates with { Zones = [fine with { Regions = [] }] }));
        Assert.Equal("/zones/1/postal_prefixes", Pointer(UnitedStates with { Zones = [fine, fine with { PostalPrefixes = ["--"] }] }));
        Assert.Equal("/zones/0/rates", Pointer(UnitedStates with { Zones = [fine with { Rates = fine.Rates.SetItem("zero", [new("", 0)]) }] }));
        Assert.Equal("/zones", Pointer(UnitedStates with { Zones = [.. Enumerable.Repeat(fine, 1_001)] }));

        static string? Pointer(TaxTable table) => TaxTableRules.Check(table)?.Pointer;
    }

    private static PricedCart Price(TaxRates rates, bool isIncluded, params (string Class, Money Amount)[] goods)
    {
        var currency = goods[0].Amount.Currency;
        ImmutableArray<ShippingZone> zones = [new("All", ["*"], [new("post", "Post", [new(500, currency)], [], 1, 2)])];
        var lines = goods.Select((item, at) => new PricingLine(
            $"{at}", OfferOf(new($"SKU-{at}"), 0, item.Class) with { Price = item.Amount }, 1));
        return PriceCalculation.Price(new(
            currency, PriceCalculation.List([.. lines], null), Discounts.None(currency),
            new(zones, new("GB", null, ""), goods.Length > 1 ? "post" : null), new(rates, isIncluded)));
    }

    private static TaxRates RatesAt(string place)
    {
        var parts = place.Split(' ', 3);
        var (country, region) = (parts[0], parts[1] == "-" ? null : parts[1]);
        var table = country switch { "US" => UnitedStates, "2012" => CanadaIn2012, _ => PublishedTaxes.In(country) };
        return TaxChoice.At(table, new(country, region, parts[2]));
    }

    private static Money Parse(string amount, string currency)
    {
        var major = decimal.Parse(amount, CultureInfo.InvariantCulture);
        for (var digit = 0; digit < new Currency(currency).Digits; digit++)
        {
            major *= 10;
        }

        return new((long)major, new(currency));
    }

    private static TaxZone Zone(
        string name, string shipping, ImmutableArray<string>? regions, ImmutableArray<string>? prefixes, params ImmutableArray<TaxRate> taxes) => new(
        name,
        ImmutableDictionary<string, ImmutableArray<TaxRate>>.Empty
            .Add("standard", taxes).Add("zero", [.. taxes.Select(tax => tax with { Rate = 0 })]),
        regions, prefixes, shipping);
}
