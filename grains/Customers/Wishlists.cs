using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Customers;

/// <summary>What a customer would like to have and every decision about it. No clock, no I/O, no Orleans runtime.</summary>
internal sealed record Wishlists : IJournaledState<Wishlists, WishlistEvent>
{
    private const int ListsMax = 20;
    private const int ItemsMax = 100;

    public static bool IsPersonal => true;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Wishlist> Lists { get; init; } = [];

    public bool IsErased { get; init; }

    public string Summary => IsErased ? "erased" : $"{Lists.Length} lists";

    public Decision<WishlistEvent> Put(WishlistId list, string title) =>
        IsErased ? CustomerRejections.Erased
        : string.IsNullOrWhiteSpace(title) || title.Length > 100 || title.Any(char.IsControl) ? WishlistRejections.TitleMalformed
        : Find(list) is { } there && there.Title == title ? Decision<WishlistEvent>.Nothing
        : Find(list) is null && Lists.Length >= ListsMax ? WishlistRejections.TooManyLists(ListsMax)
        : new WishlistPut(list, title);

    public Decision<WishlistEvent> Remove(WishlistId list) =>
        Find(list) is null ? Decision<WishlistEvent>.Nothing : new WishlistRemoved(list);

    public Decision<WishlistEvent> Add(WishlistId list, Sku sku, DateTimeOffset now) => Find(list) switch
    {
        null => WishlistRejections.NotFound,
        var there when there.Items.Any(wish => wish.Sku == sku) => Decision<WishlistEvent>.Nothing,
        { Items.Length: >= ItemsMax } => WishlistRejections.TooManyItems(ItemsMax),
        _ => new WishAdded(list, new(sku, now)),
    };

    public Decision<WishlistEvent> TakeOff(WishlistId list, Sku sku) => Find(list) switch
    {
        null => WishlistRejections.NotFound,
        var there when there.Items.Any(wish => wish.Sku == sku) => new WishTakenOff(list, sku),
        _ => Decision<WishlistEvent>.Nothing,
    };

    public Decision<WishlistEvent> Share(WishlistId list, bool isShared) => Find(list) switch
    {
        null => WishlistRejections.NotFound,
        var there when there.IsShared == isShared => Decision<WishlistEvent>.Nothing,
        _ => new WishlistShared(list, isShared),
    };

    public Decision<WishlistEvent> Erase() => IsErased ? Decision<WishlistEvent>.Nothing : new WishlistsErased();

    public Result<SharedWishlist> Shared(WishlistId list, int share) => Find(list) is { IsShared: true } there && there.Shares == share
        ? new SharedWishlist(there.Title, [.. there.Items.Select(wish => wish.Sku)])
        : WishlistRejections.NotFound;

    public Wishlists Apply(WishlistEvent @event) => @event switch
    {
        WishlistPut e when Find(e.List) is null => this with { Lists = Lists.Add(new(e.List, e.Title)) },
        WishlistPut e => With(e.List, list => list with { Title = e.Title }),
        WishlistRemoved e => this with { Lists = Lists.RemoveAll(list => list.Id == e.List) },
        WishAdded e => With(e.List, list => list with { Items = list.Items.Add(e.Wish) }),
        WishTakenOff e => With(e.List, list => list with { Items = list.Items.RemoveAll(wish => wish.Sku == e.Sku) }),
        WishlistShared e => With(
            e.List, list => list with { IsShared = e.IsShared, Shares = list.Shares + (e.IsShared ? 1 : 0) }),
        WishlistsErased => new() { IsErased = true },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    public ImmutableArray<WishlistView> View(long version) => [.. Lists.Select(list => View(list, version))];

    /// <summary>One that is gone since a command about it was carried out is shown as empty to whoever repeats that.</summary>
    public WishlistView View(WishlistId list, long version) => View(Find(list) ?? new(list, ""), version);

    private static WishlistView View(Wishlist list, long version) =>
        new(list.Id, version, list.Title, list.Items, list.IsShared ? list.Shares : null);

    private Wishlist? Find(WishlistId list) => Lists.FirstOrDefault(there => there.Id == list);

    private Wishlists With(WishlistId list, Func<Wishlist, Wishlist> change) =>
        this with { Lists = [.. Lists.Select(there => there.Id == list ? change(there) : there)] };
}

/// <summary>One list.</summary>
/// <param name="Title">Null once it is forgotten.</param>
internal sealed record Wishlist(WishlistId Id, [property: Personal] string Title)
{
    /// <summary>In the order in which they were added.</summary>
    public ImmutableArray<Wish> Items { get; init; } = [];

    public bool IsShared { get; init; }

    /// <summary>How often it was shared: the link of an earlier time stays shut.</summary>
    public int Shares { get; init; }
}

/// <summary>What can happen to wishlists.</summary>
internal abstract record WishlistEvent : IJournalEvent;

[Alias("wishlists.put")]
internal sealed record WishlistPut(WishlistId List, [property: Personal] string Title) : WishlistEvent;

[Alias("wishlists.removed")]
internal sealed record WishlistRemoved(WishlistId List) : WishlistEvent;

[Alias("wishlists.wish_added")]
internal sealed record WishAdded(WishlistId List, Wish Wish) : WishlistEvent;

[Alias("wishlists.wish_taken_off")]
internal sealed record WishTakenOff(WishlistId List, Sku Sku) : WishlistEvent;

[Alias("wishlists.shared")]
internal sealed record WishlistShared(WishlistId List, bool IsShared) : WishlistEvent;

/// <summary>All of it is forgotten.</summary>
[Alias("wishlists.erased")]
internal sealed record WishlistsErased : WishlistEvent;
