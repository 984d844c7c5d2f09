using System.Collections.Immutable;
using Commerce.Drops;

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
/// <param name="LastPart">The number of the last part that came for it, also of one that has left already; 0: none came.</param>
internal sealed record StockHold(
    int Quantity,
    DateTimeOffset ExpiresAt,
    ImmutableArray<Allocation> Allocations,
    string? Owner = null,
    long? Place = null,
    int LastPart = 0)
{
    /// <summary>Units without stock yet.</summary>
    public int Backordered => Allocations.Backordered();
}

/// <summary>A promise that was kept: sold, and not all sent.</summary>
/// <param name="Place">In the line for stock; null: it has all it needs.</param>
/// <param name="LastPart">The number of the last part that came for it, also of one that has left already; 0: none came.</param>
/// <param name="Withheld">Units without stock that get none while a change of the order is decided.</param>
/// <param name="Change">The last change of the order that was heard of; 0: none.</param>
/// <param name="IsChangeOver">Whether that change is decided.</param>
internal sealed record StockSale(
    ImmutableArray<Allocation> Allocations,
    string? Owner = null,
    long? Place = null,
    int LastPart = 0,
    int Withheld = 0,
    int Change = 0,
    bool IsChangeOver = false)
{
    /// <summary>Units that have not left.</summary>
    public int Quantity => Allocations.Sum(part => part.Quantity);

    /// <summary>Units without stock yet.</summary>
    public int Backordered => Allocations.Backordered();
}

/// <summary>Promises that end with the same second.</summary>
/// <param name="Units">Units of all of them.</param>
/// <param name="Backordered">Of these: units without stock.</param>
/// <param name="Allotted">Of these: units that are set aside again, and nobody else's.</param>
internal sealed record DueHolds(int Units, int Backordered, ImmutableSortedSet<HoldId> Holds, int Allotted = 0)
{
    public static readonly DueHolds None = new(0, 0, []);
}

/// <summary>Units set aside for a drop.</summary>
internal sealed record StockAllotment
{
    public static readonly StockAllotment None = new();

    /// <summary>All of them, sold ones included.</summary>
    public int Units { get; init; }

    /// <summary>Of these: held.</summary>
    public int Held { get; init; }

    /// <summary>Of these: sold.</summary>
    public int SoldUnits { get; init; }

    /// <summary>What was sold to whom, by the ticket's hold: nobody draws twice.</summary>
    public ImmutableDictionary<HoldId, SoldDraw> Sold { get; init; } = ImmutableDictionary<HoldId, SoldDraw>.Empty;

    /// <summary>Neither sold nor held.</summary>
    public int Left => Units - Held - SoldUnits;
}

/// <summary>Units of an allotment that a ticket has.</summary>
/// <param name="Until">When the ticket ends.</param>
/// <param name="Rest">Units that the ticket's own hold has.</param>
/// <param name="Attempt">The attempt to check out that has taken units over; null: none.</param>
/// <param name="Taken">Units that it has taken over.</param>
internal sealed record StockDraw(DropId Drop, DateTimeOffset Until, int Rest, HoldId? Attempt = null, int Taken = 0)
{
    /// <summary>Units it has in all.</summary>
    public int Quantity => Rest + Taken;
}

/// <summary>Units of an allotment that a ticket has bought.</summary>
/// <param name="Hold">The hold that became the sale.</param>
/// <param name="Until">When the ticket ended, or would have.</param>
internal sealed record SoldDraw(HoldId Hold, int Quantity, DateTimeOffset Until);

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
