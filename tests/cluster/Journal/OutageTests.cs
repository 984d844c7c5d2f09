using System.Collections.Concurrent;

namespace Commerce.Journal;

public sealed class OutageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-outage-").FullName;

    public OutageTests()
    {
        if (!OperatingSystem.IsWindows())
        {
            // A temporary folder is closed to others; the server may run as another user.
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    [Fact]
    public async Task An_outage_of_the_database_under_load_loses_nothing_that_was_acknowledged_and_invents_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(_folder);
        await using var cluster = await JournalCluster.StartAsync(database.Source);
        var skus = new[] { await cluster.Grains.NewStockAsync(1_000_000), await cluster.Grains.NewStockAsync(1_000_000) };
        var (asked, acknowledged) = (new ConcurrentDictionary<string, Sku>(), new ConcurrentDictionary<string, Sku>());
        var unexpected = new ConcurrentBag<Exception>();
        var doubts = 0;
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var (sku, hold) = (skus[worker % 2], StockWatch.NewHold());
                asked[hold.Value] = sku;
                try
                {
                    var line = cluster.Grains.GetStockLine(sku);
                    var (answer, times) = await JournalParts.InsistAsync(() => line.Hold(new(hold, 1, StockWatch.Long)));
                    Interlocked.Add(ref doubts, times);
                    Assert.True(answer.IsAccepted);
                    acknowledged[hold.Value] = sku;
                }
                catch (Exception other)
                {
                    unexpected.Add(other);
                    return;
                }
            }
        })).ToArray();

        await Eventually.TrueAsync(() => Task.FromResult(acknowledged.Count > 300));
        await database.Server.StopAsync(immediately: true);
        await database.Server.StartAsync();
        var before = acknowledged.Count;
        await Eventually.TrueAsync(() => Task.FromResult(acknowledged.Count > before + 300 || !unexpected.IsEmpty));
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.Empty(unexpected);
        Assert.NotEqual(0, doubts);
        Assert.Equal(asked.Count, acknowledged.Count);
        foreach (var sku in skus)
        {
            var held = await database.Source.HoldsAsync(sku);
            Assert.Equal(acknowledged.Where(pair => pair.Value == sku).Select(pair => pair.Key).Order(), held.Order());
            await cluster.ForgetAsync(cluster.Grains.GetStockLine(sku));
            Assert.Equal(held.Count, (await cluster.Grains.GetStockLine(sku).Read()).Held);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
