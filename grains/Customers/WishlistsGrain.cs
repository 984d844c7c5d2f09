using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Journal;

namespace Commerce.Customers;

/// <summary>Runs <see cref="Wishlists"/>.</summary>
[GrainType("wishlists")]
internal sealed class WishlistsGrain(TimeProvider time) : JournaledActor<Wishlists, WishlistEvent>, IWishlistsGrain
{
    public Task<ImmutableArray<WishlistView>> Read() => Read(lists => lists.View(Version));

    public Task<Result<WishlistView>> Put(WishlistId list, string title, CommandHeader header) =>
        Change(list, lists => lists.Put(list, title), header);

    public Task<Result<bool>> Remove(WishlistId list, CommandHeader header) =>
        Commit(lists => lists.Remove(list), lists => true, header);

    public async Task<Result<WishlistView>> Add(WishlistId list, Sku sku, CommandHeader header) =>
        IsKnown(header) || await GrainFactory.GetSkuName(sku).Owner() is not null
            ? await Change(list, lists => lists.Add(list, sku, time.GetUtcNow()), header)
            : ProductRejections.SkuUnknown(sku);

    public Task<Result<WishlistView>> TakeOff(WishlistId list, Sku sku, CommandHeader header) =>
        Change(list, lists => lists.TakeOff(list, sku), header);

    public Task<Result<WishlistView>> Share(WishlistId list, bool isShared, CommandHeader header) =>
        Change(list, lists => lists.Share(list, isShared), header);

    public Task<Result<SharedWishlist>> ReadShared(WishlistId list, int share) => Read(lists => lists.Shared(list, share));

    public Task<Result<bool>> Erase() => Erase(lists => lists.Erase(), lists => true);

    private Task<Result<WishlistView>> Change(
        WishlistId list, Func<Wishlists, Decision<WishlistEvent>> decide, CommandHeader header) =>
        Commit(decide, lists => lists.View(list, Version), header);
}
