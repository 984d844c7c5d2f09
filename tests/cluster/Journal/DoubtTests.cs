using Commerce.Inventory;
using Npgsql;

namespace Commerce.Journal;

public sealed class DoubtTests(BrittleCluster brittle) : IClassFixture<BrittleCluster>
{
    [Fact]
    public async Task A_hold_whose_answer_is_lost_after_the_commit_is_held_once()
    {
        var sku = await brittle.Grains.NewStockAsync(units: 10);
        var (line, hold) = (brittle.Grains.GetStockLine(sku), new HoldStock(StockWatch.NewHold(), 4, StockWatch.Long));
        var lost = brittle.Wire.LoseAnswerTo(hold.Hold.Value);

        await Assert.ThrowsAsync<RetryableException>(() => line.Hold(hold));
        await lost;
        Assert.Equal([hold.Hold.Value], await brittle.Database.HoldsAsync(sku));
        var (again, _) = await JournalParts.InsistAsync(() => line.Hold(hold));

        Assert.Equal(4, again.Required.Quantity);
        Assert.Equal([hold.Hold.Value], await brittle.Database.HoldsAsync(sku));
        Assert.Equal(6, await line.Available());
    }

    [Fact]
    public async Task A_hold_that_never_reached_the_database_is_held_by_repeating_it()
    {
        var sku = await brittle.Grains.NewStockAsync(units: 10);
        var (line, hold) = (brittle.Grains.GetStockLine(sku), new HoldStock(StockWatch.NewHold(), 4, StockWatch.Long));
        var lost = brittle.Wire.LoseRequest(hold.Hold.Value);

        await Assert.ThrowsAsync<RetryableException>(() => line.Hold(hold));
        await lost;
        Assert.Empty(await brittle.Database.HoldsAsync(sku));
        var (again, _) = await JournalParts.InsistAsync(() => line.Hold(hold));

        Assert.Equal(4, again.Required.Quantity);
        Assert.Equal([hold.Hold.Value], await brittle.Database.HoldsAsync(sku));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commands_that_share_a_lost_commit_are_each_carried_out_once(bool isCommitted)
    {
        var sku = await brittle.Grains.NewStockAsync(units: 1);
        var line = brittle.Grains.GetStockLine(sku);
        var lost = isCommitted ? brittle.Wire.LoseAnswerTo($"{sku}-25") : brittle.Wire.LoseRequest($"{sku}-25");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => JournalParts.InsistAsync(
            () => line.Receive(new(Shop.Main, 10), new($"{sku}-{i}", "digest")))));

        await lost;
        Assert.NotEqual(0, outcomes[25].Doubts);
        Assert.Equal(1 + (50 * 10), (await line.Read()).OnHand);
        Assert.Equal(51, await brittle.Database.ScalarAsync<long>(
            "select count(*) from journal_events where stream = @stream", new { stream = $"stock-line/{sku}" }));
    }

    [Fact]
    public async Task A_snapshot_remembers_no_command_that_is_not_in_the_journal()
    {
        var sku = await brittle.Grains.NewStockAsync(units: 1);
        var (line, stream) = (brittle.Grains.GetStockLine(sku), $"stock-line/{sku}");
        for (var i = 2; i < 10; i++)
        {
            await line.Receive(new(Shop.Main, 1), CommandHeader.None);
        }

        // The database takes its time to refuse the second append, so that the first is written down meanwhile.
        await brittle.Database.ExecuteAsync("""
            create function refuse_second() returns trigger language plpgsql as $$
            begin
                perform pg_sleep(0.3);
                raise exception 'not now';
            end $$;
            create trigger refuse_second before insert on journal_events for each row
            when (new.data->>'reference' = 'second') execute function refuse_second();
            """);
        Task<Result<StockView>> first, second;
        await using (var connection = await brittle.Database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Dapper.SqlMapper.ExecuteAsync(
                connection, "select from journal_streams where stream = @stream for update", new { stream });
            first = line.Receive(new(Shop.Main, 1, "first"), new("first", "digest"));
            await Eventually.TrueAsync(() => brittle.Database.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"));
            second = line.Receive(new(Shop.Main, 100, "second"), new("second", "digest"));
            await Eventually.TrueAsync(async () => await line.Available() == 110);
            await transaction.CommitAsync();
        }

        Assert.Equal(10, (await first).Required.Version);
        await Assert.ThrowsAsync<RetryableException>(() => second);
        Assert.Equal(10, await brittle.Database.ScalarAsync<long>(
            "select version from journal_snapshots where stream = @stream", new { stream }));
        await brittle.Database.ExecuteAsync("drop trigger refuse_second on journal_events; drop function refuse_second");

        var (again, _) = await JournalParts.InsistAsync(
            () => line.Receive(new(Shop.Main, 100, "second"), new("second", "digest")));

        Assert.Equal(110, again.Required.OnHand);
    }
}

/// <summary>A cluster whose wire to the database can break.</summary>
public sealed class BrittleCluster : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private JournalCluster _cluster = null!;

    internal CuttingProxy Wire { get; private set; } = null!;

    internal IGrainFactory Grains => _cluster.Grains;

    /// <summary>Connections that do not go through the wire.</summary>
    internal NpgsqlDataSource Database => _database.Source;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Wire = new(_database);
        _cluster = await JournalCluster.StartAsync(Wire.Source, journal: options => options.SnapshotEvery = 10);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await Wire.DisposeAsync();
        await _database.DisposeAsync();
    }
}
