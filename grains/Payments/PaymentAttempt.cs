using System.Collections.Immutable;

namespace Commerce.Payments;

/// <summary>What is known of one attempt: a fold of its events. Captured + voided ≤ authorized.</summary>
internal sealed record PaymentAttempt
{
    /// <summary>The decline of a method that the gateway does not know.</summary>
    public const string MethodUnknown = "payment_method_unknown";

    /// <summary>The decline of everything, by a gateway that does not let us in.</summary>
    public const string Misconfigured = "payment_gateway_misconfigured";

    // A call is taken up again after this long without an outcome, a refund looked after, a refusal tried once more.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(6);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromHours(1);

    public int Number { get; init; }

    public PaymentStatus Status { get; init; }

    /// <summary>What was asked for.</summary>
    public Money Amount { get; init; }

    public string Method { get; init; } = "";

    /// <summary>The gateway's id; null until it answered.</summary>
    public string? Intent { get; init; }

    public NextAction? NextAction { get; init; }

    public string? DeclineCode { get; init; }

    /// <summary>Ever reserved.</summary>
    public Money Authorized { get; init; }

    public Money Captured { get; init; }

    /// <summary>Of authorized: let go.</summary>
    public Money Voided { get; init; }

    public ImmutableArray<PaymentRefund> Refunds { get; init; } = [];

    public ImmutableArray<PaymentDispute> Disputes { get; init; } = [];

    public bool IsAbandoned { get; init; }

    public bool IsKept { get; init; }

    /// <summary>Whether the customer paid after the attempt was given up.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether the customer was told that it went back.</summary>
    public bool IsTold { get; init; }

    public bool CanCaptureAgain { get; init; }

    public DateTimeOffset? CaptureBefore { get; init; }

    /// <summary>When something has to be done about <see cref="CaptureBefore"/>, or the gateway asked again; null: never.</summary>
    public DateTimeOffset? ActAt { get; init; }

    /// <summary>When what the gateway refused is tried again; null: now.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The call without an outcome; null: none.</summary>
    public PaymentOperation? Pending { get; init; }

    public Money Capturable => Authorized - Captured - Voided;

    public Money Refunded => Sum(PaymentRefundStatus.Succeeded);

    public Money RefundPending => Sum(PaymentRefundStatus.Pending);

    public Money Disputed => Sum(PaymentDisputeStatus.Open);

    public Money DisputeLost => Sum(PaymentDisputeStatus.Lost);

    /// <summary>What can be given back. Money that the bank holds cannot: it may be lost already.</summary>
    public Money Refundable => AtLeastZero(Captured - Refunded - RefundPending - Disputed - DisputeLost);

    /// <summary>Whether nothing can come of it any more.</summary>
    public bool IsForgettable =>
        Pending is null && Authorized.MinorUnits == 0 && Status is PaymentStatus.Declined or PaymentStatus.Voided;

    /// <summary>Whether another attempt may begin beside it.</summary>
    public bool IsOver => IsAbandoned || Status is PaymentStatus.Declined or PaymentStatus.Voided;

    /// <summary>Whether there is something to give back, to let go or to close.</summary>
    public bool IsOwed => IsAbandoned && (Capturable.MinorUnits > 0 || Status == PaymentStatus.RequiresAction
        || (Refundable.MinorUnits > 0 && Refunds.Length < Payment.RefundsMax));

    /// <summary>Whether the customer paid what was given up, has it back, and was not told.</summary>
    public bool IsToBeTold => IsLate && !IsTold && Pending is null && !IsOwed && Capturable.MinorUnits == 0 && Refundable.MinorUnits == 0;

    /// <summary>When it has something to do; null: nothing.</summary>
    public DateTimeOffset? WakeAt => new[]
    {
        Pending is { } pending ? pending.At + AnswerWithin : null,
        Pending is null && IsOwed ? RetryAt ?? DateTimeOffset.UnixEpoch : null,
        IsToBeTold ? DateTimeOffset.UnixEpoch : null,
        Capturable.MinorUnits > 0 || RefundPending.MinorUnits > 0 ? ActAt : null,
    }.Min();

