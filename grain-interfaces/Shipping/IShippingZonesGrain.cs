using System.Collections.Immutable;
using Commerce.Inventory;

namespace Commerce.Shipping;

/// <summary>Where the shop ships to and for how much; one document, key <c>shipping:zones</c>.</summary>
[Alias("commerce.IShippingZones")]
public interface IShippingZonesGrain : IGrainWithStringKey
{
    /// <summary>Replaces all zones. At most 100, each with at most 50 options.</summary>
    [Alias("Replace")]
    Task<Result<ImmutableArray<ShippingZone>>> Replace(ImmutableArray<ShippingZone> zones);

    /// <summary>All zones, in the order in which they are tried.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<ImmutableArray<ShippingZone>> Read();
}

/// <summary>
/// Places that ship alike. A place is served by the zone that names it most specifically: country before <c>*</c>, then
/// the longest postal prefix, then the region; the first of equals.
/// </summary>
/// <param name="Name">For operators and explanations; 1 to 100 characters.</param>
/// <param name="Countries">ISO 3166-1 alpha-2 codes; <c>*</c> names all.</param>
/// <param name="Rates">Ways to ship there.</param>
/// <param name="Regions">Codes and names of regions, any of which must be the address's; at most 200; null: any.</param>
/// <param name="PostalPrefixes">What the postal code must begin with, spaces aside; at most 200; null: any.</param>
[GenerateSerializer, Immutable, Alias("commerce.ShippingZone")]
public sealed record ShippingZone(
    [property: Id(0)] string Name,
    [property: Id(1)] ImmutableArray<string> Countries,
    [property: Id(2)] ImmutableArray<ShippingRate> Rates,
    [property: Id(3)] ImmutableArray<string>? Regions = null,
    [property: Id(4)] ImmutableArray<string>? PostalPrefixes = null);

/// <summary>One way to ship within a zone. Its price is flat, or by weight, or by subtotal.</summary>
/// <param name="Id">Its name in requests, 1 to 64 characters; unique in the zone, and for pickup in the shop.</param>
/// <param name="Title">1 to 100 characters.</param>
/// <param name="Prices">The flat price, one per currency; a currency without a price does not offer it.</param>
/// <param name="FreeFrom">Items total, after discounts, from which it costs nothing, per currency; none: never free.</param>
/// <param name="DaysMin">Working days until delivery, at the least.</param>
/// <param name="DaysMax">And at the most.</param>
/// <param name="WeightBands">
/// Prices by the weight of the goods, lightest first; the first band that holds the weight counts, and a parcel heavier
/// than the last is not offered the rate. Null: not by weight.
/// </param>
/// <param name="SubtotalBands">
/// Prices by the items total after discounts: in each currency the band with the highest <c>from</c> that is reached
/// counts. Null: not by subtotal.
/// </param>
/// <param name="Pickup">Where the customer fetches it: such a rate is offered to every cart. Null: it is delivered.</param>
/// <param name="Carrier">
/// The carrier's service whose price of the day is asked for; when the carrier does not answer in time, the price above
/// counts. Null: nobody is asked.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.ShippingRate")]
public sealed record ShippingRate(
    [property: Id(0)] string Id,
    [property: Id(1)] string Title,
    [property: Id(2)] ImmutableArray<Money> Prices,
    [property: Id(3)] ImmutableArray<Money> FreeFrom,
    [property: Id(4)] int DaysMin,
    [property: Id(5)] int DaysMax,
    [property: Id(6)] ImmutableArray<WeightBand>? WeightBands = null,
    [property: Id(7)] ImmutableArray<SubtotalBand>? SubtotalBands = null,
    [property: Id(8)] PickupPoint? Pickup = null,
    [property: Id(9)] string? Carrier = null);

/// <summary>A price for parcels up to a weight.</summary>
/// <param name="GramsMax">The heaviest parcel it holds for, 1 or more; null: any weight.</param>
/// <param name="Prices">One per currency.</param>
[GenerateSerializer, Immutable, Alias("commerce.WeightBand")]
public sealed record WeightBand(
    [property: Id(0)] int? GramsMax, [property: Id(1)] ImmutableArray<Money> Prices);

/// <summary>A price for carts from a subtotal on.</summary>
/// <param name="From">The items total after discounts from which it holds; 0 or more.</param>
/// <param name="Price">In the same currency.</param>
[GenerateSerializer, Immutable, Alias("commerce.SubtotalBand")]
public sealed record SubtotalBand([property: Id(0)] Money From, [property: Id(1)] Money Price);

/// <summary>Where goods are fetched. They are handed over there, so its taxes apply.</summary>
/// <param name="Location">The location that hands them over.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Region">At most 100 characters; null where there are none.</param>
/// <param name="PostalCode">At most 20 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.PickupPoint")]
public sealed record PickupPoint(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] string Country,
    [property: Id(2)] string? Region,
    [property: Id(3)] string? PostalCode);

/// <summary>A way to ship one cart, priced for it.</summary>
/// <param name="Price">Before any discount on shipping.</param>
/// <param name="Pickup">Where it is fetched; null when it is delivered.</param>
[GenerateSerializer, Immutable, Alias("commerce.ShippingOption")]
public sealed record ShippingOption(
    [property: Id(0)] string Id,
    [property: Id(1)] string Title,
    [property: Id(2)] Money Price,
    [property: Id(3)] int DaysMin,
    [property: Id(4)] int DaysMax,
    [property: Id(5)] PickupPoint? Pickup = null);
