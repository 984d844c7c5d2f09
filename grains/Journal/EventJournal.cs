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
    private readonly AppendLane[] _lanes;

    public EventJournal(
        NpgsqlDataSource database,
        IOptions<JournalOptions> options,
        JournalBell bell,
        JournalMetrics metrics,
        ILogger<EventJournal> log)
    {
        _database = database;
        _lanes = [.. Enumerable.Range(0, options.Value.Lanes)
            .Select(_ => new AppendLane(database, options.Value, bell, metrics, log))];
    }

    /// <summary>Queues an append; its outcome is <see cref="PendingAppend.Committed"/>.</summary>
    public void Enqueue(PendingAppend append) => _lanes[append.Partition % _lanes.Length].Enqueue(append);

    /// <summary>The newest snapshot of a stream in this schema; null when there is none.</summary>
    public async Task<(byte[] State, long Version)?> ReadSnapshotAsync(
        string stream, int schema, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(
            "select state, version from journal_snapshots where stream = $1 and schema = $2");
        command.Parameters.Add(new() { Value = stream });
        command.Parameters.Add(new() { Value = schema });
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetFieldValue<byte[]>(0), reader.GetInt64(1)) : null;
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
            select stream, version, type, data::text, metadata::text, transaction_id, position, recorded_at, events
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

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            yield return Read(reader);
        }
    }

    /// <summary>What the command was answered whose last event this is; null when that was not kept.</summary>
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
    public static JournalEvent Read(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        reader.GetInt64(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetString(4),
        reader.GetFieldValue<ulong>(5),
        reader.GetInt64(6),
        reader.GetFieldValue<DateTimeOffset>(7),
        reader.GetInt32(8));

    /// <summary>Writes what is waiting, then closes. Called after the silo has stopped its grains.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync();
        }
    }
}
