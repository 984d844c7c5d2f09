namespace Commerce.Drops;

/// <summary>The drop as others see it.</summary>
internal sealed partial record Drop
{
    private const long PaceSecondsMax = 300;

    /// <summary>Where it stands, in the words of the protocol.</summary>
    public DropStatus Status => Phase switch
    {
        DropPhase.Scheduled => DropStatus.Scheduled,
        DropPhase.Open => DropStatus.Open,
        DropPhase.Paused => DropStatus.Paused,
        DropPhase.SoldOut => DropStatus.SoldOut,
        DropPhase.Closed or DropPhase.Released => DropStatus.Closed,
        _ => DropStatus.None,
    };

    /// <summary>The drop as operators see it.</summary>
    public DropView View(DropId id, long version, DateTimeOffset now) => new(
        id,
        version,
        Status,
        Definition!,
        Units,
        Sold,
        Held,
        Tickets.Count,
        Line.Count + Count(TicketStage.Sealed) + Called.Count,
        Count(TicketStage.Admitted),
        Count(TicketStage.Bought),
        Count(TicketStage.Lapsed),
        Count(TicketStage.Left),
        Pace(now) is var (tickets, seconds) ? tickets * 60 / seconds : null,
        Definition!.Order == DropOrder.Lottery ? Lottery.Commitment(Seed) : null,
        IsDrawn ? Seed : null);

    /// <summary>A ticket, which must be there.</summary>
    public TicketView ViewTicket(DropId drop, TicketId id, long version, DateTimeOffset now)
    {
        var ticket = Tickets[id];
        var state = StateOf(ticket.Stage);
        int? position = ticket.Stage switch
        {
            TicketStage.Waiting when state != TicketState.SoldOut => Called.Count + Line.IndexOf(Place.Of(id, ticket)) + 1,
            TicketStage.Called => Called.IndexOf(Place.Of(id, ticket)) + 1,
            _ => null,
        };
        return new(
            id,
            drop,
            version,
            ticket.Cart,
            state,
            ticket.Quantity,
            ticket.Stage is TicketStage.Bought ? ticket.Bought : ticket.Stage == TicketStage.Admitted ? ticket.Held : 0,
            position,
            state == TicketState.Waiting && position is { } ahead ? Estimate(ahead, now) : null,
            ticket.Stage == TicketStage.Admitted ? ticket.Until : null);
    }

    private TicketState StateOf(TicketStage stage) => stage switch
    {
        TicketStage.Called => TicketState.Waiting,
        TicketStage.Waiting or TicketStage.Sealed => Status switch
        {
            DropStatus.SoldOut => TicketState.Waitlisted,
            DropStatus.Closed => TicketState.SoldOut,
            _ => TicketState.Waiting,
        },
        TicketStage.Admitted => TicketState.Admitted,
        TicketStage.Bought => TicketState.Bought,
        TicketStage.Lapsed => TicketState.Lapsed,
        _ => TicketState.Left,
    };

    /// <summary>Seconds until so many more are admitted, at the pace of the last admissions.</summary>
    private long? Estimate(int position, DateTimeOffset now) =>
        Phase == DropPhase.Open && Pace(now) is var (tickets, seconds) ? (position * seconds / tickets) + 1 : null;

    /// <summary>
    /// Tickets admitted since the first of the last admissions, and the seconds since; that one only began the time. Null
    /// when there are too few, or they are too long ago, to tell.
    /// </summary>
    private (long Tickets, long Seconds)? Pace(DateTimeOffset now)
    {
        if (Recent.Count < 2 || now - Recent[^1].At > TimeSpan.FromSeconds(PaceSecondsMax))
        {
            return null;
        }

        var seconds = Math.Max(1, (long)(now - Recent[0].At).TotalSeconds);
        return (Recent.Skip(1).Sum(admission => (long)admission.Tickets), seconds);
    }
}
