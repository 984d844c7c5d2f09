using System.Collections.Immutable;
using Commerce.Catalog;

namespace Commerce.Pricing;

/// <summary>Finds what one unit of a SKU costs, and why. Pure.</summary>
internal static class PriceListChoice
{
    /// <summary>What lists in force at a moment say about a SKU in a currency; null when nothing.</summary>
    public static ListedPrices? InForce(IEnumerable<PriceList> lists, Sku sku, Currency currency, DateTimeOffset now)
    {
        ImmutableArray<ListedPrice> entries =
        [
            .. from list in lists
               where IsInForce(list, now)
               from price in list.Prices
               where price.Sku == sku && price.Price.Currency == currency
               orderby list.Id, price.QuantityMin
               select Entry(list, price),
        ];
        return entries.IsEmpty ? null : new(entries);
    }

    /// <summary>Whether a list's prices hold at a moment.</summary>
    public static bool IsInForce(PriceList list, DateTimeOffset now) => !(now < list.From) && !(now >= list.Until);

    /// <summary>One entry as offers carry it.</summary>
    public static ListedPrice Entry(PriceList list, ListPrice price) => new(
        list.Id, list.Title, list.Kind, list.Group, list.Overrides, price.QuantityMin, price.Price, price.CompareAt);

    /// <summary>
    /// What one unit costs: the lowest of the base price and the prices that apply to this group and quantity; where
    /// lists that override apply, the lowest of theirs.
    /// </summary>
    public static UnitPrice For(Offer offer, int quantity, string? group, DateTimeOffset now, IEnumerable<PriceList> lists) =>
        For(offer with { Listed = InForce(lists, offer.Sku, offer.Price.Currency, now) }, quantity, group);

    /// <summary>The same for an offer that carries what lists in force say.</summary>
    public static UnitPrice For(Offer offer, int quantity, string? group)
    {
        if (offer.Listed is not { Entries: { IsEmpty: false } entries })
        {
            return new(offer.Price, offer.Price, null, CompareAt(offer, null, offer.Price));
        }

        var applicable = entries.RemoveAll(entry => quantity < entry.QuantityMin
            || (entry.Group is not null && entry.Group != group) || entry.Price.Currency != offer.Price.Currency);
        var overriding = applicable.Any(entry => entry.Overrides);
        var best = applicable
            .Where(entry => overriding ? entry.Overrides : entry.Price.MinorUnits < offer.Price.MinorUnits)
            .OrderBy(entry => entry.Price.MinorUnits).ThenBy(entry => entry.List, StringComparer.Ordinal).FirstOrDefault();
        var price = best?.Price ?? offer.Price;
        return new(price, offer.Price, best, CompareAt(offer, best, price));
    }

    /// <summary>A struck-through price is higher than the price, and belongs to the catalogue or to a sale.</summary>
    private static Money? CompareAt(Offer offer, ListedPrice? best, Money price)
    {
        var former = best switch
        {
            null => offer.CompareAt,
            { Kind: not PriceListKind.Sale } => null,
            { CompareAt: { } own } => own,
            _ => offer.CompareAt is { } known && known.MinorUnits > offer.Price.MinorUnits ? known : offer.Price,
        };
        return former is { } shown && shown.Currency == price.Currency && shown.MinorUnits > price.MinorUnits ? shown : null;
    }
}

/// <summary>What one unit costs, and why.</summary>
/// <param name="Base">The catalogue's price.</param>
/// <param name="List">The list whose price it is; null: the catalogue's.</param>
/// <param name="CompareAt">A former price to show struck through; null: none.</param>
internal sealed record UnitPrice(Money Price, Money Base, ListedPrice? List, Money? CompareAt);
