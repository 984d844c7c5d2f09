using Commerce.Carts;

namespace Commerce.Orders;

/// <summary>One line of an order: what was bought, what is left of it, and what that comes to.</summary>
/// <param name="Bought">As it was when bought or added.</param>
/// <param name="Quantity">Units, without those called off.</param>
/// <param name="Basis">What <paramref name="BasisQuantity"/> units came to, of which fewer units have their share.</param>
internal sealed record OrderLine(
    CartLineView Bought, int Quantity, int Fulfilled, int Canceled, OrderAmounts Amounts, int BasisQuantity, OrderAmounts Basis)
{
    /// <summary>A line as it is bought.</summary>
    public static OrderLine Of(CartLineView bought)
    {
        var amounts = OrderAmounts.Of(bought);
        return new(bought, bought.Quantity, 0, 0, amounts, bought.Quantity, amounts);
    }

    /// <summary>Units that were sent and came back.</summary>
    public int Returned { get; init; }

    /// <summary>Units that are not sent.</summary>
    public int Open => Quantity - Fulfilled;

    private int Kept => Quantity - Returned;

    /// <summary>What another number of units would come to: fewer have their share, more cost what a unit cost.</summary>
    public OrderLineChange To(int quantity, bool taxIncluded) => new(
        Bought.Id,
        quantity,
        quantity <= Quantity
            ? Basis.Share(quantity - Returned, BasisQuantity)
            : Amounts.Plus(Bought.UnitPrice, quantity - Quantity, Bought.TaxRate, taxIncluded, (Basis, BasisQuantity)));

    /// <summary>What is left when so many of the units that were sent come back.</summary>
    public OrderLineReturn Less(int units) => new(Bought.Id, Returned + units, Basis.Share(Kept - units, BasisQuantity));

    /// <summary>The line after units came back.</summary>
    public OrderLine After(OrderLineReturn less) => this with { Returned = less.Returned, Amounts = less.Amounts };

    /// <summary>The line after a change. More units are a new whole.</summary>
    public OrderLine After(OrderLineChange change)
    {
        var changed = this with
        {
            Quantity = change.Quantity,
            Canceled = Canceled + Math.Max(0, Quantity - change.Quantity),
            Amounts = change.Amounts,
        };
        return change.Quantity > Quantity ? changed with { BasisQuantity = changed.Kept, Basis = change.Amounts } : changed;
    }

    /// <summary>The line as people see it.</summary>
    /// <param name="returnable">Units that were sent, and neither came back nor are about to.</param>
    public OrderLineView View(bool taxIncluded, int returnable)
    {
        var isOld = Bought.Gross is null;
        var gross = Amounts.Payable(taxIncluded);
        return new(
            Bought.Sku, Bought.ProductId, Bought.Title, Bought.VariantTitle, Quantity, Fulfilled, Bought.UnitPrice,
            Amounts.Total, Amounts.Tax, Bought.TaxRate, Bought.Image)
        {
            Id = Bought.Id,
            Attributes = Bought.Attributes,
            Canceled = Canceled,
            Returned = Returned,
            Returnable = returnable,
            ListPrice = Bought.ListPrice,
            CompareAt = Bought.CompareAt,
            PriceList = Bought.PriceList,
            Discount = isOld ? null : Amounts.Discount,
            Net = isOld ? null : gross - Amounts.Tax,
            Gross = isOld ? null : gross,
            TaxLines = isOld ? null : Amounts.TaxLines,
            TaxRelief = Bought.TaxRelief is null ? null : Amounts.Relief,
        };
    }
}

/// <summary>A line with another number of units.</summary>
/// <param name="Quantity">Units that it has then.</param>
/// <param name="Amounts">What they come to.</param>
internal sealed record OrderLineChange(CartLineId Line, int Quantity, OrderAmounts Amounts);

/// <summary>A line of which units came back.</summary>
/// <param name="Returned">Units that came back so far.</param>
/// <param name="Amounts">What the others come to.</param>
internal sealed record OrderLineReturn(CartLineId Line, int Returned, OrderAmounts Amounts);
