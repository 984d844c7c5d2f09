using System.Collections.Concurrent;
using Commerce.Inventory;
using Orleans.Hosting;

namespace Commerce.Journal;

public sealed class WakeUpTests(WakefulCluster wakeful) : IClassFixture<WakefulCluster>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_hold_expires_to_the_second_although_nobody_asks_for_the_grain()
    {
        var sku = await wakeful.Grains.NewStockAsync(units: 3);
        var line = wakeful.Grains.GetStockLine(sku);
        var held = (await line.Hold(new(StockWatch.NewHold(), 3, Soon))).Required;
        await wakeful.Cluster.ForgetAsync(line);

        await Eventually.TrueAsync(async () => await ExpiriesAsync(sku) == 1);

        var expired = await wakeful.Database.ScalarAsync<DateTime>(
            "select recorded_at from journal_facts where stream = @stream and type = 'stock.hold_expired'", new { stream = $"stock-line/{sku}" });
        Assert.InRange(expired - held.ExpiresAt!.Value.UtcDateTime, TimeSpan.FromMilliseconds(-50), TimeSpan.FromSeconds(5));
        Assert.Equal(3, await line.Available());
        Assert.Null(await WakeAtAsync(sku));
    }

    [Fact]
    public async Task Streams_that_fail_when_they_are_woken_keep_no_other_from_its_deadline()
    {
        var skus = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => wakeful.Grains.NewStockAsync(units: 1)));
        var due = (await Task.WhenAll(skus.Select(sku => wakeful.Grains.GetStockLine(sku).Hold(new(StockWatch.NewHold(), 1, 2 * Soon)))))
            .Min(hold => hold.Required.ExpiresAt!.Value.UtcDateTime);

        // Due at the same moment and a little before: grains that cannot be read, and names behind which there is none.
        await wakeful.Database.ExecuteAsync(
            """
            insert into journal_streams (stream, version, wake_at)
            select 'stock-line/BROKEN-' || n, 1, @due - interval '5 ms' from generate_series(1, 200) n
            union all values ('not-yet-known/1', 1, @due - interval '9 ms'), ('nonsense', 1, @due - interval '9 ms');
            insert into journal_events (stream, version, partition, type, data, metadata)
            select 'stock-line/BROKEN-' || n, 1, 0, 'unreadable', '{}', '{}' from generate_series(1, 200) n;
            """,
            new { due });

        foreach (var sku in skus)
        {
            await Eventually.TrueAsync(async () => await ExpiriesAsync(sku) == 1);
        }

        Assert.Equal(202, await wakeful.Database.ScalarAsync<long>(
            "select count(*) from journal_streams where stream like '%BROKEN-%' and wake_at > clock_timestamp() or stream in ('not-yet-known/1', 'nonsense')"));
        await wakeful.Database.ExecuteAsync(
            "delete from journal_streams where stream like '%BROKEN-%' or stream in ('not-yet-known/1', 'nonsense')");
    }

    [Fact]
    public async Task What_two_silos_find_due_is_woken_by_one_of_them()
    {
        var skus = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => wakeful.Grains.NewStockAsync(units: 1)));
        await Task.WhenAll(skus.Select(sku => wakeful.Grains.GetStockLine(sku).Hold(new(StockWatch.NewHold(), 1, Soon))));

        foreach (var sku in skus)
        {
            await Eventually.TrueAsync(async () => await ExpiriesAsync(sku) >= 1);
        }

        Assert.All(skus, sku => Assert.Equal(1, wakeful.Wakes[$"stock-line/{sku}"]));
        Assert.Equal(40, (await Task.WhenAll(skus.Select(ExpiriesAsync))).Sum());
    }

    [Fact]
    public async Task A_grain_that_does_not_answer_keeps_no_other_from_its_deadline()
    {
        // One for each silo: the silo that waits for the first would leave the second to the other.
        var slow = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => wakeful.Grains.NewStockAsync(units: 1)));
        var gate = new TaskCompletionSource();
        foreach (var sku in slow)
        {
            wakeful.Gates[$"stock-line/{sku}"] = gate;
            await wakeful.Grains.GetStockLine(sku).Hold(new(StockWatch.NewHold(), 1, Soon));
            await Eventually.TrueAsync(() => Task.FromResult(wakeful.Wakes.ContainsKey($"stock-line/{sku}")));
        }

        var other = await wakeful.Grains.NewStockAsync(units: 1);
        await wakeful.Grains.GetStockLine(other).Hold(new(StockWatch.NewHold(), 1, Soon));

        await Eventually.TrueAsync(async () => await ExpiriesAsync(other) == 1);
        Assert.Equal(0, (await Task.WhenAll(slow.Select(ExpiriesAsync))).Sum());
        gate.SetResult();
        await Eventually.TrueAsync(async () => (await Task.WhenAll(slow.Select(ExpiriesAsync))).Sum() == 2);
    }

    [Fact]
    public async Task Being_woken_again_for_the_same_deadline_changes_nothing()
    {
        var sku = await wakeful.Grains.NewStockAsync(units: 1);
        var line = wakeful.Grains.GetStockLine(sku);
        await line.Hold(new(StockWatch.NewHold(), 1, StockWatch.Long));
        var due = await WakeAtAsync(sku);

        // As if a silo had claimed it too early, by a clock that is ahead.
        await wakeful.Database.ExecuteAsync(
            "update journal_streams set wake_at = clock_timestamp() where stream = @stream", new { stream = $"stock-line/{sku}" });
        await Eventually.TrueAsync(() => Task.FromResult(wakeful.Wakes.ContainsKey($"stock-line/{sku}")));

        await Eventually.TrueAsync(async () => await WakeAtAsync(sku) == due);
        Assert.Equal(2, (await line.Read()).Version);
    }

    private Task<long> ExpiriesAsync(Sku sku) => wakeful.Database.ScalarAsync<long>(
        "select count(*) from journal_facts where stream = @stream and type = 'stock.hold_expired'", new { stream = $"stock-line/{sku}" });

    private Task<DateTime?> WakeAtAsync(Sku sku) => wakeful.Database.ScalarAsync<DateTime?>(
        "select wake_at from journal_streams where stream = @stream", new { stream = $"stock-line/{sku}" });
}

/// <summary>Two silos that count who is woken.</summary>
public sealed class WakefulCluster : IAsyncLifetime
{
    private TestDatabase _database = null!;

    internal JournalCluster Cluster { get; private set; } = null!;

    internal IGrainFactory Grains => Cluster.Grains;

    internal Npgsql.NpgsqlDataSource Database => _database.Source;

    internal ConcurrentDictionary<string, int> Wakes { get; } = new();

    /// <summary>What a stream's wake-up waits for.</summary>
    internal ConcurrentDictionary<string, TaskCompletionSource> Gates { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Cluster = await JournalCluster.StartAsync(Database, silos: 2, configure: silo => silo.AddIncomingGrainCallFilter(async call =>
        {
            if (call.InterfaceMethod.Name == nameof(IWakeable.Wake))
            {
                var stream = StreamName.Of(call.TargetId);
                Wakes.AddOrUpdate(stream, 1, (_, times) => times + 1);
                await (Gates.TryGetValue(stream, out var gate) ? gate.Task : Task.CompletedTask);
            }

            await call.Invoke();
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await _database.DisposeAsync();
    }
}
