using Commerce.Carts;

namespace Commerce.Credit;

/// <summary>
/// The codes of gift cards and the accounts behind them. A code is money: it is made here, shown once, and nowhere kept;
/// grains and journal know the account, whose id is a keyed hash of the code.
/// </summary>
internal sealed class CreditIds(ShopSecret secret)
{
    private const int LettersShown = 4;
    private const int EmailMax = 254;

    /// <summary>
    /// The code of the card that a request creates: a function of its <c>Idempotency-Key</c>, since whoever got no answer
    /// must get the same code by asking again.
    /// </summary>
    public async ValueTask<string> NewCodeAsync(string key)
    {
        var random = await secret.HashAsync("gift-card-code", key);
        return string.Create(GiftCardCode.Length + (GiftCardCode.Length / 4) - 1, random, (text, bytes) =>
        {
            for (var (i, at) = (0, 0); i < GiftCardCode.Length; i++)
            {
                if (i > 0 && i % 4 == 0)
                {
                    text[at++] = '-';
                }

                text[at++] = GiftCardCode.Alphabet[bytes[i] & 31];
            }
        });
    }

    /// <summary>The end of a code that operators may know it by.</summary>
    public static string EndOf(string code) => code[^LettersShown..];

    /// <summary>The account of a code as people type it; null when it cannot be a code.</summary>
    public async ValueTask<CreditAccountId?> AccountOfAsync(string? code) =>
        GiftCardCode.TryRead(code, out var canonical)
            ? EntityId.Derive<CreditAccountId>(Convert.ToHexString(await secret.HashAsync("gift-card", canonical)))
            : null;

    /// <summary>What entering a code means: a gift card, when it looks like one, or else a promotion.</summary>
    public async ValueTask<CartAction> EntryOfAsync(string code) =>
        await AccountOfAsync(code) is { } card ? new AddCartCredit(card, CreditKind.GiftCard) : new AddCartCode(code);

    /// <summary>What taking a code away means.</summary>
    public async ValueTask<CartAction> RemovalOfAsync(string code) =>
        await AccountOfAsync(code) is { } card ? new RemoveCartCredit(card) : new RemoveCartCode(code);

    /// <summary>The store credit of a customer, by e-mail address, in one currency; null when nobody is named.</summary>
    public async ValueTask<CreditAccountId?> StoreCreditOfAsync(string? email, Currency currency) =>
        string.IsNullOrWhiteSpace(email) || email.Length > EmailMax ? null : EntityId.Derive<CreditAccountId>(Convert.ToHexString(
            await secret.HashAsync("store-credit", $"{email.Trim().ToLowerInvariant()}|{currency}")));
}
