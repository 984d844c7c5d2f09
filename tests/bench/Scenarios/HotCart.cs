using Commerce.Carts;

namespace Commerce.Bench;

/// <summary>
/// One cart that 64 clients change at once, each a line of his own, repriced each time; then 10,000 carts evenly. Beside
/// it the stock Orleans provider with as many grains and a state as large.
/// </summary>
internal sealed class HotCart : IScenario
{
    private const int Clients = 64;
    private const int Carts = 10_000;

    // What a cart of 64 lines, or of one, is as JSON.
    private const int LargeBytes = 12_000;
    private const int SmallBytes = 600;

    public string Name => "hot-cart";

    public string Summary => "one cart changed by 64 clients, and 10,000 carts, against WriteStateAsync";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, Clients, units: 1_000_000);
        await using var shop = await HostedShop.StartAsync(lab.Settings());
        await OneAsync(lab, report, shop.Grains);
        await ManyAsync(lab, report, shop.Grains);
        await lab.VerifyAsync(report);
    }

    private static async Task OneAsync(Lab lab, Report report, IGrainFactory grains)
    {
        var written = report.Add(await lab.RoundsAsync(
            "WriteStateAsync of one grain, 64 clients", Clients, Documents.Of(grains, 1, LargeBytes).WriteAsync));
        var cart = grains.GetCart(EntityId.Derive<CartId>("bench/hot"));
        _ = (await cart.Create(new("GBP"), CommandHeader.None)).Required;
        var last = new int[Clients];
        async Task ChangeAsync(int client, long number)
        {
            var quantity = (last[client] % 90) + 1;
            _ = (await cart.SetLine(new(Catalogue.Sku(client), quantity), CommandHeader.None)).Required;
            last[client] = quantity;
        }

        var changed = await lab.RoundsAsync("one cart, 64 clients", Clients, ChangeAsync);
        report.Add(await lab.WithLatencyAsync(changed, Clients, ChangeAsync));
        report.Require("one cart ÷ WriteStateAsync", changed.Median / written.Median, 5);
        var lines = (await cart.Read()).Required.Lines;
        var lost = Enumerable.Range(0, Clients).Count(
            client => lines.SingleOrDefault(line => line.Sku == Catalogue.Sku(client))?.Quantity != last[client]);
        report.Require("lines that are not as their client left them", lost, 0, isUpperLimit: true);
    }

    private static async Task ManyAsync(Lab lab, Report report, IGrainFactory grains)
    {
        var written = report.Add(await lab.RoundsAsync(
            "WriteStateAsync of 10,000 grains, 64 clients", Clients, Documents.Of(grains, Carts, SmallBytes).WriteAsync));
        var carts = Enumerable.Range(0, Carts).Select(number => grains.GetCart(EntityId.Derive<CartId>($"bench/{number}"))).ToArray();
        foreach (var some in carts.Chunk(256))
        {
            await Task.WhenAll(some.Select(async cart => _ = (await cart.Create(new("GBP"), CommandHeader.None)).Required));
        }

        async Task ChangeAsync(int client, long number) => _ = (await carts[Random.Shared.Next(Carts)].SetLine(
            new(Catalogue.Sku((int)(number % 4)), (int)(number % 90) + 1), CommandHeader.None)).Required;

        var changed = await lab.RoundsAsync("10,000 carts, 64 clients", Clients, ChangeAsync);
        report.Add(await lab.WithLatencyAsync(changed, Clients, ChangeAsync));
        report.Require("10,000 carts ÷ WriteStateAsync", changed.Median / written.Median, 5);
    }
}
