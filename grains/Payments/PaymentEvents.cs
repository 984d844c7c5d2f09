using Commerce.Journal;

namespace Commerce.Payments;

/// <summary>What can happen to a payment.</summary>
internal abstract record PaymentEvent(int Attempt) : IJournalEvent;

/// <summary>An attempt begins; the call to the gateway follows.</summary>
/// <param name="Key">Names the call; null: <c>order/attempt/authorize</c>, as it was before there were numbers.</param>
/// <param name="IsAdditional">Whether it comes beside what was captured before; null: no.</param>
[Alias("payment.requested")]
internal sealed record PaymentRequested(
    int Attempt, Money Amount, string Method, string? Key = null, int? Operation = null, DateTimeOffset? At = null,
    bool? IsAdditional = null)
    : PaymentEvent(Attempt);

/// <param name="Amount">All that is or ever was reserved; null: what was asked for.</param>
/// <param name="ActAt">When something has to be done about <paramref name="CaptureBefore"/>.</param>
[Alias("payment.authorized")]
internal sealed record PaymentAuthorized(
    int Attempt,
    string Intent,
    Money? Amount = null,
    DateTimeOffset? CaptureBefore = null,
    DateTimeOffset? ActAt = null,
    bool? CanCaptureAgain = null)
    : PaymentEvent(Attempt);

[Alias("payment.action_required")]
internal sealed record PaymentActionRequired(int Attempt, string Intent, NextAction NextAction) : PaymentEvent(Attempt);

[Alias("payment.declined")]
internal sealed record PaymentDeclined(int Attempt, string Intent, string DeclineCode) : PaymentEvent(Attempt);

/// <param name="Amount">All that was taken so far.</param>
[Alias("payment.captured")]
internal sealed record PaymentCaptured(int Attempt, Money Amount) : PaymentEvent(Attempt);

/// <param name="Amount">All that was let go so far; null: all that was left.</param>
[Alias("payment.voided")]
internal sealed record PaymentVoided(int Attempt, Money? Amount = null) : PaymentEvent(Attempt);

/// <summary>A call to the gateway is about to be made.</summary>
[Alias("payment.operation_began")]
internal sealed record PaymentOperationBegan(int Attempt, PaymentOperation Operation) : PaymentEvent(Attempt);

/// <summary>The outcome of a call is known.</summary>
/// <param name="Refusal">The gateway's word for why nothing was done; null: it was done.</param>
[Alias("payment.operation_ended")]
internal sealed record PaymentOperationEnded(int Attempt, int Operation, string? Refusal, DateTimeOffset At) : PaymentEvent(Attempt);

/// <summary>A refund as it is now.</summary>
[Alias("payment.refund_changed")]
internal sealed record PaymentRefundChanged(int Attempt, PaymentRefund Refund) : PaymentEvent(Attempt);

/// <summary>A dispute as it is now.</summary>
[Alias("payment.dispute_changed")]
internal sealed record PaymentDisputeChanged(int Attempt, PaymentDispute Dispute) : PaymentEvent(Attempt);

/// <summary>The attempt leads to no order: whatever it has reserved or taken, now or later, goes back.</summary>
[Alias("payment.abandoned")]
internal sealed record PaymentAbandoned(int Attempt, DateTimeOffset At) : PaymentEvent(Attempt);

/// <summary>The attempt belongs to an order.</summary>
[Alias("payment.kept")]
internal sealed record PaymentKept(int Attempt) : PaymentEvent(Attempt);

/// <summary>A reservation is about to end with something still in it.</summary>
[Alias("payment.expiring")]
internal sealed record PaymentExpiring(int Attempt, DateTimeOffset CaptureBefore) : PaymentEvent(Attempt);

/// <summary>There was no news at the gateway.</summary>
[Alias("payment.looked")]
internal sealed record PaymentLooked(int Attempt, DateTimeOffset NextAt) : PaymentEvent(Attempt);

/// <summary>The customer paid an attempt that was given up, and everything is back or on its way: the customer is to be told.</summary>
/// <param name="Amount">What was let go or given back.</param>
[Alias("payment.returned")]
internal sealed record PaymentReturned(int Attempt, Money Amount, DateTimeOffset At) : PaymentEvent(Attempt);

/// <summary>A call to the gateway whose outcome is not known yet.</summary>
/// <param name="Number">Counts the calls of one payment.</param>
/// <param name="Key">Names the call at the gateway.</param>
/// <param name="IsFinal">Of a capture: whether the rest is let go.</param>
/// <param name="CommandId">Of a refund: the command that asked for it.</param>
internal sealed record PaymentOperation(
    int Number,
    PaymentVerb Verb,
    Money Amount,
    string Key,
    DateTimeOffset At,
    bool IsFinal = true,
    string? CommandId = null,
    string? Reason = null);

/// <summary>What the gateway is asked to do.</summary>
internal enum PaymentVerb
{
    Authorize = 0,
    Capture = 1,
    Void = 2,
    Refund = 3,
}
