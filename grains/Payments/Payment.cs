using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Payments;

/// <summary>What is known about the money of one order, and every decision about it.</summary>
internal sealed partial record Payment : IJournaledState<Payment, PaymentEvent>
{
    private const int AttemptsMax = 20;

    /// <summary>Oldest first. Old ones from which nothing can come any more are forgotten.</summary>
    public ImmutableArray<PaymentAttempt> Attempts { get; init; } = [];

    /// <summary>Counts the calls to the gateway.</summary>
    public int LastOperation { get; init; }

    public static int Schema => 2;

    /// <summary>The newest attempt; null: none.</summary>
    public PaymentAttempt? Last => Attempts.IsEmpty ? null : Attempts[^1];

    public DateTimeOffset? WakeAt => Attempts.Select(attempt => attempt.WakeAt).Min();

    public string Summary => Last is null ? "" : $"attempt {Last.Number} {Last.Status}";

    /// <summary>The attempt of a number; null when there is none, or no longer.</summary>
    public PaymentAttempt? Find(int number) => Attempts.FirstOrDefault(attempt => attempt.Number == number);

    public Payment Apply(PaymentEvent @event) => @event switch
    {
        PaymentRequested e => this with
        {
            Attempts = [.. Attempts.Where((known, i) => i > Attempts.Length - AttemptsMax || !known.IsForgettable), PaymentAttempt.Of(e)],
            LastOperation = e.Operation ?? LastOperation,
        },
        PaymentOperationBegan e => Changed(e) with { LastOperation = e.Operation.Number },
        _ => Changed(@event),
    };

    /// <summary>What a caller is told of an attempt, or that it was refused.</summary>
    public Result<PaymentView> Outcome(int number, long version) => Find(number) switch
    {
        null => Attempts.IsEmpty ? PaymentRejections.NotFound : PaymentRejections.AttemptUnknown,
        { Status: PaymentStatus.Declined, DeclineCode: var code } => code switch
        {
            PaymentAttempt.MethodUnknown => PaymentRejections.MethodUnknown,
            PaymentAttempt.Misconfigured => PaymentRejections.GatewayMisconfigured,
            _ => PaymentRejections.Declined(code!),
        },
        var attempt => View(attempt, version),
    };

    /// <summary>The payment with everything in it.</summary>
    public Result<PaymentView> Whole(long version) => Last is not { } last
        ? PaymentRejections.NotFound
        : View(last, version) with
        {
            Attempts = [.. Attempts.Select(attempt => new PaymentAttemptView(
                attempt.Number, attempt.Status, attempt.Intent, attempt.Amount, attempt.Authorized, attempt.Captured,
                attempt.Voided, attempt.Refunded, attempt.IsAbandoned, attempt.DeclineCode, attempt.Pending is not null))],
            Refunds = [.. Attempts.SelectMany(attempt => attempt.Refunds)],
            Disputes = [.. Attempts.SelectMany(attempt => attempt.Disputes)],
        };

    private PaymentView View(PaymentAttempt attempt, long version)
    {
        var amounts = Amounts(attempt.Amount.Currency);
        return new(
            attempt.Number,
            attempt.Status,
            attempt.Intent,
            attempt.Method,
            amounts.Authorized - amounts.Voided,
            amounts.Captured,
            attempt.NextAction,
            amounts,
            version,
            attempt.Capturable.MinorUnits > 0 ? attempt.CaptureBefore : null,
            attempt.DeclineCode);
    }

    private PaymentAmounts Amounts(Currency currency)
    {
        return new(
            Sum(attempt => attempt.Authorized),
            Sum(attempt => attempt.Captured),
            Sum(attempt => attempt.Voided),
            Sum(attempt => attempt.Refunded),
            Sum(attempt => attempt.Status is PaymentStatus.Pending or PaymentStatus.RequiresAction ? attempt.Amount : Money.Zero(currency)),
            Sum(attempt => Under(attempt, PaymentVerb.Capture)),
            Sum(attempt => Under(attempt, PaymentVerb.Void)),
            Sum(attempt => attempt.RefundPending),
            Sum(attempt => attempt.Disputed),
            Sum(attempt => attempt.DisputeLost));

        Money Sum(Func<PaymentAttempt, Money> amount) => Attempts.Where(attempt => !attempt.IsAbandoned)
            .Aggregate(Money.Zero(currency), (sum, attempt) => sum + amount(attempt));

        Money Under(PaymentAttempt attempt, PaymentVerb verb) =>
            attempt.Pending is { } pending && pending.Verb == verb ? pending.Amount : Money.Zero(currency);
    }

    private Payment Changed(PaymentEvent @event)
    {
        var known = Find(@event.Attempt);
        return known is null ? this : this with { Attempts = Attempts.Replace(known, known.Apply(@event)) };
    }
}
