using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>What is promised to whom, and for how long.</summary>
internal sealed partial record StockLine
{
    private const int ExpiredAtOnceMax = 500;
    private const int OwnerLengthMax = 200;
    private static readonly TimeSpan TtlMax = TimeSpan.FromHours(24);

    /// <summary>
    /// Promises units, or makes a promise larger or smaller. Holds that have expired give theirs back first, whether or
    /// not anybody swept them.
    /// </summary>
    /// <param name="places">All locations, by priority.</param>
    public Decision<StockEvent> Hold(Sku sku, HoldStock command, ImmutableArray<Location> places, DateTimeOffset now)
    {
        if (Sales.ContainsKey(command.Hold))
        {
            return Decision<StockEvent>.Nothing;
        }

        if (CheckHold(sku, command) is { } refused)
        {
            return refused;
        }

        if (Drawn.ContainsKey(command.Hold))
        {
            return StockRejections.HoldOfAnother;
        }

        var own = Holds.GetValueOrDefault(command.Hold);
        if (own?.ExpiresAt > now)
        {
            if (own.Owner is not null && command.Owner is not null && own.Owner != command.Owner)
            {
                return StockRejections.HoldOfAnother;
            }

            if (own.Quantity == command.Quantity)
            {
                return Decision<StockEvent>.Nothing;
            }
        }

        var (line, events) = (this, new List<StockEvent>());
        if (own is not null)
        {
            StockEvent ended = own.ExpiresAt > now
                ? new HoldReleased(command.Hold, own.Quantity, OrNull(own.Backordered))
                : new HoldExpired(command.Hold, own.Quantity, OrNull(own.Backordered));
            events.Add(ended);
            line = line.Apply(ended).GiveBack(command.Hold, places, now, events);
        }

        var drawn = Math.Min(command.Quantity, line.RestFor(command.Hold, now));
        line = line.Sweep(now, command.Quantity - drawn, events);
        var promisable = line.Policy.Promisable(line.Free, line.Backordered, now);
        if (command.Quantity - drawn > promisable)
        {
            return StockRejections.Insufficient(sku, command.Quantity, Math.Max(0, promisable) + drawn);
        }

        var stocked = drawn
            + (line.Policy.IsPreorder(now) ? 0 : Math.Clamp(line.Available, 0, command.Quantity - drawn));
        line = drawn > 0 ? line.TakeOver(command.Hold, drawn, places, events) : line;
        events.Add(new StockHeld(
            command.Hold,
            command.Quantity,
            WholeSecond(now + command.Ttl),
            [.. line.Plan(stocked, places, command.Destination), .. Unstocked(command.Quantity - stocked)],
            command.Owner ?? own?.Owner,
            command.Quantity > stocked ? own?.Place : null));
        return Decision<StockEvent>.Of([.. events]);
    }

    /// <summary>Makes a promise last longer; never less long.</summary>
    public Decision<StockEvent> Extend(ExtendHold command, DateTimeOffset now)
    {
        if (Sales.ContainsKey(command.Hold))
        {
            return Decision<StockEvent>.Nothing;
        }

        if (CheckTtl(command.Ttl) is { } refused)
        {
            return refused;
        }

        if (Drawn.ContainsKey(command.Hold))
        {
            return StockRejections.HoldOfAnother;
        }

        if (!Holds.TryGetValue(command.Hold, out var held) || held.ExpiresAt <= now)
        {
            return StockRejections.HoldGone;
        }

        var until = WholeSecond(now + command.Ttl);
        return until > held.ExpiresAt ? new HoldExtended(command.Hold, until) : Decision<StockEvent>.Nothing;
    }

    /// <summary>Sells what a hold promised. One that expired but was not swept is good: nobody else has its units.</summary>
    public Decision<StockEvent> Commit(HoldId hold)
    {
        if (Sales.ContainsKey(hold))
        {
            return Decision<StockEvent>.Nothing;
        }

        return Holds.TryGetValue(hold, out var held)
            ? Followed(
                Tell(new StockCommitted(hold, held.Quantity, held.Allocations), Left - held.Quantity, isSupply: false),
                (line, events) => line.SellDrawn(hold, events))
            : StockRejections.HoldGone;
    }

    /// <summary>Gives back what is held, or what was committed to an order that did not come to be.</summary>
    /// <param name="places">All locations, by priority.</param>
    public Decision<StockEvent> Release(HoldId hold, ImmutableArray<Location> places, DateTimeOffset now)
    {
        if (Sales.TryGetValue(hold, out var sale))
        {
            return Followed(
                Tell(
                    new CommitmentReleased(hold, sale.Quantity, OrNull(sale.Backordered)), Left + sale.Quantity, isSupply: false),
                (line, events) => line.UnsellDrawn(hold, places, now, events));
        }

        return Holds.TryGetValue(hold, out var held)
            ? Followed(
                new HoldReleased(hold, held.Quantity, OrNull(held.Backordered)),
                (line, events) => line.GiveBack(hold, places, now, events))
            : Decision<StockEvent>.Nothing;
    }

    /// <summary>Gives back what is held, but never what is sold.</summary>
    public Decision<StockEvent> Cancel(HoldId hold, ImmutableArray<Location> places, DateTimeOffset now) =>
        Sales.ContainsKey(hold) ? StockRejections.HoldCommitted : Release(hold, places, now);

