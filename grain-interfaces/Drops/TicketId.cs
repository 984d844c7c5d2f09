using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Drops;

/// <summary>
/// Names a place in the line of a drop: a function of the drop and the holder that only the shop can compute. It proves
/// nothing by itself; the token that its holder has does.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.TicketId"), JsonConverter(typeof(TextJsonConverter<TicketId>))]
public readonly record struct TicketId([property: Id(0)] string Value) : IEntityId<TicketId>, IParsable<TicketId>
{
    /// <inheritdoc/>
    public static string Prefix => "tkt";

    /// <inheritdoc/>
    public static TicketId Of(string value) => new(value);

    /// <inheritdoc/>
    public static TicketId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a ticket id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TicketId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
