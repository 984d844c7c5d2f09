using System.Text.Json;

namespace Commerce.Verification;

/// <summary>Something that must be so at each event of the journal.</summary>
/// <param name="Code">Names the rule, for good.</param>
/// <param name="Sentence">What must be so.</param>
internal sealed record JournalRule(string Code, string Sentence);

/// <summary>An event that breaks a rule.</summary>
/// <param name="Version">The event's; of something that is missing, that of the event which needs it.</param>
/// <param name="Position">Where it stands in the journal as a whole: of several, the lowest was first.</param>
/// <param name="What">What is wrong, in figures.</param>
internal sealed record Violation(
    JournalRule Rule, string Stream, long Version, string Type, long Position, string What)
{
    /// <summary>The event, for people.</summary>
    public string Where => $"{Stream} version {Version} {Type}";
}

/// <summary>
/// A fold over the events of one stream by their names and their JSON, on purpose without the code that wrote them. A
/// new one is made for each stream; it keeps no more than is open in that stream.
/// </summary>
internal abstract class StreamRule
{
    private readonly List<(JournalRule Rule, string What)> _faults = [];

    /// <summary>What the stream waits for, and needs a deadline for; null when it may rest.</summary>
    public virtual string? WaitsFor => null;

    /// <summary>Takes one event in.</summary>
    /// <returns>False when it is of no known kind: from there on nothing can be said about this stream.</returns>
    public abstract bool Apply(string type, JsonElement e);

    /// <summary>What was wrong with the event just taken in.</summary>
    public IReadOnlyList<(JournalRule Rule, string What)> Faults => _faults;

    /// <summary>Forgets what was wrong, before the next event.</summary>
    public void Next() => _faults.Clear();

    /// <summary>States a rule.</summary>
    protected void Must(bool holds, JournalRule rule, string what)
    {
        if (!holds)
        {
            _faults.Add((rule, what));
        }
    }
}

/// <summary>Reads what the journal holds.</summary>
internal static class JournalJson
{
    /// <summary>A text; empty when it is not there.</summary>
    public static string Text(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    /// <summary>A whole number; 0 when it is not there.</summary>
    public static long Number(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    /// <summary>Whether something is said to be so.</summary>
    public static bool Flag(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The minor units of an amount of money; 0 when it is not there.</summary>
    public static long Amount(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? value.Number("amount") : 0;

    /// <summary>The currency of an amount of money; empty when it is not there.</summary>
    public static string CurrencyOf(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? value.Text("currency") : "";

    /// <summary>What gift cards and store credit pay of a cart, by account.</summary>
    public static IEnumerable<(string Account, long Amount)> Credits(this JsonElement cart) =>
        cart.List("gift_cards").Concat(cart.TryGetProperty("store_credit", out var store) ? [store] : [])
            .Select(credit => (credit.Text("id"), credit.Amount("amount")));

    /// <summary>The entries of a list; none when it is not there.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? value.EnumerateArray() : [];
}
