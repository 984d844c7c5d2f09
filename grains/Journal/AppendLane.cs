using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Commerce.Journal;

/// <summary>
/// One connection that appends, one statement in flight on it: what arrives meanwhile is the next batch. So the more
/// there is to do, the more appends share one commit, and nothing ever waits for a timer.
/// </summary>
/// <remarks>A stream always uses the same lane, which keeps its appends in order.</remarks>
internal sealed partial class AppendLane : IAsyncDisposable
{
    // Heads whose version still matches move (or come into being), and only their events are written: a stream that
    // lost its race is missing from the result and delays nobody else in the batch.
    private const string Append = """
        with wanted as (
            select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::timestamptz[], $13::bytea[])
                as w(stream, expected, next, wake_at, key)),
        created as (
            insert into journal_streams (stream, version, wake_at, key)
            select stream, next, wake_at, key from wanted where expected = 0 order by stream
            on conflict (stream) do nothing
            returning stream),
        moved as (
            update journal_streams s set version = w.next, wake_at = w.wake_at, key = coalesce(w.key, s.key)
            from wanted w
            where w.expected > 0 and s.stream = w.stream and s.version = w.expected
            returning s.stream),
        won as (select stream from created union all select stream from moved),
        written as (
            insert into journal_events (stream, version, partition, type, data, metadata, answer, events)
            select e.stream, e.version, e.partition, e.type, e.data, e.metadata, e.answer, e.events
            from unnest($5::text[], $6::bigint[], $7::smallint[], $8::text[], $9::jsonb[], $10::jsonb[], $11::text[], $12::int[])
                with ordinality as e(stream, version, partition, type, data, metadata, answer, events, ordinal)
            join won using (stream)
            order by e.ordinal)
        select stream from won
        """;

    private readonly JournalConnection _connection;
    private readonly JournalOptions _options;
    private readonly JournalBell _bell;
    private readonly JournalMetrics _metrics;
    private readonly ILogger _log;
    private readonly Channel<PendingAppend> _waiting;
    private readonly Task _loop;
    private NpgsqlCommand? _command;

    public AppendLane(
        NpgsqlDataSource database, JournalOptions options, JournalBell bell, JournalMetrics metrics, ILogger log)
    {
        (_connection, _options, _bell, _metrics, _log) = (new(database), options, bell, metrics, log);
        _waiting = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(options.PendingPerLaneMax) { SingleReader = true });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Queues an append that is not sealed yet.</summary>
    /// <exception cref="RetryableException">Too much is waiting, or the silo is stopping.</exception>
    public void Enqueue(PendingAppend append)
    {
        if (!_waiting.Writer.TryWrite(append))
        {
            throw new RetryableException("The journal is busy.");
        }
    }

    /// <summary>Writes what is waiting, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        await DisconnectAsync();
    }

    private async Task RunAsync()
    {
        var batch = new List<PendingAppend>();
        var deferred = new List<PendingAppend>();
        while (deferred.Count > 0 || await _waiting.Reader.WaitToReadAsync())
        {
            Collect(batch, deferred);
            if (batch.Count > 0)
            {
                await CommitAsync(batch);
            }
        }
    }

    /// <summary>Takes the next batch. Two activations may append to one stream; the second goes with the next batch.</summary>
    private void Collect(List<PendingAppend> batch, List<PendingAppend> deferred)
    {
        var streams = new HashSet<string>(StringComparer.Ordinal);
        var events = 0;
        batch.Clear();
        var again = deferred.ToArray();
        deferred.Clear();
        foreach (var append in again)
        {
            Take(append);
        }

        while (events < _options.BatchEventsMax && _waiting.Reader.TryRead(out var append))
        {
            Take(append);
        }

        void Take(PendingAppend append)
        {
            if (append.After is { IsFaulted: true })
            {
                append.Seal();
                append.Fail(new StreamMovedException(append.Stream, append.ExpectedVersion));
                return;
            }

            if (!streams.Add(append.Stream))
            {
                deferred.Add(append);
                return;
            }

            append.Seal();
            events += append.Events;
            batch.Add(append);
        }
    }

    private async Task CommitAsync(List<PendingAppend> batch)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var won = await ExecuteAsync(batch);
            _bell.Ring(batch);
            _metrics.Committed(batch, Stopwatch.GetElapsedTime(started));
            foreach (var append in batch)
            {
                if (won.Contains(append.Stream))
                {
                    append.Succeed();
                }
                else
                {
                    append.Fail(new StreamMovedException(append.Stream, append.ExpectedVersion));
                }
            }
        }
        catch (PostgresException refusal) when (batch.Count > 1 && refusal.SqlState is ['2', '2' or '3', ..])
        {
            // The server refused a value (22) or a constraint (23): nothing was committed. Halve until it stands alone.
            var half = batch.Count / 2;
            await CommitAsync(batch.GetRange(0, half));
            await CommitAsync(batch.GetRange(half, batch.Count - half));
        }
        catch (Exception failure)
        {
            // Whether PostgreSQL has the batch is not known. Every grain in it reads again before it answers anybody.
            LogBatchFailed(failure, batch.Count);
            foreach (var append in batch)
            {
                append.Fail(failure);
            }

            await DisconnectAsync();
        }
    }

    private async Task<HashSet<string>> ExecuteAsync(List<PendingAppend> batch)
    {
        var command = _command ??= await ConnectAsync();
        var count = batch.Sum(append => append.Rows.Count);
        var (streams, expected, next, wakeAt) =
            (new string[batch.Count], new long[batch.Count], new long[batch.Count], new DateTime?[batch.Count]);
        var (eventStreams, versions, partitions) = (new string[count], new long[count], new short[count]);
        var (types, data, metadata, answers) = (new string[count], new byte[count][], new byte[count][], new string?[count]);
        var (events, keys) = (new int[count], new byte[]?[batch.Count]);
        var at = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var append = batch[i];
            streams[i] = append.Stream;
            expected[i] = append.ExpectedVersion;
            next[i] = append.NextVersion;
            wakeAt[i] = append.WakeAt?.UtcDateTime;
            keys[i] = append.Key;
            var version = append.ExpectedVersion;
            foreach (var row in append.Rows)
            {
                eventStreams[at] = append.Stream;
                versions[at] = version += row.Events;
                partitions[at] = append.Partition;
                types[at] = row.Type;
                data[at] = row.Data;
                metadata[at] = row.Metadata;
                events[at] = row.Events;
                answers[at++] = row.Answer;
            }
        }

        object[] values =
            [streams, expected, next, wakeAt, eventStreams, versions, partitions, types, data, metadata, answers, events, keys];
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        var won = new HashSet<string>(batch.Count, StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            won.Add(reader.GetString(0));
        }

        return won;
    }

    private async Task<NpgsqlCommand> ConnectAsync()
    {
        var command = new NpgsqlCommand(Append, await _connection.GetAsync())
        {
            CommandTimeout = (int)Math.Ceiling(_options.AppendTimeout.TotalSeconds),
        };
        ReadOnlySpan<NpgsqlDbType> types =
        [
            NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.TimestampTz,
            NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Smallint, NpgsqlDbType.Text,
            NpgsqlDbType.Jsonb, NpgsqlDbType.Jsonb, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Bytea,
        ];
        foreach (var type in types)
        {
            command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Array | type });
        }

        await command.PrepareAsync();
        return command;
    }

    private async ValueTask DisconnectAsync()
    {
        if (_command is { } command)
        {
            _command = null;
            await command.DisposeAsync();
            await _connection.CloseAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} appends has an unknown outcome")]
    private partial void LogBatchFailed(Exception exception, int count);
}
