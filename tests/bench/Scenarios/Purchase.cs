using System.Diagnostics;

namespace Commerce.Bench;

/// <summary>
/// Whole purchases over HTTP by many shoppers at once, over a catalogue in which a few products are wanted by many: cart,
/// line, contact and address, shipping option, checkout. An order counts when its mail is written and its fulfillment
/// order is open as well.
/// </summary>
internal sealed class Purchase : IScenario
{
    private const int Shoppers = 64;
    private const int Products = 10_000;

    public string Name => "purchase";

    public string Summary => "whole purchases over HTTP, mail and fulfillment included, against an empty endpoint";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, Products, units: 1_000_000);
        await using var shop = await ServedShop.StartAsync(lab.Settings());
        var (cpu, lanes) = (shop.Meter(lab), await shop.ConnectAsync(Shoppers));
        var nothing = HttpLane.Request("GET", HostedShop.Empty);
        var empty = report.Add(await lab.RoundsAsync(
            $"empty endpoint, {Shoppers} connections", Shoppers,
            (caller, _) => lanes[caller].ExpectAsync(200, nothing).AsTask(), cpu, shop.AllocatedAsync));

        var catalogue = new Zipf(Products);
        Task BuyAsync(int caller, long _) => Shopper.BuyAsync(lanes[caller], Catalogue.Sku(catalogue.Next()).Value);
        var bought = await lab.RoundsAsync($"purchases, {Shoppers} shoppers", Shoppers, BuyAsync, cpu, shop.AllocatedAsync);

        // What is not delivered yet was not paid for by the processor within the rounds.
        var behind = Stopwatch.StartNew();
        await Shopper.DeliveredAsync(lab);
        report.Notes.Add(FormattableString.Invariant($"  delivered {behind.Elapsed.TotalSeconds:0.0} s after the last order"));
        bought = await lab.WithLatencyAsync(bought, Shoppers, BuyAsync, cpu: cpu);
        await Shopper.DeliveredAsync(lab);
        report.Add(bought);
        var length = bought.Rounds.Sum(round => round.Length.TotalSeconds);
        report.Require(
            "orders, mail and fulfillment ÷ requests of the empty endpoint",
            bought.Median * length / (length + behind.Elapsed.TotalSeconds) / empty.Median, 1.0 / 70);
        report.Require("p99 of a purchase, ms", bought.Latency!.P99, 250, isUpperLimit: true);
        foreach (var lane in lanes)
        {
            lane.Dispose();
        }

        await lab.VerifyAsync(report);
    }
}
