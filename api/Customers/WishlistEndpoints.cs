using System.Collections.Immutable;
using Commerce.Identity;

namespace Commerce.Customers;

internal static class WishlistEndpoints
{
    public static void MapWishlists(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/wishlists/{link}", ReadShared).WithTags("Wishlists").WithName("ReadSharedWishlist");

    public static void MapOwnWishlists(this IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/me/wishlists").WithTags("Wishlists").ForTheShopper();
        own.MapGet("/", List).WithName("ListOwnWishlists");
        own.MapPost("/", Create).WithName("CreateOwnWishlist");
        own.MapPut("/{wishlistId:wishlist}", Rename).WithName("RenameOwnWishlist");
        own.MapDelete("/{wishlistId:wishlist}", Remove).WithName("RemoveOwnWishlist");
        own.MapPut("/{wishlistId:wishlist}/items/{sku:sku}", Add).WithName("AddOwnWish");
        own.MapDelete("/{wishlistId:wishlist}/items/{sku:sku}", TakeOff).WithName("TakeOffOwnWish");
        own.MapPut("/{wishlistId:wishlist}/link", Share).WithName("ShareOwnWishlist");
        own.MapDelete("/{wishlistId:wishlist}/link", EndSharing).WithName("EndSharingOwnWishlist");
    }

    private static async Task<Results<Ok<SharedWishlist>, ProblemHttpResult>> ReadShared(
        string link, HttpContext http, WishlistLinks links, IGrainFactory grains) =>
        (links.Read(link) is var (customer, list, share)
            ? await grains.GetWishlists(customer).ReadShared(list, share)
            : WishlistRejections.NotFound).ToOk(http);

    private static async Task<Ok<Page<OwnWishlist>>> List(HttpContext http, WishlistLinks links, IGrainFactory grains) =>
        TypedResults.Ok(Page<OwnWishlist>.Whole([
            .. (await grains.GetWishlists(Own(http)).Read()).Select(list => View(http, links, list))]));

    private static async Task<Results<Created<OwnWishlist>, ProblemHttpResult>> Create(
        PutWishlistRequest body, CommandHeaders headers, HttpContext http, WishlistLinks links, IGrainFactory grains, TimeProvider time)
    {
        var id = EntityId.New<WishlistId>(time.GetUtcNow());
        var made = await grains.GetWishlists(Own(http)).Put(id, body.Title, headers.For("wishlist", body));
        return made.Select(list => View(http, links, list)).ToCreated(http, list => $"/v1/me/wishlists/{list.Id}", list => list.Version);
    }

    private static Task<Results<Ok<OwnWishlist>, ProblemHttpResult>> Rename(
        WishlistId wishlistId, PutWishlistRequest body, CommandHeaders headers, HttpContext http, WishlistLinks links, IGrainFactory grains) =>
        Answer(http, links, grains.GetWishlists(Own(http)).Put(wishlistId, body.Title, headers.For($"title:{wishlistId}", body)));

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        WishlistId wishlistId, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        await grains.GetWishlists(Own(http)).Remove(wishlistId, headers.For($"no-list:{wishlistId}", null)) is { Rejection: { } refusal }
            ? refusal.ToProblem()
            : TypedResults.NoContent();

    private static Task<Results<Ok<OwnWishlist>, ProblemHttpResult>> Add(
        WishlistId wishlistId, Sku sku, CommandHeaders headers, HttpContext http, WishlistLinks links, IGrainFactory grains) =>
        Answer(http, links, grains.GetWishlists(Own(http)).Add(wishlistId, sku, headers.For($"wish:{wishlistId}:{sku}", null)));

    private static Task<Results<Ok<OwnWishlist>, ProblemHttpResult>> TakeOff(
        WishlistId wishlistId, Sku sku, CommandHeaders headers, HttpContext http, WishlistLinks links, IGrainFactory grains) =>
        Answer(http, links, grains.GetWishlists(Own(http)).TakeOff(wishlistId, sku, headers.For($"no-wish:{wishlistId}:{sku}", null)));

    private static Task<Results<Ok<OwnWishlist>, ProblemHttpResult>> Share(
        WishlistId wishlistId, CommandHeaders headers, HttpContext http, WishlistLinks links, IGrainFactory grains) =>
        Answer(http, links, grains.GetWishlists(Own(http)).Share(wishlistId, isShared: true, headers.For($"link:{wishlistId}", null)));

    private static Task<Results<Ok<OwnWishlist>, ProblemHttpResult>> EndSharing(
        WishlistId wishlistId, CommandHeaders headers, HttpContext http, WishlistLinks links, IGrainFactory grains) =>
        Answer(http, links, grains.GetWishlists(Own(http)).Share(wishlistId, isShared: false, headers.For($"no-link:{wishlistId}", null)));

    private static async Task<Results<Ok<OwnWishlist>, ProblemHttpResult>> Answer(
        HttpContext http, WishlistLinks links, Task<Result<WishlistView>> change) =>
        (await change).Select(list => View(http, links, list)).ToOk(http, list => list.Version);

    private static OwnWishlist View(HttpContext http, WishlistLinks links, WishlistView list) =>
        new(list.Id, list.Version, list.Title, list.Items, links.Of(Own(http), list));

    private static CustomerId Own(HttpContext http) => http.User.CustomerId()!.Value;
}

/// <param name="Title">1 to 100 printable characters.</param>
internal sealed record PutWishlistRequest(string Title)
{
    /// <summary>Without what is said.</summary>
    public override string ToString() => "wishlist";
}

/// <param name="Version">The ETag, of all one's wishlists together.</param>
/// <param name="Link">The last part of <c>/v1/wishlists/{link}</c>, where whoever has it sees the list; null: nobody else does.</param>
internal sealed record OwnWishlist(WishlistId Id, long Version, string Title, ImmutableArray<Wish> Items, string? Link);
