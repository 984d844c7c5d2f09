using Commerce.Journal;

namespace Commerce.Credit;

/// <summary>What may be done with credit, and what comes of it.</summary>
internal sealed partial record CreditAccount
{
    private const long AmountMax = 1_000_000_000;
    private const long BalanceMax = 1_000_000_000_000;
    private const int ReservationsMax = 1_000;
    private const int ExpiredAtOnceMax = 500;

    /// <summary>Puts money in.</summary>
    public Decision<CreditEvent> Issue(IssueCredit command, DateTimeOffset now)
    {
        if (Kind is { } kind && (kind != command.Kind || kind == CreditKind.GiftCard))
        {
            return kind == command.Kind && Money(Issued) == command.Amount && ExpiresAt == command.ExpiresAt
                ? Decision<CreditEvent>.Nothing
                : CreditRejections.Exists;
        }

        if ((CheckAmount(command.Amount, minimum: 1) ?? CheckReason(command.Reason)) is { } refused)
        {
            return refused;
        }

        if (command.ExpiresAt is { } expiry && (command.Kind != CreditKind.GiftCard || expiry <= now))
        {
            return Rejection.Invalid("/expires_at", "Only gift cards expire, and later than now.");
        }

        return new CreditIssued(
            command.Kind, command.Amount, command.Amount with { MinorUnits = Balance + command.Amount.MinorUnits },
            command.Reason, command.ExpiresAt, command.EndsWith);
    }

    /// <summary>Corrects the balance.</summary>
    public Decision<CreditEvent> Adjust(AdjustCredit command)
    {
        if (Kind is null)
        {
            return CreditRejections.NotFound;
        }

        if ((CheckAmount(command.Amount, minimum: -AmountMax) ?? CheckReason(command.Reason)) is { } refused)
        {
            return refused;
        }

        var after = Balance + command.Amount.MinorUnits;
        return command.Amount.MinorUnits == 0 ? Rejection.Invalid("/amount/amount", "A correction by nothing is none.")
            : after < Reserved ? CreditRejections.BelowReserved(Money(Reserved))
            : new CreditAdjusted(command.Amount, Money(after), command.Reason);
    }

    /// <summary>Locks or unlocks it.</summary>
    public Decision<CreditEvent> SetStatus(SetCreditStatus command)
    {
        if (Kind is null)
        {
            return CreditRejections.NotFound;
        }

        return CheckReason(command.Reason) is { } refused ? refused
            : command.IsDisabled == IsDisabled ? Decision<CreditEvent>.Nothing
            : command.IsDisabled ? new CreditDisabled(Money(Balance), command.Reason)
            : new CreditEnabled(Money(Balance), command.Reason);
    }

    /// <summary>Promises money. What has expired gives its own back first, whether or not anybody swept it.</summary>
    public Decision<CreditEvent> Reserve(ReserveCredit command, DateTimeOffset now)
    {
        if (Kind is null)
        {
            return CreditRejections.NotFound;
        }

        if (RepeatOfSpent(command.Reservation) is { } repeated)
        {
            return repeated;
        }

        if (Reservations.TryGetValue(command.Reservation, out var there) && there.ExpiresAt > now)
        {
            return Money(there.Requested) == command.Amount
                ? Decision<CreditEvent>.Nothing
                : CreditRejections.ReservationDiffers(Money(there.Requested));
        }

        if ((CheckAmount(command.Amount, minimum: 1) ?? CheckUse(now)) is { } refused)
        {
            return refused;
        }

        if (command.Ttl < TimeSpan.FromSeconds(1) || command.Ttl > TimeSpan.FromHours(24))
        {
            return Rejection.Invalid("/ttl", "A reservation lasts 1 second to 24 hours.");
        }

        var (swept, events) = Sweep(now, command.Reservation);
        var amount = Math.Min(command.Amount.MinorUnits, swept.Available);
        if (amount < (command.AllowsPart ? 1 : command.Amount.MinorUnits))
        {
            return swept.Balance < command.Amount.MinorUnits
                ? CreditRejections.Insufficient(command.Amount, Money(swept.Balance))
                : CreditRejections.HeldByOthers(command.Amount, Money(swept.Available));
        }

        return swept.Reservations.Count >= ReservationsMax
            ? CreditRejections.TooManyReservations(ReservationsMax)
            : Decision<CreditEvent>.Of([.. events, new CreditReserved(
                command.Reservation, command.Amount, Money(amount), Money(swept.Balance), now + command.Ttl)]);
    }

