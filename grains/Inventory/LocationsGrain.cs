using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>The list of locations, as one document.</summary>
[GrainType("locations")]
internal sealed class LocationsGrain(
    [PersistentState("locations")] IPersistentState<LocationsDocument> document) : Grain, ILocationsGrain
{
    private const int LocationsMax = 200;
    private static readonly ImmutableArray<Location> Unnamed = [new(new("main"), "Main", "GB", null, 1)];

    public async Task<Result<ImmutableArray<Location>>> Put(ImmutableArray<Location> locations)
    {
        var all = document.State.Locations.ToDictionary(location => location.Id);
        foreach (var location in locations)
        {
            if (!Countries.IsKnown(location.Country))
            {
                return Rejection.Invalid("/country", "The country must be an ISO 3166-1 alpha-2 code.");
            }

            if (location.Name is not { Length: >= 1 and <= 100 } || location.PostalCode is { Length: > 20 })
            {
                return Rejection.Invalid("/name", "A location has a name of 1 to 100 characters and a postal code of at most 20.");
            }

            all[location.Id] = location;
        }

        if (all.Count > LocationsMax)
        {
            return Rejection.Invalid("", $"A shop has at most {LocationsMax} locations.");
        }

        await document.SaveAsync(
            new() { Locations = [.. all.Values.OrderBy(l => l.Priority).ThenBy(l => l.Id.Value, StringComparer.Ordinal)] }, this, locations);
        return await Read();
    }

    public Task<ImmutableArray<Location>> Read() =>
        Task.FromResult(document.State.Locations.IsEmpty ? Unnamed : document.State.Locations);
}

/// <summary>The document of <see cref="LocationsGrain"/>.</summary>
[GenerateSerializer, Alias("commerce.LocationsDocument")]
internal sealed record LocationsDocument
{
    [Id(0)]
    public ImmutableArray<Location> Locations { get; init; } = [];
}
