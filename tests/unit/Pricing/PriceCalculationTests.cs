using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Shipping;
using Commerce.Tax;
using static Commerce.Sample;

namespace Commerce.Pricing;

public sealed class PriceCalculationTests
{
    private static readonly Currency Yen = new("JPY");
    private static readonly Currency Dinars = new("KWD");

    // HMRC, VAT guide 17.5: the VAT fraction of 20 % is 1/6; of 5 % it is 1/21. UStG § 14: 19/119, 7/107.
    [Theory]
    [InlineData(1200, 0.20, 200)]
    [InlineData(899, 0.20, 150)]
    [InlineData(999, 0.20, 167)]
    [InlineData(1, 0.20, 0)]
    [InlineData(3, 0.20, 1)]
    [InlineData(2100, 0.05, 100)]
    [InlineData(11900, 0.19, 1900)]
    [InlineData(10000, 0.07, 654)]
    [InlineData(1000, 0.055, 52)]
    [InlineData(500, 0, 0)]
    [InlineData(0, 0.20, 0)]
    public void The_tax_in_a_gross_price_is_derived_from_it(long gross, decimal rate, long tax) =>
        Assert.Equal(Gbp(tax), Taxed(Gbp(gross), rate, isIncluded: true));

    [Theory]
    [InlineData(1000, 0.20, 200)]
    [InlineData(899, 0.20, 180)]
    [InlineData(1099, 0.0725, 80)]
    [InlineData(250, 0.01, 3)]
    [InlineData(0, 0.20, 0)]
    public void The_tax_on_a_net_price_comes_on_top(long net, decimal rate, long tax) =>
        Assert.Equal(Gbp(tax), Taxed(Gbp(net), rate, isIncluded: false));

