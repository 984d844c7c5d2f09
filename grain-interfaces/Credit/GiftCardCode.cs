using System.Diagnostics.CodeAnalysis;

namespace Commerce.Credit;

/// <summary>
/// What a gift card's code looks like: 20 letters of Crockford's base32, which is 100 random bits. Whatever looks like one
/// is taken for one, and never for a promotion code: a code is money, and a mistyped one nearly is.
/// </summary>
public static class GiftCardCode
{
    /// <summary>The letters of a code, 5 bits each.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>How many it has. The last 4 are told to operators, so that people can tell cards apart: 80 bits stay secret.</summary>
    public const int Length = 20;

    /// <summary>Reads what people type: any case, with blanks and hyphens, letters for the digits they look like.</summary>
    public static bool TryRead(string? typed, [NotNullWhen(true)] out string? code)
    {
        code = null;
        if (typed is null || typed.Length > 100)
        {
            return false;
        }

        var letters = string.Concat(typed.ToUpperInvariant().Where(letter => letter is not (' ' or '-')))
            .Replace('O', '0').Replace('I', '1').Replace('L', '1');
        if (letters.Length != Length || letters.Any(letter => !Alphabet.Contains(letter, StringComparison.Ordinal)))
        {
            return false;
        }

        code = letters;
        return true;
    }
}
