using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Commerce.Catalog;

/// <summary>How the text of a foreign catalogue becomes ours: one line, plain text, a handle, an exact amount.</summary>
internal static class ImportText
{
    // U+00C0 to U+017F without their marks. The runtime's own normalization is switched off together with its ICU data.
    private const string LatinLetters =
        "aaaaaaaceeeeiiiidnooooo-ouuuuytsaaaaaaaceeeeiiiidnooooo-ouuuuyty" +
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooo" +
        "rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    private static readonly HashSet<string> BlockTags = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
    };

    private static readonly HashSet<string> HiddenTags = new(StringComparer.OrdinalIgnoreCase)
    {
        "head", "noscript", "script", "style", "template", "title",
    };

    /// <summary>The text on one line: control characters and runs of white space become one space each.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        AppendLine(line, text);
        return line.ToString();
    }

    /// <summary>What a reader of the HTML would see, as plain text: one line for each block that holds any.</summary>
    public static string FromHtml(string html)
    {
        var raw = new StringBuilder(html.Length);
        for (var at = 0; at < html.Length;)
        {
            if (html[at] == '<' && ReadTag(html, at) is var (name, next))
            {
                raw.Append(BlockTags.Contains(name) ? "\n" : name is "td" or "th" ? " " : "");
                at = HiddenTags.Contains(name) && html[at + 1] != '/' ? EndOf(html, next, name) : next;
            }
            else
            {
                raw.Append(html[at++]);
            }
        }

        // Entities are decoded once, and after the tags are gone: "&lt;b&gt;" is the text "<b>" and never a tag.
        var text = new StringBuilder(raw.Length);
        foreach (var line in WebUtility.HtmlDecode(raw.ToString()).AsSpan().EnumerateLines())
        {
            var before = text.Length;
            AppendLine(text, line);
            text.Append(text.Length > before ? "\n" : "");
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>
    /// The text as a handle of a-z, 0-9 and hyphen; empty when it has no letter or digit. Texts that differ only in
    /// letters which a handle cannot hold (コーヒー, 茶) get different handles, by a digest at the end.
    /// </summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder(text.Length);
        var isLossy = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = rune.Value switch
            {
                < 0x80 => char.ToLowerInvariant((char)rune.Value),
                >= 0xC0 and < 0x180 => LatinLetters[rune.Value - 0xC0],
                _ => '-',
            };
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(letter);
                continue;
            }

            isLossy |= Rune.IsLetterOrDigit(rune);
            slug.Append(slug.Length > 0 && slug[^1] != '-' ? "-" : "");
        }

        var handle = slug.ToString().TrimEnd('-');
        if (!isLossy)
        {
            return handle;
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
        return handle.Length == 0 ? digest : $"{handle}-{digest}";
    }

    /// <summary>Whether the text is a number of digits and at most one decimal point. Exact: nothing is rounded.</summary>
    public static bool TryNumber(string text, out decimal number)
    {
        // A decimal holds 28 digits, and rounds longer texts without a word.
        number = 0;
        return text.Length <= 20
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>An amount in the currency's minor unit; null when it is a fraction of that or too much.</summary>
    public static long? MinorUnits(decimal amount, Currency currency)
    {
        var minor = currency.Digits switch { 0 => amount, 2 => amount * 100, _ => amount * 1_000 };
        return minor == decimal.Truncate(minor) && minor <= 1_000_000_000_000 ? (long)minor : null;
    }

    private static void AppendLine(StringBuilder line, ReadOnlySpan<char> text)
    {
        var start = line.Length;
        foreach (var character in text)
        {
            if (!char.IsWhiteSpace(character) && !char.IsControl(character))
            {
                line.Append(character);
            }
            else if (line.Length > start && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        if (line.Length > start && line[^1] == ' ')
        {
            line.Length--;
        }
    }

    /// <summary>The tag or comment that begins here and where it ends; null when it is just a "less than".</summary>
    private static (string Name, int Next)? ReadTag(string html, int at)
    {
        if (html.AsSpan(at).StartsWith("<!--"))
        {
            var close = html.IndexOf("-->", at + 4, StringComparison.Ordinal);
            return ("", close < 0 ? html.Length : close + 3);
        }

        var from = at + 1 < html.Length && html[at + 1] == '/' ? at + 2 : at + 1;
        if (from >= html.Length || !(char.IsAsciiLetter(html[from]) || html[from] is '!' or '?'))
        {
            return null;
        }

        var to = from + 1;
        while (to < html.Length && char.IsAsciiLetterOrDigit(html[to]))
        {
            to++;
        }

        // The value of an attribute may hold a ">".
        var name = html[from..to];
        for (var quote = '\0'; to < html.Length; to++)
        {
            var character = html[to];
            if (quote == '\0' && character == '>')
            {
                return (name, to + 1);
            }

            if (quote == '\0' ? character is '"' or '\'' && html[to - 1] == '=' : character == quote)
            {
                quote = quote == '\0' ? character : '\0';
            }
        }

        return (name, html.Length);
    }

    private static int EndOf(string html, int at, string name)
    {
        var close = html.IndexOf("</" + name, at, StringComparison.OrdinalIgnoreCase);
        return close < 0 ? html.Length : close;
    }
}
