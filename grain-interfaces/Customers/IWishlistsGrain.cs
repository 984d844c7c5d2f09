using System.Collections.Immutable;

namespace Commerce.Customers;

/// <summary>What one customer would like to have, keyed by his <see cref="CustomerId"/>: at most 20 lists of at most 100 SKUs.</summary>
[Alias("commerce.IWishlists")]
public interface IWishlistsGrain : IGrainWithStringKey
{
    /// <summary>All his lists, oldest first.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<ImmutableArray<WishlistView>> Read();

    /// <summary>Begins a list, or names it anew.</summary>
    /// <param name="title">1 to 100 printable characters.</param>
    /// <returns>The list, or one of <see cref="WishlistRejections"/>.</returns>
    [Alias("Put")]
    Task<Result<WishlistView>> Put(WishlistId list, string title, CommandHeader header);

    /// <summary>Drops a list; nothing happens when it is not there.</summary>
    /// <returns>Whether it is gone, which it is.</returns>
    [Alias("Remove")]
    Task<Result<bool>> Remove(WishlistId list, CommandHeader header);

    /// <summary>Puts a SKU of the catalogue on a list; nothing happens when it is there already.</summary>
    /// <returns>The list, <c>sku_not_found</c>, or one of <see cref="WishlistRejections"/>.</returns>
    [Alias("Add")]
    Task<Result<WishlistView>> Add(WishlistId list, Sku sku, CommandHeader header);

    /// <summary>Takes a SKU off a list; nothing happens when it is not there.</summary>
    [Alias("TakeOff")]
    Task<Result<WishlistView>> TakeOff(WishlistId list, Sku sku, CommandHeader header);

    /// <summary>Lets whoever has the link see the list, or nobody any more. A link that was once taken back never opens again.</summary>
    [Alias("Share")]
    Task<Result<WishlistView>> Share(WishlistId list, bool isShared, CommandHeader header);

    /// <summary>A list as whoever has the link sees it.</summary>
    /// <param name="share">Which time of sharing the link is from.</param>
    /// <returns>The list, or <c>wishlist_not_found</c> also when the link was taken back.</returns>
    [Alias("ReadShared"), Orleans.Concurrency.ReadOnly]
    Task<Result<SharedWishlist>> ReadShared(WishlistId list, int share);

    /// <summary>Forgets all of them, for ever. Idempotent.</summary>
    [Alias("Erase")]
    Task<Result<bool>> Erase();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <summary>A list as its owner sees it.</summary>
/// <param name="Version">Of all his lists together: rises with every change of any.</param>
/// <param name="Items">In the order in which they were added.</param>
/// <param name="Share">Which time of sharing it is, from 1; null: nobody else can see it.</param>
[GenerateSerializer, Immutable, Alias("commerce.WishlistView")]
public sealed record WishlistView(
    [property: Id(0)] WishlistId Id,
    [property: Id(1)] long Version,
    [property: Id(2), Personal] string Title,
    [property: Id(3)] ImmutableArray<Wish> Items,
    [property: Id(4)] int? Share);

/// <summary>Something that somebody would like to have.</summary>
[GenerateSerializer, Immutable, Alias("commerce.Wish")]
public sealed record Wish([property: Id(0)] Sku Sku, [property: Id(1)] DateTimeOffset AddedAt);

/// <summary>A list as others see it: not whose it is.</summary>
[GenerateSerializer, Immutable, Alias("commerce.SharedWishlist")]
public sealed record SharedWishlist([property: Id(0)] string Title, [property: Id(1)] ImmutableArray<Sku> Items);

/// <summary>Every way wishlists can say no, besides <see cref="CustomerRejections.Erased"/>. Codes are public API: add, never rename.</summary>
public static class WishlistRejections
{
    /// <summary>It is not there, or not shared with whoever asks.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "wishlist_not_found", "There is no such wishlist.");

    /// <summary>Not a title.</summary>
    public static readonly Rejection TitleMalformed = Rejection.Invalid("/title", "A title has 1 to 100 printable characters.");

    /// <summary>More lists than anybody needs.</summary>
    public static Rejection TooManyLists(int most) =>
        new(RejectionKind.Conflict, "too_many_wishlists", $"A customer keeps at most {most} wishlists.");

    /// <summary>More on one list than anybody looks at.</summary>
    public static Rejection TooManyItems(int most) =>
        new(RejectionKind.Conflict, "too_many_wishes", $"A wishlist has at most {most} items.");
}
