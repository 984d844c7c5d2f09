using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Drops;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>
/// What one SKU's stock remembers. No clock, no I/O, no Orleans runtime. What is decided about promises is in
/// <c>StockLine.Holds.cs</c>, about units without stock in <c>StockLine.Backorders.cs</c>, about what is in the
/// warehouses in <c>StockLine.Operations.cs</c>, about units set aside for drops in <c>StockLine.Allotments.cs</c>.
/// </summary>
internal sealed partial record StockLine : IJournaledState<StockLine, StockEvent>
{
    /// <summary>By location: what is there and what of it is promised.</summary>
    public ImmutableDictionary<LocationId, LocationStock> Locations { get; init; } =
        ImmutableDictionary<LocationId, LocationStock>.Empty;

    /// <summary>Promises under way.</summary>
    public ImmutableDictionary<HoldId, StockHold> Holds { get; init; } = ImmutableDictionary<HoldId, StockHold>.Empty;

    /// <summary>
    /// The same promises by the second they end with, and how many units that makes: what is due is counted by seconds,
    /// not by holds, so what a command costs does not depend on how many there are.
    /// </summary>
    public ImmutableSortedDictionary<DateTimeOffset, DueHolds> Due { get; init; } =
        ImmutableSortedDictionary<DateTimeOffset, DueHolds>.Empty;

    /// <summary>What is sold and not sent, by the hold it was sold under.</summary>
    public ImmutableDictionary<HoldId, StockSale> Sales { get; init; } = ImmutableDictionary<HoldId, StockSale>.Empty;

    /// <summary>Promises with units that have no stock yet, by their place in the line.</summary>
    public ImmutableSortedDictionary<long, HoldId> Waiting { get; init; } = ImmutableSortedDictionary<long, HoldId>.Empty;

    /// <summary>The last place in the line that was given out.</summary>
    public long LastPlace { get; init; }

    /// <summary>What is on its way, by reference.</summary>
    public ImmutableDictionary<string, ExpectedReceipt> Incoming { get; init; } =
        ImmutableDictionary<string, ExpectedReceipt>.Empty;

