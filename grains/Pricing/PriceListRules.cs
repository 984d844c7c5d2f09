using System.Collections.Immutable;

namespace Commerce.Pricing;

/// <summary>What price lists must be like. Pure.</summary>
internal static class PriceListRules
{
    private const int ListsMax = 100;
    private const int PricesPerListMax = 5_000;
    private const int PricesMax = 20_000;
    private const int PricesPerSkuMax = 50;
    private const long AmountMax = 1_000_000_000_000;
    private const int QuantityMax = 1_000_000;

    /// <summary>Why one list cannot be used; null: it can.</summary>
    public static Rejection? Check(PriceList list)
    {
        if (!Handle.IsOne(list.Id))
        {
            return Rejection.Invalid("/id", "The id of a price list is 1 to 64 of a-z, 0-9 and hyphen.");
        }

        if (list.Title is not { Length: >= 1 and <= 100 } || list.Title.Any(char.IsControl))
        {
            return Rejection.Invalid("/title", "The title is 1 to 100 printable characters.");
        }

        if (list.Group is not null && !Handle.IsOne(list.Group))
        {
            return Rejection.Invalid("/group", "A customer group is 1 to 64 of a-z, 0-9 and hyphen.");
        }

        if (list.From >= list.Until)
        {
            return Rejection.Invalid("/until", "A list ends after it began.");
        }

        if (list.Prices.IsDefault || list.Prices.Length > PricesPerListMax)
        {
            return Rejection.Invalid("/prices", "At most 5,000 prices in a list.");
        }

        var seen = new HashSet<(Sku, Currency, int)>();
        for (var i = 0; i < list.Prices.Length; i++)
        {
            if (Check(list.Prices[i], seen) is { } wrong)
            {
                return Rejection.Invalid($"/prices/{i}", wrong);
            }
        }

        return null;
    }

    /// <summary>Whether all lists together stay within what carts can be priced with; null: they do.</summary>
    public static Rejection? CheckAll(ImmutableArray<PriceList> lists)
    {
        if (lists.Length > ListsMax)
        {
            return PriceListRejections.TooMany("100 price lists");
        }

        if (lists.Sum(list => list.Prices.Length) > PricesMax)
        {
            return PriceListRejections.TooMany("20,000 prices in price lists");
        }

        return lists.SelectMany(list => list.Prices).CountBy(price => (price.Sku, price.Price.Currency))
            .Any(count => count.Value > PricesPerSkuMax)
                ? PriceListRejections.TooMany("50 list prices for one SKU in one currency")
                : null;
    }

    private static string? Check(ListPrice price, HashSet<(Sku, Currency, int)> seen)
    {
        if (price.Price.MinorUnits is < 0 or > AmountMax || price.QuantityMin is < 1 or > QuantityMax)
        {
            return "A price is 0 or more, from a quantity of 1 or more.";
        }

        if (price.CompareAt is { } former && (former.Currency != price.Price.Currency || former.MinorUnits <= price.Price.MinorUnits))
        {
            return "A former price is higher, in the same currency.";
        }

        return seen.Add((price.Sku, price.Price.Currency, price.QuantityMin))
            ? null
            : "A list has one price for a SKU, a currency and a quantity.";
    }
}
