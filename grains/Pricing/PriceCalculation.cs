using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Tax;

namespace Commerce.Pricing;

/// <summary>Arithmetic of money: everything a total is made of. Pure.</summary>
internal static class PriceCalculation
{
    /// <summary>
    /// The one rounding of the product: half away from zero, to the minor unit, once per line. Sums are taken of rounded
    /// lines and never rounded again, so the parts always add up to the whole.
    /// </summary>
    public static Money Round(decimal minorUnits, Currency currency) =>
        new(checked((long)Math.Round(minorUnits, 0, MidpointRounding.AwayFromZero)), currency);

    /// <summary>
    /// The tax in an amount, or on top of it. A price that includes tax keeps its gross amount fixed; the net is derived.
    /// </summary>
    public static Money Tax(Money amount, decimal rate, bool isIncluded) =>
        Round(isIncluded ? amount.MinorUnits * rate / (1 + rate) : amount.MinorUnits * rate, amount.Currency);

    /// <summary>What lines and shipping come to.</summary>
    public static Totals Total(
        ImmutableArray<CartLineView> lines, Money shipping, TaxTable table, bool taxIncluded)
    {
        var zero = Money.Zero(shipping.Currency);
        var items = lines.Aggregate(zero, (sum, line) => sum + line.Total);
        var tax = lines.Aggregate(zero, (sum, line) => sum + line.Tax)
            + Tax(shipping, table.Rate(TaxTable.Standard), taxIncluded);
        return new(items, shipping, tax, taxIncluded ? items + shipping : items + shipping + tax, taxIncluded);
    }
}
