using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>The stock as others see it.</summary>
internal sealed partial record StockLine
{
    private const int HoldsShownMax = 100;

    /// <summary>The hold or the sale, as callers see it; null when it is gone.</summary>
    public HoldView? FindHold(HoldId id) =>
        Holds.TryGetValue(id, out var held) ? new(id, held.Quantity, held.ExpiresAt, held.Allocations, held.Owner)
        : Sales.TryGetValue(id, out var sale) ? new(id, sale.Quantity, null, sale.Allocations, sale.Owner)
        : null;

    /// <summary>The hold or the sale, which must be there.</summary>
    public HoldView ViewHold(HoldId id) => FindHold(id) ?? throw new KeyNotFoundException($"There is no hold {id}.");

    /// <summary>What of a sale has no stock, and what of that is kept back.</summary>
    public BackorderView ViewBackorder(HoldId id) =>
        Sales.TryGetValue(id, out var sale) ? new(id, sale.Withheld, sale.Allocations) : new(id, 0, []);

    /// <summary>The stock as operators see it.</summary>
    public StockView View(Sku sku, long version) => new(
        sku,
        version,
        OnHand,
        Held,
        Available,
        Committed,
        [.. Locations.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal).Select(pair => new LocationStockView(
            pair.Key,
            pair.Value.OnHand,
            pair.Value.Held,
            pair.Value.Free,
            pair.Value.Committed,
            pair.Value.Damaged,
            pair.Value.Safety))],
        [.. Due.Values.SelectMany(due => due.Holds).Take(HoldsShownMax).Select(ViewHold)],
        Backordered,
        Damaged,
        Safety,
        [.. Incoming.Values.OrderBy(expected => expected.At ?? DateTimeOffset.MaxValue)
            .ThenBy(expected => expected.Reference, StringComparer.Ordinal)],
        Policy)
    {
        SetAside = SetAside,
    };
}
