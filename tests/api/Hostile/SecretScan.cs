using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace Commerce.Hostile;

/// <summary>
/// Finds what is nowhere to be kept: numbers of payment cards, tokens and keys. PCI DSS 3.3 and 3.5 on what is stored,
/// RFC 6750 (5.3) on tokens.
/// </summary>
internal static partial class SecretScan
{
    /// <summary>What of a text is or looks like a secret.</summary>
    /// <param name="secrets">Known ones, whatever they look like.</param>
    public static IReadOnlyList<string> In(string text, IReadOnlyCollection<string> secrets) =>
    [
        .. Cards().Matches(text).Select(match => match.Value).Where(IsCard),
        .. Tokens().Matches(text).Select(match => match.Value),
        .. secrets.Where(secret => text.Contains(secret, StringComparison.Ordinal)),
    ];

    /// <summary>The rows of every table, of every schema, that have one, with what they have.</summary>
    public static async Task<IReadOnlyList<string>> InTablesAsync(NpgsqlDataSource database, params IReadOnlyCollection<string> secrets)
    {
        await using var connection = await database.OpenConnectionAsync();
        var found = new List<string>();
        foreach (var table in (await connection.QueryAsync<string>(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")).AsList())
        {
            await foreach (var row in connection.QueryUnbufferedAsync<string>($"select t::text from {table} t"))
            {
                found.AddRange(In(row, secrets).Select(secret => $"{table}: {secret}"));
            }
        }

        return found;
    }

    // Visa, Mastercard, American Express and Discover, as they are printed or typed, and no part of a longer word.
    [GeneratedRegex(@"(?<![\w.-])(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6(?:011|5\d{2}))(?:[ -]?\d{4}){3}(?![\w.-])|(?<![\w.-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w.-])")]
    private static partial Regex Cards();

    // A signed token (RFC 7515; one that is sealed says nothing to who has not its key), a key of ours or of the gateway; no part
    // of a longer word, since what is sealed has every word in it sooner or later.
    [GeneratedRegex(@"eyJ[\w-]{8,}\.eyJ[\w-]+\.[\w-]+|(?<![\w-])(?:sk|pk|rk|op)_(?:test_|live_)?[A-Za-z0-9]{20,}|(?<![\w-])whsec_[A-Za-z0-9+/]{20,}")]
    private static partial Regex Tokens();

    /// <summary>Whether the check digit is right (ISO/IEC 7812-1, annex B).</summary>
    private static bool IsCard(string number)
    {
        var digits = number.Where(char.IsAsciiDigit).Reverse().Select((digit, at) => (digit - '0') * (1 + (at % 2)));
        return digits.Sum(digit => digit > 9 ? digit - 9 : digit) % 10 == 0;
    }
}
