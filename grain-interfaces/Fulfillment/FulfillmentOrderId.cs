using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Fulfillment;

/// <summary>Names what one location is asked to send for one order.</summary>
[GenerateSerializer, Immutable, Alias("commerce.FulfillmentOrderId"), JsonConverter(typeof(TextJsonConverter<FulfillmentOrderId>))]
public readonly record struct FulfillmentOrderId([property: Id(0)] string Value) : IEntityId<FulfillmentOrderId>, IParsable<FulfillmentOrderId>
{
    /// <inheritdoc/>
    public static string Prefix => "fo";

    /// <inheritdoc/>
    public static FulfillmentOrderId Of(string value) => new(value);

    /// <inheritdoc/>
    public static FulfillmentOrderId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a fo id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FulfillmentOrderId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
