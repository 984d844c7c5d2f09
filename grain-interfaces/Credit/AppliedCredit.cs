namespace Commerce.Credit;

/// <summary>What a gift card or store credit pays of a cart. A means of payment: prices, totals and tax do not know of it.</summary>
/// <param name="Id">By which it is taken off the cart; it opens nothing.</param>
/// <param name="Last4">The last 4 characters of a gift card's code; null for store credit.</param>
/// <param name="Amount">What it pays; 0 when others pay all of it, or when it cannot be used now.</param>
[GenerateSerializer, Immutable, Alias("commerce.AppliedCredit")]
public sealed record AppliedCredit(
    [property: Id(0)] CreditAccountId Id,
    [property: Id(1)] CreditKind Kind,
    [property: Id(2)] string? Last4,
    [property: Id(3)] Money Amount);
