using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Shipping;
using Commerce.Tax;
using CsCheck;
using static Commerce.Sample;

namespace Commerce.Pricing;

/// <summary>What holds for any cart, any lists, any taxes and whatever discounts somebody computed.</summary>
public sealed class PricingPropertyTests
{
    private static readonly string[] Classes = ["standard", "reduced", "zero", "luxury"];
    private static readonly Sku[] Skus = [new("A"), new("B"), new("C"), new("D"), new("E")];

    private static readonly Gen<ListedPrice> List = Gen.Select(
        Gen.Int[0, 3], Gen.Bool, Gen.Bool, Gen.Int[1, 8], Gen.Long[0, 20_000],
        (list, isGroup, overrides, from, price) => new ListedPrice(
            $"list-{list}", "A list", (PriceListKind)(list % 2), isGroup ? "trade" : null, overrides && list == 3, from, Gbp(price), null));

    private static readonly Gen<PricingLine> Line = Gen.Select(
        Gen.Int[0, Skus.Length - 1], Gen.Long[0, 100_000], Gen.Int[0, 3], Gen.Int[1, 99], Gen.Int[0, 1 << 20], List.Array[0, 3],
        (sku, price, taxClass, quantity, key, lists) => new PricingLine(
            $"{sku}-{key}",
            OfferOf(Skus[sku], price, Classes[taxClass]) with { Listed = lists.Length == 0 ? null : new([.. lists]) },
            quantity));

    private static readonly Gen<TaxRate> Tax = Gen.Select(
        Gen.Int[0, 9999], Gen.Bool, Gen.Int[0, 2], (rate, compound, name) => new TaxRate($"Tax {name}", rate / 10_000m, compound));

    private static readonly Gen<TaxFacts> Taxes = Gen.Select(
        Tax.Array[0, 4], Tax.Array[0, 2], Gen.Bool, Gen.Bool, Gen.Int[0, 3],
        (standard, reduced, asGoods, isIncluded, free) => new TaxFacts(
            new("Somewhere", ImmutableDictionary<string, ImmutableArray<TaxRate>>.Empty
                    .Add("standard", [.. standard]).Add("reduced", [.. reduced]).Add("zero", [new TaxRate("Tax 0", 0)]),
                asGoods ? TaxTable.AsGoods : "standard"),
            isIncluded,
            free == 0 ? TaxChoice.Exempt : null));

    private static readonly Gen<PricingInput> Inputs = Gen.Select(
        Line.Array[0, 8], Gen.Long[-5_000, 500_000].Array[8], Gen.Long[-500, 5_000], Gen.Bool, Taxes, Gen.Int[0, 2],
        (drawn, discounts, shippingDiscount, isTrade, taxes, option) =>
        {
            ImmutableArray<PricingLine> lines = [.. drawn.DistinctBy(line => line.Key)];
            return new PricingInput(
                Pounds,
                PriceCalculation.List(lines, isTrade ? "trade" : null),
                new(lines.Select((line, at) => KeyValuePair.Create(line.Key, Gbp(discounts[at]))).ToImmutableDictionary(), Gbp(shippingDiscount)),
                new(Zones, Destination.Of(Ada), new[] { null, "standard", "express" }[option]),
                taxes);
        });

    [Fact]
    public void The_parts_add_up_to_the_whole() => Inputs.Sample(input =>
    {
        var (lines, shipping, totals) = Parts(PriceCalculation.Price(input));
        var parts = lines.Select(line => line.Tax).Append(shipping.Tax).ToList();

        Assert.Equal(lines.Sum(line => line.Listed.Total.MinorUnits), totals.Items.MinorUnits);
        Assert.Equal(lines.Sum(line => line.Discount.MinorUnits) + shipping.Discount.MinorUnits, totals.Discount!.Value.MinorUnits);
        Assert.Equal(parts.Sum(part => part.Total.MinorUnits), totals.Tax.MinorUnits);
        Assert.Equal(parts.Sum(part => part.Gross.MinorUnits), totals.Total.MinorUnits);
        Assert.Equal(
            totals.Items + totals.Shipping - totals.Discount.Value + (totals.TaxIncluded ? Gbp(0) : totals.Tax) - (totals.TaxRelief ?? Gbp(0)),
            totals.Total);
        Assert.All(parts, part => Assert.Equal(part.Gross, part.Net + part.Total));
    });

    [Fact]
    public void The_taxes_of_a_line_add_up_to_its_tax_and_those_by_name_to_all_tax() => Inputs.Sample(input =>
    {
        var (lines, shipping, totals) = Parts(PriceCalculation.Price(input));

        Assert.All(lines.Select(line => line.Tax).Append(shipping.Tax), part =>
        {
            Assert.Equal(part.Total.MinorUnits, part.Lines.Sum(tax => tax.Amount.MinorUnits));
            Assert.All(part.Lines, tax => Assert.True(tax.Amount.MinorUnits >= 0));
        });
        Assert.Equal(totals.Tax.MinorUnits, totals.TaxLines!.Value.Sum(tax => tax.Amount.MinorUnits));
    });

