namespace Commerce.Payments;

/// <summary>
/// Whoever moves the money. Every call that could move any carries a key that was journaled before: the gateway carries
/// a key out once and answers every repetition with the first outcome.
/// </summary>
/// <remarks>A refusal is an answer; an exception means that the outcome is not known and the same call is made again.</remarks>
internal interface IPaymentGateway
{
    /// <summary>Reserves an amount.</summary>
    Task<GatewayIntent> AuthorizeAsync(string key, Money amount, string method, string reference, CancellationToken cancellation);

    /// <summary>How an intent stands.</summary>
    Task<GatewayIntent> FindAsync(string intent, CancellationToken cancellation);

    /// <summary>Takes what is reserved.</summary>
    Task<GatewayIntent> CaptureAsync(string key, string intent, CancellationToken cancellation);

    /// <summary>Lets go of what is reserved, or of an intent that came to nothing.</summary>
    Task<GatewayIntent> VoidAsync(string key, string intent, CancellationToken cancellation);
}

/// <summary>The gateway's record of one attempt to pay.</summary>
/// <param name="DeclineCode">Why it was refused; null unless it was.</param>
/// <param name="NextAction">What the customer must do; null unless something.</param>
internal sealed record GatewayIntent(string Id, GatewayStatus Status, string? DeclineCode = null, NextAction? NextAction = null);

/// <summary>Where an intent stands at the gateway.</summary>
internal enum GatewayStatus
{
    /// <summary>Reserved.</summary>
    Authorized,

    /// <summary>The customer must act.</summary>
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
