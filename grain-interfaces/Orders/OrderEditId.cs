using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Orders;

/// <summary>Names a proposed edit of an order.</summary>
[GenerateSerializer, Immutable, Alias("commerce.OrderEditId"), JsonConverter(typeof(TextJsonConverter<OrderEditId>))]
public readonly record struct OrderEditId([property: Id(0)] string Value) : IEntityId<OrderEditId>, IParsable<OrderEditId>
{
    /// <inheritdoc/>
    public static string Prefix => "edit";

    /// <inheritdoc/>
    public static OrderEditId Of(string value) => new(value);

    /// <inheritdoc/>
    public static OrderEditId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a edit id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OrderEditId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