    /// <summary>The last message taken of each feed.</summary>
    public ImmutableDictionary<string, long> Feeds { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Units set aside, by the drop they are for.</summary>
    public ImmutableDictionary<DropId, StockAllotment> Allotments { get; init; } =
        ImmutableDictionary<DropId, StockAllotment>.Empty;

    /// <summary>What is held of them, by the hold of the ticket that has it.</summary>
    public ImmutableDictionary<HoldId, StockDraw> Drawn { get; init; } = ImmutableDictionary<HoldId, StockDraw>.Empty;

    public StockPolicy Policy { get; init; } = StockPolicy.Usual;

    /// <summary>What was last told about how much is left.</summary>
    public StockLevel Level { get; init; }

    /// <summary>Units in all locations, damaged ones included.</summary>
    public int OnHand { get; init; }

    /// <summary>Units promised to checkouts under way.</summary>
    public int Held { get; init; }

    /// <summary>Units sold and not sent.</summary>
    public int Committed { get; init; }

    /// <summary>Of held and committed: units without stock yet.</summary>
    public int Backordered { get; init; }

    /// <summary>Of backordered: units that get no stock while a change of their order is decided.</summary>
    public int Withheld { get; init; }

    /// <summary>Of on hand: units that cannot be sold.</summary>
    public int Damaged { get; init; }

    /// <summary>Units that are kept back.</summary>
    public int Safety { get; init; }

    /// <summary>Units set aside for drops that nobody holds.</summary>
    public int SetAside { get; init; }

    /// <summary>Units there that nobody was promised, safety stock and what is set aside left out.</summary>
    public int Free => Math.Max(0, Loose - SetAside);

    /// <summary>Units that can still be promised, less those that were promised without stock.</summary>
    public int Available => Free - Backordered;

    /// <summary>Units that are not sold, whether or not they are held: what operators order by.</summary>
    public int Left => OnHand - Damaged - Safety - Committed;

    public DateTimeOffset? WakeAt
    {
        get
        {
            DateTimeOffset? expiry = Due.IsEmpty ? null : Due.First().Key;
            DateTimeOffset? allocation = Backordered == Withheld || Free <= Withheld ? null
                : Policy is { WhenOut: WhenOut.Preorder, ReleasesAt: { } release } ? release
                : DateTimeOffset.UnixEpoch;
            return expiry is null || allocation < expiry ? allocation : expiry;
        }
    }

    public string Summary =>
        $"{Available} available of {OnHand}, {Held} held, {Committed} committed, {Backordered} of these backordered";

    // Promises are found by the second they end, what waits for stock by its place, and each knows its last part: older
    // snapshots have none of these.
    public static int Schema => 3;

    public StockLine Apply(StockEvent @event)
    {
        var line = Fold(@event);

        // Whoever never had enough cannot run low: a new SKU tells nothing until it has been above its threshold.
        return line.Level == StockLevel.Untold && line.Left > line.Policy.LowStock
            ? line with { Level = StockLevel.Enough }
            : line;
    }

    private StockLine Fold(StockEvent @event) => @event switch
    {
        StockHeld e => AddHold(e.Hold, new(e.Quantity, e.ExpiresAt, e.Allocations, e.Owner, e.Place)),
        HoldExtended e => RemoveHold(e.Hold).AddHold(e.Hold, Holds[e.Hold] with { ExpiresAt = e.ExpiresAt }),
        HoldReleased e => RemoveHold(e.Hold),
        HoldExpired e => RemoveHold(e.Hold),
        StockCommitted e => RemoveHold(e.Hold).AddSale(
            e.Hold, new(e.Allocations, Holds[e.Hold].Owner, Holds[e.Hold].Place, Holds[e.Hold].LastPart)),
        CommitmentReleased e => RemoveSale(e.Hold),
        StockAllocated e => Allocate(e),
        StockShipped e => Uncommit(e.Hold, e.Location, e.Part, e.Quantity, onHand: -e.Quantity),
        CommitmentReduced e => Uncommit(e.Hold, e.Location, e.Part, e.Quantity, onHand: 0),
        StockReceived e => Move(e.Location, onHand: e.Quantity) with { Incoming = Reduce(e) },
        StockAdjusted e => Move(e.Location, onHand: e.Delta),
        StockCounted e => Move(e.Location, onHand: e.Delta),
        StockTransferred e => Move(e.From, onHand: -e.Quantity).Move(e.To, onHand: e.Quantity),
        StockDamaged e => Move(e.Location, damaged: e.Quantity),
        StockRestored e => Move(e.Location, damaged: -e.Quantity),
        StockScrapped e => Move(e.Location, onHand: -e.Quantity, damaged: -e.Quantity),
        StockExpected { Quantity: 0 } e => this with { Incoming = Incoming.Remove(e.Reference) },
        StockExpected e => this with
        {
            Incoming = Incoming.SetItem(e.Reference, new(e.Reference, e.Location, e.Quantity, e.At)),
        },
        SafetyStockSet e => Move(e.Location, safety: e.Delta),
        StockPolicySet e => this with { Policy = e.Policy },
        StockFed e => this with { Feeds = Feeds.SetItem(e.Source, e.Sequence) },
        StockRanLow => this with { Level = StockLevel.Low },
        StockRanOut => this with { Level = StockLevel.Out },
        StockBack e => this with { Level = e.Left > e.Threshold ? StockLevel.Enough : StockLevel.Low },
        StockReplenished => this with { Level = StockLevel.Enough },
        BackorderEvent e => FoldBackorder(e),
        AllotmentEvent e => FoldAllotment(e),
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    private StockLine AddHold(HoldId id, StockHold hold)
    {
        var line = Take(hold.Allocations, held: 1).Queue(id, hold.Backordered, hold.Place, out var place);
        var due = Due.GetValueOrDefault(hold.ExpiresAt, DueHolds.None);
        return line with
        {
            Held = line.Held + hold.Quantity,
            Holds = Holds.SetItem(id, hold with { Place = place }),
            Due = Due.SetItem(
                hold.ExpiresAt,
                new(
                    due.Units + hold.Quantity,
                    due.Backordered + hold.Backordered,
                    due.Holds.Add(id),
                    due.Allotted + DrawnBy(id))),
        };
    }

    private StockLine RemoveHold(HoldId id)
    {
        var hold = Holds[id];
        var line = Take(hold.Allocations, held: -1).Unqueue(hold.Backordered, hold.Place);
        var due = Due[hold.ExpiresAt];
        return line with
        {
            Held = line.Held - hold.Quantity,
            Holds = Holds.Remove(id),
            Due = due.Holds.Count == 1
                ? Due.Remove(hold.ExpiresAt)
                : Due.SetItem(
                    hold.ExpiresAt,
                    new(
                        due.Units - hold.Quantity,
                        due.Backordered - hold.Backordered,
                        due.Holds.Remove(id),
                        due.Allotted - DrawnBy(id))),
        };
    }

    private StockLine AddSale(HoldId id, StockSale sale)
    {
        var line = Take(sale.Allocations, committed: 1).Queue(id, sale.Backordered, sale.Place, out var place);
        return line with
        {
            Committed = line.Committed + sale.Quantity,
            Withheld = line.Withheld + sale.Withheld,
            Sales = Sales.SetItem(id, sale with { Place = place }),
        };
    }

    private StockLine RemoveSale(HoldId id)
    {
        var sale = Sales[id];
        var line = Take(sale.Allocations, committed: -1).Unqueue(sale.Backordered, sale.Place);
        return line with
        {
            Committed = line.Committed - sale.Quantity,
            Withheld = line.Withheld - sale.Withheld,
            Sales = Sales.Remove(id),
        };
    }

    private StockLine Change(HoldId id, StockSale sale) =>
        RemoveSale(id) is var line && sale.Allocations.IsEmpty ? line : line.AddSale(id, sale);

    private StockLine Queue(HoldId id, int backordered, long? kept, out long? place)
    {
        place = backordered == 0 ? null : kept ?? LastPlace + 1;
        return place is not { } given ? this : this with
        {
            Backordered = Backordered + backordered,
            Waiting = Waiting.SetItem(given, id),
            LastPlace = Math.Max(LastPlace, given),
        };
    }

    private StockLine Unqueue(int backordered, long? place) => place is not { } given ? this : this with
    {
        Backordered = Backordered - backordered, Waiting = Waiting.Remove(given),
    };

    private StockLine Allocate(StockAllocated allocated)
    {
        var (id, come) = (allocated.Hold, allocated.Allocations);
        var part = come.Max(each => each.Part) ?? 0;
        if (Holds.TryGetValue(id, out var hold))
        {
            return RemoveHold(id).AddHold(id, hold with { Allocations = Settle(hold.Allocations, come), LastPart = part });
        }

        var sale = Sales[id];
        return Change(id, sale with { Allocations = Settle(sale.Allocations, come), LastPart = part });
    }

    /// <summary>The parts of a promise when some of what it waits for has come, or was called off.</summary>
    private static ImmutableArray<Allocation> Settle(
        ImmutableArray<Allocation> parts, ImmutableArray<Allocation> come, int calledOff = 0)
    {
        var left = parts.Backordered() - come.Sum(part => part.Quantity) - calledOff;
        return
        [
            .. parts.Where(part => part.Location is not null), .. come,
            .. left > 0 ? [new Allocation(null, left)] : ImmutableArray<Allocation>.Empty,
        ];
    }

    private StockLine Uncommit(HoldId hold, LocationId location, int? part, int quantity, int onHand)
    {
        var sale = Sales[hold];
        var left = sale.Allocations
            .Select(there => there.Location == location && there.Part == part ? there with { Quantity = there.Quantity - quantity } : there)
            .Where(there => there.Quantity > 0)
            .ToImmutableArray();
        var line = Move(location, onHand: onHand, committed: -quantity);
        return line with
        {
            Committed = line.Committed - quantity,
            Sales = left.IsEmpty ? Sales.Remove(hold) : Sales.SetItem(hold, sale with { Allocations = left }),
        };
    }

    private ImmutableDictionary<string, ExpectedReceipt> Reduce(StockReceived received)
    {
        if (received.Expected is not { } come)
        {
            return Incoming;
        }

        var expected = Incoming[received.Reference!];
        return expected.Quantity > come
            ? Incoming.SetItem(expected.Reference, expected with { Quantity = expected.Quantity - come })
            : Incoming.Remove(expected.Reference);
    }

    /// <summary>Promises what is at locations, or takes it back.</summary>
    private StockLine Take(ImmutableArray<Allocation> parts, int held = 0, int committed = 0)
    {
        var line = this;
        foreach (var part in parts)
        {
            if (part.Location is { } location)
            {
                line = line.Move(location, held: held * part.Quantity, committed: committed * part.Quantity);
            }
        }

        return line;
    }

    private StockLine Move(
        LocationId location, int onHand = 0, int held = 0, int committed = 0, int damaged = 0, int safety = 0)
    {
        var there = Locations.GetValueOrDefault(location);
        return this with
        {
            OnHand = OnHand + onHand,
            Damaged = Damaged + damaged,
            Safety = Safety + safety,
            Locations = Locations.SetItem(location, new(
                there.OnHand + onHand,
                there.Held + held,
                there.Committed + committed,
                there.Damaged + damaged,
                there.Safety + safety)),
        };
    }
}
