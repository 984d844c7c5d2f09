using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>What one SKU's stock remembers and every decision about it. No clock, no I/O, no Orleans runtime.</summary>
internal sealed record StockLine : IJournaledState<StockLine, StockEvent>
{
    private const int ExpiredAtOnceMax = 500;
    private const int OnHandMax = 1_000_000_000;
    private const int ReferenceLengthMax = 200;

    /// <summary>By location: what is there and what of it is promised.</summary>
    public ImmutableDictionary<LocationId, LocationStock> Locations { get; init; } =
        ImmutableDictionary<LocationId, LocationStock>.Empty;

    /// <summary>Promises under way.</summary>
    public ImmutableDictionary<HoldId, StockHold> Holds { get; init; } = ImmutableDictionary<HoldId, StockHold>.Empty;

    /// <summary>The same promises by expiry, so that finding the due ones does not depend on how many there are.</summary>
    public ImmutableSortedSet<HoldExpiry> Expiries { get; init; } = [];

    /// <summary>What is sold and not sent, by the hold it was sold under.</summary>
    public ImmutableDictionary<HoldId, ImmutableArray<Allocation>> Commitments { get; init; } =
        ImmutableDictionary<HoldId, ImmutableArray<Allocation>>.Empty;

    /// <summary>Units in all locations.</summary>
    public int OnHand { get; init; }

    /// <summary>Units promised to checkouts under way.</summary>
    public int Held { get; init; }

    /// <summary>Units sold and not sent.</summary>
    public int Committed { get; init; }

    /// <summary>Units that can still be promised.</summary>
    public int Available => OnHand - Held - Committed;

    public DateTimeOffset? WakeAt => Expiries.IsEmpty ? null : Expiries.Min.At;

    public string Summary => $"{Available} available of {OnHand}, {Held} held, {Committed} committed";

    /// <summary>Promises units. Holds that have expired give theirs back first, whether or not anybody swept them.</summary>
    public Decision<StockEvent> Hold(
        Sku sku, HoldStock command, ImmutableArray<LocationId> byPriority, DateTimeOffset now)
    {
        if (Commitments.ContainsKey(command.Hold))
        {
            return Decision<StockEvent>.Nothing;
        }

        if (Holds.TryGetValue(command.Hold, out var held) && held.ExpiresAt > now)
        {
            return held.Quantity == command.Quantity
                ? Decision<StockEvent>.Nothing
                : StockRejections.HoldDiffers(held.Quantity);
        }

        if (command.Quantity is < 1 or > 1_000_000)
        {
            return Rejection.Invalid("/quantity", "The quantity must be from 1 to 1,000,000.", "quantity_out_of_range");
        }

        var (swept, events) = Sweep(now);
        if (swept.Holds.TryGetValue(command.Hold, out var expired))
        {
            // Its turn to be swept has not come, but nobody can hold the same twice.
            events = [.. events, new HoldExpired(command.Hold, expired.Quantity)];
            swept = swept.Apply(events[^1]);
        }

        return command.Quantity <= swept.Available
            ? Decision<StockEvent>.Of([.. events, new StockHeld(
                command.Hold, command.Quantity, now + command.Ttl, swept.Allocate(command.Quantity, byPriority))])
            : StockRejections.Insufficient(sku, command.Quantity, swept.Available);
    }

    /// <summary>Sells what a hold promised. One that expired but was not swept is good: nobody else has its units.</summary>
    public Decision<StockEvent> Commit(HoldId hold)
    {
        if (Commitments.ContainsKey(hold))
        {
            return Decision<StockEvent>.Nothing;
        }

        return Holds.TryGetValue(hold, out var held)
            ? new StockCommitted(hold, held.Quantity, held.Allocations)
            : StockRejections.HoldGone;
    }

    /// <summary>Gives back what is held, or what was committed to an order that did not come to be.</summary>
    public Decision<StockEvent> Release(HoldId hold)
    {
        if (Commitments.TryGetValue(hold, out var committed))
        {
            return new CommitmentReleased(hold, committed.Sum(allocation => allocation.Quantity));
        }

        return Holds.TryGetValue(hold, out var held)
            ? new HoldReleased(hold, held.Quantity)
            : Decision<StockEvent>.Nothing;
    }

