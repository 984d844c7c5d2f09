using System.Collections.Immutable;

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

/// <summary>Countries that ship alike. The first zone that names a country serves it; <c>*</c> names all.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ShippingZone")]
public sealed record ShippingZone(
    [property: Id(0)] string Name,
    [property: Id(1)] ImmutableArray<string> Countries,
    [property: Id(2)] ImmutableArray<ShippingRate> Rates);

/// <summary>One way to ship within a zone.</summary>
/// <param name="Id">Its name in requests; unique in the zone.</param>
/// <param name="Prices">One per currency; a currency without a price does not offer it.</param>
/// <param name="FreeFrom">Items total from which it costs nothing, per currency; none: never free.</param>
/// <param name="DaysMin">Working days until delivery, at the least.</param>
/// <param name="DaysMax">And at the most.</param>
[GenerateSerializer, Immutable, Alias("commerce.ShippingRate")]
public sealed record ShippingRate(
    [property: Id(0)] string Id,
    [property: Id(1)] string Title,
    [property: Id(2)] ImmutableArray<Money> Prices,
    [property: Id(3)] ImmutableArray<Money> FreeFrom,
    [property: Id(4)] int DaysMin,
    [property: Id(5)] int DaysMax);

/// <summary>A way to ship one cart, priced for it.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ShippingOption")]
public sealed record ShippingOption(
    [property: Id(0)] string Id,
    [property: Id(1)] string Title,
    [property: Id(2)] Money Price,
    [property: Id(3)] int DaysMin,
    [property: Id(4)] int DaysMax);
