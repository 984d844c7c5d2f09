using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Shipping;
using Commerce.Tax;

using Commerce.Promotions;

namespace Commerce.Pricing;

/// <summary>
/// What a cart comes to. Pure: the same lines, lists, discounts, rates and zones give the same numbers, in whatever order
/// the lines stand.
/// </summary>
/// <remarks>
/// In this order: price lists (<see cref="List"/>), discounts given from outside, shipping, which may be free from what
/// the discounted items come to, and then taxes on what is left of each line and of shipping.
/// </remarks>
internal static class PriceCalculation
{
    /// <summary>
    /// The one rounding of the product: half away from zero, to the minor unit, once per line. Sums are taken of rounded
    /// lines and never rounded again, so the parts always add up to the whole.
    /// </summary>
    public static Money Round(decimal minorUnits, Currency currency) =>
        new(checked((long)Math.Round(minorUnits, 0, MidpointRounding.AwayFromZero)), currency);

    /// <summary>
    /// Splits an amount of 0 or more in proportion to weights of 0 or more, by largest remainder and the first of equals,
    /// so that the parts add up to it. Without any weight the first part has it all.
    /// </summary>
    public static ImmutableArray<Money> Allocate(Money total, ImmutableArray<decimal> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total.MinorUnits);
        if (weights.Length < 2)
        {
            return weights.IsEmpty ? [] : [total];
        }

        var whole = weights.Sum();
        var exact = weights.Select((weight, at) => whole == 0 ? (at == 0 ? total.MinorUnits : 0) : total.MinorUnits * (weight / whole));
        ImmutableArray<(int At, long Units, decimal Left)> shares =
            [.. exact.Select((share, at) => (at, (long)decimal.Truncate(share), share - decimal.Truncate(share)))];
        var left = total.MinorUnits - shares.Sum(share => share.Units);
        var lucky = shares.OrderByDescending(share => share.Left).ThenBy(share => share.At)
            .Take((int)left).Select(share => share.At).ToHashSet();
        return [.. shares.Select(share => new Money(share.Units + (lucky.Contains(share.At) ? 1 : 0), total.Currency))];
    }

    /// <summary>
    /// The first step: what units cost by base prices and price lists. Quantity prices look at all units of the SKU,
    /// whichever lines they are on.
    /// </summary>
    public static ImmutableArray<ListedLine> List(ImmutableArray<PricingLine> lines, string? group)
    {
        var units = new Dictionary<Sku, int>(lines.Length);
        foreach (var line in lines)
        {
            units[line.Offer.Sku] = checked(units.GetValueOrDefault(line.Offer.Sku) + line.Quantity);
        }

        return
        [
            .. lines.Select(line => new ListedLine(
                line.Key, line.Offer, line.Quantity, PriceListChoice.For(line.Offer, units[line.Offer.Sku], group))),
        ];
    }

    /// <summary>All the rest: what listed lines come to with discounts, shipping and tax.</summary>
    public static PricedCart Price(PricingInput input)
    {
        var zero = Money.Zero(input.Currency);
        ImmutableArray<(ListedLine Line, Money Discount)> reduced =
            [.. input.Lines.Select(line => (line, Bounded(input.Discounts.Lines.GetValueOrDefault(line.Key, zero), line.Total)))];
        var items = Sum(reduced.Select(line => line.Line.Total - line.Discount), zero);

        var offered = ShippingChoice.For(input.Shipping, items, Weight(input.Lines));
        var chosen = offered.FirstOrDefault(rate => rate.Option.Id == input.Shipping.OptionId);
        var price = chosen?.Option.Price ?? zero;
        var shippingDiscount = Bounded(input.Discounts.Shipping, price);

        var taxes = input.Tax;
        ImmutableArray<PricedLine> lines =
        [
            .. reduced.Select(line => new PricedLine(
                line.Line,
                line.Discount,
                input.Discounts.On(line.Line.Key),
                taxes.On(line.Line.Key, line.Line.Offer.TaxClass, line.Line.Total - line.Discount))),
        ];
        var shipping = new PricedShipping(
            chosen, price, shippingDiscount, input.Discounts.On(null),
            taxes.OnShipping(
                price - shippingDiscount,
                [.. reduced.Select(line => (line.Line.Offer.TaxClass, (line.Line.Total - line.Discount).MinorUnits))]));
        return new(lines, shipping, [.. offered.Select(rate => rate.Option)], Total(lines, shipping, taxes.IsIncluded, zero), taxes);
    }

    /// <summary>What all lines weigh, in grams.</summary>
    public static long Weight(ImmutableArray<ListedLine> lines) =>
        lines.Aggregate(0L, (sum, line) => checked(sum + ((long)line.Offer.WeightGrams * line.Quantity)));

    private static Totals Total(ImmutableArray<PricedLine> lines, PricedShipping shipping, bool isIncluded, Money zero)
    {
        var relief = Sum(lines.Select(line => line.Tax.Relief), zero) + shipping.Tax.Relief;
        return new(
            Sum(lines.Select(line => line.Listed.Total), zero),
            shipping.Price,
            Sum(lines.Select(line => line.Tax.Total), zero) + shipping.Tax.Total,
            Sum(lines.Select(line => line.Tax.Gross), zero) + shipping.Tax.Gross,
            isIncluded)
        {
            Discount = Sum(lines.Select(line => line.Discount), zero) + shipping.Discount,
            ShippingDiscount = shipping.Discount,
            TaxRelief = relief.MinorUnits == 0 ? null : relief,
            TaxLines = TaxCalculation.ByName(lines.SelectMany(line => line.Tax.Lines).Concat(shipping.Tax.Lines)),
        };
    }

    /// <summary>A discount never exceeds what it is on, whatever was computed outside.</summary>
    private static Money Bounded(Money discount, Money on) =>
        on with { MinorUnits = Math.Clamp(discount.Currency == on.Currency ? discount.MinorUnits : 0, 0, on.MinorUnits) };

    private static Money Sum(IEnumerable<Money> amounts, Money zero) => amounts.Aggregate(zero, (sum, amount) => sum + amount);
}

