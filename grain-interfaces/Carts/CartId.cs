using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Carts;

/// <summary>Names a cart. Unguessable: whoever knows it may use the cart.</summary>
[GenerateSerializer, Immutable, Alias("commerce.CartId"), JsonConverter(typeof(TextJsonConverter<CartId>))]
public readonly record struct CartId([property: Id(0)] string Value) : IEntityId<CartId>, IParsable<CartId>
{
    /// <inheritdoc/>
    public static string Prefix => "cart";

    /// <inheritdoc/>
    public static CartId Of(string value) => new(value);

    /// <inheritdoc/>
    public static CartId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a cart id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CartId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
