using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce;

/// <summary>
/// Names one of the places that the shop sells at, such as a site, an app or a kiosk: 1 to 64 of a-z, 0-9 and hyphen. It is
/// there once a publishable key names it.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.SalesChannel"), JsonConverter(typeof(TextJsonConverter<SalesChannel>))]
public readonly record struct SalesChannel([property: Id(0)] string Value) : IParsable<SalesChannel>
{
    /// <inheritdoc/>
    public static SalesChannel Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var channel) ? channel : throw new FormatException("Not a sales channel.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SalesChannel result)
    {
        var valid = Handle.IsOne(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
