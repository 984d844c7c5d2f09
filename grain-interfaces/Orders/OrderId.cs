using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Orders;

/// <summary>Names an order: the twin of the id of the cart it was bought from. Unguessable, as that is.</summary>
[GenerateSerializer, Immutable, Alias("commerce.OrderId"), JsonConverter(typeof(TextJsonConverter<OrderId>))]
public readonly record struct OrderId([property: Id(0)] string Value) : IEntityId<OrderId>, IParsable<OrderId>
{
    /// <inheritdoc/>
    public static string Prefix => "ord";

    /// <inheritdoc/>
    public static OrderId Of(string value) => new(value);

    /// <inheritdoc/>
    public static OrderId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a ord id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OrderId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
