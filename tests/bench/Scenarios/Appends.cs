using Commerce.Inventory;

namespace Commerce.Bench;

/// <summary>
/// Durable changes spread over many grains: holds on 10,000 SKUs through their grains. Beside it the stock Orleans
/// provider over the same PostgreSQL: as many grains, as many callers, a state as large as a SKU's.
/// </summary>
internal sealed class Appends : IScenario
{
    private const int Grains = 10_000;

    // A SKU with one location and three holds.
    private const int StateBytes = 400;

    public string Name => "appends";

    public string Summary => "changes of 10,000 grains through the journal, against WriteStateAsync";

    public async Task RunAsync(Lab lab, Report report)
    {
        await using var shop = await HostedShop.StartAsync(lab.Settings());
        _ = (await shop.Grains.GetLocations().Put([new(new("main"), "Main", "GB", null, 1)])).Required;
        var lines = await StockAsync(shop.Grains);
        var documents = Documents.Of(shop.Grains, Grains, StateBytes);
        foreach (var callers in lab.Options.Callers ?? [64, 1024])
        {
            var names = HoldNames.Of(callers);
            async Task HoldAsync(int caller, long number) =>
                _ = (await lines[Random.Shared.Next(Grains)].Hold(new(names.Next(caller), 1, TimeSpan.FromHours(12)))).Required;

            var written = report.Add(await lab.RoundsAsync($"WriteStateAsync, {callers} callers", callers, documents.WriteAsync));
            var appended = await lab.RoundsAsync($"appends, {callers} callers", callers, HoldAsync);
            report.Add(await lab.WithLatencyAsync(appended, callers, HoldAsync));
            report.Require($"appends ÷ WriteStateAsync, {callers} callers", appended.Median / written.Median, callers > 64 ? 8 : 4);
        }

        await lab.VerifyAsync(report);
    }

    private static async Task<IStockLineGrain[]> StockAsync(IGrainFactory grains)
    {
        var lines = Enumerable.Range(0, Grains).Select(number => grains.GetStockLine(Catalogue.Sku(number))).ToArray();
        foreach (var some in lines.Chunk(256))
        {
            await Task.WhenAll(some.Select(async line =>
                _ = (await line.Receive(new(new("main"), 1_000_000), CommandHeader.None)).Required));
        }

        return lines;
    }
}
