using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>What the amounts of a payment mean to its order.</summary>
internal static class OrderPayment
{
    /// <summary>
    /// The order's payment status, in this precedence: what the bank holds, what is here too much, what was called off,
    /// what is paid, what can still be taken, what was given back, what is missing.
    /// </summary>
    public static OrderPaymentStatus StatusOf(OrderMoney money, PaymentAmounts? amounts)
    {
        var (total, paid, kept) = (money.Total.MinorUnits, money.Paid.MinorUnits, money.Kept.MinorUnits);
        return amounts is { Disputed.MinorUnits: > 0 } ? OrderPaymentStatus.Disputed
            : kept > total ? OrderPaymentStatus.Overcharged
            : money.IsCanceled && paid > 0 ? OrderPaymentStatus.Refunded
            : total == 0 && paid > 0 ? OrderPaymentStatus.Refunded
            : kept == total && !money.IsCanceled ? OrderPaymentStatus.Paid
            : money.Reserved.MinorUnits > 0 ? OrderPaymentStatus.Authorized
            : paid > 0 && kept == 0 ? OrderPaymentStatus.Refunded
            : paid >= total && kept < total ? OrderPaymentStatus.PartiallyRefunded
            : kept > 0 ? OrderPaymentStatus.PartiallyPaid
            : amounts is { Voided.MinorUnits: > 0 } ? OrderPaymentStatus.Voided
            : OrderPaymentStatus.Unpaid;
    }

    /// <summary>Whether there is nothing to do about money any more, so that an order that is sent is done.</summary>
    public static bool IsSettled(OrderPaymentStatus status) =>
        status is OrderPaymentStatus.Paid or OrderPaymentStatus.PartiallyRefunded or OrderPaymentStatus.Refunded;

    /// <summary>What the customer or the customer's bank has back, or will have.</summary>
    public static Money GivenBack(PaymentAmounts amounts) => amounts.Refunded + amounts.RefundedPending + amounts.DisputeLost;

    /// <summary>What the timeline says of a change.</summary>
    public static (string Kind, string Detail) Change(Money paid, PaymentAmounts? before, PaymentView after)
    {
        if (after.Captured != paid)
        {
            return ("order.paid", $"{after.Captured} were captured.");
        }

        return (before, after.Amounts) switch
        {
            ({ } was, { } now) when now.DisputeLost.MinorUnits > was.DisputeLost.MinorUnits =>
                ("order.dispute_lost", $"{now.DisputeLost} were taken back by the bank."),
            ({ } was, { } now) when now.Disputed.MinorUnits > was.Disputed.MinorUnits =>
                ("order.disputed", $"{now.Disputed} are disputed."),
            ({ } was, { } now) when now.Refunded.MinorUnits > was.Refunded.MinorUnits =>
                ("order.payment_refunded", $"{now.Refunded} of the payment were given back so far."),
            ({ } was, { } now) when GivenBack(now).MinorUnits < GivenBack(was).MinorUnits =>
                ("order.refund_failed", "A refund did not arrive and came back."),
            ({ } was, { } now) when now.Voided.MinorUnits > was.Voided.MinorUnits =>
                ("order.payment_voided", $"{now.Voided} were let go."),
            _ => ("order.payment_changed", $"{after.Authorized} are authorized."),
        };
    }
}

/// <summary>The money of an order, by whatever means it was paid.</summary>
/// <param name="Total">What it comes to.</param>
/// <param name="Paid">Ever taken.</param>
/// <param name="Kept">Of paid: not given back.</param>
/// <param name="Reserved">Can still be taken.</param>
internal readonly record struct OrderMoney(Money Total, Money Paid, Money Kept, Money Reserved, bool IsCanceled);
