using System.Collections.Concurrent;
using System.Diagnostics;

namespace Commerce.Bench;

/// <summary>
/// The same purchases through one, two and three processes on the same machine: what it costs to be several. Then one of
/// three is killed among them.
/// </summary>
internal sealed class Cluster : IScenario
{
    private const int Shoppers = 63;
    private const int Products = 1_000;
    private static readonly TimeSpan BeforeKill = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(25);

    public string Name => "cluster";

    public string Summary => "purchases on one, two and three silos, and one of them killed";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, Products, units: 1_000_000);
        var rates = new double[4];
        for (var silos = 1; silos <= 3; silos++)
        {
            var shops = await StartAsync(lab, silos);
            rates[silos] = (await MeasureAsync(lab, report, shops)).Median;
            if (silos == 3)
            {
                await KillAsync(lab, report, shops);
            }

            // Who sends the mails must still be there.
            await Shopper.DeliveredAsync(lab);
            await StopAsync(shops);
        }

        report.Require("purchases on two silos ÷ on one", rates[2] / rates[1], 0.7);
        report.Require("purchases on three silos ÷ on one", rates[3] / rates[1], 0.7);
        await lab.VerifyAsync(report);
    }

    private static async Task<List<ServedShop>> StartAsync(Lab lab, int silos)
    {
        var shops = new List<ServedShop>();
        for (var i = 0; i < silos; i++)
        {
            shops.Add(await ServedShop.StartAsync(lab.Settings()));
        }

        return shops;
    }

    private static async Task StopAsync(List<ServedShop> shops)
    {
        foreach (var shop in shops)
        {
            await shop.DisposeAsync();
        }
    }

    private static async Task<Measurement> MeasureAsync(Lab lab, Report report, List<ServedShop> shops)
    {
        var lanes = await Task.WhenAll(Enumerable.Range(0, Shoppers)
            .Select(shopper => HttpLane.ConnectAsync(shops[shopper % shops.Count].Address)));
        var measured = report.Add(await lab.RoundsAsync(
            $"purchases on {shops.Count} silos, {Shoppers} shoppers", Shoppers,
            (shopper, _) => Shopper.BuyAsync(lanes[shopper], NextSku()),
            new CpuMeter(lab.Server, [.. shops.Select(shop => shop.ProcessId)]),
            processes: 2 * shops.Count));
        Array.ForEach(lanes, lane => lane.Dispose());
        return measured;
    }

    private static async Task KillAsync(Lab lab, Report report, List<ServedShop> shops)
    {
        var lanes = Enumerable.Range(0, Shoppers).Select(shopper => new InsistentLane(shops, shopper)).ToArray();
        var (orders, killed, failed) = (new ConcurrentBag<string>(), 0L, 0);
        var buying = Load.ClosedAsync(Shoppers, BeforeKill + AfterKill, async (shopper, number) =>
        {
            if (await Shopper.TryBuyAsync(lanes[shopper], NextSku(), $"kill-{shopper}-{number}") == 201)
            {
                orders.Add(lanes[shopper].Text("id"));
            }
            else
            {
                Interlocked.Increment(ref failed);
            }
        }, lab.Cpu);
        await Task.Delay(BeforeKill);
        killed = Stopwatch.GetTimestamp();
        await shops[^1].KillAsync();
        report.Add(new("purchases, one of three silos killed", [await buying]));
        var trouble = lanes.Max(lane => lane.LastTrouble);
        report.Require(
            "seconds after the kill until nobody had to ask again",
            trouble < killed ? 0 : Stopwatch.GetElapsedTime(killed, trouble).TotalSeconds, 10, isUpperLimit: true);
        report.Require("purchases that failed all the same", failed, 0, isUpperLimit: true);
        report.Require("orders that were acknowledged and are not there", await MissingAsync(lab, [.. orders]), 0, isUpperLimit: true);
        Array.ForEach(lanes, lane => lane.Dispose());
    }

    private static async Task<long> MissingAsync(Lab lab, string[] orders)
    {
        await using var count = lab.Database.CreateCommand("""
            select count(*) from unnest($1::text[]) as told(id)
            where not exists (select from journal_events e where e.stream = 'order/' || told.id and e.type = 'order.placed')
            """);
        count.Parameters.Add(new() { Value = orders });
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static string NextSku() => Catalogue.Sku(Random.Shared.Next(Products)).Value;
}
