using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Drops;

/// <summary>Names a drop: one sale of a limited number of units, through a line.</summary>
[GenerateSerializer, Immutable, Alias("commerce.DropId"), JsonConverter(typeof(TextJsonConverter<DropId>))]
public readonly record struct DropId([property: Id(0)] string Value) : IEntityId<DropId>, IParsable<DropId>
{
    /// <inheritdoc/>
    public static string Prefix => "drop";

    /// <inheritdoc/>
    public static DropId Of(string value) => new(value);

    /// <inheritdoc/>
    public static DropId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a drop id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DropId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
