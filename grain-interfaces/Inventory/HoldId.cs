using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Commerce.Carts;
using Commerce.Orders;

namespace Commerce.Inventory;

/// <summary>
/// Names a promise of stock: <c>hold_</c> and at most 59 visible ASCII characters. That of a checkout is the cart and the
/// attempt, so that one attempt holds once.
/// </summary>
[GenerateSerializer, Immutable, Alias("commerce.HoldId"), JsonConverter(typeof(TextJsonConverter<HoldId>))]
public readonly record struct HoldId([property: Id(0)] string Value) : IParsable<HoldId>, IComparable<HoldId>
{
    private const string Prefix = "hold_";

    /// <summary>The hold of a cart's so many-eth attempt.</summary>
    public static HoldId For(CartId cart, int attempt) => new($"{Prefix}{cart.Value[(CartId.Prefix.Length + 1)..]}.{attempt}");

    /// <summary>The cart that the hold is for; null when it was not made for one.</summary>
    public CartId? Cart =>
        Value.IndexOf('.', StringComparison.Ordinal) is var dot && dot > Prefix.Length
        && CartId.TryParse($"{CartId.Prefix}_{Value[Prefix.Length..dot]}", null, out var cart) ? cart : null;

    /// <summary>The hold of what an order's so many-eth change adds to it.</summary>
    public static HoldId For(OrderId order, int change) => new($"{Prefix}{order.Value[(OrderId.Prefix.Length + 1)..]}.c{change}");

    /// <summary>Which change of its order the hold is of; null when it is not of one.</summary>
    public int? Change =>
        Value.LastIndexOf(".c", StringComparison.Ordinal) is var at and > 0
        && int.TryParse(Value.AsSpan(at + 2), System.Globalization.NumberStyles.None, null, out var change) ? change : null;

    /// <inheritdoc/>
    public static HoldId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not a hold id.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out HoldId result)
    {
        var valid = s is { Length: > 5 and <= 64 } && s.StartsWith(Prefix, StringComparison.Ordinal)
            && !s.AsSpan().ContainsAnyExceptInRange('!', '~');
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public int CompareTo(HoldId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
