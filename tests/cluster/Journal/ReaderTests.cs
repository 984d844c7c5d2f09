using Dapper;
using Npgsql;

namespace Commerce.Journal;

public sealed class ReaderTests(JournalDatabase database) : IClassFixture<JournalDatabase>, IAsyncLifetime
{
    private JournalReading _reading = null!;
    private EventJournal _journal = null!;
    private JournalWatch _watch = null!;

    public async ValueTask InitializeAsync()
    {
        _reading = database.Source.NewReading(new() { Lease = TimeSpan.FromSeconds(15) });
        _journal = _reading.NewJournal();
        _watch = new(database.Source, _reading.Bell, _reading.Options, Microsoft.Extensions.Logging.Abstractions.NullLogger<JournalWatch>.Instance);
        await _watch.StartAsync(TestContext.Current.CancellationToken);
        await database.Source.ExecuteAsync("""
            create table if not exists applied (
                reader text, stream text, version bigint, owner text, ordinal bigint generated always as identity,
                primary key (reader, stream, version))
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.StopAsync(default);
        _watch.Dispose();
        await _journal.DisposeAsync();
    }

    [Fact]
    public async Task Events_of_several_grain_types_come_in_order_and_each_once_however_few_are_taken_at_a_time()
    {
        var (all, some, none) = ($"all-{Guid.NewGuid():n}", $"some-{Guid.NewGuid():n}", $"none-{Guid.NewGuid():n}");
        await using var connection = await database.Source.OpenConnectionAsync();
        for (var i = 0; i < 60; i++)
        {
            await AddAsync(i % 3 == 0 ? all : i % 3 == 1 ? some : none, i, i % 5 == 0 ? "test.wanted" : "test.other");
        }

        var expected = (await connection.QueryAsync<(short Partition, string Stream)>(
            """
            select partition, stream from journal_events
            where split_part(stream, '/', 1) = @all or (split_part(stream, '/', 1) = @some and type = 'test.wanted')
            order by partition, transaction_id, position
            """,
            new { all, some })).ToLookup(row => row.Partition, row => row.Stream);
        var cursors = new JournalCursor[JournalPartitions.Count];
        WantedEvents[] wanted = [all, new(some, "test.wanted")];
        var read = new List<string>();
        await Eventually.TrueAsync(async () =>
        {
            var (events, _) = await JournalCursor.ReadAsync(connection, cursors, [0, 1], wanted, eventsMax: 2, TestContext.Current.CancellationToken);
            Assert.InRange(events.Count(e => expected[0].Contains(e.Stream)), 0, 2);
            Assert.InRange(events.Count(e => expected[1].Contains(e.Stream)), 0, 2);
            read.AddRange(events.Select(e => e.Stream));
            return read.Count >= 24;
        });

        Assert.Equal([.. expected[0], .. expected[1]], read.OrderBy(stream => expected[0].Contains(stream) ? 0 : 1));

        // Nothing new, and nobody who could still commit: nothing to write down, whatever else is begun meanwhile. Something that is
        // not wanted: behind it, without having looked at it.
        await Eventually.TrueAsync(async () =>
        {
            await ReadNothingAsync();
            return cursors[0].Position % 2 == 0;
        });
        var still = cursors[0];
        await using (var other = await database.Source.OpenConnectionAsync())
        await using (var begun = await other.BeginTransactionAsync())
        {
            await other.ExecuteAsync("select pg_current_xact_id()");

            // A snapshot shows who is still busy only below the last that has ended.
            await using var ended = await database.Source.OpenConnectionAsync();
            await ended.ExecuteAsync("select pg_current_xact_id()");
            await ReadNothingAsync();
            Assert.Equal(still, cursors[0]);
            await begun.RollbackAsync();
        }

        await ReadNothingAsync();
        Assert.Equal(still, cursors[0]);
        await AddAsync(none, 60, "test.other");
        await ReadNothingAsync();
        Assert.NotEqual(still, cursors[0]);

        async Task ReadNothingAsync() => Assert.Empty(
            (await JournalCursor.ReadAsync(connection, cursors, [0, 1], wanted, eventsMax: 2, TestContext.Current.CancellationToken)).Events);

        Task<int> AddAsync(string category, int number, string type) => connection.ExecuteAsync(
            "insert into journal_events (stream, version, partition, type, data, metadata) values (@stream, 1, @partition, @type, '{}', '{}')",
            new { stream = $"{category}/{number:00}", partition = (short)(number % 2), type });
    }

    [Fact]
    public async Task A_transaction_that_commits_late_is_waited_for_and_not_skipped()
    {
        using var reader = new TableReader(_reading);
        await reader.StartAsync(TestContext.Current.CancellationToken);
        var streams = StreamsOf(partition: 3).Take(3).ToArray();
        await _journal.Append(streams[0], 0, JournalParts.AnyEvent()).Committed;
        await Eventually.TrueAsync(async () => (await reader.AppliedAsync()).Contains($"{streams[0]}@1"));

        await using var late = await database.Source.OpenConnectionAsync();
        await using (var transaction = await late.BeginTransactionAsync())
        {
            await InsertAsync(late, streams[1]);
            foreach (var version in Enumerable.Range(0, 10))
            {
                await _journal.Append(streams[2], version, JournalParts.AnyEvent()).Committed;
            }

            var passes = reader.Passes;
            await Eventually.TrueAsync(async () =>
            {
                _reading.Bell.Ring();
                return await Task.FromResult(reader.Passes >= passes + 5);
            });
            Assert.Equal([$"{streams[0]}@1"], await reader.AppliedAsync());
            await transaction.CommitAsync();
        }

        await Eventually.TrueAsync(async () => (await reader.AppliedAsync()).Count == 12);
        Assert.Equal(
            [$"{streams[0]}@1", $"{streams[1]}@1", .. Enumerable.Range(1, 10).Select(version => $"{streams[2]}@{version}")],
            await reader.AppliedAsync());
        await reader.StopAsync(default);
    }

    [Fact]
    public async Task A_reader_whose_lease_was_taken_over_changes_nothing_until_it_has_it_again()
    {
        using var reader = new TableReader(_reading);
        await reader.StartAsync(TestContext.Current.CancellationToken);
        var stream = StreamsOf(partition: 4).First();
        await _journal.Append(stream, 0, JournalParts.AnyEvent()).Committed;
        await Eventually.TrueAsync(async () => await CursorAsync(reader, 4) != default);
        var cursor = await CursorAsync(reader, 4);

        await database.Source.ExecuteAsync(
            "update journal_leases set owner = 'another', epoch = epoch + 1, expires_at = expires_at + interval '1 hour' where name = @lease",
            new { lease = reader.Lease });
        var passes = reader.Passes;
        await _journal.Append(stream, 1, JournalParts.AnyEvent()).Committed;
        await Eventually.TrueAsync(() => Task.FromResult(reader.Passes > passes));
        Assert.Equal([$"{stream}@1"], await reader.AppliedAsync());
        Assert.Equal(cursor, await CursorAsync(reader, 4));

        await database.Source.ExecuteAsync(
            "update journal_leases set expires_at = clock_timestamp() where name = @lease", new { lease = reader.Lease });
        await Eventually.TrueAsync(async () => (await reader.AppliedAsync()).Count == 2, TimeSpan.FromSeconds(30));
        Assert.Equal(0, await database.Source.ScalarAsync<long>(
            "select count(*) from applied where reader = @reader and owner = 'another'", new { reader = reader.Id }));
        await reader.StopAsync(default);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_applied_is_tried_again_and_takes_effect_once()
    {
        using var reader = new TableReader(_reading) { FailuresLeft = 1 };
        await reader.StartAsync(TestContext.Current.CancellationToken);
        var stream = StreamsOf(partition: 5).First();

        await _journal.Append(stream, 0, JournalParts.AnyEvent(), JournalParts.AnyEvent(), JournalParts.AnyEvent()).Committed;

        await Eventually.TrueAsync(async () => (await reader.AppliedAsync()).Count == 3);
        Assert.Equal(0, reader.FailuresLeft);
        await reader.StopAsync(default);
    }

    [Fact]
    public async Task A_reader_that_stops_leaves_its_place_to_the_next_at_once()
    {
        using (var first = new TableReader(_reading, "handed-over"))
        {
            await first.StartAsync(TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => Task.FromResult(first.Passes > 0));
            await first.StopAsync(default);
        }

        using var second = new TableReader(_reading, "handed-over");
        await second.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => Task.FromResult(second.Passes > 0), TimeSpan.FromSeconds(12));
        await second.StopAsync(default);
    }

    [Fact]
    public async Task A_released_lease_is_taken_at_once_and_an_expired_one_by_the_first_who_asks()
    {
        var name = $"lease-{Guid.NewGuid():n}";
        var (one, two) = (NewLease(name), NewLease(name));
        Assert.True(await one.HoldAsync(default));
        Assert.False(await two.HoldAsync(default));

        await one.ReleaseAsync();
        Assert.True(await two.HoldAsync(default));
        Assert.False(await ConfirmAsync(one));
        Assert.True(await ConfirmAsync(two));

        await database.Source.ExecuteAsync("update journal_leases set expires_at = clock_timestamp() where name = @name", new { name });
        Assert.True(await one.HoldAsync(default));
        Assert.False(await ConfirmAsync(two));
        Assert.True(await ConfirmAsync(one));
    }

    [Fact]
    public async Task A_former_owner_that_learns_of_it_does_not_think_it_still_is_one()
    {
        var name = $"lease-{Guid.NewGuid():n}";
        var (former, owner) = (NewLease(name), NewLease(name));
        Assert.True(await former.HoldAsync(default));
        await database.Source.ExecuteAsync("update journal_leases set expires_at = clock_timestamp() where name = @name", new { name });
        Assert.True(await owner.HoldAsync(default));

        Assert.False(await ConfirmAsync(former));

        Assert.False(former.IsHeld);
        Assert.False(await former.HoldAsync(default));
    }

    [Fact]
    public async Task A_lease_that_is_being_confirmed_cannot_be_taken_before_the_transaction_ends()
    {
        var name = $"lease-{Guid.NewGuid():n}";
        var (former, next) = (NewLease(name), NewLease(name));
        Assert.True(await former.HoldAsync(default));
        await database.Source.ExecuteAsync("update journal_leases set expires_at = clock_timestamp() where name = @name", new { name });
        Task<bool> taking;
        await using (var connection = await database.Source.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            Assert.True(await former.ConfirmAsync(connection));
            taking = next.HoldAsync(default);
            await Eventually.TrueAsync(() => database.Source.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"));
            Assert.False(taking.IsCompleted);
            await transaction.CommitAsync();
        }

        Assert.True(await taking);
    }

    [Fact]
    public async Task A_read_that_breaks_off_moves_no_cursor()
    {
        await using var wire = new CuttingProxy(database.Test);
        var stream = StreamsOf(partition: 6).First();
        await _journal.Append(
            stream, 0, [.. Enumerable.Range(0, 400).Select(_ => JournalParts.AnyEvent(new string('x', 1_000)))]).Committed;
        await Eventually.TrueAsync(async () => await CountAsync(database.Source, new JournalCursor[JournalPartitions.Count]) == 400);
        var cursors = new JournalCursor[JournalPartitions.Count];
        var lost = wire.LoseAnswerTo("cross join lateral", answerBytes: 200_000);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => CountAsync(wire.Source, cursors));
        await lost;

        Assert.Equal(default, cursors[6]);
        Assert.Equal(400, await CountAsync(database.Source, cursors));

        async Task<int> CountAsync(NpgsqlDataSource source, JournalCursor[] cursors)
        {
            await using var connection = await source.OpenConnectionAsync();
            var (events, _) = await JournalCursor.ReadAsync(connection, cursors, [(short)6], ["stock-line"], 500, default);
            return events.Count(e => e.Stream == stream);
        }
    }

    [Fact]
    public async Task A_cursor_is_never_moved_back()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await JournalCursor.SaveAsync(connection, "forward", [KeyValuePair.Create((short)0, new JournalCursor(7, 70))]);
        await JournalCursor.SaveAsync(connection, "forward", [KeyValuePair.Create((short)0, new JournalCursor(7, 69))]);
        await JournalCursor.SaveAsync(connection, "forward", [KeyValuePair.Create((short)0, new JournalCursor(6, 900))]);

        Assert.Equal(new(7, 70), (await JournalCursor.LoadAsync(database.Source, "forward", default))[0]);
    }

    private JournalLease NewLease(string name) => new(database.Source, name, TimeSpan.FromSeconds(60));

    private async Task<bool> ConfirmAsync(JournalLease lease)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        return await lease.ConfirmAsync(connection);
    }

    private async Task<JournalCursor> CursorAsync(TableReader reader, short partition) =>
        (await JournalCursor.LoadAsync(database.Source, reader.Id, default))[partition];

    private static IEnumerable<string> StreamsOf(short partition) => Enumerable.Range(0, int.MaxValue)
        .Select(_ => $"stock-line/{Guid.NewGuid():n}")
        .Where(stream => StreamName.Partition(stream) == partition);

    private static Task InsertAsync(NpgsqlConnection connection, string stream) => connection.ExecuteAsync(
        """
        insert into journal_streams (stream, version) values (@stream, 1);
        insert into journal_events (stream, version, partition, type, data, metadata)
        values (@stream, 1, @partition, 'stock.received', '{"location": "main", "quantity": 1}', '{}')
        """,
        new { stream, partition = StreamName.Partition(stream) });

    /// <summary>Writes down which events it was given, in its transaction. Starts at the journal's end.</summary>
    private sealed class TableReader(JournalReading reading, string? id = null) : JournalReader(reading)
    {
        private readonly NpgsqlDataSource _database = reading.Database;
        private int _passes;

        public string Id { get; } = id ?? $"reader-{Guid.NewGuid():n}";

        public string Lease => "reader/" + Id;

        public int FailuresLeft { get; set; }

        /// <summary>How often it has looked for events.</summary>
        public int Passes => Volatile.Read(ref _passes);

        protected override string Name => Id;

        protected override WantedEvents[] Wanted
        {
            get
            {
                Interlocked.Increment(ref _passes);
                return ["stock-line"];
            }
        }

        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            await _database.ExecuteAsync(
                """
                insert into journal_cursors (reader, partition, transaction_id, position)
                select @Id, partition, transaction_id, position from (
                    select distinct on (partition) partition, transaction_id, position from journal_events
                    order by partition, transaction_id desc, position desc) as last
                on conflict do nothing
                """,
                new { Id });
            await base.StartAsync(cancellationToken);
        }

        public Task<IReadOnlyList<string>> AppliedAsync() => _database.QueryAsync<string>(
            "select stream || '@' || version from applied where reader = @Id order by ordinal", new { Id });

        protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
        {
            foreach (var journaled in events)
            {
                await connection.ExecuteAsync(
                    """
                    insert into applied (reader, stream, version, owner)
                    values (@Id, @Stream, @Version, (select owner from journal_leases where name = @Lease))
                    """,
                    new { Id, journaled.Stream, journaled.Version, Lease });
            }

            if (FailuresLeft > 0)
            {
                FailuresLeft--;
                throw new InvalidOperationException("Not now.");
            }
        }
    }
}
