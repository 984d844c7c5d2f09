using System.Collections.Immutable;

namespace Commerce.Inventory;

internal static class StockEndpoints
{
    public static void MapStockAdministration(this IEndpointRouteBuilder routes)
    {
        var stock = routes.MapGroup("/stock/{sku:sku}").WithTags("Stock");
        stock.MapGet("/", Read).WithName("ReadStock");
        stock.MapPost("/receipts", Receive).WithName("ReceiveStock");
        stock.MapPost("/adjustments", Adjust).WithName("AdjustStock");
        stock.MapPost("/counts", Count).WithName("CountStock");
        var locations = routes.MapGroup("/locations").WithTags("Stock");
        locations.MapGet("/", Locations).WithName("ListLocations");
        locations.MapPut("/", PutLocations).WithName("PutLocations");
    }

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

    private static async Task<Ok<Page<Location>>> Locations(IGrainFactory grains) =>
        TypedResults.Ok(Page<Location>.Whole(await grains.GetLocations().Read()));

    private static async Task<Results<Ok<Page<Location>>, ProblemHttpResult>> PutLocations(
        LocationList body, HttpContext http, IGrainFactory grains) =>
        (await grains.GetLocations().Put(body.Data)).Select(Page<Location>.Whole).ToOk(http);
}

internal sealed record LocationList(ImmutableArray<Location> Data);
