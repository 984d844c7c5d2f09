using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>Chooses where units come from: as few parcels as possible, then the nearest, then the preferred locations.</summary>
internal static class AllocationPlan
{
    /// <summary>
    /// The fewest locations that have it all, and of those the first in order; as much as possible from each in turn.
    /// The parts add up to the quantity.
    /// </summary>
    /// <param name="quantity">Units wanted; at most the sum of what is available.</param>
    /// <param name="available">By location, the best first; see <see cref="InOrder"/>. None twice.</param>
    public static ImmutableArray<Allocation> For(int quantity, ImmutableArray<Allocation> available)
    {
        foreach (var location in available)
        {
            if (location.Quantity >= quantity)
            {
                return quantity > 0 ? [location with { Quantity = quantity }] : [];
            }
        }

        List<int> largest = [.. available.Select(location => location.Quantity).Where(units => units > 0).OrderDescending()];
        var parcels = ParcelsFor(quantity, largest);
        var plan = ImmutableArray.CreateBuilder<Allocation>(parcels);
        foreach (var location in available.Where(location => location.Quantity > 0))
        {
            largest.Remove(location.Quantity);
            var taken = Math.Min(quantity, location.Quantity);
            if (largest.Take(parcels - plan.Count - 1).Sum(units => (long)units) >= quantity - taken)
            {
                plan.Add(location with { Quantity = taken });
                quantity -= taken;
                if (quantity == 0)
                {
                    break;
                }
            }
        }

        return plan.ToImmutable();
    }

    /// <summary>Locations, the best first: nearest to where the units go, then by priority.</summary>
    /// <param name="locations">By priority.</param>
    /// <param name="destination">Where the units go; null: by priority alone.</param>
    public static IEnumerable<LocationId> InOrder(ImmutableArray<Location> locations, Destination? destination)
    {
        if (destination is null)
        {
            return locations.Select(location => location.Id);
        }

        var postal = Letters(destination.PostalCode);
        return locations.OrderByDescending(Nearness).Select(location => location.Id);

        // Not the distance, which postal codes do not tell, but that codes which begin alike tend to be neighbours.
        int Nearness(Location location) => location.Country == destination.Country
            ? 1 + Letters(location.PostalCode).AsSpan().CommonPrefixLength(postal)
            : 0;
    }

    private static string Letters(string? postalCode) => postalCode is null
        ? ""
        : string.Concat(postalCode.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static int ParcelsFor(int quantity, List<int> largest)
    {
        long left = quantity;
        for (var parcels = 0; parcels < largest.Count; parcels++)
        {
            left -= largest[parcels];
            if (left <= 0)
            {
                return parcels + 1;
            }
        }

        throw new InvalidOperationException($"{left} units more were promised than are available.");
    }
}
