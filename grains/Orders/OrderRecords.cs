using Commerce.Fulfillment;
using Commerce.Journal;
using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>What an order is told: by the checkout, the payment, the locations, and the clock.</summary>
internal sealed partial record Order
{
    private const int NotesMax = 50;

    public Decision<OrderEvent> Place(PlaceOrder command, string number, DateTimeOffset now, DateTimeOffset? payBy = null, TimeSpan? returnWindow = null) =>
        Placed is not null
            ? Decision<OrderEvent>.Nothing
            : new OrderPlaced(number, now, command.Cart, command.Hold, command.Allocations, command.Payment)
            {
                PayBy = payBy, ReturnWindow = returnWindow,
            };

    /// <param name="payBy">Until when money must be in sight again, should there be none any more.</param>
    public Decision<OrderEvent> RecordPayment(PaymentView payment, DateTimeOffset now, DateTimeOffset? payBy = null)
    {
        if (Placed is null)
        {
            return OrderRejections.NotFound;
        }

        var isKnown = payment.Authorized == Authorized && payment.Captured == Paid
            && (payment.Amounts is null || payment.Amounts == Amounts);
        if (isKnown || payment.Version < PaymentVersion)
        {
            return Decision<OrderEvent>.Nothing;
        }

        var isGone = payment.Authorized.MinorUnits == 0 && payment.Captured.MinorUnits == 0;
        return new OrderPaymentRecorded(payment.Brief(), now) { PayBy = isGone ? payBy : null };
    }

    public Decision<OrderEvent> RecordFulfillment(FulfillmentView fulfillment)
    {
        if (Placed is null)
        {
            return OrderRejections.NotFound;
        }

        return Fulfillments.Any(known => known.Id == fulfillment.Id)
            ? Decision<OrderEvent>.Nothing
            : new OrderFulfillmentRecorded(fulfillment);
    }

    public Decision<OrderEvent> RecordDelivery(string fulfillment, DateTimeOffset at) =>
        Placed is null ? OrderRejections.NotFound
        : Fulfillments.Any(known => known.Id == fulfillment && known.DeliveredAt is null) ? new OrderDeliveryRecorded(fulfillment, at)
        : Decision<OrderEvent>.Nothing;

    public Decision<OrderEvent> RecordRefund(RecordRefund refund, DateTimeOffset now)
    {
        if (Placed is null)
        {
            return OrderRejections.NotFound;
        }

        return Refunds.Contains(refund.Refund) ? Decision<OrderEvent>.Nothing
            : refund.Refusal is { } reason ? new OrderRefundRefused(refund.Refund, refund.Amount, reason, now)
            : new OrderRefunded(refund.Refund, refund.Amount, now) { Credit = refund.Credit };
    }

    public Decision<OrderEvent> AddNote(string text, DateTimeOffset now) =>
        Placed is null ? OrderRejections.NotFound
        : string.IsNullOrWhiteSpace(text) || text.Length > 1_000 ? OrderRejections.NoteMalformed
        : IsErased ? OrderRejections.Erased
        : Notes.Length >= NotesMax ? OrderRejections.TooManyNotes(NotesMax)
        : new OrderNoted(text, now);

    /// <summary>Forgets who bought it, once it is over.</summary>
    public Decision<OrderEvent> Erase(DateTimeOffset now) =>
        Placed is null || IsErased ? Decision<OrderEvent>.Nothing
        : Status == OrderStatus.Open || IsUnsettled || Returns.Any(known => known.Status is ReturnStatus.Requested or ReturnStatus.Approved) ? OrderRejections.Open
        : new OrderErased(now);

    /// <summary>Takes down that a deadline is over, and when it is looked at again.</summary>
    public Decision<OrderEvent> LookAfter(DateTimeOffset now, DateTimeOffset again)
    {
        var (isUnpaid, isUnsettled) = (IsUnpaid && PayBy <= now, SettleAt <= now);
        return isUnpaid || isUnsettled
            ? new OrderActionDue(isUnpaid, isUnsettled, now, again)
            : Decision<OrderEvent>.Nothing;
    }
}
