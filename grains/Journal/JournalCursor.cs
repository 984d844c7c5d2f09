using Npgsql;
using NpgsqlTypes;

namespace Commerce.Journal;

/// <summary>Events that a reader wants: those of a grain type, all of them or some.</summary>
/// <param name="Category">The grain type.</param>
/// <param name="Types">The aliases of events that are wanted; none: all.</param>
internal sealed record WantedEvents(string Category, params string[] Types)
{
    public static implicit operator WantedEvents(string category) => new(category);
}

/// <summary>How far one reader has come in one partition.</summary>
/// <param name="TransactionId">Of the last event read, or the last transaction that was over when there was none to read.</param>
/// <param name="Position">Of the last event read, or a number behind all that were drawn then.</param>
internal readonly record struct JournalCursor(ulong TransactionId, long Position)
{
    // Positions are drawn before the commit: reading by position alone would skip a transaction that commits late. So
    // readers go by transaction, and only below the oldest one still in flight.
    // The index has the grain type first: what nobody here wants costs nothing, however much of it there is. Of a grain type
    // of which only some events are wanted the others are passed over; the last of a full look tells how far it went.
    private const string ReadSql = """
        with horizon as (
            select pg_snapshot_xmin(n.now) as xid,
                   -- Odd while somebody may still commit what was drawn: then there is something to move behind later.
                   2 * s.last_value + (pg_snapshot_xmin(n.now) < pg_snapshot_xmax(n.now))::int as drawn
            from (select pg_current_snapshot() as now) n, journal_events_position_seq s),
        passed as (
            select c.partition as read_in, k.category = any($6) or e.type = any($7) as is_wanted, e.*
            from horizon, unnest($1::smallint[], $2::xid8[], $3::bigint[]) as c(partition, transaction_id, position),
                unnest($5) as k(category)
            cross join lateral (
                select j.*, row_number() over (order by j.transaction_id, j.position) as passed
                from (
                    select * from journal_events
                    where split_part(stream, '/', 1) = k.category and partition = c.partition
                      and (transaction_id, position) > (c.transaction_id, c.position)
                      and transaction_id < horizon.xid
                    order by transaction_id, position
                    limit $4) j) e)
        select horizon.xid, horizon.drawn, p.read_in, p.is_wanted, p.passed, p.stream, p.version, p.type,
               case when p.is_wanted then p.data::text else '' end,
               case when p.is_wanted then p.metadata::text else '' end,
               p.transaction_id, p.position, p.recorded_at, p.events
        from horizon left join passed p on p.is_wanted or p.passed = $4
        order by p.read_in, p.transaction_id, p.position
        """;

    /// <summary>Reads the cursors of a reader; those of partitions it has not begun stand at the start.</summary>
    public static async Task<JournalCursor[]> LoadAsync(
        NpgsqlDataSource database, string reader, CancellationToken cancellation)
    {
        var cursors = new JournalCursor[JournalPartitions.Count];
        await using var command = database.CreateCommand(
            "select partition, transaction_id, position from journal_cursors where reader = $1");
        command.Parameters.Add(new() { Value = reader });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            cursors[rows.GetInt16(0)] = new(rows.GetFieldValue<ulong>(1), rows.GetInt64(2));
        }

        return cursors;
    }

    /// <summary>
    /// The next events of some partitions, in order within each; <paramref name="cursors"/> move behind them, and behind all
    /// that nobody wants.
    /// </summary>
    /// <returns>The events, and whether there may be more.</returns>
    /// <param name="eventsMax">Of each partition.</param>
    public static async Task<(List<JournalEvent> Events, bool HasMore)> ReadAsync(
        NpgsqlConnection connection,
        JournalCursor[] cursors,
        IReadOnlyCollection<short> partitions,
        IReadOnlyCollection<WantedEvents> wanted,
        int eventsMax,
        CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(ReadSql, connection);
        command.Parameters.Add(new() { Value = partitions.ToArray() });
        command.Parameters.Add(new()
        {
            Value = partitions.Select(partition => cursors[partition].TransactionId).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Xid8,
        });
        command.Parameters.Add(new() { Value = partitions.Select(partition => cursors[partition].Position).ToArray() });
        command.Parameters.Add(new() { Value = eventsMax });
        command.Parameters.Add(new() { Value = wanted.Select(each => each.Category).ToArray() });
        command.Parameters.Add(new() { Value = wanted.Where(each => each.Types.Length == 0).Select(each => each.Category).ToArray() });
        command.Parameters.Add(new() { Value = wanted.SelectMany(each => each.Types).ToArray() });
        var found = new List<JournalEvent>();
        var counts = new Dictionary<short, int>();
        var stops = new Dictionary<short, JournalCursor>();
        var end = default(JournalCursor);
        await using (var rows = await command.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
            {
                end = new(rows.GetFieldValue<ulong>(0) - 1, rows.GetInt64(1));
                if (rows.IsDBNull(2))
                {
                    continue;
                }

                var (partition, at) = (rows.GetInt16(2), new JournalCursor(rows.GetFieldValue<ulong>(10), rows.GetInt64(11)));
                if (stops.ContainsKey(partition))
                {
                    continue;
                }

                if (rows.GetBoolean(3))
                {
                    found.Add(EventJournal.Read(rows, first: 5));
                    counts[partition] = counts.GetValueOrDefault(partition) + 1;
                }

                if (rows.GetInt64(4) == eventsMax || counts.GetValueOrDefault(partition) == eventsMax)
                {
                    // Enough; or of this grain type there may be more behind it, of others what was read is in order only up to here.
                    stops.Add(partition, at);
                }
            }
        }

        // Only now: a read that breaks off returns nothing, so it must not have passed anything either. Where nothing was drawn since
        // and nobody can commit any more of it, there is nothing to write down: otherwise each reader's writing would move the others.
        var settled = end.Position & ~1L;
        foreach (var partition in partitions)
        {
            if (stops.TryGetValue(partition, out var stop))
            {
                cursors[partition] = stop;
            }
            else if (counts.ContainsKey(partition) || (cursors[partition].Position != end.Position && cursors[partition].Position != settled))
            {
                cursors[partition] = end;
            }
        }

        return (found, stops.Count > 0);
    }

    /// <summary>Writes cursors down.</summary>
    public static async Task SaveAsync(
        NpgsqlConnection connection, string reader, IEnumerable<KeyValuePair<short, JournalCursor>> cursors)
    {
        var moved = cursors.Where(pair => pair.Value != default).ToArray();
        await using var command = new NpgsqlCommand(
            """
            insert into journal_cursors (reader, partition, transaction_id, position)
            select $1, * from unnest($2::smallint[], $3::xid8[], $4::bigint[])
            on conflict (reader, partition) do update
            set transaction_id = excluded.transaction_id, position = excluded.position
            where (journal_cursors.transaction_id, journal_cursors.position) < (excluded.transaction_id, excluded.position)
            """,
            connection);
        command.Parameters.Add(new() { Value = reader });
        command.Parameters.Add(new() { Value = moved.Select(pair => pair.Key).ToArray() });
        command.Parameters.Add(new()
        {
            Value = moved.Select(pair => pair.Value.TransactionId).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Xid8,
        });
        command.Parameters.Add(new() { Value = moved.Select(pair => pair.Value.Position).ToArray() });
        await command.ExecuteNonQueryAsync();
    }
}
