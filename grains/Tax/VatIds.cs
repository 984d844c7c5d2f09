using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Commerce.Tax;

/// <summary>What VAT identification numbers look like. Only their form can be known without asking a register.</summary>
/// <remarks>
/// EU members and XI (Northern Ireland): structure as published with VIES (Regulation (EU) 904/2010 art. 17, Directive
/// 2006/112/EC art. 215; Greece is EL). GB: HMRC, 9 or 12 digits, or GD and HA for government and health. CH: UID
/// register, CHE and nine digits. NO: nine digits and MVA.
/// </remarks>
internal static partial class VatIds
{
    private static readonly FrozenDictionary<string, Regex> Forms = new Dictionary<string, string>
    {
        ["AT"] = "U[0-9]{8}", ["BE"] = "[01][0-9]{9}", ["BG"] = "[0-9]{9,10}", ["CY"] = "[0-9]{8}[A-Z]",
        ["CZ"] = "[0-9]{8,10}", ["DE"] = "[1-9][0-9]{8}", ["DK"] = "[0-9]{8}", ["EE"] = "[0-9]{9}", ["EL"] = "[0-9]{9}",
        ["ES"] = "([A-Z][0-9]{7}[A-Z0-9]|[0-9]{8}[A-Z])", ["FI"] = "[0-9]{8}", ["FR"] = "[A-HJ-NP-Z0-9]{2}[0-9]{9}",
        ["HR"] = "[0-9]{11}", ["HU"] = "[0-9]{8}", ["IE"] = "([0-9]{7}[A-W][A-IW]?|[0-9][A-Z+*][0-9]{5}[A-W])",
        ["IT"] = "[0-9]{11}", ["LT"] = "([0-9]{9}|[0-9]{12})", ["LU"] = "[0-9]{8}", ["LV"] = "[0-9]{11}", ["MT"] = "[0-9]{8}",
        ["NL"] = "[A-Z0-9+*]{9}B[A-Z0-9+*]{2}", ["PL"] = "[0-9]{10}", ["PT"] = "[0-9]{9}", ["RO"] = "[1-9][0-9]{1,9}",
        ["SE"] = "[0-9]{10}01", ["SI"] = "[0-9]{8}", ["SK"] = "[0-9]{10}",
        ["XI"] = "([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})", ["GB"] = "([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})",
        ["CH"] = "E[0-9]{9}(MWST|TVA|IVA)?", ["NO"] = "[0-9]{9}(MVA)?",
    }.ToFrozenDictionary(form => form.Key, form => new Regex($"^{form.Key}{form.Value}$", RegexOptions.CultureInvariant));

    private static readonly FrozenSet<string> Members = (
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK").Split(' ').ToFrozenSet();

    /// <summary>The number without spaces, dots and hyphens, in upper case; null when no country writes it so.</summary>
    public static string? Normalize(string text)
    {
        if (text.Length > 40)
        {
            return null;
        }

        var plain = Separators().Replace(text, "").ToUpperInvariant();
        return plain.Length > 2 && Forms.TryGetValue(plain[..2], out var form) && form.IsMatch(plain) ? plain : null;
    }

    /// <summary>Whether a country (ISO 3166-1 alpha-2) is a member state of the European Union.</summary>
    public static bool IsMember(string country) => Members.Contains(country);

    /// <summary>
    /// The member state that a normalized number identifies somebody in, as ISO 3166-1 writes it; XI for Northern Ireland,
    /// which is like one for goods (Windsor Framework); null for others.
    /// </summary>
    public static string? StateOf(string vatId) => vatId[..2] switch
    {
        "EL" => "GR",
        "XI" => "XI",
        var prefix => IsMember(prefix) ? prefix : null,
    };

    [GeneratedRegex(@"[\s.\-/]")]
    private static partial Regex Separators();
}