    public static PaymentAttempt Of(PaymentRequested e)
    {
        var zero = Money.Zero(e.Amount.Currency);
        return new()
        {
            Number = e.Attempt, Amount = e.Amount, Method = e.Method, Authorized = zero, Captured = zero, Voided = zero,
            Pending = new(e.Operation ?? 0, PaymentVerb.Authorize, e.Amount, e.Key ?? "", e.At ?? DateTimeOffset.UnixEpoch),
        };
    }

    public PaymentAttempt Apply(PaymentEvent @event) => @event switch
    {
        PaymentAuthorized e => Answered() with
        {
            IsLate = IsLate || (IsAbandoned && Authorized.MinorUnits == 0), RetryAt = null,
            Status = PaymentStatus.Authorized, Intent = e.Intent, Authorized = e.Amount ?? Amount, NextAction = null,
            CaptureBefore = e.CaptureBefore, ActAt = e.ActAt, CanCaptureAgain = e.CanCaptureAgain ?? false,
        },
        PaymentActionRequired e => Answered() with
        {
            Status = PaymentStatus.RequiresAction, Intent = e.Intent, NextAction = e.NextAction,
        },
        PaymentDeclined e => Answered() with
        {
            Status = PaymentStatus.Declined, Intent = e.Intent.Length > 0 ? e.Intent : Intent,
            DeclineCode = e.DeclineCode, NextAction = null,
        },
        PaymentCaptured e => Answered().Taken(e.Amount),
        PaymentVoided e => Answered().LetGo(e.Amount ?? Authorized - Captured),
        PaymentOperationBegan e => Began(e.Operation),
        PaymentOperationEnded e => Ended(e),
        PaymentRefundChanged e => With(e.Refund),
        PaymentDisputeChanged e => this with
        {
            Disputes = [.. Disputes.Where(known => known.Id != e.Dispute.Id), e.Dispute],
        },
        PaymentAbandoned => this with { IsAbandoned = true, RetryAt = null },
        PaymentKept => this with { IsKept = true },
        PaymentExpiring e => this with { ActAt = e.CaptureBefore },
        PaymentLooked e => this with { ActAt = e.NextAt },
        PaymentReturned => this with { IsTold = true },
        _ => throw new System.Diagnostics.UnreachableException(@event.GetType().Name),
    };

    /// <summary>What the gateway says that is not known yet. Amounts only grow, so an old answer is no news.</summary>
    public IEnumerable<PaymentEvent> News(GatewayIntent intent, PaymentClock clock)
    {
        if (Intent is not null && intent.Id.Length > 0 && intent.Id != Intent)
        {
            yield break;
        }

        var isOpen = Status is PaymentStatus.Pending or PaymentStatus.RequiresAction;
        switch (intent.Status)
        {
            case GatewayStatus.Declined when isOpen:
                yield return new PaymentDeclined(Number, intent.Id, intent.DeclineCode ?? "generic_decline");
                break;
            case GatewayStatus.MethodUnknown when isOpen:
                yield return new PaymentDeclined(Number, intent.Id, MethodUnknown);
                break;
            case GatewayStatus.RequiresAction when Status == PaymentStatus.Pending:
                yield return new PaymentActionRequired(Number, intent.Id, intent.NextAction!);
                break;
        }

        if (intent.Authorized.MinorUnits > Authorized.MinorUnits)
        {
            yield return new PaymentAuthorized(
                Number, intent.Id, intent.Authorized, intent.CaptureBefore, intent.CaptureBefore - clock.ExpiryMargin,
                intent.CanCaptureAgain);
        }

        if (intent.Captured.MinorUnits > Captured.MinorUnits)
        {
            yield return new PaymentCaptured(Number, intent.Captured);
        }

        var voided = intent.Authorized - Larger(intent.Captured, Captured) - intent.Capturable;
        if (voided.MinorUnits > Voided.MinorUnits || (intent.Status == GatewayStatus.Voided && isOpen))
        {
            yield return new PaymentVoided(Number, AtLeastZero(voided));
        }

        foreach (var refund in (intent.Refunds ?? []).Select(refund => Told(refund, clock)).Except(Refunds))
        {
            yield return new PaymentRefundChanged(Number, refund);
        }

        foreach (var dispute in (intent.Disputes ?? [])
            .Select(told => new PaymentDispute(Number, told.Id, told.Amount, told.Status, told.Reason)).Except(Disputes))
        {
            yield return new PaymentDisputeChanged(Number, dispute);
        }
    }

