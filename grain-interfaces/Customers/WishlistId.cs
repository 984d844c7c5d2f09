using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce.Customers;

/// <summary>Names a wishlist of one customer, <c>wish_…</c>. It opens nothing: who is to see the list is given a link.</summary>
[GenerateSerializer, Immutable, Alias("commerce.WishlistId"), JsonConverter(typeof(TextJsonConverter<WishlistId>))]
public readonly record struct WishlistId([property: Id(0)] string Value) : IEntityId<WishlistId>, IParsable<WishlistId>
{
    /// <inheritdoc/>
    public static string Prefix => "wish";

    /// <inheritdoc/>
    public static WishlistId Of(string value) => new(value);

    /// <inheritdoc/>
    public static WishlistId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not the id of a wishlist.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out WishlistId result) =>
        EntityId.TryParse(s, out result);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