    /// <summary>Gives back what has expired, so many at a time.</summary>
    public Decision<StockEvent> Expire(DateTimeOffset now) => Decision<StockEvent>.Of([.. Sweep(now).Events]);

    /// <summary>Sold units have left a location, all but so many.</summary>
    public Decision<StockEvent> Ship(ShipStock command)
    {
        var there = Commitments.GetValueOrDefault(command.Hold, [])
            .FirstOrDefault(allocation => allocation.Location == command.Location).Quantity;
        var left = Math.Max(0, command.Left);
        return there > left
            ? new StockShipped(command.Hold, command.Location, there - left)
            : Decision<StockEvent>.Nothing;
    }

    /// <summary>Units arrive.</summary>
    public Decision<StockEvent> Receive(ReceiveStock command)
    {
        if (command.Quantity is < 1 or > 1_000_000)
        {
            return Rejection.Invalid("/quantity", "The quantity must be from 1 to 1,000,000.", "quantity_out_of_range");
        }

        return CheckRoom(command.Quantity, "/quantity") ?? CheckReference(command.Reference)
            ?? (Decision<StockEvent>)new StockReceived(command.Location, command.Quantity, command.Reference);
    }

    /// <summary>Corrects by a difference.</summary>
    public Decision<StockEvent> Adjust(AdjustStock command)
    {
        if (command.Delta is 0 or < -1_000_000 or > 1_000_000)
        {
            return Rejection.Invalid("/delta", "The delta must be from -1,000,000 to 1,000,000 and not 0.");
        }

        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > 200)
        {
            return Rejection.Invalid("/reason", "A reason of 1 to 200 characters is needed.");
        }

        if ((CheckRoom(command.Delta, "/delta") ?? CheckReference(command.Reference)) is { } refused)
        {
            return refused;
        }

