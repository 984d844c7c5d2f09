using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce;

/// <summary>
/// A stock keeping unit: what is counted, priced and sent. 1 to 64 of A-Z, 0-9, hyphen, underscore and full stop;
/// lower-case letters are read as upper-case, because people type SKUs both ways and mean one thing.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.Sku"), JsonConverter(typeof(TextJsonConverter<Sku>))]
public readonly record struct Sku([property: Id(0)] string Value) : IParsable<Sku>, IComparable<Sku>
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <inheritdoc/>
    public static Sku Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var sku) ? sku : throw new FormatException("Not a SKU.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Sku result)
    {
        var text = s?.ToUpperInvariant();
        var valid = text is { Length: >= 1 and <= 64 } && !text.AsSpan().ContainsAnyExcept(Allowed);
        result = valid ? new(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(Sku other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
