using System.Collections.Immutable;

namespace Commerce;

/// <summary>Where goods go, as far as rates depend on it.</summary>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Region">As the address has it, a code or a name; null when unknown.</param>
/// <param name="PostalCode">As the address has it; empty when unknown.</param>
internal readonly record struct Destination(string Country, string? Region, string PostalCode)
{
    /// <summary>The place of an address.</summary>
    public static Destination Of(Address address) => new(address.Country, address.Region, address.PostalCode);

    /// <summary>
    /// How specifically regions and postal prefixes name this place: the longest prefix first, then the region. 0 when
    /// they name nothing in particular, null when they name other places.
    /// </summary>
    public int? Specificity(ImmutableArray<string>? regions, ImmutableArray<string>? postalPrefixes)
    {
        var (country, region, postalCode) = (Country, Plain(Region), Plain(PostalCode));
        var longest = 0;
        if (postalPrefixes is { } prefixes)
        {
            longest = prefixes.Select(Plain)
                .Where(prefix => postalCode.StartsWith(prefix, StringComparison.Ordinal))
                .Select(prefix => prefix.Length).DefaultIfEmpty(0).Max();
            if (longest == 0)
            {
                return null;
            }
        }

        if (regions is not { } names)
        {
            return longest * 2;
        }

        return names.Any(name => Plain(name) is var plain && (plain == region || country + plain == region || plain == country + region))
            ? (longest * 2) + 1
            : null;
    }

    /// <summary>Letters and digits in upper case: people write SW1Y 4JH and sw1y4jh, US-CA and CA.</summary>
    private static string Plain(string? text) =>
        string.Concat((text ?? "").Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