    /// <summary>The refund as the gateway tells it, with what we know besides.</summary>
    public PaymentRefund Told(GatewayRefund told, PaymentClock clock)
    {
        var known = Refunds.FirstOrDefault(refund => refund.Id == told.Id)
            ?? Refunds.FirstOrDefault(refund => told.Operation > 0 && refund.Operation == told.Operation && refund.Id is null);
        return known is null
            ? new(Number, 0, told.Id, told.Amount, told.Status, clock.Now, FailureCode: told.FailureCode)
            : known with { Id = told.Id, Amount = told.Amount, Status = told.Status, FailureCode = told.FailureCode };
    }

    /// <summary>When the gateway is asked again how refunds are getting on.</summary>
    public static DateTimeOffset NextLook(PaymentClock clock) => clock.Now + LookEvery;

    private PaymentAttempt Answered() => Pending?.Verb == PaymentVerb.Authorize ? this with { Pending = null } : this;

    private PaymentAttempt Taken(Money captured)
    {
        var authorized = captured.MinorUnits > Authorized.MinorUnits ? captured : Authorized;
        var left = authorized - captured;
        return this with
        {
            IsLate = IsLate || (IsAbandoned && Authorized.MinorUnits == 0),
            RetryAt = null,
            Authorized = authorized,
            Captured = captured,
            Voided = Voided.MinorUnits > left.MinorUnits ? left : Voided,
            Status = left.MinorUnits <= Voided.MinorUnits ? PaymentStatus.Paid : PaymentStatus.Authorized,
            NextAction = null,
        };
    }

    private PaymentAttempt LetGo(Money voided) => this with
    {
        Voided = voided.MinorUnits > (Authorized - Captured).MinorUnits ? Authorized - Captured : voided,
        Status = voided.MinorUnits < (Authorized - Captured).MinorUnits ? PaymentStatus.Authorized
            : Captured.MinorUnits > 0 ? PaymentStatus.Paid
            : PaymentStatus.Voided,
        NextAction = null,
    };

    private PaymentAttempt Began(PaymentOperation operation) => operation.Verb switch
    {
        PaymentVerb.Refund => this with
        {
            Pending = operation,
            ActAt = Capturable.MinorUnits > 0 ? ActAt : operation.At + LookEvery,
            Refunds = Refunds.Add(new(
                Number, operation.Number, null, operation.Amount, PaymentRefundStatus.Pending, operation.At,
                operation.Reason, operation.CommandId)),
        },
        _ => this with { Pending = operation },
    };

    private PaymentAttempt Ended(PaymentOperationEnded e)
    {
        var failed = e.Refusal is null ? null : Refunds.FirstOrDefault(refund => refund.Operation == e.Operation);
        var ended = failed is null
            ? this
            : With(failed with { Status = PaymentRefundStatus.Failed, FailureCode = e.Refusal });
        return ended with
        {
            Pending = Pending?.Number == e.Operation ? null : Pending,
            RetryAt = e.Refusal is null ? null : e.At + RetryAfter,
        };
    }

    private PaymentAttempt With(PaymentRefund refund)
    {
        var known = Refunds.FirstOrDefault(other => refund.Operation > 0 ? other.Operation == refund.Operation : other.Id == refund.Id);
        return this with { Refunds = known is null ? Refunds.Add(refund) : Refunds.Replace(known, refund) };
    }

    private Money Sum(PaymentRefundStatus status) =>
        Refunds.Where(refund => refund.Status == status).Aggregate(Money.Zero(Amount.Currency), (sum, refund) => sum + refund.Amount);

    private Money Sum(PaymentDisputeStatus status) =>
        Disputes.Where(dispute => dispute.Status == status).Aggregate(Money.Zero(Amount.Currency), (sum, next) => sum + next.Amount);

    private static Money Larger(Money one, Money other) => one.MinorUnits > other.MinorUnits ? one : other;

    private static Money AtLeastZero(Money amount) => amount.MinorUnits < 0 ? Money.Zero(amount.Currency) : amount;
}

/// <summary>What a core needs to know of time.</summary>
/// <param name="ExpiryMargin">How long before a reservation ends something is done about it.</param>
internal readonly record struct PaymentClock(DateTimeOffset Now, TimeSpan ExpiryMargin);
