using System.Collections.Immutable;

namespace Commerce.Payments;

/// <summary>Where a payment stands. Attempts that were given up count in no amount.</summary>
/// <param name="Attempt">The attempt that was asked about; otherwise the last.</param>
/// <param name="Status">Of this attempt.</param>
/// <param name="Intent">The gateway's id for the attempt; null until it answered.</param>
/// <param name="Method">The gateway's id of the payment method.</param>
/// <param name="Authorized">Reserved or taken, and not let go.</param>
/// <param name="Captured">Taken, whatever was given back of it.</param>
/// <param name="NextAction">What the customer must do; null otherwise.</param>
/// <param name="Amounts">Every amount by what has become of it; null in what was written before there were such.</param>
/// <param name="Version">Grows with every change, so that an older view does not overwrite a newer; null as above.</param>
/// <param name="CaptureBefore">When the reservation ends; null: not known or nothing is reserved.</param>
/// <param name="DeclineCode">Why the attempt was refused; null unless it was.</param>
/// <param name="Attempts">Oldest first, the last 20; only when the payment is read, null otherwise.</param>
/// <param name="Refunds">Oldest first; as attempts.</param>
/// <param name="Disputes">Oldest first; as attempts.</param>
[GenerateSerializer, Immutable, Alias("commerce.PaymentView")]
public sealed record PaymentView(
    [property: Id(0)] int Attempt,
    [property: Id(1)] PaymentStatus Status,
    [property: Id(2)] string? Intent,
    [property: Id(3)] string Method,
    [property: Id(4)] Money Authorized,
    [property: Id(5)] Money Captured,
    [property: Id(6)] NextAction? NextAction,
    [property: Id(7)] PaymentAmounts? Amounts = null,
    [property: Id(8)] long? Version = null,
    [property: Id(9)] DateTimeOffset? CaptureBefore = null,
    [property: Id(10)] string? DeclineCode = null,
    [property: Id(11)] ImmutableArray<PaymentAttemptView>? Attempts = null,
    [property: Id(12)] ImmutableArray<PaymentRefund>? Refunds = null,
    [property: Id(13)] ImmutableArray<PaymentDispute>? Disputes = null)
{
    /// <summary>The same without its lists, for whoever keeps it.</summary>
    public PaymentView Brief() => this with { Attempts = null, Refunds = null, Disputes = null };
}

/// <summary>The buckets of a payment; all of one currency, none negative.</summary>
/// <param name="Authorized">Ever reserved; captured and voided are parts of it.</param>
/// <param name="Captured">Taken.</param>
/// <param name="Voided">Let go without being taken.</param>
/// <param name="Refunded">Given back.</param>
/// <param name="AuthorizedPending">Asked for, no answer yet.</param>
/// <param name="CapturedPending">As above.</param>
/// <param name="VoidedPending">As above.</param>
/// <param name="RefundedPending">On its way back.</param>
/// <param name="Disputed">Of captured: held by the bank until a dispute is decided.</param>
/// <param name="DisputeLost">Of captured: taken back by the bank for good.</param>
[GenerateSerializer, Immutable, Alias("commerce.PaymentAmounts")]
public sealed record PaymentAmounts(
    [property: Id(0)] Money Authorized,
    [property: Id(1)] Money Captured,
    [property: Id(2)] Money Voided,
    [property: Id(3)] Money Refunded,
    [property: Id(4)] Money AuthorizedPending,
    [property: Id(5)] Money CapturedPending,
    [property: Id(6)] Money VoidedPending,
    [property: Id(7)] Money RefundedPending,
    [property: Id(8)] Money Disputed,
    [property: Id(9)] Money DisputeLost);

