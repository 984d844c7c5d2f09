using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Commerce.Journal;

/// <summary>
/// Orleans streams whose queues are the journal's partitions: committing an event is the only way to publish one, and
/// the stream of a grain has its type as namespace and its key as key.
/// </summary>
internal sealed class JournalQueue(string name, JournalReading reading, SimpleQueueCacheOptions cache)
    : IQueueAdapterFactory, IQueueAdapter
{
    /// <summary>The stream provider's name.</summary>
    public const string ProviderName = "journal";

    private readonly PartitionMapper _mapper = new(name);
    private readonly SimpleQueueAdapterCache _cache = new(cache, name, reading.Logs);

    public string Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public static IQueueAdapterFactory Create(IServiceProvider services, string name) => new JournalQueue(
        name,
        services.GetRequiredService<JournalReading>(),
        services.GetRequiredService<IOptionsMonitor<SimpleQueueCacheOptions>>().Get(name));

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) =>
        new JournalQueueReceiver((short)queueId.GetNumericId(), reading);

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new ParkUndelivered(reading.Database));

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("Events are published by committing them to the journal.");
}

/// <summary>One event on its way to its subscribers.</summary>
[GenerateSerializer, Immutable, Alias("commerce.JournalBatch")]
internal sealed class JournalBatch(JournalEvent journaled) : IBatchContainer
{
    [Id(0)]
    public JournalEvent Event { get; } = journaled;

    public StreamId StreamId => StreamId.Create(Event.Category, Event.Key);

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2((long)Event.TransactionId, (int)(Event.Position & int.MaxValue));

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        Event is T item ? [Tuple.Create(item, SequenceToken)] : [];

    public bool ImportRequestContext() => false;
}

/// <summary>Reads one partition for the pulling agent of this silo, while the silo holds the partition's lease.</summary>
internal sealed class JournalQueueReceiver(short partition, JournalReading reading) : IQueueAdapterReceiver
{
    private const string Reader = "streams";
    private readonly JournalLease _lease = new(reading.Database, $"{Reader}/{partition}", reading.Options.Value.Lease);
    private readonly SortedSet<(ulong TransactionId, long Position)> _inFlight = [];
    private readonly JournalConnection _connection = new(reading.Database);
    private readonly JournalListener _listener = reading.Bell.Listen(FollowsAttribute.Wanted, partition);
    private JournalCursor[]? _cursors;
    private JournalCursor _saved;
    private long _savedAt;
    private bool _hasMore;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        if (!await _lease.HoldAsync(CancellationToken.None))
        {
            _cursors = null;
            return [];
        }

        if (_cursors is null)
        {
            _cursors = await JournalCursor.LoadAsync(reading.Database, Reader, CancellationToken.None);
            _saved = _cursors[partition];
            _inFlight.Clear();
            _hasMore = true;
        }

        if (!_hasMore)
        {
            await Task.Delay(reading.Options.Value.ReadEvery);
            await _listener.WaitAsync(CancellationToken.None);
        }

        var events = await ReadAsync(maxCount);
        if (events.Count == 0 && _inFlight.Count == 0)
        {
            await SaveAsync(_cursors[partition]);
        }

        return [.. events.Select(journaled => new JournalBatch(journaled))];
    }

    /// <summary>
    /// Moves the checkpoint. The cache gives back its oldest events first and leaves out those that a subscriber failed
    /// to take; these were parked before (<see cref="ParkUndelivered"/>), so everything up to the newest is settled.
    /// </summary>
    public async Task MessagesDeliveredAsync(IList<IBatchContainer> messages)
    {
        if (_cursors is null || messages.Count == 0)
        {
            return;
        }

        var newest = messages.Cast<JournalBatch>().Max(batch => (batch.Event.TransactionId, batch.Event.Position));
        _inFlight.RemoveWhere(sent => sent.CompareTo(newest) <= 0);
        await SaveAsync(_inFlight.Count == 0 ? _cursors[partition] : new(newest.TransactionId, newest.Position));
    }

    public async Task Shutdown(TimeSpan timeout)
    {
        _listener.Dispose();
        await _connection.CloseAsync();
        await _lease.ReleaseAsync();
    }

    private async Task<List<JournalEvent>> ReadAsync(int maxCount)
    {
        // The cursor moves when all is there: what cannot be opened is read again.
        var cursors = _cursors!.ToArray();
        (var events, _hasMore) = await JournalCursor.ReadAsync(
            await _connection.GetAsync(),
            cursors,
            [partition],
            FollowsAttribute.Wanted,
            maxCount > 0 ? Math.Min(maxCount, reading.Options.Value.ReadBatchMax) : reading.Options.Value.ReadBatchMax,
            CancellationToken.None);
        events = await reading.Keys.OpenAsync(await _connection.GetAsync(), events, CancellationToken.None);
        _cursors = cursors;
        foreach (var journaled in events)
        {
            _inFlight.Add((journaled.TransactionId, journaled.Position));
        }

        if (events.Count > 0)
        {
            reading.Metrics.ReaderLag(Reader, reading.Time.GetUtcNow() - events[^1].RecordedAt);
        }

        return events;
    }

    private async Task SaveAsync(JournalCursor cursor)
    {
        // What was delivered since is delivered again after a crash, and ignored.
        if (cursor == _saved || Environment.TickCount64 - _savedAt < reading.Options.Value.SaveEvery.TotalMilliseconds)
        {
            return;
        }

        await using var connection = await reading.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await _lease.ConfirmAsync(connection))
        {
            await JournalCursor.SaveAsync(connection, Reader, [KeyValuePair.Create(partition, cursor)]);
            await transaction.CommitAsync();
            (_saved, _savedAt) = (cursor, Environment.TickCount64);
        }
    }
}

/// <summary>
/// The last resort for an event that could not even be handed over: its stream is parked for every subscriber. The agent
/// goes on when this returns, whatever it throws, so it does not return before the row is safe.
/// </summary>
internal sealed class ParkUndelivered(NpgsqlDataSource database) : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public async Task OnDeliveryFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        var category = streamIdentity.GetNamespace()!;
        while (true)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync();
                await connection.ExecuteAsync(ParkedStreams.Park, new
                {
                    subscribers = FollowsAttribute.Subscribers[category].ToArray(),
                    stream = $"{category}/{streamIdentity.GetKeyAsString()}",
                    version = 0L,
                    error = "It could not be delivered.",
                });
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500));
            }
        }
    }

    public Task OnSubscriptionFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;
}

/// <summary>One queue per partition of the journal, spread evenly over the silos' ring.</summary>
internal sealed class PartitionMapper : IConsistentRingStreamQueueMapper
{
    private const uint Portion = (uint)(0x1_0000_0000L / JournalPartitions.Count);
    private readonly QueueId[] _queues;

    public PartitionMapper(string prefix) =>
        _queues = [.. Enumerable.Range(0, JournalPartitions.Count)
            .Select(partition => QueueId.GetQueueId(prefix, (uint)partition, Portion * (uint)partition))];

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    public QueueId GetQueueForStream(StreamId streamId) =>
        _queues[StreamName.Partition($"{streamId.GetNamespace()}/{streamId.GetKeyAsString()}")];

    public IEnumerable<QueueId> GetQueuesForRange(IRingRange range) =>
        _queues.Where(queue => range.InRange(queue.GetUniformHashCode()));
}
