using System.Collections.Immutable;

namespace Commerce.Payments;

/// <summary>
/// Whoever moves the money. Every call that could move any carries a key that was journaled before: the gateway carries
/// a key out once and answers every repetition with the first outcome.
/// </summary>
/// <remarks>
/// A refusal is an answer, and final under its key. A <see cref="GatewayUnavailableException"/> means that the outcome is
/// not known: the same call is made again with the same key.
/// </remarks>
internal interface IPaymentGateway
{
    /// <summary>Creates an intent and reserves its amount, or takes it at once where the gateway is set up so.</summary>
    Task<GatewayAnswer> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellation);

    /// <summary>All that the gateway has of an intent; null when it has none of this id.</summary>
    Task<GatewayIntent?> FindAsync(string intent, CancellationToken cancellation);

    /// <summary>
    /// The intent that an authorization with this key made, for when the gateway may have forgotten the key; null: none.
    /// </summary>
    Task<GatewayIntent?> FindByKeyAsync(string key, CancellationToken cancellation);

    /// <summary>Takes so much of what is reserved.</summary>
    Task<GatewayAnswer> CaptureAsync(CaptureRequest request, CancellationToken cancellation);

    /// <summary>Lets go of what is reserved, or of an intent that came to nothing.</summary>
    Task<GatewayAnswer> CancelAsync(string key, string intent, CancellationToken cancellation);

    /// <summary>Gives back so much of what was taken.</summary>
    Task<GatewayAnswer> RefundAsync(RefundRequest request, CancellationToken cancellation);

    /// <summary>What is the same for all ids of one means of payment; null when there is none, or no such method.</summary>
    Task<string?> FingerprintAsync(string method, CancellationToken cancellation);

    /// <summary>The intents created in [from, to), a page at a time.</summary>
    Task<GatewayPage> ListAsync(DateTimeOffset from, DateTimeOffset to, string? after, CancellationToken cancellation);
}

/// <param name="Reference">The order.</param>
internal sealed record AuthorizationRequest(string Key, Money Amount, string Method, string Reference, int Attempt);

/// <param name="IsFinal">Whether the rest is let go.</param>
internal sealed record CaptureRequest(string Key, string Intent, Money Amount, bool IsFinal);

/// <param name="Operation">Our number of the call, by which the refund is found again.</param>
internal sealed record RefundRequest(string Key, string Intent, Money Amount, string Reference, int Operation);

/// <summary>What came of a call.</summary>
/// <param name="Intent">The intent afterwards; null when the gateway did not tell.</param>
/// <param name="Refusal">The gateway's code of why it did nothing; null: done.</param>
/// <param name="Refund">The refund that was made.</param>
/// <param name="IsMisconfigured">Whether the refusal is about us: key, permission, or a request it does not understand.</param>
internal sealed record GatewayAnswer(
    GatewayIntent? Intent, string? Refusal = null, GatewayRefund? Refund = null, bool IsMisconfigured = false);

/// <summary>The gateway's record of one attempt to pay.</summary>
/// <param name="Amount">What was asked for.</param>
internal sealed record GatewayIntent(string Id, GatewayStatus Status, Money Amount)
{
    /// <summary>Ever reserved.</summary>
    public Money Authorized { get; init; } = Money.Zero(Amount.Currency);

    /// <summary>Of authorized: can still be taken.</summary>
    public Money Capturable { get; init; } = Money.Zero(Amount.Currency);

    /// <summary>Of authorized: taken.</summary>
    public Money Captured { get; init; } = Money.Zero(Amount.Currency);

    /// <summary>Why it was refused; null unless it was.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>What the customer must do; null unless something.</summary>
    public NextAction? NextAction { get; init; }

    /// <summary>When the reservation ends; null: not known.</summary>
    public DateTimeOffset? CaptureBefore { get; init; }

    /// <summary>Whether a part can be taken and the rest stay reserved.</summary>
    public bool CanCaptureAgain { get; init; }

    /// <summary>The order; null when it was not made by us.</summary>
    public string? Reference { get; init; }

    /// <summary>Our number of the attempt; 0 when it was not made by us.</summary>
    public int Attempt { get; init; }

    /// <summary>All refunds; null: not told.</summary>
    public ImmutableArray<GatewayRefund>? Refunds { get; init; }

    /// <summary>All disputes; null: not told.</summary>
    public ImmutableArray<GatewayDispute>? Disputes { get; init; }
}

/// <param name="Operation">Our number of the call that made it; 0: not made by us.</param>
internal sealed record GatewayRefund(
    string Id, Money Amount, PaymentRefundStatus Status, int Operation = 0, string? FailureCode = null);

/// <summary>The gateway's record of a dispute.</summary>
internal sealed record GatewayDispute(string Id, Money Amount, PaymentDisputeStatus Status, string? Reason);

/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record GatewayPage(ImmutableArray<GatewayIntent> Intents, string? Next);

/// <summary>Where an intent stands at the gateway.</summary>
internal enum GatewayStatus
{
    /// <summary>Reserved.</summary>
    Authorized,

    /// <summary>The customer must act, or somebody else has to.</summary>
    RequiresAction,

    /// <summary>Refused.</summary>
    Declined,

    /// <summary>Taken.</summary>
    Captured,

    /// <summary>Given up.</summary>
    Voided,

    /// <summary>There is no such payment method.</summary>
    MethodUnknown,
}

/// <summary>The gateway did not answer, or not so that the outcome is known. Repeat the call with the same key.</summary>
/// <param name="isReplayed">Whether it repeats an answer that says nothing: then only looking can tell what was done.</param>
internal sealed class GatewayUnavailableException(string message, Exception? cause = null, bool isReplayed = false)
    : Exception(message, cause)
{
    public bool IsReplayed { get; } = isReplayed;
}
