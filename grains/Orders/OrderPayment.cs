using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>What the amounts of a payment mean to its order.</summary>
internal static class OrderPayment
{
    /// <summary>
    /// The order's payment status, in this precedence: what the bank holds, what was taken too much, what was never
    /// taken, what can still be taken, what was given back, what is paid.
    /// </summary>
    /// <param name="total">What the payment is to come to: without gift cards and store credit.</param>
    /// <param name="isDue">Whether more is to pay than is reserved or taken.</param>
    public static OrderPaymentStatus StatusOf(Money total, PaymentAmounts amounts, bool isDue, bool isCanceled)
    {
        var captured = amounts.Captured.MinorUnits;
        var returned = amounts.Refunded.MinorUnits + amounts.DisputeLost.MinorUnits;
        return captured switch
        {
            _ when amounts.Disputed.MinorUnits > 0 => OrderPaymentStatus.Disputed,
            _ when captured - returned > total.MinorUnits => OrderPaymentStatus.Overcharged,
            0 when total.MinorUnits <= 0 && !isCanceled => OrderPaymentStatus.Paid,
            0 when amounts.Authorized.MinorUnits > amounts.Voided.MinorUnits => OrderPaymentStatus.Authorized,
            0 => amounts.Voided.MinorUnits > 0 ? OrderPaymentStatus.Voided : OrderPaymentStatus.Unpaid,
            _ when captured < total.MinorUnits && amounts.Authorized.MinorUnits - amounts.Voided.MinorUnits > captured =>
                OrderPaymentStatus.Authorized,
            _ when returned >= captured => OrderPaymentStatus.Refunded,
            _ when isDue => OrderPaymentStatus.PartiallyPaid,
            _ when returned > 0 => OrderPaymentStatus.PartiallyRefunded,
            _ => OrderPaymentStatus.Paid,
        };
    }

    /// <summary>Whether nothing is to be paid any more, so that an order that is sent is done.</summary>
    public static bool IsSettled(OrderPaymentStatus status) => status is OrderPaymentStatus.Paid
        or OrderPaymentStatus.PartiallyRefunded or OrderPaymentStatus.Refunded or OrderPaymentStatus.Overcharged;

    /// <summary>The amounts of a payment that tells no others.</summary>
    public static PaymentAmounts Of(Money authorized, Money captured, Money refunded)
    {
        var zero = captured with { MinorUnits = 0 };
        return new(authorized, captured, zero, refunded, zero, zero, zero, zero, zero, zero);
    }

    /// <summary>What the timeline says of a change.</summary>
    public static (string Kind, string Detail) Change(PaymentAmounts? before, PaymentView after) => after.Amounts switch
    {
        { } now when before is not null && now.DisputeLost.MinorUnits > before.DisputeLost.MinorUnits =>
            ("order.dispute_lost", $"{now.DisputeLost} were taken back by the bank."),
        { } now when before is not null && now.Disputed.MinorUnits > before.Disputed.MinorUnits =>
            ("order.disputed", $"{now.Disputed} are disputed."),
        { } now when now.Refunded.MinorUnits > (before?.Refunded.MinorUnits ?? 0) =>
            ("order.refunded", $"{now.Refunded - (before?.Refunded ?? Money.Zero(now.Refunded.Currency))} were refunded."),
        { } now when before is not null && now.Captured == before.Captured && now.Voided.MinorUnits > before.Voided.MinorUnits =>
            ("order.payment_voided", $"{now.Voided} were let go."),
        { } now when before is not null && now.Captured == before.Captured => ("order.payment_changed", "The payment has changed."),
        _ => ("order.paid", $"{after.Captured} were captured."),
    };
}
