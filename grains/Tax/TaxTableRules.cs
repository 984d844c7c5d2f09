using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>What a tax table must be like. Pure.</summary>
internal static class TaxTableRules
{
    private const int ClassesMax = 50;
    private const int ZonesMax = 1_000;
    private const int PlacesMax = 200;
    private const int TaxesMax = 5;

    /// <summary>Why a table cannot be used; null: it can.</summary>
    public static Rejection? Check(TaxTable table)
    {
        if (table.Rates is null || table.Rates.Count > ClassesMax || table.Rates.Any(rate => !IsClass(rate.Key) || rate.Value is < 0 or > 1))
        {
            return Rejection.Invalid("/rates", "At most 50 rates, each from 0 to 1.");
        }

        if (table.Name is not null && !IsText(table.Name, 64))
        {
            return Rejection.Invalid("/name", "The name of a tax is 1 to 64 printable characters.");
        }

        if (table.ShippingClass is not null && !IsClass(table.ShippingClass))
        {
            return Rejection.Invalid("/shipping_class", "A tax class is 1 to 64 printable characters.");
        }

        var zones = table.Zones ?? [];
        return zones.Length > ZonesMax
            ? Rejection.Invalid("/zones", "At most 1,000 zones.")
            : zones.Select((zone, at) => Check(zone, $"/zones/{at}")).FirstOrDefault(refusal => refusal is not null);
    }

    private static Rejection? Check(TaxZone zone, string at)
    {
        if (!IsText(zone.Name, 100))
        {
            return Rejection.Invalid($"{at}/name", "The name of a zone is 1 to 100 printable characters.");
        }

        if (!ArePlaces(zone.Regions, 100))
        {
            return Rejection.Invalid($"{at}/regions", "1 to 200 regions of 1 to 100 characters, or null for any.");
        }

        if (!ArePlaces(zone.PostalPrefixes, 20))
        {
            return Rejection.Invalid($"{at}/postal_prefixes", "1 to 200 prefixes of 1 to 20 characters, or null for any.");
        }

        if (zone.ShippingClass is not null && !IsClass(zone.ShippingClass))
        {
            return Rejection.Invalid($"{at}/shipping_class", "A tax class is 1 to 64 printable characters.");
        }

        var isFine = zone.Rates is { Count: <= ClassesMax } && zone.Rates.All(taxes =>
            IsClass(taxes.Key) && !taxes.Value.IsDefault && taxes.Value.Length <= TaxesMax
            && taxes.Value.All(tax => IsText(tax.Name, 64) && tax.Rate is >= 0 and <= 1));
        return isFine ? null : Rejection.Invalid($"{at}/rates", "At most 50 classes with at most 5 named taxes, each from 0 to 1.");
    }

    /// <summary>Whether places can be matched at all: what has neither letter nor digit would match everything.</summary>
    internal static bool ArePlaces(ImmutableArray<string>? places, int lengthMax) =>
        places is not { } listed
        || (listed.Length is >= 1 and <= PlacesMax
            && listed.All(place => IsText(place, lengthMax) && place.Any(char.IsLetterOrDigit)));

    private static bool IsClass(string? text) => IsText(text, 64);

    private static bool IsText(string? text, int lengthMax) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= lengthMax && !text.Any(char.IsControl);
}