    /// <summary>Spends what was promised; what ran out, too, while the money is there.</summary>
    public Decision<CreditEvent> Commit(CreditReservationId reservation, DateTimeOffset now)
    {
        if (RepeatOfSpent(reservation) is { } repeated)
        {
            return repeated;
        }

        if (Reservations.TryGetValue(reservation, out var there))
        {
            return new CreditCommitted(reservation, Money(there.Amount), Money(Balance - there.Amount));
        }

        if (Lapsed.Find(purchase => purchase.Reservation == reservation) is not { } lapsed || CheckUse(now) is not null)
        {
            return CreditRejections.ReservationGone;
        }

        var (swept, events) = Sweep(now);
        return lapsed.Amount <= swept.Available
            ? Decision<CreditEvent>.Of(
                [.. events, new CreditCommitted(reservation, Money(lapsed.Amount), Money(Balance - lapsed.Amount))])
            : CreditRejections.ReservationGone;
    }

    /// <summary>Gives back what was promised or spent. What ran out can no longer be committed afterwards.</summary>
    public Decision<CreditEvent> Release(CreditReservationId reservation)
    {
        if (Spent.Find(purchase => purchase.Reservation == reservation) is { Amount: > 0 } spent)
        {
            return new CreditReturned(reservation, Money(spent.Amount), Money(0), Money(Balance + spent.Amount));
        }

        if (Reservations.TryGetValue(reservation, out var there))
        {
            return new CreditReservationReleased(reservation, Money(there.Amount), Money(Balance));
        }

        return Lapsed.Exists(purchase => purchase.Reservation == reservation)
            ? new CreditReservationReleased(reservation, Money(0), Money(Balance))
            : Decision<CreditEvent>.Nothing;
    }

    /// <summary>Gives back all of a purchase but so much.</summary>
    public Decision<CreditEvent> Return(ReturnCredit command)
    {
        if (Kind is null || Spent.Find(purchase => purchase.Reservation == command.Reservation) is not { } spent)
        {
            return Kind is null ? CreditRejections.NotFound : CreditRejections.ReservationGone;
        }

        if (command.Left.Currency != Currency || command.Left.MinorUnits < 0)
        {
            return Rejection.Invalid("/left", $"What stays spent is 0 or more, in {Currency}.");
        }

        var back = spent.Amount - command.Left.MinorUnits;
        return back > 0
            ? new CreditReturned(command.Reservation, Money(back), command.Left, Money(Balance + back))
            : Decision<CreditEvent>.Nothing;
    }

    /// <summary>What time has done to it, so much at once.</summary>
    public Decision<CreditEvent> Expire(DateTimeOffset now)
    {
        var (_, events) = Sweep(now);
        return Decision<CreditEvent>.Of(ExpiresAt <= now && !IsExpired
            ? [.. events, new CreditExpired(Money(Balance))]
            : [.. events]);
    }

    /// <summary>What is said about a purchase that comes again; one that was undone stays undone. Null: there was none.</summary>
    private Decision<CreditEvent>? RepeatOfSpent(CreditReservationId reservation) =>
        Spent.Find(purchase => purchase.Reservation == reservation) switch
        {
            null => (Decision<CreditEvent>?)null,
            { Amount: 0 } => CreditRejections.ReservationGone,
            _ => Decision<CreditEvent>.Nothing,
        };

    private Rejection? CheckUse(DateTimeOffset now) => StatusAt(now) switch
    {
        CreditStatus.Disabled => CreditRejections.Disabled,
        CreditStatus.Expired => CreditRejections.Expired,
        _ => null,
    };

    private Rejection? CheckAmount(Money amount, long minimum)
    {
        if (Currency is { } currency && amount.Currency != currency)
        {
            return CreditRejections.CurrencyDiffers(currency);
        }

        return amount.MinorUnits < minimum || amount.MinorUnits > AmountMax || Balance + amount.MinorUnits > BalanceMax
            ? Rejection.Invalid(
                "/amount/amount", $"The amount must be from {minimum} to {AmountMax} minor units, the balance at most {BalanceMax}.")
            : null;
    }

    private static Rejection? CheckReason(string? reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > 200
        ? Rejection.Invalid("/reason", "A reason of 1 to 200 characters is needed.")
        : null;

    /// <summary>Ends what is due, and one reservation that is due although its turn has not come.</summary>
    private (CreditAccount Swept, IReadOnlyList<CreditEvent> Events) Sweep(DateTimeOffset now, CreditReservationId? and = null)
    {
        var due = Expiries.TakeWhile(expiry => expiry.At <= now).Take(ExpiredAtOnceMax).Select(expiry => expiry.Reservation);
        var also = and is { } named && Reservations.ContainsKey(named) ? [named] : Array.Empty<CreditReservationId>();
        List<CreditEvent> events = [.. due.Union(also).Select(reservation =>
            new CreditReservationExpired(reservation, Money(Reservations[reservation].Amount), Money(Balance)))];
        return (events.Aggregate(this, (account, expired) => account.Apply(expired)), events);
    }
}
