using Commerce.Inventory;

namespace Commerce.Bench;

/// <summary>The same as <see cref="HotSku"/> from outside: one process that is front door and silo.</summary>
internal sealed class HotSkuHttp : IScenario
{
    private const int Connections = 64;

    public string Name => "hot-sku-http";

    public string Summary => "holds on one SKU over HTTP, against an empty endpoint of the same server";

    public async Task RunAsync(Lab lab, Report report)
    {
        await using var shop = await ServedShop.StartAsync(lab.Settings());
        var lanes = await shop.ConnectAsync(Connections);
        var (cpu, authorization) = (shop.Meter(lab), $"Authorization: Bearer {HostedShop.OperatorKey}");
        await lanes[0].ExpectAsync(200, HttpLane.Request(
            "PUT", "/v1/admin/locations", """{"data":[{"id":"main","name":"Main","country":"GB","priority":1}]}""", authorization));
        for (var i = 0; i < 20; i++)
        {
            await lanes[0].ExpectAsync(200, HttpLane.Request(
                "POST", "/v1/admin/stock/HOT-SKU/receipts", """{"location":"main","quantity":1000000}""",
                authorization, $"Idempotency-Key: receipt-{i}"));
        }

        var nothing = HttpLane.Request("GET", HostedShop.Empty);
        Task EmptyAsync(int caller, long _) => lanes[caller].ExpectAsync(200, nothing).AsTask();
        var names = HoldNames.Of(Connections);
        Task HoldAsync(int caller, long _) => lanes[caller].ExpectAsync(200, HttpLane.Request(
            "PUT", $"/v1/admin/stock/HOT-SKU/holds/{names.Next(caller)}", """{"quantity":1,"ttl_seconds":43200}""", authorization)).AsTask();

        var empty = await lab.RoundsAsync($"empty endpoint, {Connections} connections", Connections, EmptyAsync, cpu, shop.AllocatedAsync);
        var holds = await lab.RoundsAsync($"holds, {Connections} connections", Connections, HoldAsync, cpu, shop.AllocatedAsync);

        // At the same load for both: what a hold adds, not what less load would take away.
        var load = holds.Median * 0.7;
        empty = await lab.WithLatencyAsync(empty, Connections, EmptyAsync, load / empty.Median, cpu);
        holds = await lab.WithLatencyAsync(holds, Connections, HoldAsync, load / holds.Median, cpu);
        report.Add(empty);
        report.Add(holds);
        report.Require("holds ÷ empty endpoint", holds.Median / empty.Median, 0.40);
        report.Require("p99 ÷ the empty endpoint's", holds.Latency!.P99 / empty.Latency!.P99, 8, isUpperLimit: true);
        foreach (var lane in lanes)
        {
            lane.Dispose();
        }

        await lab.VerifyAsync(report);
    }
}