        var there = At(command.Location);
        return there.OnHand + command.Delta >= there.Promised
            ? new StockAdjusted(command.Location, command.Delta, command.Reason, command.Reference)
            : StockRejections.BelowPromised(there.Promised);
    }

    /// <summary>Sets what was counted.</summary>
    public Decision<StockEvent> Count(CountStock command)
    {
        if (command.OnHand is < 0 or > 100_000_000)
        {
            return Rejection.Invalid("/on_hand", "The count must be from 0 to 100,000,000.", "quantity_out_of_range");
        }

        var there = At(command.Location);
        if ((CheckRoom(command.OnHand - there.OnHand, "/on_hand") ?? CheckReference(command.Reference)) is { } refused)
        {
            return refused;
        }

        if (command.OnHand < there.Promised)
        {
            return StockRejections.BelowPromised(there.Promised);
        }

        return command.OnHand == there.OnHand && Locations.ContainsKey(command.Location)
            ? Decision<StockEvent>.Nothing
            : new StockCounted(command.Location, command.OnHand, command.OnHand - there.OnHand, command.Reference);
    }

    public StockLine Apply(StockEvent @event) => @event switch
    {
        StockReceived e => Move(e.Location, onHand: e.Quantity),
        StockAdjusted e => Move(e.Location, onHand: e.Delta),
        StockCounted e => Move(e.Location, onHand: e.Delta),
        StockHeld e => Move(e.Allocations, held: 1) with
        {
            Holds = Holds.SetItem(e.Hold, new(e.Quantity, e.ExpiresAt, e.Allocations)),
            Expiries = Expiries.Add(new(e.ExpiresAt, e.Hold)),
        },
        HoldReleased e => WithoutHold(e.Hold),
        HoldExpired e => WithoutHold(e.Hold),
        StockCommitted e => WithoutHold(e.Hold).Move(e.Allocations, committed: 1) with
        {
            Commitments = Commitments.SetItem(e.Hold, e.Allocations),
        },
        CommitmentReleased e => Move(Commitments[e.Hold], committed: -1) with { Commitments = Commitments.Remove(e.Hold) },
        StockShipped e => Move(e.Location, onHand: -e.Quantity, committed: -e.Quantity) with
        {
            Commitments = Reduce(e),
        },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>The hold or the commitment, as callers see it.</summary>
    public HoldView ViewHold(HoldId id) =>
        Holds.TryGetValue(id, out var held)
            ? new(id, held.Quantity, held.ExpiresAt, held.Allocations)
            : new(id, Commitments[id].Sum(allocation => allocation.Quantity), null, Commitments[id]);

    /// <summary>The stock as operators see it.</summary>
    public StockView View(Sku sku, long version) => new(
        sku,
        version,
        OnHand,
        Held,
        Available,
        Committed,
        [.. Locations.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal).Select(pair => new LocationStockView(
            pair.Key, pair.Value.OnHand, pair.Value.Held, pair.Value.OnHand - pair.Value.Promised, pair.Value.Committed))],
        [.. Expiries.Take(100).Select(expiry => ViewHold(expiry.Hold))]);

    private Rejection? CheckRoom(int more, string pointer) => (long)OnHand + more > OnHandMax
        ? Rejection.Invalid(pointer, "A SKU has at most 1,000,000,000 units in all locations.", "quantity_out_of_range")
        : null;

    private static Rejection? CheckReference(string? reference) => reference?.Length > ReferenceLengthMax
        ? Rejection.Invalid("/reference", "A reference is at most 200 characters.")
        : null;

    private LocationStock At(LocationId location) => Locations.GetValueOrDefault(location);

    private (StockLine Swept, IReadOnlyList<StockEvent> Events) Sweep(DateTimeOffset now)
    {
        List<StockEvent> events = [.. Expiries.TakeWhile(expiry => expiry.At <= now).Take(ExpiredAtOnceMax)
            .Select(expiry => new HoldExpired(expiry.Hold, Holds[expiry.Hold].Quantity))];
        return (events.Aggregate(this, (line, expired) => line.Apply(expired)), events);
    }

    private ImmutableArray<Allocation> Allocate(int quantity, ImmutableArray<LocationId> byPriority) =>
        AllocationPlan.For(quantity, [.. byPriority.Concat(Locations.Keys.Except(byPriority).OrderBy(l => l.Value, StringComparer.Ordinal))
            .Select(location => new Allocation(location, At(location).OnHand - At(location).Promised))]);

    private StockLine WithoutHold(HoldId hold)
    {
        var held = Holds[hold];
        return Move(held.Allocations, held: -1) with
        {
            Holds = Holds.Remove(hold),
            Expiries = Expiries.Remove(new(held.ExpiresAt, hold)),
        };
    }

    private ImmutableDictionary<HoldId, ImmutableArray<Allocation>> Reduce(StockShipped shipped)
    {
        var left = Commitments[shipped.Hold]
            .Select(a => a.Location == shipped.Location ? a with { Quantity = a.Quantity - shipped.Quantity } : a)
            .Where(a => a.Quantity > 0)
            .ToImmutableArray();
        return left.IsEmpty ? Commitments.Remove(shipped.Hold) : Commitments.SetItem(shipped.Hold, left);
    }

    private StockLine Move(ImmutableArray<Allocation> allocations, int held = 0, int committed = 0)
    {
        var line = this;
        foreach (var (location, quantity) in allocations)
        {
            line = line.Move(location, held: held * quantity, committed: committed * quantity);
        }

        return line;
    }

    private StockLine Move(LocationId location, int onHand = 0, int held = 0, int committed = 0)
    {
        var there = At(location);
        return this with
        {
            OnHand = OnHand + onHand,
            Held = Held + held,
            Committed = Committed + committed,
            Locations = Locations.SetItem(
                location, new(there.OnHand + onHand, there.Held + held, there.Committed + committed)),
        };
    }
}

/// <summary>The stock of one location.</summary>
internal readonly record struct LocationStock(int OnHand, int Held, int Committed)
{
    public int Promised => Held + Committed;
}

/// <summary>A promise under way.</summary>
internal sealed record StockHold(int Quantity, DateTimeOffset ExpiresAt, ImmutableArray<Allocation> Allocations);

/// <summary>When a promise ends.</summary>
internal readonly record struct HoldExpiry(DateTimeOffset At, HoldId Hold) : IComparable<HoldExpiry>
{
    public int CompareTo(HoldExpiry other) =>
        At.CompareTo(other.At) is var order and not 0 ? order : Hold.CompareTo(other.Hold);
}
