namespace Commerce.Payments;

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

    /// <summary>The gateway knows no such payment method.</summary>
    public static readonly Rejection MethodUnknown =
        Rejection.Invalid("/payment_method", "There is no such payment method.", "payment_method_unknown");

    /// <summary>The gateway does not let us in, or not do this: the operator has to act, the customer cannot.</summary>
    public static readonly Rejection GatewayMisconfigured =
        new(RejectionKind.Conflict, "payment_gateway_misconfigured", "The payment gateway does not accept this shop's requests.");

    /// <summary>An amount is not one.</summary>
    public static readonly Rejection AmountInvalid =
        Rejection.Invalid("/amount", "An amount is 1 or more minor units, and no more than is reserved.", "payment_amount_invalid");

    /// <summary>The rest cannot stay reserved.</summary>
    public static readonly Rejection CaptureIsFinal = Rejection.Invalid(
        "/is_final", "This payment can be captured only once: what is left would be let go.", "payment_capture_is_final");

    /// <summary>A payment has as many refunds as it may have.</summary>
    public static readonly Rejection TooManyRefunds =
        new(RejectionKind.Conflict, "payment_refunds_exhausted", "The payment has too many refunds already.");

    /// <summary>The text is too long.</summary>
    public static readonly Rejection ReasonTooLong =
        Rejection.Invalid("/reason", $"A reason is at most {RefundPayment.ReasonLengthMax} characters.");

    /// <summary>The bank or the gateway refused the payment.</summary>
    /// <param name="reason">The gateway's decline code, <c>generic_decline</c>, <c>insufficient_funds</c>, ….</param>
    public static Rejection Declined(string reason) =>
        new(RejectionKind.PaymentDeclined, "payment_declined", $"The payment was declined: {reason}.", "/payment_method");

    /// <summary>More than there is to give back.</summary>
    public static Rejection RefundExceedsCaptured(Money refundable) => new(
        RejectionKind.Conflict, "refund_exceeds_captured", $"At most {refundable} can be refunded.", "/amount");

    /// <summary>The gateway refused to take, to give back or to let go.</summary>
    /// <param name="code">The gateway's word.</param>
    public static Rejection RefusedByGateway(string code) =>
        new(RejectionKind.Conflict, "payment_operation_refused", $"The payment gateway refused: {code}.");

    /// <summary>The gateway refused the refund.</summary>
    /// <param name="code">The gateway's word.</param>
    public static Rejection RefundRefused(string code) =>
        new(RejectionKind.Conflict, "refund_refused", $"The payment gateway refused the refund: {code}.");
}
