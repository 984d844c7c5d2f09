using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Identity;

namespace Commerce.Pricing;

internal static class PricingEndpoints
{
    public static void MapCartPricing(this IEndpointRouteBuilder routes)
    {
        var cart = routes.MapGroup("/carts/{cartId:cart}").WithTags("Carts");
        cart.MapGet("/explain", Explain).WithName("ExplainCart");
        cart.MapPut("/vat-id", SetVatId).WithName("SetCartVatId");
    }

    public static void MapPricingAdministration(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/carts/{cartId:cart}/buyer", SetBuyer).WithTags("Carts").WithName("SetCartBuyer").Needs(Area.Orders);
        var lists = routes.MapGroup("/price-lists").WithTags("Price lists").Needs(Area.Promotions);
        lists.MapGet("/", Lists).WithName("ListPriceLists");
        lists.MapGet("/{id}", ReadList).WithName("ReadPriceList");
        lists.MapPut("/{id}", PutList).WithName("PutPriceList");
        lists.MapDelete("/{id}", RemoveList).WithName("RemovePriceList");
    }

    private static async Task<Results<Ok<CartExplanation>, ProblemHttpResult>> Explain(
        CartId cartId, HttpContext http, IGrainFactory grains, CancellationToken cancellation) =>
        (await grains.GetCart(cartId).Explain(cancellation)).ToOk(http, explanation => explanation.Version);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> SetVatId(
        CartId cartId, SetVatIdRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new SetBuyer(default, new(true, body.VatId), default);
        return (await grains.GetCart(cartId).SetBuyer(command, headers.For("vat-id", command))).ToOk(http, cart => cart.Version);
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> SetBuyer(
        CartId cartId, SetBuyerRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var command = new SetBuyer(body.Group.ToChange(), body.VatId.ToChange(), body.Exemption.ToChange());
        return (await grains.GetCart(cartId).SetBuyer(command, headers.For("buyer", command))).ToOk(http, cart => cart.Version);
    }

    private static async Task<Ok<Page<PriceListSummary>>> Lists(IGrainFactory grains) =>
        TypedResults.Ok(Page<PriceListSummary>.Whole(await grains.GetPriceLists().Read()));

    private static async Task<Results<Ok<PriceList>, ProblemHttpResult>> ReadList(
        string id, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPriceLists().Find(id)).ToOk(http);

    private static async Task<Results<Ok<PriceList>, ProblemHttpResult>> PutList(
        string id, PutPriceListRequest body, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPriceLists().Put(
            new(id, body.Title, body.Kind, body.Prices, body.From, body.Until, body.Group, body.Overrides))).ToOk(http);

    private static async Task<Results<Ok<PriceList>, ProblemHttpResult>> RemoveList(
        string id, HttpContext http, IGrainFactory grains) =>
        (await grains.GetPriceLists().Remove(id)).ToOk(http);
}

/// <param name="VatId">Null takes it back.</param>
internal sealed record SetVatIdRequest(string? VatId);

internal sealed record SetBuyerRequest(Optional<string> Group, Optional<string> VatId, Optional<string> Exemption);

/// <summary>See <see cref="PriceList"/>, whose id is in the address.</summary>
internal sealed record PutPriceListRequest(
    string Title,
    PriceListKind Kind,
    ImmutableArray<ListPrice> Prices,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null,
    string? Group = null,
    bool Overrides = false);
