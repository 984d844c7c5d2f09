using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Commerce.Carts;

/// <summary>
/// Names a line of a cart: its SKU, and for a line with attributes a tilde and 8 characters of
/// lower-case base32 that follow from them. The same SKU with the same attributes is always the same line.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.CartLineId"), JsonConverter(typeof(TextJsonConverter<CartLineId>))]
public readonly record struct CartLineId([property: Id(0)] string Value) : IParsable<CartLineId>
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int DigestLength = 8;

    /// <summary>The SKU that the line counts.</summary>
    [JsonIgnore]
    public Sku Sku => new(Value.Split('~')[0]);

    /// <summary>Whether the line has attributes.</summary>
    [JsonIgnore]
    public bool HasAttributes => Value.Contains('~', StringComparison.Ordinal);

    /// <summary>The line of a SKU without attributes.</summary>
    public static implicit operator CartLineId(Sku sku) => new(sku.Value);

    /// <summary>The line of a SKU with attributes.</summary>
    public static CartLineId Of(Sku sku, ImmutableSortedDictionary<string, string>? attributes)
    {
        if (attributes is null or { IsEmpty: true })
        {
            return sku;
        }

        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(attributes, CommerceJson.Stored));
        return new($"{sku}~{string.Create(DigestLength, hash, (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = Alphabet[bytes[i] & 31];
            }
        })}");
    }

    /// <inheritdoc/>
    public static CartLineId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var line) ? line : throw new FormatException("Not a line of a cart.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CartLineId result)
    {
        result = default;
        var parts = s?.Split('~') ?? [];
        if (parts.Length is < 1 or > 2 || !Sku.TryParse(parts[0], provider, out var sku)
            || (parts.Length == 2 && (parts[1].Length != DigestLength || parts[1].Any(letter => !Alphabet.Contains(letter, StringComparison.Ordinal)))))
        {
            return false;
        }

        result = parts.Length == 2 ? new($"{sku}~{parts[1]}") : sku;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
