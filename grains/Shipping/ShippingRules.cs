using System.Collections.Immutable;
using Commerce.Tax;

namespace Commerce.Shipping;

/// <summary>What shipping zones must be like. Pure.</summary>
internal static class ShippingRules
{
    private const int ZonesMax = 100;
    private const int RatesMax = 50;
    private const int BandsMax = 50;
    private const long AmountMax = 1_000_000_000_000;

    /// <summary>Why zones cannot be used; null: they can.</summary>
    public static Rejection? Check(ImmutableArray<ShippingZone> zones)
    {
        if (zones.Length > ZonesMax || zones.Any(zone => zone.Rates.Length > RatesMax))
        {
            return Rejection.Invalid("", "At most 100 zones with at most 50 rates.");
        }

        if (zones.Any(zone => zone.Countries.Any(country => country != "*" && !Countries.IsKnown(country))))
        {
            return Rejection.Invalid("/countries", "A country is an ISO 3166-1 alpha-2 code, or * for all.");
        }

        if (zones.Any(zone => !TaxTableRules.ArePlaces(zone.Regions, 100) || !TaxTableRules.ArePlaces(zone.PostalPrefixes, 20)))
        {
            return Rejection.Invalid("/postal_prefixes", "Regions and postal prefixes are 1 to 200 short texts, or null for any.");
        }

        var rates = zones.SelectMany(zone => zone.Rates).ToList();
        if (rates.Any(rate => rate.Id is not { Length: >= 1 and <= 64 } || rate.Title is not { Length: >= 1 and <= 100 }
                || !Amounts(rate).All(amount => amount.MinorUnits is >= 0 and <= AmountMax))
            || zones.Any(zone => zone.Rates.Select(rate => rate.Id).Distinct().Count() != zone.Rates.Length))
        {
            return Rejection.Invalid("/rates", "Rates have different ids, titles, and prices of 0 or more.");
        }

        return rates.Select(CheckBands).FirstOrDefault(refusal => refusal is not null) ?? CheckPickups(rates);
    }

    private static Rejection? CheckBands(ShippingRate rate)
    {
        if (rate.WeightBands is not null && rate.SubtotalBands is not null)
        {
            return Rejection.Invalid("/rates", $"Rate {rate.Id} is by weight or by subtotal, not both.");
        }

        var grams = (rate.WeightBands ?? []).Select(band => band.GramsMax ?? int.MaxValue).ToList();
        if (grams.Count > BandsMax || grams.Any(max => max < 1) || grams.Zip(grams.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            return Rejection.Invalid("/rates", $"The weight bands of rate {rate.Id} are at most 50, lightest first.");
        }

        var bands = rate.SubtotalBands ?? [];
        return bands.Length > BandsMax || bands.Any(band => band.From.Currency != band.Price.Currency)
            || bands.Select(band => band.From).Distinct().Count() != bands.Length
                ? Rejection.Invalid("/rates", $"The subtotal bands of rate {rate.Id} are at most 50, each from another amount of its currency.")
                : null;
    }

    private static Rejection? CheckPickups(List<ShippingRate> rates)
    {
        // A pickup is offered beside the rates of every zone, so its id is taken everywhere.
        var taken = rates.CountBy(rate => rate.Id).ToDictionary();
        return rates.FirstOrDefault(rate => rate.Pickup is { } point
            && (taken[rate.Id] > 1 || rate.Carrier is not null || !Countries.IsKnown(point.Country)
                || point.Region is { Length: > 100 } || point.PostalCode is { Length: > 20 })) is { } wrong
            ? Rejection.Invalid("/rates", $"Pickup {wrong.Id} has an id of its own, a known country, and no carrier.")
            : null;
    }

    private static IEnumerable<Money> Amounts(ShippingRate rate) => rate.Prices.Concat(rate.FreeFrom)
        .Concat((rate.WeightBands ?? []).SelectMany(band => band.Prices))
        .Concat((rate.SubtotalBands ?? []).SelectMany(band => new[] { band.From, band.Price }));
}
