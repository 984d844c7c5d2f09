using System.Collections.Immutable;
using System.Globalization;
using Commerce.Carts;
using Commerce.Tax;

namespace Commerce.Pricing;

/// <summary>Tells a priced cart step by step. Pure, and computes nothing of its own: it shows what was computed.</summary>
internal static class Explanation
{
    /// <summary>The whole cart.</summary>
    public static CartExplanation Of(CartId id, long version, PricedCart cart, ImmutableArray<PricingNote> notes) => new(
        id,
        version,
        cart.Totals.Total.Currency,
        cart.TaxFacts.Rates.Zone,
        cart.TaxFacts.IsIncluded,
        [.. cart.Lines.Select(line => Line(line, cart.TaxFacts))],
        Shipping(cart.Shipping, cart.TaxFacts),
        Totals(cart.Totals),
        notes);

    private static LineExplanation Line(PricedLine line, TaxFacts tax)
    {
        var (unit, quantity) = (line.Listed.Unit, line.Listed.Quantity);
        var steps = new Steps(unit.Price.Currency);
        steps.Add("base_price", $"The catalogue's price of one unit is {unit.Base}.", unit.Base);
        if (unit.List is { } list)
        {
            steps.Add("price_list", $"Price list \"{list.Title}\" has it for {unit.Price}{Tier(list)}.", unit.Price, unit.Price - unit.Base);
        }

        steps.Add("quantity", $"{quantity} × {unit.Price}.", line.Listed.Total, line.Listed.Total - unit.Price);
        AddDiscount(steps, line.Discount, line.Applied);
        AddTax(steps, line.Tax, tax);
        return new(line.Listed.Key, line.Listed.Offer.Sku, line.Listed.Offer.Title, quantity, steps.ToArray(), steps.Sum);
    }

    private static NumberExplanation Shipping(PricedShipping shipping, TaxFacts tax)
    {
        var steps = new Steps(shipping.Price.Currency);
        if (shipping.Chosen is { } chosen)
        {
            steps.Add("shipping_rate", chosen.Why, shipping.Price);
            AddDiscount(steps, shipping.Discount, shipping.Applied);
            AddTax(steps, shipping.Tax, tax);
        }

        return new(steps.ToArray(), steps.Sum);
    }

    private static NumberExplanation Totals(Totals totals)
    {
        var steps = new Steps(totals.Total.Currency);
        steps.Add("items", "All lines before discounts.", totals.Items);
        steps.Add("shipping", "The chosen option before discounts.", totals.Shipping);
        if (totals.Discount is { MinorUnits: > 0 } discount)
        {
            steps.Add("discount", "Discounts on lines and on shipping.", discount, steps.Zero - discount);
        }

        foreach (var part in totals.TaxLines ?? [])
        {
            steps.Add("tax", Named(part, totals.TaxIncluded), part.Amount, totals.TaxIncluded ? steps.Zero : part.Amount);
        }

        if (totals.TaxRelief is { } relief)
        {
            steps.Add("tax_relief", "Included tax that this buyer does not owe.", relief, steps.Zero - relief);
        }

        return new(steps.ToArray(), steps.Sum);
    }

    private static void AddDiscount(Steps steps, Money discount, ImmutableArray<AppliedDiscount> applied)
    {
        if (discount.MinorUnits == 0)
        {
            return;
        }

        // Named one by one only where that is the truth: a bounded discount is less than what promotions wanted to give.
        var named = applied.All(part => part.Amount.Currency == discount.Currency && part.Amount.MinorUnits >= 0)
            && applied.Sum(part => (decimal)part.Amount.MinorUnits) == discount.MinorUnits
                ? applied.Where(part => part.Amount.MinorUnits > 0)
                : [new(null, applied.IsEmpty ? "Discount" : string.Join(", ", applied.Select(part => part.Title)), discount)];
        foreach (var part in named)
        {
            steps.Add("discount", $"{part.Title}: {part.Amount} off.", part.Amount, steps.Zero - part.Amount);
        }
    }

    private static void AddTax(Steps steps, TaxedAmount taxed, TaxFacts tax)
    {
        foreach (var part in taxed.Lines)
        {
            steps.Add("tax", Named(part, tax.IsIncluded), part.Amount, tax.IsIncluded ? steps.Zero : part.Amount);
        }

        if (taxed.Relief.MinorUnits > 0)
        {
            steps.Add("tax_relief", $"Included tax of {taxed.Relief} that this buyer does not owe.", taxed.Relief, steps.Zero - taxed.Relief);
        }
    }

    private static string Tier(ListedPrice list) =>
        (list.QuantityMin, list.Group) switch
        {
            (1, null) => "",
            (1, { } group) => $" for {group}",
            (var from, null) => $" from {from} units on",
            var (from, group) => $" for {group} from {from} units on",
        };

    private static string Named(TaxAmount tax, bool isIncluded) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tax.Name} {tax.Rate * 100:0.####} %{(tax.Compound ? " on price and taxes before it" : "")}, {(isIncluded ? "included" : "added")}.");

    /// <summary>Steps with their running sum.</summary>
    private sealed class Steps(Currency currency)
    {
        private readonly ImmutableArray<PriceStep>.Builder _steps = ImmutableArray.CreateBuilder<PriceStep>();

        public Money Zero { get; } = Money.Zero(currency);

        public Money Sum { get; private set; } = Money.Zero(currency);

        public void Add(string kind, string detail, Money amount, Money? adds = null)
        {
            var added = adds ?? amount;
            Sum += added;
            _steps.Add(new(kind, detail, amount, added, Sum));
        }

        public ImmutableArray<PriceStep> ToArray() => _steps.ToImmutable();
    }
}
