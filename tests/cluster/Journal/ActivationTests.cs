using System.Diagnostics;
using Commerce.Inventory;
using Dapper;

namespace Commerce.Journal;

public sealed class ActivationTests(JournalDatabase database, ITestOutputHelper output) : IClassFixture<JournalDatabase>
{
    [Fact]
    public async Task A_command_of_two_events_is_answered_the_same_when_it_is_repeated_after_an_activation()
    {
        await using var cluster = await JournalCluster.StartAsync(database.Source);
        var sku = await cluster.Grains.NewStockAsync(units: 10);
        var line = cluster.Grains.GetStockLine(sku);
        var first = (await line.Adjust(new(Shop.Main, -7, "wet"), new("one", "digest"))).Required;
        Assert.Equal(3, first.Version);

        await cluster.ForgetAsync(line);
        _ = (await line.Adjust(new(Shop.Main, -1, "wet"), new("two", "digest"))).Required;
        var again = await line.Adjust(new(Shop.Main, -7, "wet"), new("one", "digest"));

        Assert.Equal((true, 3, 3L), (again.IsRepeated, again.Required.OnHand, again.Required.Version));
    }

    [Fact]
    public async Task A_stream_of_100_000_events_activates_by_its_snapshot_and_the_tail()
    {
        const int events = 100_000;
        await using var cluster = await JournalCluster.StartAsync(database.Source);
        var sku = await cluster.Grains.NewStockAsync(units: 1);
        var (line, stream) = (cluster.Grains.GetStockLine(sku), $"stock-line/{sku}");
        await cluster.ForgetAsync(line);

        // Behind the readers' cursors, since this is not about them.
        await Eventually.TrueAsync(async () => await database.Source.ScalarAsync<long>(
            "select count(*) from journal_cursors where partition = @partition and reader in ('streams', 'catalog', 'stock', 'orders')",
            new { partition = StreamName.Partition(stream) }) == 4);
        await database.Source.ExecuteAsync(
            """
            insert into journal_events (stream, version, transaction_id, partition, type, data, metadata)
            select stream, v, '3', partition, type, data, metadata
            from journal_events, generate_series(2, @events) v where stream = @stream;
            update journal_streams set version = @events where stream = @stream;
            """,
            new { stream, events });
        var replay = Stopwatch.StartNew();
        Assert.Equal(events, await line.Available());
        replay.Stop();
        await cluster.ForgetAsync(line);
        for (var i = 0; i < 40; i++)
        {
            await line.Receive(new(Shop.Main, 1), CommandHeader.None);
        }

        await cluster.ForgetAsync(line);
        var snapshot = await database.Source.ScalarAsync<long>(
            "select version from journal_snapshots where stream = @stream", new { stream });

        // Whoever reads one of these again cannot activate.
        await database.Source.ExecuteAsync(
            """
            update journal_events set type = 'unreadable'
            where stream = @stream and version <= @snapshot and (version % 1000 = 0 or version > @snapshot - 10)
            """,
            new { stream, snapshot });
        var activation = Stopwatch.StartNew();
        Assert.Equal(events + 40, await line.Available());
        activation.Stop();

        output.WriteLine($"replay of all {replay.ElapsedMilliseconds} ms; of the snapshot and the tail {activation.ElapsedMilliseconds} ms");
        Assert.Equal(events, snapshot);
    }

    [Fact]
    public async Task Above_the_limit_a_grain_refuses_at_once_and_goes_on_when_the_database_does()
    {
        const int pendingMax = 4;
        await using var cluster = await JournalCluster.StartAsync(
            database.Source, journal: options => options.PendingPerActorMax = pendingMax);
        var sku = await cluster.Grains.NewStockAsync(units: 100);
        var line = cluster.Grains.GetStockLine(sku);
        var holds = Enumerable.Range(0, 20).Select(_ => new HoldStock(StockWatch.NewHold(), 1, StockWatch.Long)).ToArray();
        Task<Result<HoldView>>[] calls;
        await using (var connection = await database.Source.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("lock table journal_streams in exclusive mode");
            calls = [.. holds.Select(hold => line.Hold(hold))];

            // The rest wait for the lock, which only we can release: whoever is refused was refused at once.
            await Eventually.TrueAsync(
                () => Task.FromResult(calls.Count(call => call.IsCompleted) == holds.Length - pendingMax));
            Assert.All(calls.Where(call => call.IsCompleted), call => Assert.IsType<RetryableException>(call.Exception?.InnerException));
            await transaction.CommitAsync();
        }

        Assert.Equal(pendingMax, (await Task.WhenAll(calls.Where(call => !call.IsFaulted))).Count(answer => answer.IsAccepted));
        foreach (var hold in holds)
        {
            Assert.True((await JournalParts.InsistAsync(() => line.Hold(hold))).Answer.IsAccepted);
        }

        Assert.Equal(
            holds.Select(hold => hold.Hold.Value).Order(), (await database.Source.HoldsAsync(sku)).Order());
    }
}
