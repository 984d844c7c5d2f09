using System.Buffers;
using System.Text.Json;

namespace Commerce.Journal;

/// <summary>
/// Events of one stream on their way to the journal. Open while its lane is busy with the batch before: commands that
/// the grain takes meanwhile join it and share its commit.
/// </summary>
internal sealed class PendingAppend(string stream, long expectedVersion, Task? after = null)
{
    private readonly Lock _gate = new();
    private readonly List<EncodedRow> _rows = [];
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isSealed;
    private int _events;

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
    public long NextVersion => ExpectedVersion + _events;

    /// <summary>The deadline that is journaled with the events.</summary>
    public DateTimeOffset? WakeAt { get; private set; }

    /// <summary>The key of the stream as it is kept, from this append on; null: as it was. Empty: it is destroyed.</summary>
    public byte[]? Key { get; private set; }

    /// <summary>The events as rows of the journal; to be read once sealed.</summary>
    public IReadOnlyList<EncodedRow> Rows => _rows;

    /// <summary>How many events there are.</summary>
    public int Events => _events;

    /// <summary>
    /// Done when the events are durable. Fails with <see cref="StreamMovedException"/> when another append was first and
    /// with anything else when the outcome is not known.
    /// </summary>
    public Task Committed => _committed.Task;

    /// <summary>Adds a decision's events; false when the batch has left.</summary>
    public bool TryAdd(ReadOnlySpan<EncodedEvent> events, DateTimeOffset? wakeAt, byte[]? key = null)
    {
        lock (_gate)
        {
            if (_isSealed)
            {
                return false;
            }

            foreach (var encoded in events)
            {
                if (_rows.Count == 0 || !_rows[^1].TryAdd(encoded))
                {
                    _rows.Add(new(encoded));
                }
            }

            _events += events.Length;
            WakeAt = wakeAt;
            Key = key ?? Key;
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

/// <summary>A row of the journal: one event or, of those that come in crowds, several.</summary>
internal sealed class EncodedRow(EncodedEvent first)
{
    private const int EventsMax = 1_000;
    private ArrayBufferWriter<byte>? _packed;

    /// <summary>What happened.</summary>
    public string Type => first.Type;

    /// <summary>How many events it holds.</summary>
    public int Events { get; private set; } = 1;

    /// <summary>The event, or all of them as an array.</summary>
    public byte[] Data => _packed is null ? first.Data : [.. _packed.WrittenSpan, (byte)']'];

    /// <summary>How the first came to be.</summary>
    public byte[] Metadata => first.Metadata;

    /// <summary>What the command was answered; null when nobody can ask again.</summary>
    public string? Answer => first.Answer;

    /// <summary>Takes in another event; false when it needs a row of its own.</summary>
    public bool TryAdd(EncodedEvent next)
    {
        if (Events == EventsMax || !next.MayFollow(first))
        {
            return false;
        }

        if (_packed is null)
        {
            _packed = new(8 * first.Data.Length);
            _packed.Write("["u8);
            _packed.Write(first.Data);
        }

        _packed.Write(","u8);
        _packed.Write(next.Data);
        Events++;
        return true;
    }
}

/// <summary>An event in the form it is stored in.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Header">The command it answers; null: none that could be repeated.</param>
/// <param name="Trace">Of the request; null: none.</param>
/// <param name="Reason">Why, as an operator said it; null: nobody did.</param>
/// <param name="Answer">What the command was answered, as JSON text; null when nobody can ask again.</param>
internal readonly record struct EncodedEvent(
    string Type, byte[] Data, DateTimeOffset At, string Actor, CommandHeader? Header, string? Trace, string? Reason, string? Answer = null)
{
    private const int AnswerLengthMax = 64 * 1024;

    /// <summary>How it came to be: an <see cref="EventMetadata"/>, as JSON. Made anew each time.</summary>
    public byte[] Metadata => JsonSerializer.SerializeToUtf8Bytes(
        new EventMetadata($"evt_{Guid.CreateVersion7(At):n}", At, Actor, Header?.Id, Header?.Fingerprint, Trace, Reason),
        CommerceJson.Stored);

    /// <summary>Whether it may share a row with this one. What can be repeated has a row to keep its answer in.</summary>
    public bool MayFollow(EncodedEvent first) =>
        ReferenceEquals(Type, first.Type) && EventTypes.IsPacked(Type)
        && Header?.Id is null && first.Header?.Id is null && Actor == first.Actor && Reason == first.Reason;

    /// <summary>The same with the answer, unless that is so long that a repetition is better answered anew.</summary>
    public EncodedEvent With(string? answer) => this with { Answer = answer?.Length <= AnswerLengthMax ? answer : null };

    /// <summary>Encodes an event that answers a command.</summary>
    public static EncodedEvent Of(IJournalEvent @event, StreamKey? key, CommandHeader? header, DateTimeOffset now)
    {
        var (type, data) = EventTypes.EncodeToUtf8(@event, key);
        return new(
            type, data, now, RequestContext.Get(RequestKeys.Actor) as string ?? "system", header,
            RequestContext.Get(RequestKeys.Trace) as string, RequestContext.Get(RequestKeys.Reason) as string);
    }
}

/// <summary>The stream is not at the version an append named: another activation is ahead.</summary>
internal sealed class StreamMovedException(string stream, long expectedVersion)
    : Exception($"Stream {stream} is no longer at version {expectedVersion}.");
