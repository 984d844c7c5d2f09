namespace Commerce.Bench;

/// <summary>What shoppers look at most, with 100,000 products: a product, a list, a search, a cart.</summary>
internal sealed class Reading : IScenario
{
    private const int Connections = 64;
    private const int Products = 100_000;
    private const int Carts = 1_000;

    public string Name => "read";

    public string Summary => "product page, listing, search and cart over HTTP, against an empty endpoint";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, Products, units: 0);
        await using var shop = await ServedShop.StartAsync(lab.Settings());
        var (cpu, lanes) = (shop.Meter(lab), await shop.ConnectAsync(Connections));
        Task<Measurement> ReadAsync(string name, Func<long, byte[]> request) => lab.RoundsAsync(
            name, Connections, (caller, _) => lanes[caller].ExpectAsync(200, request(Random.Shared.NextInt64())).AsTask(),
            cpu, shop.AllocatedAsync);

        var empty = report.Add(await ReadAsync("empty endpoint", Same(HttpLane.Request("GET", HostedShop.Empty))));
        async Task CompareAsync(string name, double target, Func<long, byte[]> request) => report.Require(
            $"{name} ÷ empty endpoint", report.Add(await ReadAsync(name, request)).Median / empty.Median, target);

        var wanted = new Zipf(Products);
        await CompareAsync("product page", 0.5, _ => Catalogue.Page(wanted.Next()));
        await CompareAsync("listing", 0.5, Catalogue.Listing);
        await CompareAsync("search, every query different", 0.01, number => Catalogue.Search(number % Products));
        var carts = await CartsAsync(lanes[0]);
        await CompareAsync("cart", 0.5, number => carts[number % Carts]);
        foreach (var lane in lanes)
        {
            lane.Dispose();
        }

        await lab.VerifyAsync(report);
    }

    private static Func<long, byte[]> Same(byte[] request) => _ => request;

    private static async Task<byte[][]> CartsAsync(HttpLane lane)
    {
        var carts = new byte[Carts][];
        for (var i = 0; i < Carts; i++)
        {
            await lane.ExpectAsync(201, HttpLane.Request("POST", "/v1/carts", """{"currency":"GBP"}"""));
            var cart = $"/v1/carts/{lane.Text("id")}";
            carts[i] = HttpLane.Request("GET", cart);
            await lane.ExpectAsync(200, HttpLane.Request(
                "POST", $"{cart}/lines", $$"""{"sku":"{{Catalogue.Sku(i)}}","quantity":1}"""));
        }

        return carts;
    }
}
