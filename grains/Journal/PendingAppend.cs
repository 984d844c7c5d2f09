using System.Text.Json;

namespace Commerce.Journal;

/// <summary>
/// Events of one stream on their way to the journal. Open while its lane is busy with the batch before: commands that
/// the grain takes meanwhile join it and share its commit.
/// </summary>
internal sealed class PendingAppend(string stream, long expectedVersion, Task? after = null)
{
    private readonly Lock _gate = new();
    private readonly List<EncodedEvent> _events = [];
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isSealed;

    /// <summary>Grain type and key.</summary>
    public string Stream { get; } = stream;

    /// <summary>Of the stream.</summary>
    public short Partition { get; } = StreamName.Partition(stream);

    /// <summary>The grain type.</summary>
    public string Category { get; } = StreamName.Category(stream);

    /// <summary>The version the stream must have; 0 creates it.</summary>
    public long ExpectedVersion { get; } = expectedVersion;

    /// <summary>
    /// The append before it of the same activation, on whose outcome its events rest: if that one failed, so must this,
    /// whoever has brought the stream to the expected version meanwhile. Null: what it rests on is durable.
    /// </summary>
    public Task? After { get; } = after;

    /// <summary>The version the stream will have.</summary>
    public long NextVersion => ExpectedVersion + _events.Count;

    /// <summary>The deadline that is journaled with the events.</summary>
    public DateTimeOffset? WakeAt { get; private set; }

    /// <summary>The events; to be read once sealed.</summary>
    public IReadOnlyList<EncodedEvent> Events => _events;

    /// <summary>
    /// Done when the events are durable. Fails with <see cref="StreamMovedException"/> when another append was first and
    /// with anything else when the outcome is not known.
    /// </summary>
    public Task Committed => _committed.Task;

    /// <summary>Adds a decision's events; false when the batch has left.</summary>
    public bool TryAdd(ReadOnlySpan<EncodedEvent> events, DateTimeOffset? wakeAt)
    {
        lock (_gate)
        {
            if (_isSealed)
            {
                return false;
            }

            _events.AddRange(events);
            WakeAt = wakeAt;
            return true;
        }
    }

    /// <summary>Closes it for further events.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            _isSealed = true;
        }
    }

    /// <summary>Tells the waiting commands that their events are durable.</summary>
    public void Succeed() => _committed.TrySetResult();

    /// <summary>Tells the waiting commands that they must read again.</summary>
    public void Fail(Exception exception) => _committed.TrySetException(exception);
}

/// <summary>An event in the form it is stored in.</summary>
/// <param name="Answer">What the command was answered, as JSON text; null when nobody can ask again.</param>
internal readonly record struct EncodedEvent(string Type, string Data, string Metadata, string? Answer = null)
{
    private const int AnswerLengthMax = 64 * 1024;

    /// <summary>The same with the answer, unless that is so long that a repetition is better answered anew.</summary>
    public EncodedEvent With(string? answer) => this with { Answer = answer?.Length <= AnswerLengthMax ? answer : null };

    /// <summary>Encodes an event that answers a command.</summary>
    public static EncodedEvent Of(IJournalEvent @event, CommandHeader? header, DateTimeOffset now)
    {
        var (type, data) = EventTypes.Encode(@event);
        var metadata = new EventMetadata(
            $"evt_{Guid.CreateVersion7(now):n}",
            now,
            RequestContext.Get(RequestKeys.Actor) as string ?? "system",
            header?.Id,
            header?.Fingerprint,
            RequestContext.Get(RequestKeys.Trace) as string);
        return new(type, data, JsonSerializer.Serialize(metadata, CommerceJson.Stored));
    }
}

/// <summary>The stream is not at the version an append named: another activation is ahead.</summary>
internal sealed class StreamMovedException(string stream, long expectedVersion)
    : Exception($"Stream {stream} is no longer at version {expectedVersion}.");
