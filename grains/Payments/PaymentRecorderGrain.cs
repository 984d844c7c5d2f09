using Commerce.Fulfillment;
using Commerce.Journal;
using Commerce.Orders;

namespace Commerce.Payments;

/// <summary>
/// Tells the order what became of its payment, whoever caused it. The view is absolute, so events need not be
/// remembered: telling it again changes nothing.
/// </summary>
[GrainType("payment-recorder"), OfOnePurchase]
[Follows("payment", "payment.captured", "payment.voided", "payment.refund_changed", "payment.dispute_changed")]
internal sealed class PaymentRecorderGrain : Subscriber<Following, FollowingEvent>
{
    protected override async Task Handle(JournalEvent received)
    {
        var order = new OrderId(received.Key);
        var payment = await GrainFactory.GetPayment(order).Read();

        // A payment that led to no order has nobody to tell.
        var told = await GrainFactory.GetOrder(order).RecordPayment(payment.Required.Brief());
        _ = told.IsAccepted || told.Rejection == OrderRejections.NotFound ? told : throw new InvalidOperationException(told.Rejection!.Code);
    }
}
