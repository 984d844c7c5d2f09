using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Credit;

/// <summary>
/// Names a gift card or a customer's store credit. Derived under the shop's secret from the card's code, or from the
/// customer and the currency: it opens nothing and tells neither.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.CreditAccountId"), JsonConverter(typeof(TextJsonConverter<CreditAccountId>))]
public readonly record struct CreditAccountId([property: Id(0)] string Value) : IEntityId<CreditAccountId>, IParsable<CreditAccountId>
{
    /// <inheritdoc/>
    public static string Prefix => "credit";

    /// <inheritdoc/>
    public static CreditAccountId Of(string value) => new(value);

    /// <inheritdoc/>
    public static CreditAccountId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a credit id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CreditAccountId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
