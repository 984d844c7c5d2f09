using System.Collections.Immutable;
using Commerce.Inventory;
using Commerce.Orders;

namespace Commerce.Fulfillment;

/// <summary>Which fulfillment orders an order's allocations make.</summary>
internal static class FulfillmentPlan
{
    /// <summary>
    /// One for each location, and one for each part that got its stock after the sale. What has no stock yet makes none.
    /// </summary>
    public static IEnumerable<OpenFulfillmentOrder> For(
        OrderId order,
        string number,
        HoldId hold,
        ImmutableDictionary<Sku, ImmutableArray<Allocation>> allocations) =>
        from line in allocations.OrderBy(line => line.Key)
        from part in line.Value
        where part.Location is not null
        group new SkuQuantity(line.Key, part.Quantity)
            by (Location: part.Location!.Value, part.Part, Sku: part.Part is null ? default : line.Key) into made
        select new OpenFulfillmentOrder(order, number, made.Key.Location, hold, [.. made], made.Key.Part);

    /// <summary>
    /// The id that always belongs to it, whoever opens it: parts are numbered by SKU, so the SKU is in the id of those. What
    /// a change of the order added has the change in it.
    /// </summary>
    public static FulfillmentOrderId IdOf(OpenFulfillmentOrder asked)
    {
        var change = asked.Hold.Change is { } number ? $"/c{number}" : "";
        return EntityId.Derive<FulfillmentOrderId>(
            asked.Part is null
                ? $"{asked.Order}/{asked.Location}{change}"
                : $"{asked.Order}/{asked.Location}{change}/{asked.Lines[0].Sku}/{asked.Part}");
    }
}
