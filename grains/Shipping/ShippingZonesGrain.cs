using System.Collections.Immutable;

namespace Commerce.Shipping;

/// <summary>Where the shop ships, as one document.</summary>
[GrainType("shipping-zones")]
internal sealed class ShippingZonesGrain(
    [PersistentState("shipping-zones")] IPersistentState<ShippingZonesDocument> document) : Grain, IShippingZonesGrain
{
    public async Task<Result<ImmutableArray<ShippingZone>>> Replace(ImmutableArray<ShippingZone> zones)
    {
        if (zones.Length > 100 || zones.Any(zone => zone.Rates.Length > 50))
        {
            return Rejection.Invalid("", "At most 100 zones with at most 50 rates.");
        }

        if (zones.Any(zone => zone.Countries.Any(country => country != "*" && !Countries.IsKnown(country))))
        {
            return Rejection.Invalid("/countries", "A country is an ISO 3166-1 alpha-2 code, or * for all.");
        }

        if (zones.Any(zone => zone.Rates.Any(rate => rate.Prices.Any(price => price.MinorUnits < 0))
            || zone.Rates.Select(rate => rate.Id).Distinct().Count() != zone.Rates.Length))
        {
            return Rejection.Invalid("/rates", "Rates have different ids and prices of 0 or more.");
        }

        await document.SaveAsync(new() { Zones = zones });
        return zones;
    }

    public Task<ImmutableArray<ShippingZone>> Read() => Task.FromResult(document.State.Zones);
}

/// <summary>The document of <see cref="ShippingZonesGrain"/>.</summary>
[GenerateSerializer, Alias("commerce.ShippingZonesDocument")]
internal sealed record ShippingZonesDocument
{
    [Id(0)]
    public ImmutableArray<ShippingZone> Zones { get; init; } = [];
}

/// <summary>Finds what a cart can be shipped by.</summary>
internal static class ShippingChoice
{
    /// <summary>The options for a destination and an items total, as the first zone that serves the country has them.</summary>
    public static ImmutableArray<ShippingOption> For(ImmutableArray<ShippingZone> zones, string country, Money items)
    {
        var zone = zones.FirstOrDefault(zone => zone.Countries.Contains(country))
            ?? zones.FirstOrDefault(zone => zone.Countries.Contains("*"));
        return zone is null
            ? []
            : [.. from rate in zone.Rates
                  from price in rate.Prices
                  where price.Currency == items.Currency
                  let isFree = rate.FreeFrom.Any(free => free.Currency == items.Currency && items.MinorUnits >= free.MinorUnits)
                  select new ShippingOption(
                      rate.Id, rate.Title, isFree ? Money.Zero(items.Currency) : price, rate.DaysMin, rate.DaysMax)];
    }
}
