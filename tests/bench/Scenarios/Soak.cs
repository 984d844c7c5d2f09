using System.Diagnostics;

namespace Commerce.Bench;

/// <summary>Half of what the shop can do, for half an hour: whether anything grows, slows down or falls behind.</summary>
internal sealed class Soak : IScenario
{
    private const int Shoppers = 64;
    private const int Products = 10_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(5);

    public string Name => "soak";

    public string Summary => "purchases at half of the peak for half an hour (--minutes 30): rate, p99, memory, reader lag";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, Products, units: 1_000_000);
        await using var shop = await ServedShop.StartAsync(lab.Settings());
        var (cpu, lanes) = (shop.Meter(lab), await shop.ConnectAsync(Shoppers + 1));
        Task BuyAsync(int shopper, long _) => Shopper.BuyAsync(lanes[shopper], Catalogue.Sku(Random.Shared.Next(Products)).Value);
        var peak = report.Add(await lab.RoundsAsync($"purchases, {Shoppers} shoppers", Shoppers, BuyAsync, cpu));
        await Shopper.DeliveredAsync(lab);
        var minutes = new List<(Round Round, long Memory, double Lag)>();
        for (var minute = 1; minute <= lab.Options.Minutes; minute++)
        {
            var probing = LagAsync(lab, lanes[^1]);
            var round = await Load.OpenAsync(Shoppers, peak.Median / 2, Minute, BuyAsync, cpu);
            minutes.Add((round, shop.Memory, await probing));
            report.Add(new($"minute {minute}: {shop.Memory >> 20} MB, lag {minutes[^1].Lag:0} ms", [round], Latency: Latency.Of(round)));
        }

        // The first minute is for what is compiled and cached late.
        var (second, last) = (minutes[Math.Min(1, minutes.Count - 1)], minutes[^1]);
        report.Require("rate of the last minute ÷ of the second", last.Round.PerSecond / second.Round.PerSecond, 0.9);
        report.Require("p99 of the last minute ÷ of the second", last.Round.Milliseconds(99) / second.Round.Milliseconds(99), 1.1, isUpperLimit: true);
        report.Require("memory after the last minute ÷ after the second", (double)last.Memory / second.Memory, 1.1, isUpperLimit: true);
        report.Require("slowest order to be listed, ms", minutes.Max(minute => minute.Lag), 1_000, isUpperLimit: true);
        Array.ForEach(lanes, lane => lane.Dispose());
        await Shopper.DeliveredAsync(lab);
        await lab.VerifyAsync(report);
    }

    /// <summary>The longest that an order of this minute took from its answer until lists show it, in milliseconds.</summary>
    private static async Task<double> LagAsync(Lab lab, HttpLane lane)
    {
        var (most, since) = (0.0, Stopwatch.StartNew());
        while (since.Elapsed < Minute - ProbeEvery)
        {
            await Shopper.BuyAsync(lane, Catalogue.Sku(0).Value);
            var (order, placed) = (lane.Text("id"), Stopwatch.StartNew());
            await using var listed = lab.Database.CreateCommand("select exists (select from orders where id = $1)");
            listed.Parameters.Add(new() { Value = order });
            while (!(bool)(await listed.ExecuteScalarAsync())!)
            {
                await Task.Delay(5);
            }

            most = Math.Max(most, placed.Elapsed.TotalMilliseconds);
            await Task.Delay(ProbeEvery);
        }

        return most;
    }
}