    [Fact]
    public void A_discount_is_never_negative_and_never_more_than_what_it_is_on_and_no_total_is_negative() => Inputs.Sample(input =>
    {
        var (lines, shipping, totals) = Parts(PriceCalculation.Price(input));

        Assert.All(lines, line => Assert.InRange(line.Discount.MinorUnits, 0, line.Listed.Total.MinorUnits));
        Assert.InRange(shipping.Discount.MinorUnits, 0, shipping.Price.MinorUnits);
        Assert.InRange(totals.Discount!.Value.MinorUnits, 0, totals.Items.MinorUnits + totals.Shipping.MinorUnits);
        Assert.All(
            lines.Select(line => line.Tax).Append(shipping.Tax),
            part => Assert.True(part.Net.MinorUnits >= 0 && part.Gross.MinorUnits >= 0 && part.Total.MinorUnits >= 0 && part.Relief.MinorUnits >= 0));
        Assert.True(totals.Total.MinorUnits >= 0);
    });

    [Fact]
    public void Included_tax_leaves_what_is_paid_as_it_is() =>
        Inputs.Where(input => input.Tax is { IsIncluded: true, Free: null }).Sample(input =>
        {
            var taxed = PriceCalculation.Price(input).Totals;
            var untaxed = PriceCalculation.Price(input with { Tax = new(NoTax, IsIncluded: true) }).Totals;

            Assert.Equal(untaxed.Total, taxed.Total);
            Assert.Equal(Gbp(0), untaxed.Tax);
        });

    [Fact]
    public void Who_owes_no_tax_pays_the_net() => Inputs.Sample(input =>
    {
        var taxed = PriceCalculation.Price(input with { Tax = input.Tax with { Free = null } });
        var free = PriceCalculation.Price(input with { Tax = input.Tax with { Free = TaxChoice.Exempt } });

        Assert.Equal(Gbp(0), free.Totals.Tax);
        Assert.Equal(taxed.Lines.Select(line => line.Tax.Net), free.Lines.Select(line => line.Tax.Gross));
        Assert.Equal(taxed.Shipping.Tax.Net, free.Shipping.Tax.Gross);
    });

    [Fact]
    public void The_order_of_lines_changes_no_number() => Inputs.Sample(input =>
    {
        var straight = PriceCalculation.Price(input);
        var turned = PriceCalculation.Price(input with { Lines = [.. input.Lines.Reverse()] });

        Assert.Equal(Numbers(straight), Numbers(turned with { Lines = [.. turned.Lines.Reverse()] }));
    });

    [Fact]
    public void Pricing_again_gives_the_same() => Inputs.Sample(input =>
    {
        var again = input with
        {
            Lines = PriceCalculation.List([.. input.Lines.Select(line => new PricingLine(line.Key, line.Offer, line.Quantity))], "trade"),
        };
        var twice = again with
        {
            Lines = PriceCalculation.List([.. again.Lines.Select(line => new PricingLine(line.Key, line.Offer, line.Quantity))], "trade"),
        };

        Assert.Equal(Numbers(PriceCalculation.Price(again)), Numbers(PriceCalculation.Price(twice)));
    });

    [Fact]
    public void What_is_explained_adds_up_to_what_is_paid() => Inputs.Sample(input =>
    {
        var priced = PriceCalculation.Price(input);
        var told = Explanation.Of(TheCart, 1, priced, []);
        var parts = told.Lines.Select(line => (line.Steps, line.Result)).Append((told.Shipping.Steps, told.Shipping.Result)).ToList();

        Assert.Equal(priced.Totals.Total.MinorUnits, parts.Sum(part => part.Steps.Sum(step => step.Adds.MinorUnits)));
        Assert.Equal(priced.Totals.Total.MinorUnits, parts.Sum(part => part.Result.MinorUnits));
        Assert.Equal(priced.Totals.Total, told.Totals.Result);
        Assert.Equal(priced.Totals.Total.MinorUnits, told.Totals.Steps.Sum(step => step.Adds.MinorUnits));
        Assert.Equal(priced.Totals.Tax.MinorUnits, Amounts(parts, "tax"));
        Assert.Equal(priced.Totals.Discount!.Value.MinorUnits, Amounts(parts, "discount"));
        Assert.Equal(priced.Totals.Shipping.MinorUnits, Amounts(parts, "shipping_rate"));
        Assert.Equal(
            priced.Totals.Items.MinorUnits,
            told.Lines.Sum(line => line.Steps.Where(step => step.Kind is "base_price" or "price_list" or "quantity").Sum(step => step.Adds.MinorUnits)));
    });

    private static readonly TaxRates NoTax = new("Nowhere", ImmutableDictionary<string, ImmutableArray<TaxRate>>.Empty, "standard");

    private static (ImmutableArray<PricedLine> Lines, PricedShipping Shipping, Totals Totals) Parts(PricedCart cart) =>
        (cart.Lines, cart.Shipping, cart.Totals);

    private static long Amounts(IEnumerable<(ImmutableArray<PriceStep> Steps, Money Result)> parts, string kind) =>
        parts.SelectMany(part => part.Steps).Where(step => step.Kind == kind).Sum(step => step.Amount.MinorUnits);

    private static string Numbers(PricedCart cart) => System.Text.Json.JsonSerializer.Serialize(
        new { Lines = cart.Lines.Select(line => CartPricing.View(line, new(line.Listed.Offer, line.Listed.Quantity))), cart.Totals, cart.Options }, CommerceJson.Stored);
}
