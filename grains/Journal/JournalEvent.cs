using System.Text.Json;

namespace Commerce.Journal;

/// <summary>One row of the journal: an event or, of those that come in crowds, several.</summary>
/// <param name="Stream">Grain type and key, <c>order/ord_…</c>.</param>
/// <param name="Version">Of its last event; 1 for a stream's first, without gaps.</param>
/// <param name="Type">The event's alias; see <see cref="EventTypes"/>.</param>
/// <param name="Data">The event, as JSON text; several as an array.</param>
/// <param name="Metadata">An <see cref="EventMetadata"/>, as JSON text.</param>
/// <param name="TransactionId">Of the append: with <paramref name="Position"/> the order in which readers see events.</param>
/// <param name="Position">Order within one transaction.</param>
/// <param name="RecordedAt">The database's clock at the append.</param>
/// <param name="Events">How many events it holds.</param>
[GenerateSerializer, Immutable, Alias("commerce.JournalEvent")]
internal sealed record JournalEvent(
    [property: Id(0)] string Stream,
    [property: Id(1)] long Version,
    [property: Id(2)] string Type,
    [property: Id(3)] string Data,
    [property: Id(4)] string Metadata,
    [property: Id(5)] ulong TransactionId,
    [property: Id(6)] long Position,
    [property: Id(7)] DateTimeOffset RecordedAt,
    [property: Id(8)] int Events = 1)
{
    /// <summary>The grain type the stream belongs to.</summary>
    public string Category => StreamName.Category(Stream);

    /// <summary>The grain key the stream belongs to.</summary>
    public string Key => StreamName.Key(Stream);

    /// <summary>The version of its first event.</summary>
    public long FirstVersion => Version - Events + 1;

    /// <summary>The same with null wherever it tells of a person: for whoever has no key.</summary>
    public JournalEvent Closed() => StreamKey.HasSealed(Data) ? this with { Data = StreamKey.Open(null, Data) } : this;

    /// <summary>The event itself, of a kind that does not come in crowds.</summary>
    public object Decode() => EventTypes.Decode(Type, Data);

    /// <summary>Its events, each with its version.</summary>
    public IEnumerable<(long Version, object Event)> DecodeAll()
    {
        if (Events == 1)
        {
            return [(Version, Decode())];
        }

        var first = FirstVersion;
        return EventTypes.DecodeAll(Type, Data).Select((@event, index) => (first + index, @event));
    }

    /// <summary>What is known about how the event came to be.</summary>
    public EventMetadata DecodeMetadata() =>
        JsonSerializer.Deserialize<EventMetadata>(Metadata, CommerceJson.Stored)!;
}

/// <summary>How an event came to be.</summary>
/// <param name="EventId">Unique; consumers outside deduplicate by it.</param>
/// <param name="At">When it was decided, by the silo's clock.</param>
/// <param name="Actor">Who asked for it: <c>shopper</c>, <c>operator</c>, <c>system</c>; never a name.</param>
/// <param name="CommandId">The command it answers, if that had an id.</param>
/// <param name="Fingerprint">Digest of that command.</param>
/// <param name="TraceId">W3C trace id of the request, if it was traced.</param>
/// <param name="Reason">Why, where an operator said so; no personal data.</param>
internal sealed record EventMetadata(
    string EventId,
    DateTimeOffset At,
    string Actor,
    string? CommandId = null,
    string? Fingerprint = null,
    string? TraceId = null,
    string? Reason = null);

/// <summary>A stream is named by the grain that writes it.</summary>
internal static class StreamName
{
    /// <summary>The stream of a grain.</summary>
    public static string Of(GrainId grain) => $"{grain.Type}/{grain.Key}";

    /// <summary>The grain of a stream.</summary>
    public static GrainId Grain(string stream) => GrainId.Create(Category(stream), Key(stream));

    /// <summary>The part before the first slash.</summary>
    public static string Category(string stream) => stream[..stream.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The part after the first slash.</summary>
    public static string Key(string stream) => stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>FNV-1a over UTF-16, folded. Stored with every event: neither it nor the count may ever change.</summary>
    public static short Partition(string stream)
    {
        var hash = 2166136261u;
        foreach (var character in stream)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (short)((hash ^ (hash >> 15)) % JournalPartitions.Count);
    }
}
