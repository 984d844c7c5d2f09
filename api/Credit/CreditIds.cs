using System.Diagnostics.CodeAnalysis;

namespace Commerce.Credit;

/// <summary>
/// The codes of gift cards and the accounts behind them. A code is money: it is made here, shown once, and nowhere kept;
/// grains and journal know the account, whose id is a keyed hash of the code.
/// </summary>
internal sealed class CreditIds(ShopSecret secret)
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    // 5 bits each. Of 100, the last 20 are told to operators, so that people can tell cards apart: 80 stay secret.
    private const int Letters = 20;
    private const int LettersShown = 4;

    /// <summary>
    /// The code of the card that a request creates: a function of its <c>Idempotency-Key</c>, since whoever got no answer
    /// must get the same code by asking again.
    /// </summary>
    public async ValueTask<string> NewCodeAsync(string key)
    {
        var random = await secret.HashAsync("gift-card-code", key);
        return string.Create(Letters + (Letters / 4) - 1, random, (text, bytes) =>
        {
            for (var (i, at) = (0, 0); i < Letters; i++)
            {
                if (i > 0 && i % 4 == 0)
                {
                    text[at++] = '-';
                }

                text[at++] = Alphabet[bytes[i] & 31];
            }
        });
    }

    /// <summary>The end of a code that operators may know it by.</summary>
    public static string EndOf(string code) => code[^LettersShown..];

    /// <summary>The account of a code as people type it; null when it cannot be a code.</summary>
    public async ValueTask<CreditAccountId?> AccountOfAsync(string? code) =>
        TryRead(code, out var canonical)
            ? EntityId.Derive<CreditAccountId>(Convert.ToHexString(await secret.HashAsync("gift-card", canonical)))
            : null;

    /// <summary>The store credit of a customer, by e-mail address, in one currency.</summary>
    public async ValueTask<CreditAccountId> StoreCreditOfAsync(string email, Currency currency) =>
        EntityId.Derive<CreditAccountId>(Convert.ToHexString(
            await secret.HashAsync("store-credit", $"{email.Trim().ToLowerInvariant()}|{currency}")));

    /// <summary>Reads what people type: any case, with blanks and hyphens, letters for the digits they look like.</summary>
    internal static bool TryRead(string? typed, [NotNullWhen(true)] out string? code)
    {
        code = null;
        if (typed is null || typed.Length > 100)
        {
            return false;
        }

        var letters = string.Concat(typed.ToUpperInvariant().Where(letter => letter is not (' ' or '-')))
            .Replace('O', '0').Replace('I', '1').Replace('L', '1');
        if (letters.Length != Letters || letters.Any(letter => !Alphabet.Contains(letter, StringComparison.Ordinal)))
        {
            return false;
        }

        code = letters;
        return true;
    }
}
