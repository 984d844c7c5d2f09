using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>What was promised without stock, and what can be promised now.</summary>
internal sealed partial record StockLine
{
    private const int AllocatedAtOnceMax = 500;

    /// <summary>
    /// Allocates what is there to those who wait for it, the oldest first, so many at a time; nothing before the release
    /// of what is sold ahead of it. <see cref="WakeAt"/> says when there is something to allocate.
    /// </summary>
    /// <param name="places">All locations, by priority.</param>
    public Decision<StockEvent> AllocateBackorders(ImmutableArray<Location> places, DateTimeOffset now)
    {
        if (Policy.IsPreorder(now))
        {
            return Decision<StockEvent>.Nothing;
        }

        var (line, events) = (this, new List<StockEvent>());
        foreach (var id in Waiting.Values)
        {
            // What comes for units that are withheld is theirs again if the change comes to nothing.
            if (line.Free <= line.Withheld || events.Count == AllocatedAtOnceMax)
            {
                break;
            }

            var isCommitted = !line.Holds.TryGetValue(id, out var hold);
            var (waiting, last) = isCommitted
                ? (line.Sales[id].Backordered - line.Sales[id].Withheld, line.Sales[id].LastPart)
                : (hold!.Backordered, hold.LastPart);
            if (waiting == 0)
            {
                continue;
            }

            var come = line.Plan(Math.Min(waiting, line.Free - line.Withheld), places, destination: null);
            var allocated = new StockAllocated(id, [.. come.Select(part => part with { Part = last + 1 })], isCommitted);
            events.Add(allocated);
            line = line.Apply(allocated);
        }

        return Decision<StockEvent>.Of([.. events]);
    }

    /// <summary>Keeps units of a sale from getting stock, as many as have none; a sale that is over has no such units.</summary>
    public Decision<StockEvent> Withhold(WithholdBackorder command)
    {
        if (command.Quantity < 1)
        {
            return Rejection.Invalid("/quantity", "The quantity must be 1 or more.", "quantity_out_of_range");
        }

        if (!Sales.TryGetValue(command.Hold, out var sale))
        {
            return Decision<StockEvent>.Nothing;
        }

        return command.Change > sale.Change
            ? new BackorderWithheld(command.Hold, command.Change, Math.Min(command.Quantity, sale.Backordered))
            : command.Change == sale.Change && !sale.IsChangeOver ? Decision<StockEvent>.Nothing
            : Fulfillment.FulfillmentRejections.ChangeOver;
    }

    /// <summary>The change is decided.</summary>
    public Decision<StockEvent> Reduce(HoldId hold, int change) =>
        Sales.TryGetValue(hold, out var sale) && change == sale.Change && !sale.IsChangeOver && sale.Withheld > 0
            ? Tell(new BackorderReduced(hold, change, sale.Withheld), Left + sale.Withheld, isSupply: false)
            : Decision<StockEvent>.Nothing;

    /// <summary>The change came to nothing; also one that was never heard of, so that it cannot come late.</summary>
    public Decision<StockEvent> Resume(HoldId hold, int change) =>
        Sales.TryGetValue(hold, out var sale) && (change > sale.Change || (change == sale.Change && !sale.IsChangeOver))
            ? new BackorderResumed(hold, change)
            : Decision<StockEvent>.Nothing;

    /// <summary>Whether and how the SKU can be bought at this time.</summary>
    /// <param name="own">A hold that does not count, nor does that of the ticket of its cart.</param>
    public SkuAvailability Availability(Sku sku, HoldId? own, DateTimeOffset now)
    {
        var (units, backordered, allotted) = (0, 0, 0);
        foreach (var (end, due) in Due)
        {
            if (end > now)
            {
                break;
            }

            (units, backordered, allotted) = (units + due.Units, backordered + due.Backordered, allotted + due.Allotted);
        }

        foreach (var id in own is { } asking ? OwnOf(asking) : [])
        {
            if (Holds.TryGetValue(id, out var hold) && hold.ExpiresAt > now)
            {
                (units, backordered) = (units + hold.Quantity, backordered + hold.Backordered);
            }
        }

        // As if those holds were gone.
        var without = this with
        {
            Held = Held - units, Backordered = Backordered - backordered, SetAside = SetAside + allotted,
        };
        var isPreorder = Policy.IsPreorder(now);
        return new(
            sku,
            Policy.Status(without.Free, without.Backordered, now),
            Math.Max(0, Policy.Promisable(without.Free, without.Backordered, now)),
            isPreorder ? Policy.ReleasesAt : null,
            Incoming.Values.Min(expected => expected.At),
            Policy.OrderMin,
            Policy.OrderMax,
            Policy.WhenOut == WhenOut.Discontinue && without.Available <= 0);
    }

    private StockLine FoldBackorder(BackorderEvent @event)
    {
        var sale = Sales[@event.Hold] with { Change = @event.Change, IsChangeOver = @event is not BackorderWithheld, Withheld = 0 };
        return Change(@event.Hold, @event switch
        {
            BackorderWithheld e => sale with { Withheld = e.Quantity },
            BackorderReduced e => sale with { Allocations = Settle(sale.Allocations, [], calledOff: e.Quantity) },
            _ => sale,
        });
    }

    private ImmutableArray<HoldId> OwnOf(HoldId hold) =>
        TicketOf(hold) is { } ticket && ticket != hold ? [hold, ticket] : [hold];
}
