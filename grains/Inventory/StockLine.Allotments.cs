using System.Collections.Immutable;
using Commerce.Drops;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>
/// Units that are set aside for drops, and what is held of them. Each event of these stands beside the ordinary one of the
/// hold, so that whoever only counts what is held and sold needs to know nothing of drops.
/// </summary>
internal sealed partial record StockLine
{
    private const int AllotmentsMax = 20;
    private const int DrawsMax = 1_000;
    private const string DropOwner = "drop";

    /// <summary>Units that are a drop's in all, from now on.</summary>
    public Decision<StockEvent> Allot(Sku sku, DropId drop, int units, DateTimeOffset now)
    {
        if (units is < 1 or > 1_000_000)
        {
            return Rejection.Invalid("/units", "The units must be from 1 to 1,000,000.", "quantity_out_of_range");
        }

        var there = Allotments.GetValueOrDefault(drop);
        if (there is null && Allotments.Count == AllotmentsMax)
        {
            return StockRejections.TooMany("allotments", AllotmentsMax, "/sku");
        }

        there ??= StockAllotment.None;
        if (units < there.SoldUnits + there.Held)
        {
            return DropRejections.UnitsInUse(there.SoldUnits + there.Held);
        }

        var more = units - there.Units;
        if (more == 0)
        {
            return Decision<StockEvent>.Nothing;
        }

        var events = new List<StockEvent>();
        var line = Sweep(now, more, events);
        var free = Math.Max(0, line.Available);
        if (more > free)
        {
            return StockRejections.Insufficient(sku, units, there.Units + free) with { Pointer = "/units" };
        }

        events.Add(new StockAllotted(drop, units, more));
        return Decision<StockEvent>.Of([.. events]);
    }

    /// <summary>Holds units of an allotment, in the order asked for, until they do not suffice.</summary>
    /// <param name="places">All locations, by priority.</param>
    public Decision<StockEvent> Draw(DrawStock command, ImmutableArray<Location> places, DateTimeOffset now)
    {
        if (command.Draws.IsDefault || command.Draws.Length is 0 or > DrawsMax || command.Draws.Any(draw => draw.Quantity < 1))
        {
            return Rejection.Invalid("/draws", $"1 to {DrawsMax} carts draw one unit or more each.");
        }

        if (CheckTtl(command.Ttl) is { } refused)
        {
            return refused;
        }

        var events = new List<StockEvent>();
        var line = Sweep(now, int.MinValue, events);
        var until = WholeSecond(now + command.Ttl);
        foreach (var (cart, quantity) in command.Draws)
        {
            var hold = HoldId.For(cart, 0);
            var there = line.Allotments.GetValueOrDefault(command.Drop);
            if (there is null || there.Sold.ContainsKey(hold) || line.IsTaken(hold, command.Drop))
            {
                continue;
            }

            if (quantity > there.Left)
            {
                break;
            }

            line = Add(line, new AllotmentDrawn(command.Drop, hold, quantity, until), events);
            line = line.HoldForTicket(hold, places, events);
        }

        return Decision<StockEvent>.Of([.. events]);
    }

    /// <summary>What a drop has of what it wanted to draw.</summary>
    public DrawnStock ViewDraws(DrawStock command, long version)
    {
        var there = Allotments.GetValueOrDefault(command.Drop);
        return new(version, [.. command.Draws.Select(wanted =>
        {
            var hold = HoldId.For(wanted.Cart, 0);
            return Drawn.TryGetValue(hold, out var draw) && draw.Drop == command.Drop
                    ? new DrawView(DrawOutcome.Held, draw.Quantity, draw.Until)
                : there?.Sold.TryGetValue(hold, out var sold) == true
                    ? new DrawView(DrawOutcome.Sold, sold.Quantity, null)
                : new DrawView(IsTaken(hold, command.Drop) ? DrawOutcome.Refused : DrawOutcome.Short, 0, null);
        })]);
    }

    /// <summary>What is neither sold nor held is everybody's.</summary>
    public Decision<StockEvent> CloseAllotment(DropId drop) => Allotments.TryGetValue(drop, out var there)
        ? new AllotmentClosed(drop, there.Left)
        : Decision<StockEvent>.Nothing;

    /// <summary>The allotment of a drop.</summary>
    public AllotmentView ViewAllotment(DropId drop, long version)
    {
        var there = Allotments.GetValueOrDefault(drop, StockAllotment.None);
        return new(drop, there.Units, there.SoldUnits, there.Held, version);
    }

