using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Notifications;

/// <summary>
/// Names one message to a customer: derived from the event that caused it and its kind, so that one event can never
/// cause it twice. Mail servers see it; it tells nothing about the order.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.MessageId"), JsonConverter(typeof(TextJsonConverter<MessageId>))]
public readonly record struct MessageId([property: Id(0)] string Value) : IEntityId<MessageId>, IParsable<MessageId>
{
    /// <inheritdoc/>
    public static string Prefix => "msg";

    /// <inheritdoc/>
    public static MessageId Of(string value) => new(value);

    /// <inheritdoc/>
    public static MessageId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a msg id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MessageId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
