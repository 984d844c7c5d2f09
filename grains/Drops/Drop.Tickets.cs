using System.Collections.Immutable;
using Commerce.Inventory;
using Commerce.Journal;

namespace Commerce.Drops;

/// <summary>Who gets a place, and whose turn it is.</summary>
internal sealed partial record Drop
{
    /// <summary>Tickets that are called at once. Bounds one event to some 30 kB.</summary>
    public const int CalledAtOnceMax = 250;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>Gives a place at the end of the line, unless the holder or the cart has one.</summary>
    public Decision<DropEvent> Join(JoinDrop command, DateTimeOffset now)
    {
        if (Phase is DropPhase.None or DropPhase.Planned)
        {
            return DropRejections.NotFound;
        }

        if (Known(command) is { } known)
        {
            return known == command.Ticket && Tickets[known].Cart != command.Cart && !command.IsProven
                ? DropRejections.AlreadyJoined
                : Decision<DropEvent>.Nothing;
        }

        if (Phase is DropPhase.Closed or DropPhase.Released)
        {
            return DropRejections.Closed;
        }

        if (Phase == DropPhase.Scheduled && now < Definition!.OpensAt)
        {
            return DropRejections.NotOpen;
        }

        if (command.Quantity < 1 || command.Quantity > Definition!.QuantityMax)
        {
            return Rejection.Invalid(
                "/quantity", $"The quantity must be from 1 to {Definition!.QuantityMax}.", "quantity_out_of_range");
        }

        if (Tickets.Count >= Definition.TicketsMax)
        {
            return DropRejections.Full;
        }

        // Whoever comes first opens it, so that nobody waits for the clock of anybody else.
        var open = Phase == DropPhase.Scheduled ? this with { OpenedAt = now } : this;
        var joined = new TicketJoined(
            command.Ticket, command.Cart, command.Quantity, Tickets.Count + 1, IsSealed: now < open.SealedUntil);
        return Phase == DropPhase.Scheduled ? Decision<DropEvent>.Of(new DropOpened(now), joined) : joined;
    }

    /// <summary>The place that somebody has who asks for one; null: none yet.</summary>
    public TicketId? Known(JoinDrop command) =>
        Carts.TryGetValue(command.Cart, out var id) ? id
        : Tickets.ContainsKey(command.Ticket) ? command.Ticket
        : null;

    /// <summary>Gives a place back, for good.</summary>
    public Decision<DropEvent> Leave(TicketId id) => Tickets.GetValueOrDefault(id)?.Stage switch
    {
        null => DropRejections.TicketNotFound,
        TicketStage.Waiting or TicketStage.Sealed or TicketStage.Admitted => new TicketLeft(id),
        TicketStage.Called => throw new RetryableException("The ticket is being admitted."),
        _ => Decision<DropEvent>.Nothing,
    };

    /// <summary>Whether somebody can be called now.</summary>
    public bool CanCall =>
        Phase == DropPhase.Open && SealedUntil is null && Called.IsEmpty && !Line.IsEmpty
        && Free > 0 && InCheckout < Definition!.InCheckoutMax;

    /// <summary>
    /// Opens when it is time, draws when that is, and calls as many as there are units and room for, in the order of the
    /// line and nobody past anybody else. Who is next and wants more than is left gets what is left.
    /// </summary>
    public Decision<DropEvent> Proceed(DateTimeOffset now)
    {
        if (Phase == DropPhase.Scheduled)
        {
            return now >= Definition!.OpensAt ? new DropOpened(now) : Decision<DropEvent>.Nothing;
        }

        if (Phase is DropPhase.Open or DropPhase.Paused or DropPhase.SoldOut && SealedUntil <= now)
        {
            return new LotteryDrawn(Seed);
        }

        if (!CanCall)
        {
            return Decision<DropEvent>.Nothing;
        }

        var (free, room) = (Free, Math.Min(CalledAtOnceMax, Definition!.InCheckoutMax - InCheckout));
        var called = ImmutableArray.CreateBuilder<CalledTicket>();
        foreach (var place in Line)
        {
            if (free == 0 || called.Count == room)
            {
                break;
            }

            var quantity = Math.Min(free, Tickets[place.Ticket].Quantity);
            called.Add(new(place.Ticket, quantity));
            free -= quantity;
        }

        return new TicketsCalled(called.ToImmutable(), now + Retry);
    }

