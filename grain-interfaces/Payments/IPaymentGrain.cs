namespace Commerce.Payments;

/// <summary>The money of one order, keyed by its <see cref="Orders.OrderId"/>. It exists from its first attempt.</summary>
/// <remarks>
/// Every call that could move money is journaled with its idempotency key before the gateway is called, and its outcome
/// after. A call whose outcome is not known is made again with the same key, by whoever comes next or by the wake-up.
/// At any moment refunded + pending refunds ≤ captured − lost disputes.
/// </remarks>
[Alias("commerce.IPayment")]
public interface IPaymentGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks the gateway to reserve the amount. The attempt is journaled before the gateway is called, and names the call
    /// there: repeating it never charges twice.
    /// </summary>
    /// <returns>
    /// The payment, authorized, paid (where the gateway captures by itself) or waiting for the customer; refused with
    /// <c>payment_declined</c>, <c>payment_method_unknown</c> or <c>payment_gateway_misconfigured</c>.
    /// </returns>
    [Alias("Authorize")]
    Task<Result<PaymentView>> Authorize(AuthorizePayment command);

    /// <summary>Asks the gateway how the attempt stands, after the customer was asked to act.</summary>
    [Alias("Refresh")]
    Task<Result<PaymentView>> Refresh(int attempt);

    /// <summary>
    /// The attempt's order exists: takes all that is still reserved for it, or leaves that to an operator where the shop is
    /// set so. Repeatable. From now on <see cref="Void"/> is refused for the attempt.
    /// </summary>
    [Alias("Capture")]
    Task<Result<PaymentView>> Capture(int attempt);

    /// <summary>
    /// Gives up an attempt that leads to no order, whatever has come of it or still will: what is reserved is let go,
    /// what was taken is given back, and so is what turns up later. Repeatable, and accepted while the gateway is silent:
    /// the promise is journaled and kept by the wake-up. Refused with <c>payment_captured</c> after <see cref="Capture"/>.
    /// </summary>
    [Alias("Void")]
    Task<Result<PaymentView>> Void(int attempt);

    /// <summary>Takes a part, or all, of what is reserved; for operators.</summary>
    /// <returns>
    /// The payment; refused with <c>payment_not_authorized</c>, <c>payment_amount_invalid</c>, or
    /// <c>payment_capture_is_final</c> where the gateway takes only once.
    /// </returns>
    [Alias("Take")]
    Task<Result<PaymentView>> Take(CapturePayment command, CommandHeader header);

    /// <summary>Gives money back, from the newest attempt that has some.</summary>
    /// <returns>
    /// The payment; refused with <c>refund_exceeds_captured</c> when more is asked than was captured and is neither
    /// refunded, on its way back, nor disputed; with <c>refund_refused</c> when the gateway says no.
    /// </returns>
    [Alias("Refund")]
    Task<Result<PaymentView>> Refund(RefundPayment command, CommandHeader header);

    /// <summary>Lets go of all that is reserved and not taken; for operators. Refused with <c>payment_not_authorized</c>.</summary>
    [Alias("Release")]
    Task<Result<PaymentView>> Release(CommandHeader header);

    /// <summary>
    /// Something happened at the gateway: reads what it has and takes over the difference. Harmless whenever and
    /// however often it is called.
    /// </summary>
    /// <param name="intent">The gateway's id of the attempt; a hint. Null: look at all of them.</param>
    [Alias("Look")]
    Task<Result<PaymentView>> Look(string? intent);

    /// <summary>The payment with its attempts, refunds and disputes; refused with 404 when nothing was attempted.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<Result<PaymentView>> Read();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Attempt">Numbers the attempts to pay one order, from 1.</param>
/// <param name="Amount">More than 0.</param>
/// <param name="Method">The gateway's id of the payment method.</param>
/// <param name="IsAdditional">
/// Whether it comes beside what was captured before, for an order that grew; otherwise a payment that succeeded allows
/// no other.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.AuthorizePayment")]
public sealed record AuthorizePayment(
    [property: Id(0)] int Attempt,
    [property: Id(1)] Money Amount,
    [property: Id(2)] string Method,
    [property: Id(3)] bool IsAdditional = false);

/// <param name="Amount">Minor units of the payment's currency, 1 or more; null: all that is left.</param>
/// <param name="IsFinal">Whether the rest is let go.</param>
[GenerateSerializer, Immutable, Alias("commerce.CapturePayment")]
public sealed record CapturePayment([property: Id(0)] long? Amount = null, [property: Id(1)] bool IsFinal = true);

/// <param name="Amount">Minor units of the payment's currency, 1 or more; null: all that can be refunded.</param>
/// <param name="Reason">Up to 200 characters, for operators; null: none was given.</param>
[GenerateSerializer, Immutable, Alias("commerce.RefundPayment")]
public sealed record RefundPayment([property: Id(0)] long? Amount = null, [property: Id(1)] string? Reason = null)
{
    /// <summary>Characters a reason may have.</summary>
    public const int ReasonLengthMax = 200;
}
