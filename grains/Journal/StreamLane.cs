using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Commerce.Journal;

/// <summary>
/// One connection that reads streams for grains that activate, one statement in flight on it: what is asked for meanwhile
/// is the next batch. A purchase activates ten grains, so under load the activations of many shoppers share a round trip.
/// </summary>
internal sealed class StreamLane : IAsyncDisposable
{
    private const int StreamsMax = 64;

    // In one statement, so that a snapshot written meanwhile cannot come between it and the events after it.
    private const string Load = """
        with wanted as materialized (select * from unnest($1::text[], $2::int[]) as w(stream, schema)),
        found as materialized (
            select s.stream, s.version, s.state from wanted join journal_snapshots s using (stream, schema))
        select stream, version, '', state::text, '', 0::bigint::text::xid8, 0::bigint, clock_timestamp(), 0, null::bytea from found
        union all
        select s.stream, s.version, '', '', '', 0::bigint::text::xid8, 0::bigint, clock_timestamp(), -1, s.key
        from wanted join journal_streams s using (stream) where s.key is not null
        union all
        select e.*, null
        from wanted w left join found f using (stream)
        cross join lateral (
            select stream, version, type, data::text, metadata::text, transaction_id, position, recorded_at, events
            from journal_events where stream = w.stream and version > coalesce(f.version, 0)
            order by version limit $3) e
        """;

    private readonly JournalConnection _connection;
    private readonly int _timeoutSeconds;
    private readonly Channel<Request> _waiting;
    private readonly Task _loop;
    private NpgsqlCommand? _command;

    public StreamLane(NpgsqlDataSource database, JournalOptions options)
    {
        (_connection, _timeoutSeconds) = (new(database), (int)Math.Ceiling(options.AppendTimeout.TotalSeconds));
        _waiting = Channel.CreateBounded<Request>(new BoundedChannelOptions(options.PendingPerLaneMax) { SingleReader = true });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>How many events of a stream come with its beginning, at most.</summary>
    public static int EventsMax => 200;

    /// <summary>The newest snapshot of a stream in this schema and the events after it, at most so many.</summary>
    /// <exception cref="RetryableException">Too much is waiting, or the silo is stopping.</exception>
    public Task<StoredStream> LoadAsync(string stream, int schema)
    {
        var request = new Request(stream, schema);
        return _waiting.Writer.TryWrite(request) ? request.Loaded.Task : throw new RetryableException("The journal is busy.");
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        await DisconnectAsync();
    }

    private async Task RunAsync()
    {
        var batch = new Dictionary<string, Request>(StringComparer.Ordinal);
        var again = new List<Request>();
        while (again.Count > 0 || await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            again.RemoveAll(request => batch.TryAdd(request.Stream, request));
            while (batch.Count < StreamsMax && _waiting.Reader.TryRead(out var request))
            {
                if (!batch.TryAdd(request.Stream, request))
                {
                    again.Add(request);
                }
            }

            try
            {
                await ReadAsync(batch);
                foreach (var request in batch.Values)
                {
                    request.Loaded.TrySetResult(new(request.Snapshot, request.Events, request.Key));
                }
            }
            catch (Exception failure)
            {
                foreach (var request in batch.Values)
                {
                    request.Loaded.TrySetException(failure);
                }

                await DisconnectAsync();
            }
        }
    }

    private async Task ReadAsync(Dictionary<string, Request> batch)
    {
        var command = _command ??= await ConnectAsync();
        command.Parameters[0].Value = batch.Keys.ToArray();
        command.Parameters[1].Value = batch.Values.Select(request => request.Schema).ToArray();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var request = batch[reader.GetString(0)];
            switch (reader.GetInt32(8))
            {
                case 0:
                    request.Snapshot = (reader.GetFieldValue<byte[]>(3), reader.GetInt64(1));
                    break;
                case -1:
                    request.Key = reader.GetFieldValue<byte[]>(9);
                    break;
                default:
                    request.Events.Add(EventJournal.Read(reader));
                    break;
            }
        }
    }

    private async Task<NpgsqlCommand> ConnectAsync()
    {
        var command = new NpgsqlCommand(Load, await _connection.GetAsync())
        {
            CommandTimeout = _timeoutSeconds,
            Parameters =
            {
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
                new() { Value = EventsMax },
            },
        };
        await command.PrepareAsync();
        return command;
    }

    private async ValueTask DisconnectAsync()
    {
        if (_command is { } command)
        {
            _command = null;
            await command.DisposeAsync();
        }

        await _connection.CloseAsync();
    }

    private sealed record Request(string Stream, int Schema)
    {
        // What a grain does with its stream is not for the lane to wait for.
        public TaskCompletionSource<StoredStream> Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public (byte[] State, long Version)? Snapshot { get; set; }

        public byte[]? Key { get; set; }

        public List<JournalEvent> Events { get; } = [];
    }
}

/// <summary>How a stream begins, for somebody who knows nothing of it.</summary>
/// <param name="Snapshot">The newest one in the wanted schema; null: none.</param>
/// <param name="Events">The rows after it, oldest first; as many as <see cref="StreamLane.EventsMax"/>: there may be more.</param>
/// <param name="Key">As it is kept; null: none, empty: destroyed. What it sealed is still sealed.</param>
internal sealed record StoredStream(
    (byte[] State, long Version)? Snapshot, IReadOnlyList<JournalEvent> Events, byte[]? Key);
