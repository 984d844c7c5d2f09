using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Promotions;

/// <summary>What a shopper types to get a promotion: 1 to 64 of A-Z, 0-9, hyphen and underscore, always upper case.</summary>
[GenerateSerializer, Immutable, Alias("commerce.PromotionCode"), JsonConverter(typeof(TextJsonConverter<PromotionCode>))]
public readonly record struct PromotionCode([property: Id(0)] string Value) : IParsable<PromotionCode>
{
    /// <inheritdoc/>
    public static PromotionCode Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var code) ? code : throw new FormatException("Not a promotion code.");

    /// <summary>Reads a code in any case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PromotionCode result)
    {
        var valid = s is { Length: >= 1 and <= 64 }
            && s.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
        result = valid ? new(s!.ToUpperInvariant()) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