/// <summary>A line to price.</summary>
/// <param name="Key">Names the line in the cart.</param>
/// <param name="Quantity">1 or more.</param>
internal sealed record PricingLine(string Key, Offer Offer, int Quantity);

/// <summary>A line by its base price and price lists, before discounts and tax: what promotions look at.</summary>
internal sealed record ListedLine(string Key, Offer Offer, int Quantity, UnitPrice Unit)
{
    /// <summary>Unit price times quantity.</summary>
    public Money Total => Unit.Price * Quantity;
}

/// <summary>What promotions take off; computed outside, bounded here.</summary>
/// <param name="Lines">By line key; what exceeds the line's total, or is negative, or names no line, does not count.</param>
/// <param name="Shipping">On the chosen option; <see cref="FreeShipping"/> for all of it.</param>
internal sealed record Discounts(ImmutableDictionary<string, Money> Lines, Money Shipping)
{
    /// <summary>Which promotion gave what, for explanations; where these do not add up to the discount, it is shown as one.</summary>
    public ImmutableArray<AppliedDiscount> Applied { get; init; } = [];

    /// <summary>Nothing is taken off.</summary>
    public static Discounts None(Currency currency) => new(ImmutableDictionary<string, Money>.Empty, Money.Zero(currency));

    /// <summary>More than any shipping costs: bounded to what it does cost.</summary>
    public static Money FreeShipping(Currency currency) => new(long.MaxValue, currency);

    /// <summary>What was given on a line; null: on shipping.</summary>
    public ImmutableArray<AppliedDiscount> On(string? key) => Applied.RemoveAll(applied => applied.LineKey != key);
}

/// <summary>What one promotion gave on one line, or on shipping.</summary>
/// <param name="LineKey">Null: on shipping.</param>
/// <param name="Title">What explanations call it.</param>
internal sealed record AppliedDiscount(string? LineKey, string Title, Money Amount);

/// <summary>Everything a price depends on.</summary>
internal sealed record PricingInput(
    Currency Currency,
    ImmutableArray<ListedLine> Lines,
    Discounts Discounts,
    ShippingFacts Shipping,
    TaxFacts Tax);

/// <summary>A cart with its price.</summary>
/// <param name="Options">Every way it can be shipped.</param>
internal sealed record PricedCart(
    ImmutableArray<PricedLine> Lines,
    PricedShipping Shipping,
    ImmutableArray<ShippingOption> Options,
    Totals Totals,
    TaxFacts TaxFacts)
{
    /// <summary>Which promotions took off what; null: none was looked at.</summary>
    public PromotionOutcome? Promotions { get; init; }
}

/// <summary>A line with its price. Net, gross and taxes are those of total less discount.</summary>
internal sealed record PricedLine(
    ListedLine Listed, Money Discount, ImmutableArray<AppliedDiscount> Applied, TaxedAmount Tax);

/// <summary>The chosen way to ship with its price.</summary>
/// <param name="Chosen">Null until one is chosen that there is.</param>
internal sealed record PricedShipping(
    PricedRate? Chosen, Money Price, Money Discount, ImmutableArray<AppliedDiscount> Applied, TaxedAmount Tax);
