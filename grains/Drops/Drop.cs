using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Carts;
using Commerce.Journal;

namespace Commerce.Drops;

/// <summary>
/// What a drop remembers: its line, who is admitted, what is sold. Collections share what they have in common with the
/// state before, so that a place costs the same however long the line is. What is decided about tickets is in
/// <c>Drop.Tickets.cs</c>, what operators decide in <c>Drop.Operations.cs</c>, how it is shown in <c>Drop.Views.cs</c>.
/// </summary>
internal sealed partial record Drop : IJournaledState<Drop, DropEvent>
{
    private const int RecentMax = 20;

    public DropDefinition? Definition { get; init; }

    public DropPhase Phase { get; init; }

    /// <summary>Units set aside, sold ones included.</summary>
    public int Units { get; init; }

    /// <summary>Units it is to have; null when those are set aside.</summary>
    public int? UnitsWanted { get; init; }

    /// <summary>Units held for tickets, or about to be.</summary>
    public int Held { get; init; }

    public int Sold { get; init; }

    /// <summary>Of the lottery; secret until it is drawn.</summary>
    public string Seed { get; init; } = "";

    public bool IsDrawn { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>Who holds a place, and what became of it.</summary>
    public ImmutableDictionary<TicketId, Ticket> Tickets { get; init; } = ImmutableDictionary<TicketId, Ticket>.Empty;

    /// <summary>The same by cart.</summary>
    public ImmutableDictionary<CartId, TicketId> Carts { get; init; } = ImmutableDictionary<CartId, TicketId>.Empty;

    /// <summary>Who waits, the next one first.</summary>
    public ImmutableSortedSet<Place> Line { get; init; } = [];

    /// <summary>Those units are about to be held for.</summary>
    public ImmutableSortedSet<Place> Called { get; init; } = [];

    /// <summary>When the time of those who are admitted is up.</summary>
    public ImmutableSortedSet<TicketDeadline> Deadlines { get; init; } = [];

    /// <summary>Tickets by what became of them.</summary>
    public ImmutableDictionary<TicketStage, int> Counts { get; init; } = ImmutableDictionary<TicketStage, int>.Empty;

    /// <summary>Tickets that units are held for.</summary>
    public int InCheckout { get; init; }

    /// <summary>The last admissions, oldest first: the pace.</summary>
    public ImmutableList<Admission> Recent { get; init; } = [];

    /// <summary>The last event of the stock line that was taken in.</summary>
    public long StockVersion { get; init; }

    /// <summary>When what was last begun is tried again, if it has not ended.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether something was begun of which the outcome is not known.</summary>
    public bool IsPending => UnitsWanted is not null || !Called.IsEmpty || Phase is DropPhase.Planned or DropPhase.Closed;

    /// <summary>Whether the time of somebody who is admitted is up.</summary>
    public bool IsDue(DateTimeOffset now) => !Deadlines.IsEmpty && Deadlines[0].At <= now;

    /// <summary>Units that are neither sold nor held.</summary>
    public int Free => Units - Sold - Held;

    /// <summary>Until when tickets are sealed; null when none are.</summary>
    public DateTimeOffset? SealedUntil => Definition?.Order == DropOrder.Lottery && !IsDrawn && OpenedAt is { } opened
        ? opened.AddSeconds(Definition.LotterySeconds)
        : null;

    public DateTimeOffset? WakeAt
    {
        get
        {
            DateTimeOffset? next = IsPending ? RetryAt : null;
            Sooner(Phase == DropPhase.Scheduled ? Definition!.OpensAt : null);
            Sooner(Phase is DropPhase.Closed or DropPhase.Released ? null : SealedUntil);
            Sooner(Deadlines.IsEmpty ? null : Deadlines[0].At);
            Sooner(CanCall ? DateTimeOffset.UnixEpoch : null);
            return next;

            void Sooner(DateTimeOffset? other) => next = other < next || next is null ? other ?? next : next;
        }
    }

    public string Summary =>
        $"{Phase}: {Sold} of {Units} sold, {Held} held, {Line.Count} in line, {Count(TicketStage.Admitted)} admitted";

    public Drop Apply(DropEvent @event) => @event switch
    {
        DropPlanned e => this with { Definition = e.Definition, Seed = e.Seed, Phase = DropPhase.Planned, RetryAt = e.RetryAt },
        DropWithdrawn => this with { Phase = DropPhase.None },
        DropScheduled e => this with { Phase = DropPhase.Scheduled, Units = e.Units, StockVersion = e.StockVersion },
        DropUnitsWanted e => this with { UnitsWanted = e.Units, RetryAt = e.RetryAt },
        DropUnitsSet e => this with { Units = e.Units, UnitsWanted = null },
        DropUnitsRefused => this with { UnitsWanted = null },
        DropOpened e => this with { Phase = DropPhase.Open, OpenedAt = e.At },
        DropPaused => this with { Phase = DropPhase.Paused },
        DropResumed => this with { Phase = DropPhase.Open },
        DropSoldOut => this with { Phase = DropPhase.SoldOut },
        DropRestocked => this with { Phase = DropPhase.Open },
        DropClosed e => this with { Phase = DropPhase.Closed, RetryAt = e.RetryAt, UnitsWanted = null },
        DropReleased => this with { Phase = DropPhase.Released },
        TicketJoined e => Join(e),
        LotteryDrawn e => Draw(e.Seed),
        TicketsCalled e => Call(e),
        TicketsAdmitted e => Admit(e),
        TicketsCalledBack e => e.Tickets.Aggregate(this, (drop, id) => drop.CallBack(id)),
        TicketRefused e => Put(e.Ticket, ticket => ticket with { Stage = TicketStage.Lapsed, Held = 0 }),
        TicketBought e => Put(e.Ticket, ticket => ticket with
        {
            Stage = TicketStage.Bought, Held = ticket.Held - e.Quantity, Bought = ticket.Bought + e.Quantity,
        }) with { StockVersion = e.StockVersion },
        TicketSaleUndone e => Put(e.Ticket, ticket => ticket with
        {
            Stage = ticket.Bought > e.Quantity ? TicketStage.Bought : TicketStage.Admitted,
            Held = ticket.Held + e.Quantity,
            Bought = ticket.Bought - e.Quantity,
            Until = ticket.Until ?? e.Until,
        }) with { StockVersion = e.StockVersion },
        TicketReturned e => Put(e.Ticket, ticket => ticket with
        {
            Stage = ticket.Stage == TicketStage.Admitted && ticket.Held == e.Quantity ? TicketStage.Lapsed : ticket.Stage,
            Held = ticket.Held - e.Quantity,
        }) with { StockVersion = e.StockVersion },
        TicketsOverdue e => this with
        {
            Deadlines = Deadlines.Except(e.Tickets.Select(id => new TicketDeadline(Tickets[id].Until!.Value, id))),
        },
        TicketLeft e => Put(e.Ticket, ticket => ticket with { Stage = TicketStage.Left }),
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    private Drop Join(TicketJoined joined)
    {
        var ticket = new Ticket(
            joined.Number, joined.Cart, joined.Quantity, joined.IsSealed ? TicketStage.Sealed : TicketStage.Waiting);
        return this with
        {
            Tickets = Tickets.Add(joined.Ticket, ticket),
            Carts = Carts.Add(joined.Cart, joined.Ticket),
            Line = joined.IsSealed ? Line : Line.Add(Place.Of(joined.Ticket, ticket)),
            Counts = Counts.SetItem(ticket.Stage, Count(ticket.Stage) + 1),
        };
    }

    private Drop Draw(string seed)
    {
        var (tickets, line) = (Tickets.ToBuilder(), Line.ToBuilder());
        foreach (var (id, ticket) in Tickets)
        {
            if (ticket.Stage == TicketStage.Sealed)
            {
                var drawn = ticket with { Stage = TicketStage.Waiting, Lot = Lottery.LotOf(seed, id) };
                tickets[id] = drawn;
                line.Add(Place.Of(id, drawn));
            }
        }

        return this with
        {
            IsDrawn = true,
            Tickets = tickets.ToImmutable(),
            Line = line.ToImmutable(),
            Counts = Counts.Remove(TicketStage.Sealed)
                .SetItem(TicketStage.Waiting, Count(TicketStage.Waiting) + Count(TicketStage.Sealed)),
        };
    }

    private Drop Call(TicketsCalled called)
    {
        var drop = this;
        foreach (var (id, quantity) in called.Tickets)
        {
            drop = drop.Put(id, ticket => ticket with { Stage = TicketStage.Called, Held = quantity });
        }

        return drop with { RetryAt = called.RetryAt };
    }

    private Drop Admit(TicketsAdmitted admitted)
    {
        var drop = this;
        foreach (var (id, quantity, until) in admitted.Tickets)
        {
            drop = drop.Put(id, ticket => ticket with { Stage = TicketStage.Admitted, Held = quantity, Until = until });
        }

        return drop with
        {
            Recent = (Recent.Count < RecentMax ? Recent : Recent.RemoveAt(0)).Add(new(admitted.At, admitted.Tickets.Length)),
        };
    }

    private Drop CallBack(TicketId id) => Put(id, ticket => ticket with { Stage = TicketStage.Waiting, Held = 0 });

    /// <summary>Changes a ticket, and whatever counts or finds it.</summary>
    private Drop Put(TicketId id, Func<Ticket, Ticket> change)
    {
        var before = Tickets[id];
        var after = change(before);
        var place = Place.Of(id, after);
        return this with
        {
            Tickets = Tickets.SetItem(id, after),
            Line = Move(Line, TicketStage.Waiting, place),
            Called = Move(Called, TicketStage.Called, place),
            Deadlines = (before.Stage, after.Stage) switch
            {
                (not TicketStage.Admitted, TicketStage.Admitted) => Deadlines.Add(new(after.Until!.Value, id)),
                (TicketStage.Admitted, not TicketStage.Admitted) => Deadlines.Remove(new(before.Until!.Value, id)),
                _ => Deadlines,
            },
            Held = Held + after.Held - before.Held,
            Sold = Sold + after.Bought - before.Bought,
            InCheckout = InCheckout + (after.Held > 0 ? 1 : 0) - (before.Held > 0 ? 1 : 0),
            Counts = before.Stage == after.Stage ? Counts
                : Counts.SetItem(before.Stage, Count(before.Stage) - 1).SetItem(after.Stage, Count(after.Stage) + 1),
        };

        ImmutableSortedSet<Place> Move(ImmutableSortedSet<Place> set, TicketStage stage, Place at) =>
            before.Stage == after.Stage ? set
            : before.Stage == stage ? set.Remove(at)
            : after.Stage == stage ? set.Add(at)
            : set;
    }

    private int Count(TicketStage stage) => Counts.GetValueOrDefault(stage);
}

/// <summary>How far a drop is.</summary>
internal enum DropPhase
{
    None = 0,

    /// <summary>Its units are being set aside.</summary>
    Planned = 1,
    Scheduled = 2,
    Open = 3,
    Paused = 4,
    SoldOut = 5,

    /// <summary>It is over; its units are being given back.</summary>
    Closed = 6,
    Released = 7,
}
