using Npgsql;

namespace Commerce.Journal;

public sealed class AppendTests(JournalDatabase database) : IClassFixture<JournalDatabase>
{
    [Fact]
    public async Task Of_two_silos_that_append_at_one_version_exactly_one_wins()
    {
        const int rounds = 200;
        var stream = NewStream();
        await using var one = database.Source.NewReading().NewJournal();
        await using var two = database.Source.NewReading().NewJournal();
        for (var version = 0; version < rounds; version++)
        {
            var outcomes = await Task.WhenAll(
                OutcomeAsync(one.Append(stream, version, JournalParts.AnyEvent("one"))),
                OutcomeAsync(two.Append(stream, version, JournalParts.AnyEvent("two"))));

            Assert.Single(outcomes, outcome => outcome is null);
            Assert.Single(outcomes, outcome => outcome is StreamMovedException);
        }

        Assert.Equal(rounds, await database.Source.ScalarAsync<long>(
            "select version from journal_streams where stream = @stream", new { stream }));
        Assert.Equal(
            Enumerable.Range(1, rounds).Select(version => (long)version),
            await database.Source.QueryAsync<long>(
                "select version from journal_events where stream = @stream order by version", new { stream }));
    }

    [Fact]
    public async Task A_stream_that_lost_its_race_fails_alone_in_its_batch()
    {
        await using var journal = NewJournalWithOneLane();
        var streams = Enumerable.Range(0, 50).Select(_ => NewStream()).ToArray();
        await Task.WhenAll(streams.Select(stream => journal.Append(stream, 0, JournalParts.AnyEvent()).Committed));

        var appends = await InOneBatchAsync(journal, () =>
            [.. streams.Select((stream, i) => journal.Append(stream, i == 17 ? 7 : 1, JournalParts.AnyEvent(), JournalParts.AnyEvent()))]);

        var outcomes = await Task.WhenAll(appends.Select(OutcomeAsync));
        Assert.IsType<StreamMovedException>(outcomes[17]);
        Assert.Equal(49, outcomes.Count(outcome => outcome is null));
        Assert.Equal(49 * 3 + 1, await CountAsync(streams));
        Assert.Equal(1, await CountTransactionsAsync(streams));
    }

    [Fact]
    public async Task An_event_that_the_database_refuses_fails_alone_in_its_batch()
    {
        await using var journal = NewJournalWithOneLane();
        var streams = Enumerable.Range(0, 50).Select(_ => NewStream()).ToArray();

        var appends = await InOneBatchAsync(journal, () =>
            [.. streams.Select((stream, i) => journal.Append(stream, 0, JournalParts.AnyEvent(i == 31 ? "nul\0" : "fine")))]);

        var outcomes = await Task.WhenAll(appends.Select(OutcomeAsync));
        Assert.Equal("22P05", Assert.IsType<PostgresException>(outcomes[31]).SqlState);
        Assert.Equal(49, outcomes.Count(outcome => outcome is null));
        Assert.Equal(49, await CountAsync(streams));
        Assert.Equal(0, await database.Source.ScalarAsync<long>(
            "select count(*) from journal_streams where stream = @stream", new { stream = streams[31] }));
    }

    [Fact]
    public async Task Two_appends_to_one_stream_in_one_queue_are_two_batches_in_order()
    {
        await using var journal = NewJournalWithOneLane();
        var stream = NewStream();

        var appends = await InOneBatchAsync(journal, () =>
            [.. Enumerable.Range(0, 5).Select(i => journal.Append(stream, i, JournalParts.AnyEvent($"{i}")))]);

        Assert.All(await Task.WhenAll(appends.Select(OutcomeAsync)), Assert.Null);
        Assert.Equal(
            ["0", "1", "2", "3", "4"],
            await database.Source.QueryAsync<string>(
                "select data->>'reference' from journal_events where stream = @stream order by version", new { stream }));
    }

    [Fact]
    public async Task A_full_lane_refuses_at_once_and_goes_on_when_it_can()
    {
        await using var journal = database.Source.NewReading(new() { Lanes = 1, PendingPerLaneMax = 16 }).NewJournal();
        var accepted = new List<PendingAppend>();

        var appends = await InOneBatchAsync(journal, () =>
        {
            Assert.Throws<RetryableException>(() =>
            {
                while (accepted.Count < 1_000)
                {
                    accepted.Add(journal.Append(NewStream(), 0, JournalParts.AnyEvent()));
                }
            });
            return accepted;
        });

        Assert.Equal(16, appends.Count);
        Assert.All(await Task.WhenAll(appends.Select(OutcomeAsync)), Assert.Null);
        await journal.Append(NewStream(), 0, JournalParts.AnyEvent()).Committed;
    }

    private EventJournal NewJournalWithOneLane() => database.Source.NewReading(new() { Lanes = 1 }).NewJournal();

    private static string NewStream() => $"stock-line/{Guid.NewGuid():n}";

    /// <summary>Keeps a lane busy with another append meanwhile, so that all of these leave together.</summary>
    private async Task<IReadOnlyList<PendingAppend>> InOneBatchAsync(
        EventJournal journal, Func<IReadOnlyList<PendingAppend>> enqueue)
    {
        var stream = NewStream();
        await journal.Append(stream, 0, JournalParts.AnyEvent()).Committed;
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Dapper.SqlMapper.ExecuteAsync(
            connection, "select from journal_streams where stream = @stream for update", new { stream });
        var busy = journal.Append(stream, 1, JournalParts.AnyEvent());
        await Eventually.TrueAsync(() => database.Source.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"));
        var appends = enqueue();
        Assert.All(appends, append => Assert.False(append.Committed.IsCompleted));
        await transaction.CommitAsync();
        await busy.Committed;
        return appends;
    }

    private static async Task<Exception?> OutcomeAsync(PendingAppend append)
    {
        try
        {
            await append.Committed.WaitAsync(TimeSpan.FromSeconds(20));
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private Task<long> CountAsync(string[] streams) => database.Source.ScalarAsync<long>(
        "select count(*) from journal_events where stream = any(@streams)", new { streams });

    private Task<long> CountTransactionsAsync(string[] streams) => database.Source.ScalarAsync<long>(
        "select count(distinct transaction_id::text) from journal_events where stream = any(@streams) and version > 1", new { streams });
}
