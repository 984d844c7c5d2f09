using System.Collections.Immutable;

namespace Commerce.Pricing;

/// <summary>Every price list of the shop; one document, key <c>price-lists:all</c>.</summary>
/// <remarks>
/// At most 100 lists with 20,000 prices in all, and 50 prices for one SKU in one currency. Base prices are not here:
/// they are the product's.
/// </remarks>
[Alias("commerce.IPriceLists")]
public interface IPriceListsGrain : IGrainWithStringKey
{
    /// <summary>Makes a list be as described, creating it. Absolute.</summary>
    [Alias("Put")]
    Task<Result<PriceList>> Put(PriceList list);

    /// <summary>Ends a list for ever; refused with 404 when there is none.</summary>
    [Alias("Remove")]
    Task<Result<PriceList>> Remove(string id);

    /// <summary>The lists, by id, without their prices.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<ImmutableArray<PriceListSummary>> Read();

    /// <summary>One list; refused with 404 when there is none.</summary>
    [Alias("Find"), Orleans.Concurrency.AlwaysInterleave]
    Task<Result<PriceList>> Find(string id);

    /// <summary>All lists, or null when they are still those of the version that the caller knows.</summary>
    [Alias("ReadNewer"), Orleans.Concurrency.AlwaysInterleave]
    Task<PriceListsEdition?> ReadNewer(long knownVersion);
}

/// <summary>
/// The price lists as one silo knows them, key <c>price-lists:book</c>; every silo has its own copy, at most
/// <c>Pricing:ListsStaleAfter</c> old. What carts ask, so that no single grain is asked by all of them.
/// </summary>
[Alias("commerce.IPriceBook")]
public interface IPriceBookGrain : IGrainWithStringKey
{
    /// <summary>What price lists in force now say about a SKU in a currency; null when nothing.</summary>
    [Alias("Find"), Orleans.Concurrency.AlwaysInterleave]
    Task<ListedPrices?> Find(Sku sku, Currency currency);
}

/// <summary>
/// Prices that hold instead of base prices: for a time, for a customer group, from a quantity on. Of all that apply the
/// lowest counts, base price included; when lists that override apply, the lowest of these counts, even if it is higher.
/// </summary>
/// <param name="Id">1 to 64 of a-z, 0-9 and hyphen.</param>
/// <param name="Title">What explanations call it; 1 to 100 characters.</param>
/// <param name="Kind">Whether the former price is shown with it.</param>
/// <param name="Prices">At most 5,000; one per SKU, currency and quantity. A currency without a price is never converted.</param>
/// <param name="From">In force from then on; null: always was.</param>
/// <param name="Until">And before then; null: without end.</param>
/// <param name="Group">The customer group it is for, as ids are written; null: everybody.</param>
/// <param name="Overrides">Whether its prices hold even where others are lower.</param>
[GenerateSerializer, Immutable, Alias("commerce.PriceList")]
public sealed record PriceList(
    [property: Id(0)] string Id,
    [property: Id(1)] string Title,
    [property: Id(2)] PriceListKind Kind,
    [property: Id(3)] ImmutableArray<ListPrice> Prices,
    [property: Id(4)] DateTimeOffset? From = null,
    [property: Id(5)] DateTimeOffset? Until = null,
    [property: Id(6)] string? Group = null,
    [property: Id(7)] bool Overrides = false);

/// <summary>What a price list is for.</summary>
[GenerateSerializer, Alias("commerce.PriceListKind")]
public enum PriceListKind
{
    /// <summary>A reduction: the price before it is shown struck through.</summary>
    Sale = 0,

    /// <summary>Agreed prices of a customer group, or quantity prices: nothing is shown struck through.</summary>
    Contract = 1,
}

/// <summary>One price in a list.</summary>
/// <param name="Price">For one unit, 0 or more; includes tax where the currency's prices do.</param>
/// <param name="QuantityMin">Units of the SKU in the cart, over all its lines, from which it holds; 1 or more.</param>
/// <param name="CompareAt">
/// The former price to show, for sales; null: the higher of base price and the product's own. In the EU it must be the
/// lowest of the 30 days before the reduction (Directive 98/6/EC art. 6a), which only the operator knows.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.ListPrice")]
public sealed record ListPrice(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] Money Price,
    [property: Id(2)] int QuantityMin = 1,
    [property: Id(3)] Money? CompareAt = null);

/// <summary>A price list without its prices.</summary>
[GenerateSerializer, Immutable, Alias("commerce.PriceListSummary")]
public sealed record PriceListSummary(
    [property: Id(0)] string Id,
    [property: Id(1)] string Title,
    [property: Id(2)] PriceListKind Kind,
    [property: Id(3)] DateTimeOffset? From,
    [property: Id(4)] DateTimeOffset? Until,
    [property: Id(5)] string? Group,
    [property: Id(6)] bool Overrides,
    [property: Id(7)] int PriceCount);

/// <summary>All price lists at one version.</summary>
[GenerateSerializer, Immutable, Alias("commerce.PriceListsEdition")]
public sealed record PriceListsEdition(
    [property: Id(0)] long Version, [property: Id(1)] ImmutableArray<PriceList> Lists);

/// <summary>What price lists in force say about one SKU in one currency; at most 50 entries.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ListedPrices")]
public sealed record ListedPrices([property: Id(0)] ImmutableArray<ListedPrice> Entries)
{
    /// <summary>By content, so that the same offer gathered twice is the same.</summary>
    public bool Equals(ListedPrices? other) => other is not null && Entries.SequenceEqual(other.Entries);

    /// <inheritdoc/>
    public override int GetHashCode() => Entries.Aggregate(0, HashCode.Combine);
}

/// <summary>One price of one list; see <see cref="PriceList"/> and <see cref="ListPrice"/>.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ListedPrice")]
public sealed record ListedPrice(
    [property: Id(0)] string List,
    [property: Id(1)] string Title,
    [property: Id(2)] PriceListKind Kind,
    [property: Id(3)] string? Group,
    [property: Id(4)] bool Overrides,
    [property: Id(5)] int QuantityMin,
    [property: Id(6)] Money Price,
    [property: Id(7)] Money? CompareAt);

/// <summary>Every way price lists can say no. Codes are public API: add, never rename.</summary>
public static class PriceListRejections
{
    /// <summary>There is none of this id.</summary>
    public static readonly Rejection NotFound =
        new(RejectionKind.NotFound, "price_list_not_found", "There is no such price list.");

    /// <summary>The shop's limits on lists and prices are reached.</summary>
    public static Rejection TooMany(string what) =>
        new(RejectionKind.Conflict, "price_lists_too_many", $"The shop can have at most {what}.", "/prices");
}
