using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Payments;

/// <summary>The decisions. Each call to the gateway is decided on, and journaled, before it is made.</summary>
internal sealed partial record Payment
{
    /// <summary>Refunds that one attempt may have.</summary>
    public const int RefundsMax = 100;

    /// <summary>Begins an attempt.</summary>
    public Decision<PaymentEvent> Request(string id, AuthorizePayment command, PaymentClock clock)
    {
        if (Find(command.Attempt) is { } known)
        {
            return command.Amount == known.Amount && command.Method == known.Method
                ? Decision<PaymentEvent>.Nothing
                : PaymentRejections.AttemptUnknown;
        }

        var mayBegin = Attempts.All(attempt => attempt.IsOver || (command.IsAdditional && attempt.Status == PaymentStatus.Paid));
        var isOneCurrency = Last is null || Last.Amount.Currency == command.Amount.Currency;
        return mayBegin && isOneCurrency && command.Attempt > (Last?.Number ?? 0) && command.Amount.MinorUnits > 0
            ? new PaymentRequested(
                command.Attempt, command.Amount, command.Method, Key(id, command.Attempt, LastOperation + 1), LastOperation + 1, clock.Now,
                command.IsAdditional ? true : null)
            : PaymentRejections.AttemptUnknown;
    }

    /// <summary>The attempt's order exists: takes what is reserved.</summary>
    public Decision<PaymentEvent> Keep(string id, int number, PaymentClock clock)
    {
        if (Find(number) is not { IsAbandoned: false } attempt)
        {
            return PaymentRejections.NotAuthorized;
        }

        return attempt switch
        {
            { Pending: not null } => Decision<PaymentEvent>.Nothing,
            { Capturable.MinorUnits: > 0, IsKept: true } => Began(id, attempt, PaymentVerb.Capture, attempt.Capturable, clock, 0),
            { Capturable.MinorUnits: > 0 } => Decision<PaymentEvent>.Of(
                [new PaymentKept(number), Began(id, attempt, PaymentVerb.Capture, attempt.Capturable, clock, 0)]),
            { Captured.MinorUnits: > 0, IsKept: false } => new PaymentKept(number),
            { Captured.MinorUnits: > 0 } => Decision<PaymentEvent>.Nothing,
            _ => PaymentRejections.NotAuthorized,
        };
    }

    /// <summary>The attempt's order exists: what is reserved stays so until somebody takes it.</summary>
    public Decision<PaymentEvent> KeepReserved(int number) => Find(number) switch
    {
        { IsAbandoned: false, IsKept: true } => Decision<PaymentEvent>.Nothing,
        { IsAbandoned: false, Capturable.MinorUnits: > 0 } or { IsAbandoned: false, Captured.MinorUnits: > 0 } => new PaymentKept(number),
        _ => PaymentRejections.NotAuthorized,
    };

    /// <summary>Takes a part of what is reserved, or all of it.</summary>
    public Decision<PaymentEvent> Take(string id, CapturePayment command, PaymentClock clock)
    {
        var attempt = Attempts.LastOrDefault(known => known is { IsAbandoned: false, Capturable.MinorUnits: > 0 });
        if (attempt is not { Pending: null })
        {
            return PaymentRejections.NotAuthorized;
        }

        var amount = command.Amount ?? attempt.Capturable.MinorUnits;
        if (amount < 1 || amount > attempt.Capturable.MinorUnits)
        {
            return PaymentRejections.AmountInvalid;
        }

        var isFinal = command.IsFinal || amount == attempt.Capturable.MinorUnits;
        return isFinal || attempt.CanCaptureAgain
            ? Begin(id, attempt, PaymentVerb.Capture, attempt.Amount with { MinorUnits = amount }, clock, isFinal)
            : PaymentRejections.CaptureIsFinal;
    }

    /// <summary>Gives an attempt up for good.</summary>
    public Decision<PaymentEvent> Abandon(int number, PaymentClock clock) => Find(number) switch
    {
        null => PaymentRejections.NotFound,
        { IsAbandoned: true } => Decision<PaymentEvent>.Nothing,
        { IsKept: true } => PaymentRejections.AlreadyCaptured,
        _ => new PaymentAbandoned(number, clock.Now),
    };

    /// <summary>Lets go of all that is reserved.</summary>
    public Decision<PaymentEvent> Release(string id, PaymentClock clock)
    {
        var reserved = Attempts.Where(attempt => attempt is { IsAbandoned: false, Pending: null, Capturable.MinorUnits: > 0 }).ToList();
        if (reserved.Count == 0)
        {
            return PaymentRejections.NotAuthorized;
        }

        return Decision<PaymentEvent>.Of([.. reserved.Select((attempt, i) => Began(id, attempt, PaymentVerb.Void, attempt.Capturable, clock, i))]);
    }

