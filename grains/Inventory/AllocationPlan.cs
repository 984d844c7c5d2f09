using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>Chooses where units come from.</summary>
internal static class AllocationPlan
{
    /// <summary>
    /// The first location that has everything, since one parcel beats two; otherwise as much as possible from each in
    /// turn. The parts add up to the quantity.
    /// </summary>
    /// <param name="quantity">Units wanted; at most the sum of what is available.</param>
    /// <param name="available">By location, preferred ones first.</param>
    public static ImmutableArray<Allocation> For(int quantity, ImmutableArray<Allocation> available)
    {
        foreach (var location in available)
        {
            if (location.Quantity >= quantity)
            {
                return [location with { Quantity = quantity }];
            }
        }

        var plan = ImmutableArray.CreateBuilder<Allocation>();
        foreach (var location in available.Where(location => location.Quantity > 0))
        {
            var taken = Math.Min(quantity, location.Quantity);
            plan.Add(location with { Quantity = taken });
            quantity -= taken;
            if (quantity == 0)
            {
                return plan.ToImmutable();
            }
        }

        throw new InvalidOperationException($"{quantity} units more were promised than are available.");
    }
}
