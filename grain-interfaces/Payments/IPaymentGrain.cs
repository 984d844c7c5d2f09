namespace Commerce.Payments;

/// <summary>The money of one order, keyed by its <see cref="Orders.OrderId"/>. It exists from its first attempt.</summary>
[Alias("commerce.IPayment")]
public interface IPaymentGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks the gateway to reserve the amount. The attempt is journaled before the gateway is called, and names the call
    /// there: repeating it never charges twice.
    /// </summary>
    /// <returns>The payment, authorized or waiting for the customer; refused with <c>payment_declined</c>.</returns>
    [Alias("Authorize")]
    Task<Result<PaymentView>> Authorize(AuthorizePayment command);

    /// <summary>Asks the gateway how the attempt stands, after the customer was asked to act.</summary>
    [Alias("Refresh")]
    Task<Result<PaymentView>> Refresh(int attempt);

    /// <summary>Takes the whole authorized amount. Repeatable.</summary>
    [Alias("Capture")]
    Task<Result<PaymentView>> Capture(int attempt);

    /// <summary>Gives up an attempt, whatever has come of it. Repeatable; refused once money was captured.</summary>
    [Alias("Void")]
    Task<Result<PaymentView>> Void(int attempt);

    /// <summary>The payment; refused with 404 when nothing was attempted.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<Result<PaymentView>> Read();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Attempt">Numbers the attempts to pay one order, from 1.</param>
/// <param name="Amount">More than 0.</param>
/// <param name="Method">The gateway's id of the payment method.</param>
[GenerateSerializer, Immutable, Alias("commerce.AuthorizePayment")]
public sealed record AuthorizePayment(
    [property: Id(0)] int Attempt, [property: Id(1)] Money Amount, [property: Id(2)] string Method);

/// <summary>Where a payment stands.</summary>
/// <param name="Attempt">The last attempt.</param>
/// <param name="Intent">The gateway's id for the attempt; null until it answered.</param>
/// <param name="Method">The gateway's id of the payment method.</param>
/// <param name="Authorized">Reserved or taken.</param>
/// <param name="Captured">Taken.</param>
/// <param name="NextAction">What the customer must do; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("commerce.PaymentView")]
public sealed record PaymentView(
    [property: Id(0)] int Attempt,
    [property: Id(1)] PaymentStatus Status,
    [property: Id(2)] string? Intent,
    [property: Id(3)] string Method,
    [property: Id(4)] Money Authorized,
    [property: Id(5)] Money Captured,
    [property: Id(6)] NextAction? NextAction);

/// <summary>What has come of a payment.</summary>
[GenerateSerializer, Alias("commerce.PaymentStatus")]
public enum PaymentStatus
{
    /// <summary>Asked for; the gateway has not answered.</summary>
    Pending = 0,

    /// <summary>The customer must act first.</summary>
    RequiresAction = 1,

    /// <summary>Reserved.</summary>
    Authorized = 2,

    /// <summary>Taken.</summary>
    Paid = 3,

    /// <summary>Refused.</summary>
    Declined = 4,

    /// <summary>Given up.</summary>
    Voided = 5,
}

/// <summary>What the customer must do before a payment can go on.</summary>
/// <param name="Type"><c>redirect_to_url</c>.</param>
/// <param name="Url">Where the customer confirms: absolute, or a path on this host.</param>
[GenerateSerializer, Immutable, Alias("commerce.NextAction")]
public sealed record NextAction([property: Id(0)] string Type, [property: Id(1)] string Url);

/// <summary>Every way a payment can say no. Codes are public API: add, never rename.</summary>
public static class PaymentRejections
{
    /// <summary>Nothing was attempted.</summary>
    public static readonly Rejection NotFound =
        new(RejectionKind.NotFound, "payment_not_found", "There is no payment for this order.");

    /// <summary>Money was taken: give it back by a refund.</summary>
    public static readonly Rejection AlreadyCaptured =
        new(RejectionKind.Conflict, "payment_captured", "The payment was captured and cannot be voided.");

    /// <summary>There is nothing to capture.</summary>
    public static readonly Rejection NotAuthorized =
        new(RejectionKind.Conflict, "payment_not_authorized", "The payment is not authorized.");

    /// <summary>The attempt is not the one under way.</summary>
    public static readonly Rejection AttemptUnknown =
        new(RejectionKind.Conflict, "payment_attempt_unknown", "This is not the current attempt.");

    /// <summary>The bank or the gateway refused the payment.</summary>
    /// <param name="reason">The gateway's decline code, <c>generic_decline</c>, <c>insufficient_funds</c>, ….</param>
    public static Rejection Declined(string reason) =>
        new(RejectionKind.PaymentDeclined, "payment_declined", $"The payment was declined: {reason}.", "/payment_method");

    /// <summary>The gateway knows no such payment method.</summary>
    public static readonly Rejection MethodUnknown =
        Rejection.Invalid("/payment_method", "There is no such payment method.", "payment_method_unknown");
}
