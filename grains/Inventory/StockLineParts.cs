using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>The stock of one location.</summary>
internal readonly record struct LocationStock(int OnHand, int Held, int Committed, int Damaged, int Safety)
{
    /// <summary>Units that are somebody's.</summary>
    public int Promised => Held + Committed;

    /// <summary>Units that may be moved: neither promised nor damaged.</summary>
    public int Loose => OnHand - Promised - Damaged;

    /// <summary>Units that may be promised; negative when the location lacks some of its safety stock.</summary>
    public int Free => Loose - Safety;
}

/// <summary>A promise under way.</summary>
/// <param name="Place">In the line for stock; null: it has all it needs.</param>
internal sealed record StockHold(
    int Quantity,
    DateTimeOffset ExpiresAt,
    ImmutableArray<Allocation> Allocations,
    string? Owner = null,
    long? Place = null)
{
    /// <summary>Units without stock yet.</summary>
    public int Backordered => Allocations.Backordered();
}

/// <summary>A promise that was kept: sold, and not all sent.</summary>
/// <param name="Place">In the line for stock; null: it has all it needs.</param>
internal sealed record StockSale(ImmutableArray<Allocation> Allocations, string? Owner = null, long? Place = null)
{
    /// <summary>Units that have not left.</summary>
    public int Quantity => Allocations.Sum(part => part.Quantity);

    /// <summary>Units without stock yet.</summary>
    public int Backordered => Allocations.Backordered();
}

/// <summary>Promises that end with the same second.</summary>
/// <param name="Units">Units of all of them.</param>
/// <param name="Backordered">Of these: units without stock.</param>
internal sealed record DueHolds(int Units, int Backordered, ImmutableSortedSet<HoldId> Holds)
{
    public static readonly DueHolds None = new(0, 0, []);
}

/// <summary>What was last told about how much is left.</summary>
internal enum StockLevel
{
    /// <summary>Nothing: it has not been above the threshold yet.</summary>
    Untold = 0,
    Enough = 1,
    Low = 2,
    Out = 3,
}

internal static class Allocations
{
    /// <summary>Units without stock.</summary>
    public static int Backordered(this ImmutableArray<Allocation> parts)
    {
        var units = 0;
        foreach (var part in parts)
        {
            units += part.Location is null ? part.Quantity : 0;
        }

        return units;
    }
}
