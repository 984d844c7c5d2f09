namespace Commerce.Credit;

/// <summary>A gift card or store credit that a cart is to be paid with.</summary>
/// <param name="Last4">The last 4 characters of a gift card's code; null for store credit.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartCredit")]
public sealed record CartCredit(
    [property: Id(0)] CreditAccountId Account, [property: Id(1)] CreditKind Kind, [property: Id(2)] string? Last4);
