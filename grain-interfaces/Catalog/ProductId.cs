using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Catalog;

/// <summary>Names a product.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ProductId"), JsonConverter(typeof(TextJsonConverter<ProductId>))]
public readonly record struct ProductId([property: Id(0)] string Value) : IEntityId<ProductId>, IParsable<ProductId>
{
    /// <inheritdoc/>
    public static string Prefix => "prod";

    /// <inheritdoc/>
    public static ProductId Of(string value) => new(value);

    /// <inheritdoc/>
    public static ProductId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a prod id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ProductId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
