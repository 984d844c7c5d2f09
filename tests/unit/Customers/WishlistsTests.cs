using Commerce.Journal;

namespace Commerce.Customers;

public sealed class WishlistsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);
    private static readonly WishlistId Birthday = EntityId.Derive<WishlistId>("birthday");
    private static readonly Sku Coffee = new("COFFEE-250G");

    [Fact]
    public void A_link_opens_the_list_only_while_that_time_of_sharing_lasts()
    {
        var shared = With(new Wishlists(), Begun, lists => lists.Share(Birthday, true));
        var ended = With(shared, lists => lists.Share(Birthday, false));
        var again = With(ended, lists => lists.Share(Birthday, true));

        Assert.Equal("Birthday", shared.Shared(Birthday, 1).Value!.Title);
        Assert.Equal("wishlist_not_found", ended.Shared(Birthday, 1).Rejection!.Code);
        Assert.Equal("wishlist_not_found", again.Shared(Birthday, 1).Rejection!.Code);
        Assert.True(again.Shared(Birthday, 2).IsAccepted);
        Assert.Empty(again.Share(Birthday, true).Events);
    }

    [Fact]
    public void A_wish_is_on_a_list_once_and_a_list_is_bounded()
    {
        var full = With(new Wishlists(), [Begun, .. Enumerable.Range(0, 100).Select(i =>
            (Func<Wishlists, Decision<WishlistEvent>>)(lists => lists.Add(Birthday, new($"SKU-{i}"), Now)))]);

        Assert.Empty(full.Add(Birthday, new("SKU-7"), Now).Events);
        Assert.Equal("too_many_wishes", full.Add(Birthday, Coffee, Now).Rejection!.Code);
        Assert.Empty(full.TakeOff(Birthday, Coffee).Events);
        Assert.Single(With(full, lists => lists.TakeOff(Birthday, new("SKU-7"))).Add(Birthday, Coffee, Now).Events);
    }

    [Fact]
    public void Lists_are_named_and_bounded()
    {
        var full = With(new Wishlists(), [.. Enumerable.Range(0, 20).Select(i =>
            (Func<Wishlists, Decision<WishlistEvent>>)(lists => lists.Put(EntityId.Derive<WishlistId>($"{i}"), $"List {i}")))]);

        Assert.Equal("too_many_wishlists", full.Put(Birthday, "Birthday").Rejection!.Code);
        Assert.Equal("/title", full.Put(EntityId.Derive<WishlistId>("7"), "\u0007").Rejection!.Pointer);
        Assert.Equal("New", With(full, lists => lists.Put(EntityId.Derive<WishlistId>("7"), "New")).Lists[7].Title);
        Assert.Equal(19, With(full, lists => lists.Remove(EntityId.Derive<WishlistId>("7"))).Lists.Length);
        Assert.Equal("wishlist_not_found", full.Add(Birthday, Coffee, Now).Rejection!.Code);
    }

    [Fact]
    public void Of_whom_was_erased_no_list_is_kept_again()
    {
        var erased = With(new Wishlists(), Begun, lists => lists.Share(Birthday, true), lists => lists.Erase());

        Assert.Empty(erased.Lists);
        Assert.Empty(erased.Erase().Events);
        Assert.Equal("customer_erased", erased.Put(Birthday, "Birthday").Rejection!.Code);
        Assert.Equal("wishlist_not_found", erased.Shared(Birthday, 1).Rejection!.Code);
    }

    private static Decision<WishlistEvent> Begun(Wishlists lists) => lists.Put(Birthday, "Birthday");

    private static Wishlists With(Wishlists lists, params Func<Wishlists, Decision<WishlistEvent>>[] decisions) =>
        decisions.Aggregate(lists, (before, decide) => decide(before).Events.Aggregate(before, (state, @event) => state.Apply(@event)));
}
