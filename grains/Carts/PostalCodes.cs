using System.Collections.Frozen;
using System.Globalization;

namespace Commerce.Carts;

/// <summary>
/// How postal codes are written where that is certain (Universal Postal Union, Postal addressing systems). Elsewhere they are
/// whatever somebody says they are, or there are none.
/// </summary>
internal static class PostalCodes
{
    // 9: a digit, A: a letter, *: either; spaces and hyphens are people's own. An empty form: there need not be one.
    private static readonly FrozenDictionary<string, string[]> Forms = new[]
        {
            ("AD IS FO", "999"),
            ("AL AT AU BE BG CH CY DK GE GL HU LI LU LV MD MK NO NZ SI SJ ZA", "9999"),
            ("AX BA BL CZ DE EE ES FI FR GF GP GR HR IT LT MC ME MF MQ MX MY NC PF PL PM RE SE SK SM TH TR UA VA WF YT KR", "99999"),
            ("BY CN IN RO RU SG", "999999"),
            ("IL", "9999999|99999"), ("JP PT", "9999999"), ("BR", "99999999"), ("RS", "99999|999999"), ("TW", "999|99999|999999"),
            ("AS GU MP PR US VI", "99999|999999999"),
            ("AR", "9999|A9999AAA"), ("CA", "A9A9A9"), ("IE", "A99****|A9A****|"), ("MT", "AAA9999|AAA99"), ("NL", "9999AA"),
            ("GB", "AA99AA|A99AA|A999AA|AA999AA|A9A9AA|AA9A9AA"), ("GG IM JE", "AA99AA|AA999AA"), ("GI", "AA999AA"),
        }
        .SelectMany(row => row.Item1.Split(' ').Select(country => KeyValuePair.Create(country, row.Item2.Split('|'))))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether every address there has one.</summary>
    public static bool AreNeeded(string country) => Forms.TryGetValue(country, out var forms) && !forms.Contains("");

    /// <summary>Whether it can be one. With the country before it, as in D-10115 or LV 1010, it can.</summary>
    /// <param name="country">ISO 3166-1 alpha-2.</param>
    /// <param name="code">As it was written, in whatever width and case.</param>
    public static bool IsLikeOne(string country, string code)
    {
        if (!Forms.TryGetValue(country, out var forms))
        {
            return true;
        }

        var written = string.Concat(code.Select(Narrow)).ToUpperInvariant().Trim();
        var plain = Plain(written);
        return forms.Any(form => Fits(form, plain))
            || (forms.All(form => form is ['9', ..]) && forms.Any(form => Fits(form, WithoutCountry(country, written, plain))));
    }

    /// <summary>What one looks like there, for whoever wrote something else.</summary>
    public static string LikeOne(string country) => Forms[country][0];

    private static string WithoutCountry(string country, string written, string plain) =>
        plain.StartsWith(country, StringComparison.Ordinal) ? plain[country.Length..]
        : written.IndexOf('-', StringComparison.Ordinal) is > 0 and <= 3 and var at && written[..at].All(char.IsAsciiLetter) ? Plain(written[at..])
        : plain;

    // Japanese keyboards write in full width (Unicode, Halfwidth and Fullwidth Forms).
    private static char Narrow(char each) => each is >= '\uff01' and <= '\uff5e' ? (char)(each - 0xfee0) : each;

    private static string Plain(string written) => string.Concat(written.Where(each =>
        !char.IsWhiteSpace(each) && !(CharUnicodeInfo.GetUnicodeCategory(each) is UnicodeCategory.DashPunctuation || each is '\u2212')));

    private static bool Fits(string form, string plain) => form.Length == plain.Length && form.Zip(plain).All(each => each.First switch
    {
        '9' => char.IsAsciiDigit(each.Second),
        'A' => char.IsAsciiLetterUpper(each.Second),
        _ => char.IsAsciiLetterOrDigit(each.Second),
    });
}