    /// <summary>Gives money back, from the newest attempt that has some.</summary>
    public Decision<PaymentEvent> Refund(string id, RefundPayment command, string? commandId, PaymentClock clock)
    {
        if (Last is not { Amount.Currency: var currency })
        {
            return PaymentRejections.NotFound;
        }

        if (commandId is not null && Attempts.Any(attempt => attempt.Refunds.Any(refund => refund.CommandId == commandId)))
        {
            // However long ago it was asked for.
            return Decision<PaymentEvent>.Nothing;
        }

        var sources = Attempts.Where(attempt => attempt is { IsAbandoned: false, Pending: null }).Reverse().ToList();
        var refundable = sources.Sum(attempt => attempt.Refundable.MinorUnits);
        var amount = command.Amount ?? refundable;
        if (command.Reason?.Length > RefundPayment.ReasonLengthMax)
        {
            return PaymentRejections.ReasonTooLong;
        }

        if (amount < 1 && command.Amount is not null)
        {
            return PaymentRejections.AmountInvalid;
        }

        if (amount > refundable || amount < 1)
        {
            return PaymentRejections.RefundExceedsCaptured(new(refundable, currency));
        }

        if (Attempts.Sum(attempt => attempt.Refunds.Length) >= RefundsMax)
        {
            return PaymentRejections.TooManyRefunds;
        }

        var began = ImmutableArray.CreateBuilder<PaymentEvent>();
        foreach (var attempt in sources.Where(source => source.Refundable.MinorUnits > 0))
        {
            var part = Math.Min(amount, attempt.Refundable.MinorUnits);
            if (part > 0)
            {
                began.Add(Began(id, attempt, PaymentVerb.Refund, new(part, currency), clock, began.Count, true, commandId, command.Reason));
                amount -= part;
            }
        }

        return Decision<PaymentEvent>.Of(began.ToArray());
    }

    /// <summary>What is still owed to a customer whose attempt was given up.</summary>
    public Decision<PaymentEvent> Remedy(string id, int number, PaymentClock clock) => Find(number) switch
    {
        { IsToBeTold: true } attempt => new PaymentReturned(number, attempt.Authorized, clock.Now),
        { Pending: null, IsOwed: true } attempt when !(attempt.RetryAt > clock.Now) => Begin(
            id,
            attempt,
            attempt.Refundable.MinorUnits > 0 ? PaymentVerb.Refund : PaymentVerb.Void,
            attempt.Refundable.MinorUnits > 0 ? attempt.Refundable : attempt.Capturable,
            clock),
        _ => Decision<PaymentEvent>.Nothing,
    };

    /// <summary>Takes over what came of a call; of an earlier call there is no news.</summary>
    public Decision<PaymentEvent> Conclude(int number, int operation, GatewayAnswer answer, PaymentClock clock)
    {
        if (Find(number) is not { Pending: { } pending } attempt || pending.Number != operation)
        {
            return Decision<PaymentEvent>.Nothing;
        }

        var news = answer.Intent is { } intent ? attempt.News(intent, clock).ToList() : [];
        if (pending.Verb == PaymentVerb.Authorize)
        {
            if (answer.Refusal is { } refusal)
            {
                news.Add(new PaymentDeclined(number, "", answer.IsMisconfigured ? PaymentAttempt.Misconfigured : refusal));
            }

            return Decision<PaymentEvent>.Of([.. news]);
        }

        var isKnown = attempt.Refunds.Any(known => known.Operation == operation && known.Status != PaymentRefundStatus.Pending);
        if (answer.Refund is { } refund && !isKnown)
        {
            news.RemoveAll(told => told is PaymentRefundChanged changed && changed.Refund.Id == refund.Id);
            news.Add(new PaymentRefundChanged(number, attempt.Told(refund with { Operation = operation }, clock)));
        }

        // The end comes first: what is news after a refusal is a reason to try again at once.
        var failed = answer.Refund is { Status: PaymentRefundStatus.Failed } ? answer.Refund.FailureCode ?? "failed" : null;
        return Decision<PaymentEvent>.Of([new PaymentOperationEnded(number, operation, answer.Refusal ?? failed, clock.Now), .. news]);
    }

    /// <summary>Takes over what the gateway says of an attempt.</summary>
    /// <param name="intent">Null: the gateway knows nothing of it.</param>
    public Decision<PaymentEvent> Learn(int number, GatewayIntent? intent, PaymentClock clock)
    {
        if (Find(number) is not { } attempt)
        {
            return PaymentRejections.AttemptUnknown;
        }

        var news = intent is null ? [] : attempt.News(intent, clock).ToList();
        var after = news.Aggregate(attempt, (state, @event) => state.Apply(@event));
        if (after.WakeAt <= clock.Now && after is { Pending: null, IsOwed: false, IsToBeTold: false })
        {
            news.Add(new PaymentLooked(number, PaymentAttempt.NextLook(clock)));
        }

        return Decision<PaymentEvent>.Of([.. news]);
    }

    /// <summary>Notices, once, that a reservation is about to end.</summary>
    public Decision<PaymentEvent> Notice(int number, PaymentClock clock) => IsExpiring(number, clock)
        ? new PaymentExpiring(number, Find(number)!.CaptureBefore!.Value)
        : Decision<PaymentEvent>.Nothing;

    /// <summary>Whether a reservation is about to end and nobody has noticed.</summary>
    public bool IsExpiring(int number, PaymentClock clock) =>
        Find(number) is { Pending: null, IsAbandoned: false, Capturable.MinorUnits: > 0, CaptureBefore: { } end, ActAt: { } act }
        && act <= clock.Now && act < end;

    private Decision<PaymentEvent> Begin(
        string id, PaymentAttempt attempt, PaymentVerb verb, Money amount, PaymentClock clock, bool isFinal = true) =>
        Began(id, attempt, verb, amount, clock, 0, isFinal);

    private PaymentOperationBegan Began(
        string id, PaymentAttempt attempt, PaymentVerb verb, Money amount, PaymentClock clock, int index,
        bool isFinal = true, string? commandId = null, string? reason = null)
    {
        var number = LastOperation + 1 + index;
        return new(attempt.Number, new(number, verb, amount, Key(id, attempt.Number, number), clock.Now, isFinal, commandId, reason));
    }

    private static string Key(string id, int attempt, int operation) => $"{id}/{attempt}/{operation}";
}
