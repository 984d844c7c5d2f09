namespace Commerce.Pricing;

/// <summary>Who buys, as far as prices and taxes depend on it.</summary>
/// <param name="Group">The customer group whose price lists apply; null: none.</param>
/// <param name="VatId">The VAT identification number, without spaces; its form was checked, not whether it is registered.</param>
/// <param name="Exemption">Why no tax is charged, in the operator's words, at most 200 characters; null: it is charged.</param>
[GenerateSerializer, Immutable, Alias("commerce.Buyer")]
public sealed record Buyer(
    [property: Id(0)] string? Group = null,
    [property: Id(1), Personal] string? VatId = null,
    [property: Id(2), Personal] string? Exemption = null)
{
    /// <summary>Anybody.</summary>
    public static readonly Buyer Anybody = new();
}

/// <summary>What to change about the buyer; see <see cref="Carts.Change{T}"/>.</summary>
/// <param name="Group">1 to 64 of a-z, 0-9 and hyphen.</param>
/// <param name="VatId">With the country's prefix, <c>DE123456789</c>; EU members, GB, XI, CH and NO.</param>
/// <param name="Exemption">1 to 200 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.SetBuyer")]
public sealed record SetBuyer(
    [property: Id(0)] Carts.Change<string> Group,
    [property: Id(1)] Carts.Change<string> VatId,
    [property: Id(2)] Carts.Change<string> Exemption);
