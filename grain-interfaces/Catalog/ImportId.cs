using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Catalog;

/// <summary>Names one import of a catalogue file.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ImportId"), JsonConverter(typeof(TextJsonConverter<ImportId>))]
public readonly record struct ImportId([property: Id(0)] string Value) : IEntityId<ImportId>, IParsable<ImportId>
{
    /// <inheritdoc/>
    public static string Prefix => "imp";

    /// <inheritdoc/>
    public static ImportId Of(string value) => new(value);

    /// <inheritdoc/>
    public static ImportId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a imp id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImportId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