    /// <summary>Whether what is set aside is still there when so many units less can be promised.</summary>
    private Rejection? CheckAllotted(int less) => SetAside > 0 && less > 0 && Loose - less < SetAside
        ? StockRejections.SetAside(SetAside)
        : null;

    /// <summary>Units there that nobody has; negative where safety stock is missing.</summary>
    private int Loose => OnHand - Damaged - (Held + Committed - Backordered) - Safety;

    /// <summary>Whether a ticket's hold cannot be made: it is there, or its cart has bought in another drop, which may come back.</summary>
    private bool IsTaken(HoldId hold, DropId drop) =>
        Drawn.ContainsKey(hold) || Holds.ContainsKey(hold) || Sales.ContainsKey(hold)
        || Allotments.Any(other => other.Key != drop && other.Value.Sold.ContainsKey(hold));

    /// <summary>The ticket that a hold belongs to, its own or that of an attempt; null for most.</summary>
    private HoldId? TicketOf(HoldId hold) =>
        Drawn.IsEmpty ? null
        : Drawn.ContainsKey(hold) ? hold
        : hold is { Change: null, Cart: { } cart } && HoldId.For(cart, 0) is var ticket && Drawn.ContainsKey(ticket) ? ticket
        : null;

    /// <summary>Units of a hold that are set aside again when it ends.</summary>
    private int DrawnBy(HoldId hold) => TicketOf(hold) is not { } ticket ? 0
        : ticket == hold ? Drawn[ticket].Rest
        : Drawn[ticket].Attempt == hold ? Drawn[ticket].Taken
        : 0;

    /// <summary>Units that a cart's ticket holds and that an attempt to check it out may take over.</summary>
    private int RestFor(HoldId attempt, DateTimeOffset now) =>
        TicketOf(attempt) is { } ticket && ticket != attempt && Drawn[ticket] is { Attempt: null } draw && draw.Until > now
            ? draw.Rest
            : 0;

    /// <summary>The attempt takes units over from its ticket; what it leaves stays held for that.</summary>
    private StockLine TakeOver(HoldId attempt, int taken, ImmutableArray<Location> places, List<StockEvent> events)
    {
        var ticket = TicketOf(attempt)!.Value;
        var draw = Drawn[ticket];
        var line = Add(this, new HoldReleased(ticket, draw.Rest), events);
        line = Add(line, new AllotmentPassed(draw.Drop, ticket, attempt, taken), events);
        return taken < draw.Rest ? line.HoldForTicket(ticket, places, events) : line;
    }

    /// <summary>
    /// What becomes of units of an allotment whose hold has just ended: an attempt gives them back to its ticket as long
    /// as that lasts, and a ticket to the allotment.
    /// </summary>
    private StockLine GiveBack(HoldId hold, ImmutableArray<Location> places, DateTimeOffset now, List<StockEvent> events)
    {
        var units = DrawnBy(hold);
        if (units == 0)
        {
            return this;
        }

        var ticket = TicketOf(hold)!.Value;
        var draw = Drawn[ticket];
        if (ticket == hold || draw.Until <= now)
        {
            return Add(this, new AllotmentReturned(draw.Drop, ticket, hold, units, !Allotments.ContainsKey(draw.Drop)), events);
        }

        var line = draw.Rest > 0 ? Add(this, new HoldReleased(ticket, draw.Rest), events) : this;
        line = Add(line, new AllotmentPassed(draw.Drop, hold, ticket, units), events);
        return line.HoldForTicket(ticket, places, events);
    }

    /// <summary>What an allotment hears of a sale: what its ticket did not buy is given back at once.</summary>
    private StockLine SellDrawn(HoldId hold, List<StockEvent> events)
    {
        if (DrawnBy(hold) is not (var units and > 0))
        {
            return this;
        }

        var ticket = TicketOf(hold)!.Value;
        var draw = Drawn[ticket];
        var line = Add(this, new AllotmentSold(draw.Drop, ticket, hold, units), events);
        if (ticket == hold || draw.Rest == 0)
        {
            return line;
        }

        line = Add(line, new HoldReleased(ticket, draw.Rest), events);
        return line.GiveBack(ticket, [], draw.Until, events);
    }

