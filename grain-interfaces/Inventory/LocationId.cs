using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Inventory;

/// <summary>Names a place that stock is kept at: 1 to 64 of a-z, 0-9 and hyphen.</summary>
[GenerateSerializer, Immutable, Alias("commerce.LocationId"), JsonConverter(typeof(TextJsonConverter<LocationId>))]
public readonly record struct LocationId([property: Id(0)] string Value) : IParsable<LocationId>
{
    /// <inheritdoc/>
    public static LocationId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a location.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LocationId result)
    {
        var valid = Handle.IsOne(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
