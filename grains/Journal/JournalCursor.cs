using Npgsql;
using NpgsqlTypes;

namespace Commerce.Journal;

/// <summary>How far one reader has come in one partition.</summary>
/// <param name="TransactionId">Of the last event read.</param>
/// <param name="Position">Of the last event read.</param>
internal readonly record struct JournalCursor(ulong TransactionId, long Position)
{
    // Positions are drawn before the commit: reading by position alone would skip a transaction that commits late. So
    // readers go by transaction, and only below the oldest one still in flight.
    // What is passed over stays in the database, but for the last of each partition, which tells how far it went.
    private const string ReadSql = """
        with horizon as (select pg_snapshot_xmin(pg_current_snapshot()) as xid),
        passed as (
            select e.*, c.partition as read_in,
                   split_part(e.stream, '/', 1) = any($5) or e.type = any($5) as is_wanted,
                   row_number() over in_order as passed,
                   lead(e.position) over in_order is null as is_last
            from horizon, unnest($1::smallint[], $2::xid8[], $3::bigint[]) as c(partition, transaction_id, position)
            cross join lateral (
                select * from journal_events j
                where j.partition = c.partition
                  and (j.transaction_id, j.position) > (c.transaction_id, c.position)
                  and j.transaction_id < horizon.xid
                order by j.transaction_id, j.position
                limit $4) e
            window in_order as (partition by c.partition order by e.transaction_id, e.position))
        select stream, version, type,
               case when is_wanted then data::text else '' end,
               case when is_wanted then metadata::text else '' end,
               transaction_id, position, recorded_at, events, read_in, passed
        from passed
        where is_wanted or is_last
        order by read_in, transaction_id, position
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
    /// The next events of some partitions, in order within each; <paramref name="cursors"/> move behind them. Events of
    /// other categories are passed over and not returned.
    /// </summary>
    /// <returns>The events, and whether there may be more.</returns>
    /// <param name="categories">Grain types; or, having a dot, types of events.</param>
    public static async Task<(List<JournalEvent> Events, bool HasMore)> ReadAsync(
        NpgsqlConnection connection,
        JournalCursor[] cursors,
        IReadOnlyCollection<short> partitions,
        string[] categories,
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
        command.Parameters.Add(new() { Value = categories });
        var events = new List<JournalEvent>();
        var moved = cursors.ToArray();
        var hasMore = false;
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            var partition = rows.GetInt16(9);
            moved[partition] = new(rows.GetFieldValue<ulong>(5), rows.GetInt64(6));
            hasMore |= rows.GetInt64(10) == eventsMax;
            if (rows.GetString(3).Length > 0)
            {
                events.Add(EventJournal.Read(rows));
            }
        }

        // Only now: a read that breaks off returns nothing, so it must not have passed anything either.
        moved.CopyTo(cursors, 0);
        return (events, hasMore);
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
