using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Pricing;
using Commerce.Tax;

namespace Commerce.Orders;

/// <summary>What units of a line, or shipping, come to.</summary>
/// <param name="Total">Units at their price.</param>
/// <param name="Discount">What promotions took off; from 0 to the total.</param>
/// <param name="Tax">In or on top of what is left.</param>
/// <param name="Relief">Included tax that is not owed and was taken off.</param>
/// <param name="TaxLines">The taxes that the tax is made of; empty where they are not known one by one.</param>
internal sealed record OrderAmounts(
    Money Total, Money Discount, Money Tax, Money Relief, ImmutableArray<TaxAmount> TaxLines)
{
    /// <summary>Nothing.</summary>
    public static OrderAmounts None(Currency currency) =>
        new(Money.Zero(currency), Money.Zero(currency), Money.Zero(currency), Money.Zero(currency), []);

    /// <summary>What a line of a cart came to.</summary>
    public static OrderAmounts Of(CartLineView line)
    {
        var zero = Money.Zero(line.Total.Currency);
        return new(line.Total, line.Discount ?? zero, line.Tax, line.TaxRelief ?? zero, line.TaxLines ?? []);
    }

    /// <summary>What a price with its tax comes to.</summary>
    public static OrderAmounts Of(TaxedAmount taxed, Money price) =>
        new(price, Money.Zero(price.Currency), taxed.Total, taxed.Relief, taxed.Lines);

    /// <summary>What shipping came to: all that the totals have and no line has.</summary>
    public static OrderAmounts OfShipping(CartView cart)
    {
        var (totals, zero) = (cart.Totals, Money.Zero(cart.Totals.Total.Currency));
        var lines = cart.Lines.Select(Of).ToList();
        var taxes = TaxCalculation.ByName((totals.TaxLines ?? []).Concat(lines.SelectMany(line => line.TaxLines)
            .Select(tax => tax with { Amount = zero - tax.Amount })));
        return new(
            totals.Shipping,
            totals.ShippingDiscount ?? zero,
            totals.Tax - lines.Aggregate(zero, (sum, line) => sum + line.Tax),
            (totals.TaxRelief ?? zero) - lines.Aggregate(zero, (sum, line) => sum + line.Relief),
            [.. taxes.Where(tax => tax.Amount.MinorUnits != 0)]);
    }

    /// <summary>
    /// What so many of so many units come to. Each amount is rounded from the whole, so that in whatever steps units go,
    /// what they take along adds up to the whole, and all of them leave nothing.
    /// </summary>
    public OrderAmounts Share(int units, int of)
    {
        var (total, discount, tax) = (Part(Total), Part(Discount), Part(Tax));
        return new(total, discount, tax, Least(Part(Relief), total - discount), Split(tax));

        Money Part(Money whole) => PriceCalculation.Round((decimal)whole.MinorUnits * units / of, whole.Currency);
    }

    /// <summary>The same with more units at full price, taxed as the others.</summary>
    /// <param name="price">Of one unit.</param>
    /// <param name="basis">What others came to, and how many they were: whose buyer owes no tax, owes none of these.</param>
    public OrderAmounts Plus(Money price, int units, decimal taxRate, bool taxIncluded, (OrderAmounts Amounts, int Units) basis)
    {
        var more = price * units;
        var rates = basis.Amounts.TaxLines.IsEmpty
            ? [new TaxRate("", taxRate)]
            : basis.Amounts.TaxLines.Select(tax => new TaxRate(tax.Name, tax.Rate, tax.Compound)).ToImmutableArray();
        var taxes = TaxCalculation.Taxes(more, rates, taxIncluded);
        var relief = basis.Amounts.Relief.MinorUnits == 0
            ? Money.Zero(more.Currency)
            : Least(PriceCalculation.Round((decimal)basis.Amounts.Relief.MinorUnits * units / basis.Units, more.Currency), more);
        return new(
            Total + more,
            Discount,
            taxes.Aggregate(Tax, (sum, tax) => sum + tax.Amount),
            Relief + relief,
            TaxLines.IsEmpty && basis.Amounts.TaxLines.IsEmpty ? [] : TaxCalculation.ByName(TaxLines.Concat(taxes)));
    }

    /// <summary>What is paid.</summary>
    public Money Payable(bool taxIncluded) => Total - Discount - Relief + (taxIncluded ? Money.Zero(Tax.Currency) : Tax);

    private ImmutableArray<TaxAmount> Split(Money tax)
    {
        var parts = PriceCalculation.Allocate(tax, [.. TaxLines.Select(line => (decimal)line.Amount.MinorUnits)]);
        return [.. TaxLines.Select((line, at) => line with { Amount = parts[at] })];
    }

    private static Money Least(Money one, Money other) => one.MinorUnits < other.MinorUnits ? one : other;
}
