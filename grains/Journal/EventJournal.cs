using System.Data;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Commerce.Journal;

/// <summary>The journal of this silo: appends by lanes, reads by stream.</summary>
internal sealed class EventJournal : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly StreamKeys _keys;
    private readonly AppendLane[] _lanes;
    private readonly StreamLane[] _reads;

    public EventJournal(
        NpgsqlDataSource database,
        StreamKeys keys,
        IOptions<JournalOptions> options,
        JournalBell bell,
        JournalMetrics metrics,
        ILogger<EventJournal> log)
    {
        (_database, _keys) = (database, keys);
        _lanes = [.. Enumerable.Range(0, options.Value.Lanes)
            .Select(_ => new AppendLane(database, options.Value, bell, metrics, log))];
        _reads = [.. _lanes.Select(_ => new StreamLane(database, options.Value))];
    }

    /// <summary>Queues an append; its outcome is <see cref="PendingAppend.Committed"/>.</summary>
    public void Enqueue(PendingAppend append) => _lanes[append.Partition % _lanes.Length].Enqueue(append);

    /// <summary>The newest snapshot of a stream in this schema and the first events after it.</summary>
    public Task<StoredStream> LoadAsync(string stream, int schema) =>
        _reads[StreamName.Partition(stream) % _reads.Length].LoadAsync(stream, schema);

    /// <summary>
    /// Streams that are short by nature, whole and <see cref="JournalEvent.Closed"/>: each one's events oldest first, one stream
    /// after the other.
    /// </summary>
    public static async Task<ILookup<string, JournalEvent>> ReadStreamsAsync(NpgsqlConnection connection, IEnumerable<string> streams)
    {
        await using var command = new NpgsqlCommand(
            """
            select stream, version, type, data::text, metadata::text, transaction_id, position, recorded_at, events
            from journal_events where stream = any($1) order by stream, version
            """,
            connection);
        command.Parameters.Add(new() { Value = streams.Distinct(StringComparer.Ordinal).ToArray() });
        var events = new List<JournalEvent>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                events.Add(Read(reader).Closed());
            }
        }

        return events.ToLookup(e => e.Stream, StringComparer.Ordinal);
    }

    /// <summary>A stream's events after a version, oldest first, at most so many.</summary>
    /// <param name="types">Only events of these types; null: all.</param>
    public async IAsyncEnumerable<JournalEvent> ReadStreamAsync(
        string stream,
        long afterVersion,
        int eventsMax,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation,
        string[]? types = null)
    {
        await using var command = _database.CreateCommand($"""
            select stream, version, type, data::text, metadata::text, transaction_id, position, recorded_at, events,
                   (select key from journal_streams where stream = $1)
            from journal_events where stream = $1 and version > $2 {(types is null ? "" : "and type = any($4)")}
            order by version limit $3
            """);
        command.Parameters.Add(new() { Value = stream });
        command.Parameters.Add(new() { Value = afterVersion });
        command.Parameters.Add(new() { Value = eventsMax });
        if (types is not null)
        {
            command.Parameters.Add(new() { Value = types });
        }

        StreamKey? key = null;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var stored = Read(reader);
            if (StreamKey.HasSealed(stored.Data))
            {
                key ??= _keys.Unwrap(stream, reader.IsDBNull(9) ? null : reader.GetFieldValue<byte[]>(9));
                stored = stored with { Data = StreamKey.Open(key, stored.Data) };
            }

            yield return stored;
        }
    }

    /// <summary>What the command was answered whose last event this is, as it is stored; null when that was not kept.</summary>
    public async Task<string?> ReadAnswerAsync(string stream, long version)
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<string?>(
            "select answer from journal_events where stream = @stream and version = @version", new { stream, version });
    }

    /// <summary>Writes a state down, unless a newer one is there.</summary>
    public async Task SaveSnapshotAsync(string stream, long version, int schema, byte[] state)
    {
        await using var command = _database.CreateCommand("""
            insert into journal_snapshots (stream, version, schema, state) values ($1, $2, $3, $4)
            on conflict (stream) do update set version = excluded.version, schema = excluded.schema, state = excluded.state
            where journal_snapshots.version < excluded.version or journal_snapshots.schema < excluded.schema
            """);
        command.Parameters.Add(new() { Value = stream });
        command.Parameters.Add(new() { Value = version });
        command.Parameters.Add(new() { Value = schema });
        command.Parameters.Add(new() { Value = state, NpgsqlDbType = NpgsqlDbType.Json });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Corrects the deadline of a stream that is still at this version.</summary>
    public async Task SetWakeAtAsync(string stream, long version, DateTimeOffset? wakeAt)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "update journal_streams set wake_at = @wakeAt where stream = @stream and version = @version",
            new { stream, version, wakeAt = wakeAt?.UtcDateTime });
    }

    /// <summary>Reads a row of <c>stream, version, type, data, metadata, transaction_id, position, recorded_at, events</c>.</summary>
    /// <param name="first">Where the first of these is.</param>
    public static JournalEvent Read(NpgsqlDataReader reader, int first = 0) => new(
        reader.GetString(first),
        reader.GetInt64(first + 1),
        reader.GetString(first + 2),
        reader.GetString(first + 3),
        reader.GetString(first + 4),
        reader.GetFieldValue<ulong>(first + 5),
        reader.GetInt64(first + 6),
        reader.GetFieldValue<DateTimeOffset>(first + 7),
        reader.GetInt32(first + 8));

    /// <summary>Writes what is waiting, then closes. Called after the silo has stopped its grains.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync();
        }

        foreach (var lane in _reads)
        {
            await lane.DisposeAsync();
        }
    }
}