    /// <summary>What is to be held for those who are called, in the order of the line.</summary>
    public DrawStock? Wanted(DropId id) => Called.IsEmpty ? null : new(
        id,
        [.. Called.Select(place => Tickets[place.Ticket]).Select(ticket => new WantedDraw(ticket.Cart, ticket.Held > 0 ? ticket.Held : ticket.Quantity))],
        TimeSpan.FromSeconds(Definition!.HoldSeconds));

    /// <summary>What came of it.</summary>
    /// <param name="wanted">What was asked for; whoever is not called any more was heard of meanwhile.</param>
    /// <param name="drawn">
    /// As the stock was when everything had been heard that it told before, and nothing that it told later: what a ticket
    /// has is then what it says, whatever came of an earlier call. Otherwise nothing comes of it.
    /// </param>
    public Decision<DropEvent> Admit(DrawStock wanted, DrawnStock drawn, DateTimeOffset now)
    {
        if (StockVersion > drawn.Version)
        {
            return Decision<DropEvent>.Nothing;
        }

        var events = new List<DropEvent>();
        var admitted = ImmutableArray.CreateBuilder<AdmittedTicket>();
        var back = ImmutableArray.CreateBuilder<TicketId>();
        foreach (var (want, draw) in wanted.Draws.Zip(drawn.Draws))
        {
            var id = Carts[want.Cart];
            if (Tickets[id].Stage != TicketStage.Called)
            {
                continue;
            }

            switch (draw.Outcome)
            {
                case DrawOutcome.Held or DrawOutcome.Sold:
                    admitted.Add(new(id, draw.Quantity, draw.Until ?? now));
                    break;
                case DrawOutcome.Short:
                    back.Add(id);
                    break;
                default:
                    events.Add(new TicketRefused(id));
                    break;
            }
        }

        if (admitted.Count > 0)
        {
            events.Add(new TicketsAdmitted(admitted.ToImmutable(), now));
        }

        if (back.Count > 0)
        {
            events.Add(new TicketsCalledBack(back.ToImmutable()));
        }

        return Decision<DropEvent>.Of([.. events]);
    }

    /// <summary>Takes in what the stock line tells, each event once, and whether that was all there is to sell.</summary>
    public Decision<DropEvent> Hear(IEnumerable<(long Version, AllotmentEvent Event)> told)
    {
        var (drop, events) = (this, new List<DropEvent>());
        foreach (var (version, stock) in told)
        {
            if (version > drop.StockVersion && drop.Heard(version, stock) is { } heard)
            {
                events.Add(heard);
                drop = drop.Apply(heard);
            }
        }

        return drop.Settled(events);
    }

    /// <summary>Those whose time is up and who are at it all the same.</summary>
    public Decision<DropEvent> Overdue(DateTimeOffset now)
    {
        ImmutableArray<TicketId> overdue = [.. Deadlines.TakeWhile(end => end.At <= now).Take(CalledAtOnceMax).Select(end => end.Ticket)];
        return overdue.IsEmpty ? Decision<DropEvent>.Nothing : new TicketsOverdue(overdue);
    }

    private DropEvent? Heard(long version, AllotmentEvent stock) => stock switch
    {
        AllotmentSold e when TicketOf(e.Hold) is { } id => new TicketBought(id, e.Quantity, version),
        AllotmentUnsold e when TicketOf(e.Hold) is { } id => new TicketSaleUndone(id, e.Quantity, e.Until, version),
        AllotmentReturned e when TicketOf(e.Hold) is { } id => new TicketReturned(id, e.Quantity, version),
        _ => null,
    };

    private TicketId? TicketOf(HoldId hold) =>
        hold.Cart is { } cart && Carts.TryGetValue(cart, out var id) ? id : null;

    /// <summary>The same events, and that everything is sold by them, or not any more.</summary>
    private Decision<DropEvent> Settled(List<DropEvent> events)
    {
        var isSoldOut = Units > 0 && Sold >= Units;
        if (Phase == DropPhase.Open && isSoldOut)
        {
            events.Add(new DropSoldOut());
        }
        else if (Phase == DropPhase.SoldOut && !isSoldOut)
        {
            events.Add(new DropRestocked());
        }

        return Decision<DropEvent>.Of([.. events]);
    }
}
