using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Commerce.Carts;

namespace Commerce.Inventory;

/// <summary>Names a promise of stock: the cart it is for and the attempt to check out, so that one attempt holds once.</summary>
[GenerateSerializer, Immutable, Alias("commerce.HoldId"), JsonConverter(typeof(TextJsonConverter<HoldId>))]
public readonly record struct HoldId([property: Id(0)] string Value) : IParsable<HoldId>, IComparable<HoldId>
{
    /// <summary>The hold of a cart's so many-eth attempt.</summary>
    public static HoldId For(CartId cart, int attempt) => new($"hold_{cart.Value[(CartId.Prefix.Length + 1)..]}.{attempt}");

    /// <inheritdoc/>
    public static HoldId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a hold id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out HoldId result)
    {
        var valid = s is { Length: > 5 and <= 64 } && s.StartsWith("hold_", StringComparison.Ordinal);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(HoldId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