/// <summary>One attempt to pay.</summary>
/// <param name="Authorized">Ever reserved.</param>
/// <param name="Voided">Of authorized: let go.</param>
/// <param name="IsAbandoned">Whether it was given up: everything goes back, and nothing counts.</param>
[GenerateSerializer, Immutable, Alias("commerce.PaymentAttemptView")]
public sealed record PaymentAttemptView(
    [property: Id(0)] int Attempt,
    [property: Id(1)] PaymentStatus Status,
    [property: Id(2)] string? Intent,
    [property: Id(3)] Money Amount,
    [property: Id(4)] Money Authorized,
    [property: Id(5)] Money Captured,
    [property: Id(6)] Money Voided,
    [property: Id(7)] Money Refunded,
    [property: Id(8)] bool IsAbandoned,
    [property: Id(9)] string? DeclineCode,
    [property: Id(10)] bool IsUnresolved);

/// <summary>Money on its way back to the customer.</summary>
/// <param name="Attempt">The attempt it is given back from.</param>
/// <param name="Operation">Numbers our calls to the gateway; 0 for a refund made at the gateway itself.</param>
/// <param name="Id">The gateway's id; null until it answered.</param>
/// <param name="Reason">What the operator said; null: nothing.</param>
/// <param name="CommandId">The command that asked for it; null: nobody's.</param>
/// <param name="FailureCode">Why the gateway refused it; null unless it did.</param>
[GenerateSerializer, Immutable, Alias("commerce.PaymentRefund")]
public sealed record PaymentRefund(
    [property: Id(0)] int Attempt,
    [property: Id(1)] int Operation,
    [property: Id(2)] string? Id,
    [property: Id(3)] Money Amount,
    [property: Id(4)] PaymentRefundStatus Status,
    [property: Id(5)] DateTimeOffset At,
    [property: Id(6)] string? Reason = null,
    [property: Id(7)] string? CommandId = null,
    [property: Id(8)] string? FailureCode = null);

/// <summary>Where a refund stands.</summary>
[GenerateSerializer, Alias("commerce.PaymentRefundStatus")]
public enum PaymentRefundStatus
{
    /// <summary>Asked for, or on its way.</summary>
    Pending = 0,

    /// <summary>Given back.</summary>
    Succeeded = 1,

    /// <summary>Refused, or come back.</summary>
    Failed = 2,
}

/// <summary>A charge that the customer's bank questions.</summary>
/// <param name="Id">The gateway's id.</param>
/// <param name="Reason">The gateway's word, <c>fraudulent</c>, <c>product_not_received</c>, ….</param>
[GenerateSerializer, Immutable, Alias("commerce.PaymentDispute")]
public sealed record PaymentDispute(
    [property: Id(0)] int Attempt,
    [property: Id(1)] string Id,
    [property: Id(2)] Money Amount,
    [property: Id(3)] PaymentDisputeStatus Status,
    [property: Id(4)] string? Reason = null);

/// <summary>Where a dispute stands.</summary>
[GenerateSerializer, Alias("commerce.PaymentDisputeStatus")]
public enum PaymentDisputeStatus
{
    /// <summary>A question; no money is held.</summary>
    Inquiry = 0,

    /// <summary>The bank holds the money.</summary>
    Open = 1,

    /// <summary>The money is ours again.</summary>
    Won = 2,

    /// <summary>The money is gone.</summary>
    Lost = 3,
}

/// <summary>What has come of an attempt to pay.</summary>
[GenerateSerializer, Alias("commerce.PaymentStatus")]
public enum PaymentStatus
{
    /// <summary>Asked for; the gateway has not answered.</summary>
    Pending = 0,

    /// <summary>The customer must act first.</summary>
    RequiresAction = 1,

    /// <summary>Reserved; perhaps taken in part.</summary>
    Authorized = 2,

    /// <summary>Taken; nothing is reserved any more.</summary>
    Paid = 3,

    /// <summary>Refused.</summary>
    Declined = 4,

    /// <summary>Let go; nothing was taken.</summary>
    Voided = 5,
}

/// <summary>What the customer must do before a payment can go on.</summary>
/// <param name="Type"><c>redirect_to_url</c>.</param>
/// <param name="Url">Where the customer confirms: absolute, or a path on this host.</param>
[GenerateSerializer, Immutable, Alias("commerce.NextAction")]
public sealed record NextAction([property: Id(0)] string Type, [property: Id(1)] string Url);
