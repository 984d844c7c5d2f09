using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Commerce.Http;

/// <summary>A value of a closed set as JSON writes it, <c>partially_fulfilled</c>, so that queries and bodies agree.</summary>
internal readonly record struct Word<T>(T Value) : IParsable<Word<T>>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<string, T> ByText =
        Enum.GetValues<T>().ToFrozenDictionary(Text, StringComparer.Ordinal);

    public static Word<T> Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var word) ? word : throw new FormatException($"Not one of {string.Join(", ", ByText.Keys)}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Word<T> result)
    {
        var isKnown = ByText.TryGetValue(s ?? "", out var value);
        result = new(value);
        return isKnown;
    }

    public override string ToString() => Text(Value);

    private static string Text(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
