using System.Diagnostics;

namespace Commerce.Bench;

/// <summary>
/// Ten times as many shoppers as the shop can serve, for a minute, while others look at products: whether it goes on
/// serving as many as it can, tells the rest at once, and is itself again when they are gone.
/// </summary>
internal sealed class Stampede : IScenario
{
    private const int Shoppers = 64;
    private const int Crowd = 1_024;
    private const int Readers = 64;
    private const int Products = 1_000;
    private static readonly TimeSpan Overload = TimeSpan.FromSeconds(60);

    public string Name => "stampede";

    public string Summary => "ten times the peak for a minute: what is still served, what is refused, and the recovery";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, Products, units: 1_000_000);
        await using var shop = await ServedShop.StartAsync(lab.Settings());
        var (cpu, lanes, readers) = (shop.Meter(lab), await shop.ConnectAsync(Crowd), await shop.ConnectAsync(Readers));
        Task BuyAsync(int caller, long number) => Shopper.BuyAsync(lanes[caller], NextSku());
        var peak = report.Add(await lab.RoundsAsync($"purchases, {Shoppers} shoppers", Shoppers, BuyAsync, cpu));
        var before = shop.Memory;

        var (bought, refused, failed) = (0, 0, 0);
        var refusals = new Latencies();
        async Task TryAsync(int caller, long number)
        {
            var started = Stopwatch.GetTimestamp();
            switch (await Shopper.TryBuyAsync(lanes[caller], NextSku()))
            {
                case 201:
                    Interlocked.Increment(ref bought);
                    break;
                case 503 or 429:
                    Interlocked.Increment(ref refused);
                    refusals.Record(Stopwatch.GetTimestamp() - started);
                    break;
                default:
                    Interlocked.Increment(ref failed);
                    break;
            }
        }

        var reading = Load.OpenAsync(Readers, 200, Overload, (reader, number) => readers[reader].ExpectAsync(200, HttpLane.Request(
            "GET", $"/v1/products/{NextSku().ToLowerInvariant()}")).AsTask(), cpu);
        var overload = await Load.OpenAsync(Crowd, 10 * peak.Median, Overload, TryAsync, cpu);
        var read = await reading;
        report.Add(new($"ten times as many arrive, {Crowd} at once", [overload], Latency: Latency.Of(overload)));
        report.Add(new("200 reads/s beside them", [read], Latency: Latency.Of(read)));
        report.Notes.Add(FormattableString.Invariant(
            $"  {bought} bought, {refused} refused (half of them within {Half(refusals):0.0} ms), {failed} failed in {overload.Length.TotalSeconds:0} s"));
        report.Require("purchases under the stampede ÷ peak", bought / overload.Length.TotalSeconds / peak.Median, 0.5);
        report.Require("requests that failed otherwise", failed, 0, isUpperLimit: true);
        report.Require("memory after ÷ before", (double)shop.Memory / before, 2, isUpperLimit: true);
        report.Require("seconds until purchases take no longer than before", await RecoveryAsync(lanes[0], peak), 5, isUpperLimit: true);
        await Shopper.DeliveredAsync(lab);
        foreach (var lane in lanes.Concat(readers))
        {
            lane.Dispose();
        }

        await lab.VerifyAsync(report);
    }

    /// <summary>Until one purchase takes no longer than half of them did at the peak.</summary>
    private static async Task<double> RecoveryAsync(HttpLane lane, Measurement peak)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            if (await Shopper.TryBuyAsync(lane, NextSku()) == 201
                && Stopwatch.GetElapsedTime(started).TotalMilliseconds <= peak.Rounds[^1].Milliseconds(50))
            {
                return since.Elapsed.TotalSeconds;
            }
        }
    }

    private static double Half(Latencies latencies) => latencies.Sum().GetValueAtPercentile(50) / 1000.0;

    private static string NextSku() => Catalogue.Sku(Random.Shared.Next(Products)).Value;
}
