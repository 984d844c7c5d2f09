using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Tax;
using CsCheck;
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
        Assert.Equal(Gbp(tax), PriceCalculation.Tax(Gbp(gross), rate, isIncluded: true));

    [Theory]
    [InlineData(1000, 0.20, 200)]
    [InlineData(899, 0.20, 180)]
    [InlineData(1099, 0.0725, 80)]
    [InlineData(250, 0.01, 3)]
    [InlineData(-250, 0.01, -3)]
    [InlineData(0, 0.20, 0)]
    public void The_tax_on_a_net_price_comes_on_top(long net, decimal rate, long tax) =>
        Assert.Equal(Gbp(tax), PriceCalculation.Tax(Gbp(net), rate, isIncluded: false));

    [Fact]
    public void Tax_is_rounded_to_the_minor_unit_of_the_currency_whatever_that_is()
    {
        Assert.Equal(new Money(91, Yen), PriceCalculation.Tax(new(1000, Yen), 0.10m, isIncluded: true));
        Assert.Equal(new Money(100, Yen), PriceCalculation.Tax(new(1000, Yen), 0.10m, isIncluded: false));
        Assert.Equal(new Money(617, Dinars), PriceCalculation.Tax(new(12345, Dinars), 0.05m, isIncluded: false));
        Assert.Equal(new Money(588, Dinars), PriceCalculation.Tax(new(12345, Dinars), 0.05m, isIncluded: true));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1.5, 2)]
    [InlineData(2.5, 3)]
    [InlineData(-0.5, -1)]
    [InlineData(2.4999, 2)]
    public void Halves_are_rounded_away_from_zero(decimal exact, long rounded) =>
        Assert.Equal(Gbp(rounded), PriceCalculation.Round(exact, Pounds));

    [Fact]
    public void A_total_includes_the_tax_or_adds_it()
    {
        ImmutableArray<CartLineView> gross = [Line(899, 2, true), Line(1600, 1, true)];
        ImmutableArray<CartLineView> net = [Line(899, 2, false), Line(1600, 1, false)];

        Assert.Equal(
            new Totals(Gbp(3398), Gbp(395), Gbp(633), Gbp(3793), true),
            PriceCalculation.Total(gross, Gbp(395), British, taxIncluded: true));
        Assert.Equal(
            new Totals(Gbp(3398), Gbp(395), Gbp(360 + 320 + 79), Gbp(4552), false),
            PriceCalculation.Total(net, Gbp(395), British, taxIncluded: false));
    }

    [Fact]
    public void An_empty_cart_costs_nothing() => Assert.Equal(
        new Totals(new(0, Yen), new(0, Yen), new(0, Yen), new(0, Yen), true),
        PriceCalculation.Total([], new(0, Yen), British, taxIncluded: true));

    [Fact]
    public void The_parts_add_up_to_the_whole() =>
        Gen.Select(Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[1, 999]).Array[0, 20], Gen.Long[0, 10_000], Gen.Bool).Sample(
            (lines, shipping, included) =>
            {
                ImmutableArray<CartLineView> views = [.. lines.Select(line => Line(line.Item1, line.Item2, included))];

                var totals = PriceCalculation.Total(views, Gbp(shipping), British, included);

                Assert.Equal(views.Sum(line => line.Total.MinorUnits), totals.Items.MinorUnits);
                Assert.Equal(
                    views.Sum(line => line.Tax.MinorUnits) + PriceCalculation.Tax(Gbp(shipping), 0.2m, included).MinorUnits,
                    totals.Tax.MinorUnits);
                Assert.Equal(
                    totals.Items + totals.Shipping + (included ? Gbp(0) : totals.Tax), totals.Total);
                Assert.InRange(totals.Tax.MinorUnits, 0, totals.Total.MinorUnits);
            });

    [Fact]
    public void Included_tax_is_what_the_derived_net_would_be_taxed_give_or_take_the_rounding() =>
        Gen.Select(Gen.Long[0, 10_000_000], Gen.Int[0, 27]).Sample((gross, percent) =>
        {
            var rate = percent / 100m;
            var tax = PriceCalculation.Tax(Gbp(gross), rate, isIncluded: true);

            var onTop = PriceCalculation.Tax(Gbp(gross) - tax, rate, isIncluded: false);

            Assert.InRange(onTop.MinorUnits - tax.MinorUnits, -1, 1);
        });

    [Fact]
    public void A_tax_class_without_a_rate_is_taxed_as_standard_and_a_country_without_rates_not_at_all()
    {
        Assert.Equal(0.20m, British.Rate("luxury"));
        Assert.Equal(0.05m, British.Rate("reduced"));
        Assert.Equal(0m, new TaxTable(ImmutableDictionary<string, decimal>.Empty).Rate("standard"));
    }

    private static CartLineView Line(long price, int quantity, bool taxIncluded) =>
        new CartLine(OfferOf(Coffee, price), quantity).View(British, taxIncluded);
}