    /// <summary>Gives back what has expired, so many at a time.</summary>
    public Decision<StockEvent> Expire(DateTimeOffset now)
    {
        var events = new List<StockEvent>();
        Sweep(now, wanted: int.MinValue, events);
        return Decision<StockEvent>.Of([.. events]);
    }

    /// <summary>Sold units have left a location, all but so many.</summary>
    public Decision<StockEvent> Ship(ShipStock command) =>
        Beyond(command.Hold, command.Location, command.Part, command.Left) is var gone and > 0
            ? new StockShipped(command.Hold, command.Location, gone, command.Part)
            : Decision<StockEvent>.Nothing;

    /// <summary>Sold units are not sent after all, all but so many.</summary>
    public Decision<StockEvent> ReleaseCommitted(ReleaseCommittedStock command)
    {
        var gone = Beyond(command.Hold, command.Location, command.Part, command.Left);
        if (gone <= 0)
        {
            return Decision<StockEvent>.Nothing;
        }

        var reduced = new CommitmentReduced(command.Hold, command.Location, gone, command.Part);
        return command.Restock
            ? Tell(reduced, Left + gone, isSupply: false)
            : Decision<StockEvent>.Of(reduced, new StockAdjusted(command.Location, -gone, "not restocked", command.Hold.Value));
    }

    /// <summary>A decision and what comes of it for units that are set aside; for most lines nothing.</summary>
    private Decision<StockEvent> Followed(Decision<StockEvent> first, Func<StockLine, List<StockEvent>, StockLine> next)
    {
        if (Drawn.IsEmpty && Allotments.IsEmpty)
        {
            return first;
        }

        var events = new List<StockEvent>(first.Events);
        next(events.Aggregate(this, (line, @event) => line.Apply(@event)), events);
        return Decision<StockEvent>.Of([.. events]);
    }

    /// <summary>Units of an allocation beyond those that are to stay.</summary>
    private int Beyond(HoldId hold, LocationId location, int? part, int left) => (Sales.GetValueOrDefault(hold)?.Allocations ?? [])
        .FirstOrDefault(there => there.Location == location && there.Part == part).Quantity - Math.Max(0, left);

    /// <summary>
    /// Ends holds that are due, the oldest first: always some, and as many more as it takes to promise what is wanted.
    /// Each gives back a unit at least, so that is no more than the command asks for, and besides those of drops.
    /// </summary>
    private StockLine Sweep(DateTimeOffset now, int wanted, List<StockEvent> events)
    {
        var line = this;
        var swept = 0;
        foreach (var (end, due) in Due)
        {
            if (end > now)
            {
                break;
            }

            foreach (var id in due.Holds)
            {
                if (swept >= ExpiredAtOnceMax && line.Policy.Promisable(line.Free, line.Backordered, now) >= wanted)
                {
                    return line;
                }

                var hold = line.Holds[id];
                var expired = new HoldExpired(id, hold.Quantity, OrNull(hold.Backordered));
                events.Add(expired);
                line = line.Apply(expired).GiveBack(id, [], now, events);
                swept++;
            }
        }

        return line;
    }

    private ImmutableArray<Allocation> Plan(int quantity, ImmutableArray<Location> places, Destination? destination)
    {
        if (quantity == 0)
        {
            return [];
        }

        if (Locations.Count == 1)
        {
            var (only, stock) = Locations.First();
            return AllocationPlan.For(quantity, [new(only, stock.Free)]);
        }

        var known = AllocationPlan.InOrder(places, destination).Where(Locations.ContainsKey).ToList();
        return AllocationPlan.For(quantity, [.. known
            .Concat(Locations.Keys.Except(known).OrderBy(location => location.Value, StringComparer.Ordinal))
            .Select(location => new Allocation(location, Locations[location].Free))]);
    }

    private Rejection? CheckHold(Sku sku, HoldStock command)
    {
        if (command.Quantity is < 1 or > 1_000_000)
        {
            return Rejection.Invalid("/quantity", "The quantity must be from 1 to 1,000,000.", "quantity_out_of_range");
        }

        if (CheckTtl(command.Ttl) is { } refused)
        {
            return refused;
        }

        return command switch
        {
            { Owner.Length: 0 or > OwnerLengthMax } => Rejection.Invalid("/owner", "An owner is 1 to 200 characters."),
            { Destination: { } destination } when !Countries.IsKnown(destination.Country) =>
                Rejection.Invalid("/destination/country", "The country must be an ISO 3166-1 alpha-2 code."),
            _ when command.Quantity > Policy.OrderMax => StockRejections.AboveOrderMax(sku, Policy.OrderMax.Value),
            _ when command.Quantity < Policy.OrderMin => StockRejections.BelowOrderMin(sku, Policy.OrderMin.Value),
            _ => null,
        };
    }

    private static Rejection? CheckTtl(TimeSpan ttl) => ttl < TimeSpan.FromMilliseconds(1) || ttl > TtlMax
        ? Rejection.Invalid("/ttl", "A hold lasts more than nothing and at most 24 hours.")
        : null;

    private static ImmutableArray<Allocation> Unstocked(int quantity) => quantity > 0 ? [new(null, quantity)] : [];

    private static int? OrNull(int units) => units == 0 ? null : units;

    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        time.Ticks % TimeSpan.TicksPerSecond is var more and > 0 ? time.AddTicks(TimeSpan.TicksPerSecond - more) : time;
}
