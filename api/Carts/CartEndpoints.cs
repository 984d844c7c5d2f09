using Commerce.Checkout;
using Commerce.Credit;
using Commerce.Edge;
using Commerce.Identity;
using Commerce.Live;
using Commerce.Orders;
using Commerce.Shipping;

namespace Commerce.Carts;

internal static class CartEndpoints
{
    public static void MapCarts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/carts", Create).WithTags("Carts").WithName("CreateCart");
        var cart = routes.MapGroup("/carts/{cartId:cart}").WithTags("Carts");
        cart.MapGet("/", Read).WithName("ReadCart");
        cart.MapGet("/events", Follow).WithName("FollowCart").DisableRequestTimeout();
        cart.MapPatch("/", Update).WithName("UpdateCart");
        cart.MapPost("/lines", AddLine).WithName("AddCartLine");
        cart.MapPut("/lines/{line:line}", SetLine).WithName("SetCartLine");
        cart.MapDelete("/lines/{line:line}", RemoveLine).WithName("RemoveCartLine");
        cart.MapPost("/codes", AddCode).WithName("AddCartCode").Limited(Limit.Guesses);
        cart.MapDelete("/codes/{code}", RemoveCode).WithName("RemoveCartCode");
        cart.MapDelete("/gift-cards/{id:credit}", RemoveGiftCard).WithName("RemoveCartGiftCard");
        cart.MapPost("/actions", Change).WithName("ChangeCart");
        cart.MapPost("/merge", Merge).WithName("MergeCart");
        cart.MapGet("/shipping-options", ShippingOptions).WithName("ListShippingOptions");
        cart.MapPut("/shipping-option", ChooseShipping).WithName("ChooseShippingOption");
        cart.MapPost("/complete", Complete).WithName("CompleteCart").RequireIdempotencyKey();
    }

    private static async Task<Results<Created<CartView>, ProblemHttpResult>> Create(
        CreateCartRequest body, Storefront? storefront, CommandHeaders headers, HttpContext http, IGrainFactory grains, CartIds ids)
    {
        var id = await ids.ForAsync(headers.Key, http);
        var result = await grains.GetCart(id).Create(body.Currency, headers.For("create", body), storefront?.Key.SalesChannel);
        return result.ToCreated(http, cart => $"/v1/carts/{cart.Id}", cart => cart.Version);
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> Read(
        CartId cartId, HttpContext http, IGrainFactory grains, CancellationToken cancellation) =>
        (await grains.GetCart(cartId).Read(cancellation)).ToOk(http, cart => cart.Version);

    private static Task<Results<ServerSentEventsResult<CartView?>, ProblemHttpResult>> Follow(
        CartId cartId, HttpContext http, IGrainFactory grains, LiveStream live) => live.FollowAsync(
            http, "cart", () => grains.GetCart(cartId).Read(http.RequestAborted), cart => $"{cart.Version}", _ => [$"cart/{cartId}"]);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> Update(
        CartId cartId, UpdateCartRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new UpdateCart(body.Email.ToChange(), body.ShippingAddress.ToChange(), body.BillingAddress.ToChange());
        var result = await grains.GetCart(cartId).Update(command, headers.For("update", command));
        return result.ToOk(http, cart => cart.Version);
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> AddLine(
        CartId cartId, AddCartLine body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCart(cartId).AddLine(body, headers.For("add", body))).ToOk(http, cart => cart.Version);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> SetLine(
        CartId cartId, CartLineId line, SetCartLineRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new SetCartLine(line, body.Quantity);
        return (await grains.GetCart(cartId).SetLine(command, headers.For("set", command))).ToOk(http, cart => cart.Version);
    }

    private static Task<Results<Ok<CartView>, ProblemHttpResult>> RemoveLine(
        CartId cartId, CartLineId line, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        SetLine(cartId, line, new(0), headers, http, grains);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> AddCode(
        CartId cartId, AddCodeRequest body, CommandHeaders headers, HttpContext http, CreditIds credits, IGrainFactory grains)
    {
        // The header remembers what the code means, and not the code, which may be money.
        var entry = await credits.EntryOfAsync(body.Code);
        return (await grains.GetCart(cartId).Do(entry, headers.For("code", entry))).ToOk(http, cart => cart.Version);
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> RemoveCode(
        CartId cartId, string code, CommandHeaders headers, HttpContext http, CreditIds credits, IGrainFactory grains)
    {
        var removal = await credits.RemovalOfAsync(code);
        return (await grains.GetCart(cartId).Do(removal, headers.For("uncode", removal))).ToOk(http, cart => cart.Version);
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> RemoveGiftCard(
        CartId cartId, CreditAccountId id, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCart(cartId).Do(new RemoveCartCredit(id), headers.For("uncard", id))).ToOk(http, cart => cart.Version);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> Change(
        CartId cartId, ChangeCartRequest body, CommandHeaders headers, HttpContext http, CreditIds credits, IGrainFactory grains)
    {
        var (actions, told) = await body.ReadAsync(credits);
        return (await grains.GetCart(cartId).Change(actions, headers.For("change", told))).ToOk(http, cart => cart.Version);
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> Merge(
        CartId cartId, MergeCartRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCart(cartId).Merge(body.Source, headers.For("merge", body))).ToOk(http, cart => cart.Version);

    private static async Task<Results<Ok<Page<ShippingOption>>, ProblemHttpResult>> ShippingOptions(
        CartId cartId, HttpContext http, IGrainFactory grains, CancellationToken cancellation) =>
        (await grains.GetCart(cartId).ShippingOptions(cancellation)).Select(Page<ShippingOption>.Whole).ToOk(http);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> ChooseShipping(
        CartId cartId, ChooseShippingRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCart(cartId).ChooseShipping(body.Id, headers.For("ship", body))).ToOk(http, cart => cart.Version);

    private static async Task<Results<Created<OrderView>, Accepted<CheckoutPending>, ProblemHttpResult>> Complete(
        CartId cartId, CompleteCheckout body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var result = await grains.GetCheckout(cartId).Complete(body, headers.For("complete", body));
        if (result is { Value.NextAction: { } action })
        {
            return TypedResults.Accepted($"/v1/carts/{cartId}", new CheckoutPending(cartId, action));
        }

        return result.Select(outcome => outcome.Order!)
            .ToCreated(http, order => $"/v1/orders/{order.Id}", order => order.Version).Result switch
        {
            Created<OrderView> created => created,
            var refused => (ProblemHttpResult)refused,
        };
    }
}

internal sealed record CreateCartRequest(Currency Currency);

internal sealed record UpdateCartRequest(
    Optional<string> Email, Optional<Address> ShippingAddress, Optional<Address> BillingAddress);

internal sealed record SetCartLineRequest(int Quantity);

internal sealed record ChooseShippingRequest(string Id);

/// <param name="Code">Of a promotion or a gift card.</param>
internal sealed record AddCodeRequest(string Code)
{
    /// <summary>Without the code, which may be money.</summary>
    public override string ToString() => "code";
}

/// <param name="Source">The cart that is taken over; it becomes a pointer to this one.</param>
internal sealed record MergeCartRequest(CartId Source);

/// <summary>The customer must act before the order can be placed; complete again afterwards.</summary>
internal sealed record CheckoutPending(CartId CartId, Payments.NextAction NextAction);
