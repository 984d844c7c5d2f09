using Commerce.Inventory;
using Commerce.Verification;
using Dapper;

namespace Commerce.Journal;

public sealed class PackingTests(JournalDatabase database) : IClassFixture<JournalDatabase>
{
    private const int Crowd = 60;

    [Fact]
    public async Task Holds_that_come_in_a_crowd_share_a_row_and_each_remains_a_fact_of_its_own()
    {
        await using var cluster = await JournalCluster.StartAsync(database.Source);
        var sku = await cluster.Grains.NewStockAsync(units: 100);
        var (line, stream) = (cluster.Grains.GetStockLine(sku), $"stock-line/{sku}");

        var holds = await InACrowdAsync(line);

        // How many come while a row is written depends on the machine; alone, each would have a row of its own.
        Assert.InRange(await RowsAsync(stream), 1, Crowd / 3);
        Assert.Equal(Crowd, await database.Source.ScalarAsync<long>(
            "select count(distinct version) from journal_facts where stream = @stream and type = 'stock.held'", new { stream }));
        Assert.Equal(
            await database.Source.ScalarAsync<long>("select version from journal_streams where stream = @stream", new { stream }),
            await database.Source.ScalarAsync<long>("select sum(events)::bigint from journal_events where stream = @stream", new { stream }));
        await cluster.ForgetAsync(line);
        Assert.Equal(100 - Crowd, await line.Available());
        Assert.Equal(holds.Order(), (await database.Source.HoldsAsync(sku)).Order());
    }

    [Fact]
    public async Task A_snapshot_taken_in_the_middle_of_a_row_is_continued_with_the_rest_of_it()
    {
        await using var cluster = await JournalCluster.StartAsync(database.Source, journal: options => options.SnapshotEvery = 10);
        var sku = await cluster.Grains.NewStockAsync(units: 200);
        var (line, stream) = (cluster.Grains.GetStockLine(sku), $"stock-line/{sku}");
        await InACrowdAsync(line);
        await cluster.ForgetAsync(line);
        var snapshot = await database.Source.ScalarAsync<long>(
            "select version from journal_snapshots where stream = @stream", new { stream });
        await InACrowdAsync(line);
        await Eventually.TrueAsync(async () => await RowsAsync(stream) >= 2);
        await cluster.ForgetAsync(line);

        // As if both crowds had been one, and the snapshot had come between its parts.
        await using (var connection = await database.Source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(
                """
                delete from journal_snapshots where stream = @stream and version > @snapshot;
                create temporary table kept as select * from journal_snapshots where stream = @stream;
                create temporary table packed as
                    select f.stream, max(f.version) as version, f.partition, f.type, jsonb_agg(f.data order by f.version) as data,
                           count(*)::int as events
                    from journal_facts f where f.stream = @stream and f.type = 'stock.held' group by 1, 3, 4;
                delete from journal_events where stream = @stream and type = 'stock.held';
                insert into journal_events (stream, version, partition, type, data, metadata, events)
                select stream, version, partition, type, data, '{}', events from packed;
                """,
                new { stream, snapshot });
        }

        Assert.Equal(1, await RowsAsync(stream));
        Assert.Equal(200 - (2 * Crowd), await line.Available());
    }

    [Fact]
    public async Task A_row_that_holds_another_number_of_events_than_it_says_is_found()
    {
        await using var cluster = await JournalCluster.StartAsync(database.Source);
        var sku = await cluster.Grains.NewStockAsync(units: 100);
        var (line, stream) = (cluster.Grains.GetStockLine(sku), $"stock-line/{sku}");
        await InACrowdAsync(line);
        Assert.Null((await JournalVerifier.RunAsync(database.Source)).First);

        await database.Source.ExecuteAsync(
            "update journal_events set data = data - 0 where stream = @stream and events > 1", new { stream });

        var found = (await JournalVerifier.RunAsync(database.Source)).First;
        Assert.Equal((JournalRules.VersionsGapless, stream), (found?.Rule, found?.Stream));
        await database.Source.ExecuteAsync("delete from journal_events where stream = @stream", new { stream });
        await database.Source.ExecuteAsync("delete from journal_streams where stream = @stream", new { stream });
    }

    [Fact]
    public void What_can_be_asked_for_again_or_does_not_come_in_crowds_has_a_row_of_its_own()
    {
        var (held, received) = (new StockHeld(StockWatch.NewHold(), 1, default, []), new StockRanLow(1, 2));
        var append = new PendingAppend("stock-line/ONE", 0);

        Assert.True(append.TryAdd(
            [
                Encoded(held), Encoded(held), Encoded(held, "one"), Encoded(held, "two"), Encoded(held), Encoded(held),
                Encoded(received), Encoded(received),
            ],
            null));

        Assert.Equal([2, 1, 1, 2, 1, 1], append.Rows.Select(row => row.Events));
        Assert.Equal(8, append.NextVersion);
    }

    [Fact]
    public void A_row_holds_no_more_than_a_thousand_events()
    {
        var held = Encoded(new StockHeld(StockWatch.NewHold(), 1, default, []));
        var append = new PendingAppend("stock-line/ONE", 0);

        Assert.True(append.TryAdd([.. Enumerable.Repeat(held, 2_500)], null));

        Assert.Equal([1_000, 1_000, 500], append.Rows.Select(row => row.Events));
    }

    private static EncodedEvent Encoded(IJournalEvent @event, string? command = null) =>
        EncodedEvent.Of(@event, null, command is null ? null : new(command), default);

    /// <summary>Holds that are decided while the journal is busy with the first of them.</summary>
    private async Task<string[]> InACrowdAsync(IStockLineGrain line)
    {
        var holds = Enumerable.Range(0, Crowd).Select(_ => StockWatch.NewHold()).ToArray();
        Task<Result<HoldView>>[] answers;
        await using (var connection = await database.Source.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("lock table journal_streams in exclusive mode");
            answers = [.. holds.Select(hold => line.Hold(new(hold, 1, StockWatch.Long)))];

            // Answered by the grain, though not by the database: all before it have been decided.
            await line.Availability(holds[^1]);
            await transaction.CommitAsync();
        }

        Assert.All(await Task.WhenAll(answers), answer => Assert.True(answer.IsAccepted));
        return [.. holds.Select(hold => hold.Value)];
    }

    private Task<long> RowsAsync(string stream) => database.Source.ScalarAsync<long>(
        "select count(*) from journal_events where stream = @stream and type = 'stock.held'", new { stream });
}
