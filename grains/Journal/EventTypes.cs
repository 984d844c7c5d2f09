using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Commerce.Journal;

/// <summary>
/// The names of events. An event is stored under its <see cref="AliasAttribute"/>, never under its class name, and an
/// alias is never taken back: an event whose shape changes incompatibly gets a new alias (<c>….v2</c>), and both classes
/// stay.
/// </summary>
internal static class EventTypes
{
    private static readonly FrozenDictionary<string, Type> ByAlias = typeof(EventTypes).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IJournalEvent)))
        .ToFrozenDictionary(Alias, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, string> ByType =
        ByAlias.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    private static readonly FrozenSet<string> Packed = ByAlias.Where(pair => pair.Value.IsDefined(typeof(PackedAttribute)))
        .Select(pair => pair.Key).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Type> Arrays =
        Packed.ToFrozenDictionary(alias => alias, alias => ByAlias[alias].MakeArrayType(), StringComparer.Ordinal);

    /// <summary>Every event that may be in the journal.</summary>
    public static IEnumerable<KeyValuePair<string, Type>> All => ByAlias;

    /// <summary>The name and the text of an event.</summary>
    public static (string Type, string Data) Encode(object @event) =>
        (ByType[@event.GetType()], JsonSerializer.Serialize(@event, @event.GetType(), CommerceJson.Stored));

    /// <summary>The name and the text of an event, as it is sent to the journal.</summary>
    /// <param name="key">Of its stream; null: there is nothing personal in it.</param>
    public static (string Type, byte[] Data) EncodeToUtf8(object @event, StreamKey? key) =>
        (ByType[@event.GetType()], StreamKey.Serialize(key, @event, @event.GetType()));

    /// <summary>The event of a name and a text.</summary>
    /// <exception cref="InvalidOperationException">No event has this name: a newer version of the code wrote it.</exception>
    public static object Decode(string type, string data) =>
        ByAlias.TryGetValue(type, out var clrType)
            ? JsonSerializer.Deserialize(data, clrType, CommerceJson.Stored)!
            : throw new InvalidOperationException($"The journal holds an event '{type}' that this version does not know.");

    /// <summary>Whether several of them may share a row.</summary>
    public static bool IsPacked(string type) => Packed.Contains(type);

    /// <summary>The events of a name and an array.</summary>
    public static object[] DecodeAll(string type, string data) =>
        (object[])JsonSerializer.Deserialize(data, Arrays[type], CommerceJson.Stored)!;

    private static string Alias(Type type) =>
        type.GetCustomAttribute<AliasAttribute>()?.Alias
        ?? throw new InvalidOperationException($"Event {type} has no alias.");
}

/// <summary>Marks a record as something that happened and is journaled.</summary>
internal interface IJournalEvent;

/// <summary>
/// Marks an event that comes in crowds: those that one append holds one after another share a row, with the metadata of the
/// first. SQL finds them one by one in the view <c>journal_facts</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PackedAttribute : Attribute;

/// <summary>What a journaled grain knows: a fold of its events, and when it next has something to do.</summary>
internal interface IJournaledState<TSelf, TEvent>
{
    /// <summary>The state after one event. Total: every event ever journaled is understood for ever.</summary>
    TSelf Apply(TEvent @event);

    /// <summary>The deadline of the state; null when it waits for nothing. Journaled with every append.</summary>
    DateTimeOffset? WakeAt => null;

    /// <summary>Whether its events may have <see cref="PersonalAttribute">personal</see> members: then its stream has a key.</summary>
    static virtual bool IsPersonal => false;

    /// <summary>One line for operators about what the entity is doing; no personal data.</summary>
    string Summary => "";

    /// <summary>Raised when stored snapshots can no longer be read; the events are replayed instead.</summary>
    static virtual int Schema => 1;
}
