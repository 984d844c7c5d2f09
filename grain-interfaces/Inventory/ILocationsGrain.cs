using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>The places that stock is kept at; one document, key <c>locations:all</c>.</summary>
[Alias("commerce.ILocations")]
public interface ILocationsGrain : IGrainWithStringKey
{
    /// <summary>Creates or changes locations by id. Absolute; at most 200 in the shop.</summary>
    [Alias("Put")]
    Task<Result<ImmutableArray<Location>>> Put(ImmutableArray<Location> locations);

    /// <summary>All locations, preferred ones first. A shop that has named none has one, <c>main</c>.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<ImmutableArray<Location>> Read();
}

/// <summary>A place that stock is kept at.</summary>
/// <param name="Id">Its name in requests.</param>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="PostalCode">At most 20 characters.</param>
/// <param name="Priority">Stock is taken from the lowest number first.</param>
[GenerateSerializer, Immutable, Alias("commerce.Location")]
public sealed record Location(
    [property: Id(0)] LocationId Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Country,
    [property: Id(3)] string? PostalCode,
    [property: Id(4)] int Priority);
