using System.Collections.Immutable;

namespace Commerce.Shipping;

/// <summary>Finds what a cart can be shipped by, and for how much. Pure.</summary>
internal static class ShippingChoice
{
    /// <summary>
    /// The rates of the zone that serves the destination, in its order, and every pickup; each priced for the parcel.
    /// Without a destination only what is picked up.
    /// </summary>
    /// <param name="items">What the goods come to after discounts.</param>
    /// <param name="grams">What they weigh.</param>
    public static ImmutableArray<PricedRate> For(ShippingFacts facts, Money items, long grams)
    {
        var delivered = Zone(facts)?.Rates.Where(rate => rate.Pickup is null) ?? [];
        var collected = facts.Zones.SelectMany(zone => zone.Rates).Where(rate => rate.Pickup is not null);
        return [.. delivered.Concat(collected).Select(rate => Priced(rate, items, grams, facts.Quotes)).OfType<PricedRate>()];
    }

    /// <summary>The carriers' services whose prices of the day are wanted; empty when nobody is to be asked.</summary>
    public static ImmutableArray<string> Services(ShippingFacts facts) =>
        [.. (Zone(facts)?.Rates ?? []).Select(rate => rate.Carrier).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Where the goods are handed over: at the pickup point, when the chosen rate has one.</summary>
    public static Destination? HandedOverAt(ImmutableArray<ShippingZone> zones, string? optionId) => zones
        .SelectMany(zone => zone.Rates)
        .Where(rate => rate.Id == optionId && rate.Pickup is not null)
        .Select(rate => (Destination?)new Destination(rate.Pickup!.Country, rate.Pickup.Region, rate.Pickup.PostalCode ?? ""))
        .FirstOrDefault();

    private static ShippingZone? Zone(ShippingFacts facts)
    {
        if (facts.Destination is not { } place)
        {
            return null;
        }

        return facts.Zones
            .Select(zone => new
            {
                Zone = zone,
                IsNamed = zone.Countries.Contains(place.Country),
                IsAll = zone.Countries.Contains("*"),
                Specificity = place.Specificity(zone.Regions, zone.PostalPrefixes),
            })
            .Where(candidate => (candidate.IsNamed || candidate.IsAll) && candidate.Specificity is not null)
            .MaxBy(candidate => (candidate.IsNamed, candidate.Specificity))?.Zone;
    }

    /// <summary>Null when the rate has no price for this parcel.</summary>
    private static PricedRate? Priced(ShippingRate rate, Money items, long grams, CarrierQuotes? quotes)
    {
        var (own, why) = OwnPrice(rate, items, grams);
        var quoted = rate.Carrier is { } service && quotes?.Prices.TryGetValue(service, out var quote) == true ? quote : (Money?)null;
        if ((quoted ?? own) is not { } price)
        {
            return null;
        }

        if (quoted is not null)
        {
            why = $"{rate.Title}: the carrier's price of {rate.Carrier}.";
        }

        foreach (var free in rate.FreeFrom)
        {
            if (free.Currency == items.Currency && items.MinorUnits >= free.MinorUnits)
            {
                (price, why) = (Money.Zero(items.Currency), $"{rate.Title}: free from {free} of goods.");
            }
        }

        return new(
            new(rate.Id, rate.Title, price, rate.DaysMin, rate.DaysMax, rate.Pickup),
            why,
            IsFallback: rate.Carrier is not null && quoted is null);
    }

    private static (Money? Price, string Why) OwnPrice(ShippingRate rate, Money items, long grams)
    {
        if (rate.WeightBands is { } byWeight)
        {
            var band = byWeight.FirstOrDefault(band => band.GramsMax is null || grams <= band.GramsMax);
            return (In(items.Currency, band?.Prices ?? []), $"{rate.Title}: by weight, for {grams} g.");
        }

        if (rate.SubtotalBands is { } bySubtotal)
        {
            var band = bySubtotal
                .Where(band => band.From.Currency == items.Currency && items.MinorUnits >= band.From.MinorUnits)
                .MaxBy(band => band.From.MinorUnits);
            return (band?.Price, $"{rate.Title}: by subtotal, for {items} of goods.");
        }

        return (In(items.Currency, rate.Prices), $"{rate.Title}: flat.");
    }

    private static Money? In(Currency currency, ImmutableArray<Money> prices) =>
        prices.Where(price => price.Currency == currency).Select(price => (Money?)price).FirstOrDefault();
}

/// <summary>What shipping depends on besides the goods.</summary>
/// <param name="Destination">Null until the shopper has said where it goes.</param>
/// <param name="OptionId">The chosen rate; null until one is chosen.</param>
/// <param name="Quotes">Carriers' prices for exactly this parcel; null: nobody was asked, or nobody answered.</param>
internal sealed record ShippingFacts(
    ImmutableArray<ShippingZone> Zones, Destination? Destination, string? OptionId, CarrierQuotes? Quotes = null);

/// <summary>A rate with its price for one parcel.</summary>
/// <param name="Why">One English sentence.</param>
/// <param name="IsFallback">Whether a carrier should have been asked, and the price is not his.</param>
internal sealed record PricedRate(ShippingOption Option, string Why, bool IsFallback);