    /// <summary>A sale came to nothing: its units are its ticket's again, or the allotment's.</summary>
    private StockLine UnsellDrawn(HoldId hold, ImmutableArray<Location> places, DateTimeOffset now, List<StockEvent> events)
    {
        if (SoldUnder(hold) is not var (drop, ticket, sold))
        {
            return this;
        }

        var line = Add(this, new AllotmentUnsold(drop, ticket, hold, sold.Quantity, sold.Until), events);
        return line.GiveBack(hold, places, now, events);
    }

    private (DropId Drop, HoldId Ticket, SoldDraw Sold)? SoldUnder(HoldId hold)
    {
        if (Allotments.IsEmpty || hold.Change is not null || hold.Cart is not { } cart)
        {
            return null;
        }

        var ticket = HoldId.For(cart, 0);
        foreach (var (drop, allotment) in Allotments)
        {
            if (allotment.Sold.TryGetValue(ticket, out var sold) && sold.Hold == hold)
            {
                return (drop, ticket, sold);
            }
        }

        return null;
    }

    /// <summary>Makes the hold of a ticket as large as what it has and no attempt has taken over.</summary>
    private StockLine HoldForTicket(HoldId ticket, ImmutableArray<Location> places, List<StockEvent> events)
    {
        var draw = Drawn[ticket];
        return Add(
            this,
            new StockHeld(ticket, draw.Rest, draw.Until, Plan(draw.Rest, places, destination: null), DropOwner),
            events);
    }

    private static StockLine Add(StockLine line, StockEvent @event, List<StockEvent> events)
    {
        events.Add(@event);
        return line.Apply(@event);
    }

    private StockLine FoldAllotment(AllotmentEvent @event)
    {
        var there = Allotments.GetValueOrDefault(@event.Drop);
        return @event switch
        {
            StockAllotted e => Put(e.Drop, (there ?? StockAllotment.None) with { Units = e.Units }),
            AllotmentClosed e => this with { Allotments = Allotments.Remove(e.Drop), SetAside = SetAside - e.Quantity },
            AllotmentDrawn e => Put(e.Drop, there! with { Held = there!.Held + e.Quantity }) with
            {
                Drawn = Drawn.SetItem(e.Hold, new(e.Drop, e.Until, e.Quantity)),
            },
            AllotmentPassed e => Pass(e),
            AllotmentReturned e => Put(e.Drop, there is null ? null : there with { Held = there.Held - e.Quantity })
                .Undraw(e.Hold, e.By, e.Quantity),
            AllotmentSold e => Put(e.Drop, there is null ? null : there with
            {
                Held = there.Held - e.Quantity,
                SoldUnits = there.SoldUnits + e.Quantity,
                Sold = there.Sold.SetItem(e.Hold, new(e.By, e.Quantity, Drawn[e.Hold].Until)),
            }).Undraw(e.Hold, e.By, e.Quantity),
            AllotmentUnsold e => Put(e.Drop, there is null ? null : there with
            {
                Held = there.Held + e.Quantity,
                SoldUnits = there.SoldUnits - e.Quantity,
                Sold = there.Sold.Remove(e.Hold),
            }) with
            {
                Drawn = Drawn.SetItem(
                    e.Hold,
                    e.Hold == e.By ? new(e.Drop, e.Until, e.Quantity) : new(e.Drop, e.Until, 0, e.By, e.Quantity)),
            },
            _ => throw new System.Diagnostics.UnreachableException(@event.GetType().Name),
        };
    }

    private StockLine Put(DropId drop, StockAllotment? allotment) => allotment is null ? this : this with
    {
        SetAside = SetAside + allotment.Left - (Allotments.GetValueOrDefault(drop)?.Left ?? 0),
        Allotments = Allotments.SetItem(drop, allotment),
    };

    private StockLine Pass(AllotmentPassed passed)
    {
        var ticket = Drawn.ContainsKey(passed.From) ? passed.From : passed.To;
        var draw = Drawn[ticket];
        return this with
        {
            Drawn = Drawn.SetItem(ticket, ticket == passed.From
                ? draw with { Rest = draw.Rest - passed.Quantity, Attempt = passed.To, Taken = passed.Quantity }
                : draw with { Rest = draw.Rest + passed.Quantity, Attempt = null, Taken = 0 }),
        };
    }

    private StockLine Undraw(HoldId ticket, HoldId by, int quantity)
    {
        var draw = Drawn[ticket];
        draw = ticket == by ? draw with { Rest = draw.Rest - quantity } : draw with { Attempt = null, Taken = 0 };
        return this with { Drawn = draw.Quantity == 0 ? Drawn.Remove(ticket) : Drawn.SetItem(ticket, draw) };
    }
}
