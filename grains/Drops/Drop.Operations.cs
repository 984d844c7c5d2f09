using Commerce.Journal;

namespace Commerce.Drops;

/// <summary>What operators decide, and the units that go with it.</summary>
internal sealed partial record Drop
{
    private const int TitleLengthMax = 200;

    /// <summary>Begins to set units aside; nothing when it is under way or done.</summary>
    /// <param name="seed">For the lottery, 64 hexadecimal digits nobody could guess.</param>
    public Decision<DropEvent> Plan(DropDefinition definition, string seed, DateTimeOffset now) =>
        Check(definition) is { } refused ? refused
        : Phase == DropPhase.None ? new DropPlanned(definition, seed, now + Retry)
        : Definition == definition ? Decision<DropEvent>.Nothing
        : DropRejections.Exists;

    /// <summary>Begins to set more units aside, or fewer.</summary>
    public Decision<DropEvent> Want(int units, DateTimeOffset now) =>
        units is < 1 or > 1_000_000
            ? Rejection.Invalid("/units", "The units must be from 1 to 1,000,000.", "quantity_out_of_range")
        : Check(isOver: false) is { } refused ? refused
        : units < Sold + Held ? DropRejections.UnitsInUse(Sold + Held)
        : units == Units && UnitsWanted is null ? Decision<DropEvent>.Nothing
        : new DropUnitsWanted(units, now + Retry);

    /// <summary>What came of setting units aside.</summary>
    /// <param name="allotted">What is set aside; null: it was refused.</param>
    public Decision<DropEvent> Allotted(Inventory.AllotmentView? allotted)
    {
        DropEvent? outcome = (Phase, UnitsWanted, allotted) switch
        {
            (DropPhase.Planned, _, { } all) => new DropScheduled(all.Units, all.Version),
            (DropPhase.Planned, _, null) => new DropWithdrawn(),
            (_, null, _) => null,
            (_, _, { } all) => new DropUnitsSet(all.Units),
            _ => new DropUnitsRefused(),
        };
        return outcome is null ? Decision<DropEvent>.Nothing : Apply(outcome).Settled([outcome]);
    }

    /// <summary>Opens it now, or goes on.</summary>
    public Decision<DropEvent> Open(DateTimeOffset now) => Phase switch
    {
        DropPhase.Scheduled => new DropOpened(now),
        DropPhase.Paused => Apply(new DropResumed()).Settled([new DropResumed()]),
        DropPhase.Open or DropPhase.SoldOut => Decision<DropEvent>.Nothing,
        _ => Check(isOver: false)!,
    };

    /// <summary>Admits nobody for the time being.</summary>
    public Decision<DropEvent> Pause() => Phase switch
    {
        DropPhase.Open or DropPhase.SoldOut => new DropPaused(),
        DropPhase.Paused => Decision<DropEvent>.Nothing,
        DropPhase.Scheduled => DropRejections.NotOpen,
        _ => Check(isOver: false)!,
    };

    /// <summary>Ends it.</summary>
    public Decision<DropEvent> Close(DateTimeOffset now) =>
        Phase is DropPhase.Closed or DropPhase.Released ? Decision<DropEvent>.Nothing
        : Phase is DropPhase.None or DropPhase.Planned ? DropRejections.NotFound
        : new DropClosed(now + Retry);

    /// <summary>Its units are everybody's now.</summary>
    public Decision<DropEvent> Released() =>
        Phase == DropPhase.Closed ? new DropReleased() : Decision<DropEvent>.Nothing;

    private Rejection? Check(bool isOver) => Phase switch
    {
        DropPhase.None or DropPhase.Planned => DropRejections.NotFound,
        DropPhase.Closed or DropPhase.Released when !isOver => DropRejections.Closed,
        _ => null,
    };

    private static Rejection? Check(DropDefinition definition)
    {
        var isLottery = definition.Order == DropOrder.Lottery;
        return definition switch
        {
            { Title: null or "" } or { Title.Length: > TitleLengthMax } =>
                Rejection.Invalid("/title", $"A title has 1 to {TitleLengthMax} characters."),
            { Units: < 1 or > 1_000_000 } =>
                Rejection.Invalid("/units", "The units must be from 1 to 1,000,000.", "quantity_out_of_range"),
            { QuantityMax: < 1 or > 100 } => Rejection.Invalid("/quantity_max", "It is from 1 to 100."),
            _ when (isLottery ? definition.LotterySeconds is < 1 or > 86_400 : definition.LotterySeconds != 0) =>
                Rejection.Invalid("/lottery_seconds", "It is from 1 to 86,400 for a lottery and 0 otherwise."),
            { HoldSeconds: < 5 or > 86_400 } => Rejection.Invalid("/hold_seconds", "It is from 5 to 86,400."),
            { InCheckoutMax: < 1 or > 10_000 } => Rejection.Invalid("/in_checkout_max", "It is from 1 to 10,000."),
            { TicketsMax: < 1 or > 1_000_000 } => Rejection.Invalid("/tickets_max", "It is from 1 to 1,000,000."),
            _ => null,
        };
    }
}
