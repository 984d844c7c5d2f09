using System.Collections.Immutable;
using Commerce.Identity;

namespace Commerce.Inventory;

internal static class StockEndpoints
{
    public static void MapAvailability(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/availability", Availability).WithTags("Catalog").WithName("ReadAvailability");

    public static void MapStockAdministration(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/stock").WithTags("Stock").Needs(Area.Stock);
        all.MapGet("/", List).WithName("ListStock");
        all.MapPost("/batch", Feed).WithName("FeedStock");
        var stock = routes.MapGroup("/stock/{sku:sku}").WithTags("Stock").Needs(Area.Stock);
        stock.MapGet("/", Read).WithName("ReadStock");
        stock.MapGet("/movements", Movements).WithName("ListStockMovements");
        stock.MapPost("/receipts", Receive).WithName("ReceiveStock").RequireIdempotencyKey();
        stock.MapPost("/adjustments", Adjust).WithName("AdjustStock").RequireIdempotencyKey();
        stock.MapPost("/counts", Count).WithName("CountStock").RequireIdempotencyKey();
        stock.MapPost("/transfers", Transfer).WithName("TransferStock").RequireIdempotencyKey();
        stock.MapPost("/damages", MoveDamaged).WithName("MoveDamagedStock").RequireIdempotencyKey();
        stock.MapPut("/incoming", Expect).WithName("ExpectStock");
        stock.MapPut("/safety-stock", SetSafety).WithName("SetSafetyStock");
        stock.MapPut("/policy", SetPolicy).WithName("SetStockPolicy");
        var holds = stock.MapGroup("/holds/{holdId:hold}");
        holds.MapGet("/", ReadHold).WithName("ReadHold");
        holds.MapPut("/", Hold).WithName("HoldStock");
        holds.MapPost("/extend", Extend).WithName("ExtendHold");
        holds.MapDelete("/", CancelHold).WithName("CancelHold");
        var locations = routes.MapGroup("/locations").WithTags("Stock").Needs(Area.Stock);
        locations.MapGet("/", Locations).WithName("ListLocations");
        locations.MapPut("/", PutLocations).WithName("PutLocations");
    }

    private static async Task<Ok<Page<AvailableSku>>> Availability(
        string skus, StockListing stock, CancellationToken cancellation) =>
        TypedResults.Ok(Page<AvailableSku>.Whole(await stock.AvailabilityAsync(skus, cancellation)));

    private static async Task<Ok<Page<ListedStock>>> List(
        [AsParameters] ListQuery list, [AsParameters] StockFilter filter, StockListing stock, CancellationToken cancellation) =>
        TypedResults.Ok(await stock.ListAsync(list, filter, cancellation));

    private static async Task<Ok<Page<StockMovement>>> Movements(
        Sku sku, [AsParameters] ListQuery list, MovementListing movements, CancellationToken cancellation) =>
        TypedResults.Ok(await movements.ListAsync(sku, list, cancellation));

    private static async Task<Results<Ok<Page<StockFeedResult>>, ProblemHttpResult>> Feed(
        StockFeedRequest body, HttpContext http, IGrainFactory grains) => (await body.TakeAsync(grains)).ToOk(http);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> Read(
        Sku sku, HttpContext http, IGrainFactory grains, CancellationToken cancellation) =>
        ((Result<StockView>)await grains.GetStockLine(sku).Read(cancellation)).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> Receive(
        Sku sku, ReceiveStock body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockLine(sku).Receive(body, headers.For("receive", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> Adjust(
        Sku sku, AdjustStock body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockLine(sku).Adjust(body, headers.For("adjust", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> Count(
        Sku sku, CountStock body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockLine(sku).Count(body, headers.For("count", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> Transfer(
        Sku sku, TransferStock body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockOperations(sku).Transfer(body, headers.For("transfer", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> MoveDamaged(
        Sku sku, DamageStock body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockOperations(sku).MoveDamaged(body, headers.For("damage", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> Expect(
        Sku sku, ExpectStock body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockOperations(sku).Expect(body, headers.For("expect", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> SetSafety(
        Sku sku, SetSafetyStock body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockOperations(sku).SetSafety(body, headers.For("safety", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> SetPolicy(
        Sku sku, StockPolicy body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockOperations(sku).SetPolicy(body, headers.For("policy", body))).ToOk(http, stock => stock.Version);

    private static async Task<Results<Ok<HoldView>, ProblemHttpResult>> ReadHold(
        Sku sku, HoldId holdId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockOperations(sku).ReadHold(holdId)).ToOk(http);

    private static async Task<Results<Ok<HoldView>, ProblemHttpResult>> Hold(
        Sku sku, HoldId holdId, HoldRequest body, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockLine(sku).Hold(new(
            holdId, body.Quantity, TimeSpan.FromSeconds(body.TtlSeconds), body.Owner, body.Destination))).ToOk(http);

    private static async Task<Results<Ok<HoldView>, ProblemHttpResult>> Extend(
        Sku sku, HoldId holdId, ExtendRequest body, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockLine(sku).Extend(new(holdId, TimeSpan.FromSeconds(body.TtlSeconds)))).ToOk(http);

    private static async Task<Results<Ok<StockView>, ProblemHttpResult>> CancelHold(
        Sku sku, HoldId holdId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetStockOperations(sku).CancelHold(holdId)).ToOk(http, stock => stock.Version);

    private static async Task<Ok<Page<Location>>> Locations(IGrainFactory grains) =>
        TypedResults.Ok(Page<Location>.Whole(await grains.GetLocations().Read()));

    private static async Task<Results<Ok<Page<Location>>, ProblemHttpResult>> PutLocations(
        LocationList body, HttpContext http, IGrainFactory grains) =>
        (await grains.GetLocations().Put(body.Data)).Select(Page<Location>.Whole).ToOk(http);
}

internal sealed record LocationList(ImmutableArray<Location> Data);

/// <param name="TtlSeconds">How long it lasts from now on, 1 to 86,400.</param>
internal sealed record HoldRequest(int Quantity, int TtlSeconds, string? Owner = null, Destination? Destination = null);

/// <param name="TtlSeconds">How long it lasts from now on, 1 to 86,400.</param>
internal sealed record ExtendRequest(int TtlSeconds);
