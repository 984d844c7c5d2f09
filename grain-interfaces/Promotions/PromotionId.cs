using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Promotions;

/// <summary>Names a promotion.</summary>
[GenerateSerializer, Immutable, Alias("commerce.PromotionId"), JsonConverter(typeof(TextJsonConverter<PromotionId>))]
public readonly record struct PromotionId([property: Id(0)] string Value) : IEntityId<PromotionId>, IParsable<PromotionId>
{
    /// <inheritdoc/>
    public static string Prefix => "promo";

    /// <inheritdoc/>
    public static PromotionId Of(string value) => new(value);

    /// <inheritdoc/>
    public static PromotionId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a promotion id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PromotionId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