    [Fact]
    public void Tax_is_rounded_to_the_minor_unit_of_the_currency_whatever_that_is()
    {
        Assert.Equal(new Money(91, Yen), Taxed(new(1000, Yen), 0.10m, isIncluded: true));
        Assert.Equal(new Money(100, Yen), Taxed(new(1000, Yen), 0.10m, isIncluded: false));
        Assert.Equal(new Money(617, Dinars), Taxed(new(12345, Dinars), 0.05m, isIncluded: false));
        Assert.Equal(new Money(588, Dinars), Taxed(new(12345, Dinars), 0.05m, isIncluded: true));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1.5, 2)]
    [InlineData(2.5, 3)]
    [InlineData(-0.5, -1)]
    [InlineData(2.4999, 2)]
    public void Halves_are_rounded_away_from_zero(decimal exact, long rounded) =>
        Assert.Equal(Gbp(rounded), PriceCalculation.Round(exact, Pounds));

    [Theory]
    [InlineData(100, new[] { 1, 1, 1 }, new long[] { 34, 33, 33 })]
    [InlineData(100, new[] { 0, 0 }, new long[] { 100, 0 })]
    [InlineData(1, new[] { 1, 2, 2 }, new long[] { 0, 1, 0 })]
    [InlineData(0, new[] { 5, 2 }, new long[] { 0, 0 })]
    [InlineData(7, new int[0], new long[0])]
    public void What_is_split_adds_up_and_the_largest_remainder_has_the_odd_penny(long total, int[] weights, long[] parts) =>
        Assert.Equal(parts, PriceCalculation.Allocate(Gbp(total), [.. weights.Select(weight => (decimal)weight)]).Select(part => part.MinorUnits));

    [Fact]
    public void A_total_includes_the_tax_or_adds_it()
    {
        var lines = Listed((Coffee, 899, 2), (Mug, 1600, 1));

        var gross = PriceCalculation.Price(Input(lines)).Totals;
        var net = PriceCalculation.Price(Input(lines) with { Tax = new(British, IsIncluded: false) }).Totals;

        Assert.Equal((Gbp(3398), Gbp(395), Gbp(633), Gbp(3793)), (gross.Items, gross.Shipping, gross.Tax, gross.Total));
        Assert.Equal((Gbp(3398), Gbp(395), Gbp(360 + 320 + 79), Gbp(4552)), (net.Items, net.Shipping, net.Tax, net.Total));
        Assert.Equal([new TaxAmount("VAT", 0.20m, false, Gbp(633))], gross.TaxLines);
    }

    [Fact]
    public void An_empty_cart_costs_nothing()
    {
        var priced = PriceCalculation.Price(Input([]) with { Currency = Yen, Discounts = Discounts.None(Yen), Shipping = new(Zones, null, null) });

        Assert.Equal((0L, 0L, Yen), (priced.Totals.Total.MinorUnits, priced.Totals.Tax.MinorUnits, priced.Totals.Total.Currency));
        Assert.Empty(priced.Totals.TaxLines!.Value);
    }

    [Fact]
    public void A_discount_lowers_what_is_taxed_and_never_exceeds_what_it_is_on()
    {
        var lines = Listed((Coffee, 899, 2), (Mug, 1600, 1));
        var discounts = new Discounts(
            ImmutableDictionary<string, Money>.Empty.Add("COFFEE-250G", Gbp(600)).Add("MUG", Gbp(9999)).Add("GONE", Gbp(5)),
            Discounts.FreeShipping(Pounds));

        var priced = PriceCalculation.Price(Input(lines) with { Discounts = discounts });

        Assert.Equal([(600L, 1198L, 200L), (1600L, 0L, 0L)], priced.Lines.Select(line =>
            (line.Discount.MinorUnits, line.Tax.Gross.MinorUnits, line.Tax.Total.MinorUnits)));
        Assert.Equal((Gbp(2595), Gbp(395), Gbp(1198)), (priced.Totals.Discount, priced.Totals.ShippingDiscount, priced.Totals.Total));
    }

    [Fact]
    public void A_negative_discount_and_one_in_another_currency_do_not_count()
    {
        var lines = Listed((Coffee, 899, 1), (Mug, 1600, 1));
        var discounts = new Discounts(
            ImmutableDictionary<string, Money>.Empty.Add("COFFEE-250G", Gbp(-600)).Add("MUG", new(100, Euros)), new(-5, Pounds));

        Assert.Equal(Gbp(0), PriceCalculation.Price(Input(lines) with { Discounts = discounts }).Totals.Discount);
    }

    [Fact]
    public void A_quantity_price_looks_at_all_units_of_the_SKU_whichever_line_they_are_on()
    {
        var offer = OfferOf(Coffee) with { Listed = new([new("case", "By the case", PriceListKind.Contract, null, false, 6, Gbp(700), null)]) };

        var few = PriceCalculation.List([new("a", offer, 3), new("b", offer, 2)], null);
        var many = PriceCalculation.List([new("a", offer, 3), new("b", offer, 3)], null);

        Assert.Equal([899L, 899L], few.Select(line => line.Unit.Price.MinorUnits));
        Assert.Equal([700L, 700L], many.Select(line => line.Unit.Price.MinorUnits));
    }

    [Fact]
    public void Shipping_is_free_from_what_goods_come_to_after_discounts()
    {
        var lines = Listed((Coffee, 1000, 5));
        var discounts = new Discounts(ImmutableDictionary<string, Money>.Empty.Add("COFFEE-250G", Gbp(1)), Gbp(0));

        Assert.Equal(0, PriceCalculation.Price(Input(lines)).Totals.Shipping.MinorUnits);
        Assert.Equal(395, PriceCalculation.Price(Input(lines) with { Discounts = discounts }).Totals.Shipping.MinorUnits);
    }

    [Fact]
    public void A_tax_class_without_a_rate_is_taxed_as_standard_and_a_country_without_rates_not_at_all()
    {
        Assert.Equal(0.20m, TaxCalculation.Combined(British.For("luxury")));
        Assert.Equal(0.05m, TaxCalculation.Combined(British.For("reduced")));
        Assert.Empty(TaxChoice.At(PublishedTaxes.In("KW"), new("KW", null, "13001")).For("standard"));
    }

    private static Money Taxed(Money amount, decimal rate, bool isIncluded) => Assert.Single(
        TaxCalculation.Taxes(amount, [new TaxRate("VAT", rate)], isIncluded)).Amount;

    private static ImmutableArray<ListedLine> Listed(params (Sku Sku, long Price, int Quantity)[] lines) => PriceCalculation.List(
        [.. lines.Select(line => new PricingLine(line.Sku.Value, OfferOf(line.Sku, line.Price), line.Quantity))], null);

    private static PricingInput Input(ImmutableArray<ListedLine> lines) => new(
        Pounds, lines, Discounts.None(Pounds), new(Zones, Destination.Of(Ada), "standard"), new(British, IsIncluded: true));
}
