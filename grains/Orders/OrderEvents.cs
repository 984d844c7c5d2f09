using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Credit;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;
using Commerce.Shipping;

namespace Commerce.Orders;

/// <summary>What can happen to an order.</summary>
internal abstract record OrderEvent : IJournalEvent;

[Alias("order.placed")]
internal sealed record OrderPlaced(
    string Number,
    DateTimeOffset At,
    CartView Cart,
    HoldId Hold,
    ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations,
    PaymentView? Payment) : OrderEvent
{
    /// <summary>When it is called off if no money is in sight; null: never.</summary>
    public DateTimeOffset? PayBy { get; init; }

    /// <summary>How long after a parcel arrived customers can ask to send something back; null: as the law has it.</summary>
    public TimeSpan? ReturnWindow { get; init; }
}

[Alias("order.payment_recorded")]
internal sealed record OrderPaymentRecorded(PaymentView Payment, DateTimeOffset At) : OrderEvent
{
    /// <summary>A new deadline, when the money that was in sight is not any more; null: as before.</summary>
    public DateTimeOffset? PayBy { get; init; }
}

[Alias("order.fulfillment_recorded")]
internal sealed record OrderFulfillmentRecorded(FulfillmentView Fulfillment) : OrderEvent;

/// <summary>A parcel has arrived.</summary>
[Alias("order.delivery_recorded")]
internal sealed record OrderDeliveryRecorded(string Fulfillment, DateTimeOffset At) : OrderEvent;

/// <summary>Units are not sent after all.</summary>
/// <param name="Change">Numbers the changes of the order.</param>
/// <param name="Lines">Those with fewer units, as they are afterwards.</param>
/// <param name="Canceled">By how many units fewer.</param>
/// <param name="Shipping">What shipping comes to afterwards.</param>
/// <param name="Returned">By how much the order's total fell.</param>
[Alias("order.lines_canceled")]
internal sealed record OrderLinesCanceled(
    int Change,
    ImmutableArray<OrderLineChange> Lines,
    ImmutableArray<OrderLineQuantity> Canceled,
    OrderAmounts Shipping,
    Money Returned,
    OrderCancelReason Reason,
    OrderParty By,
    bool Restock,
    DateTimeOffset At) : OrderEvent;

/// <summary>An operator changed what is bought, or where it goes.</summary>
/// <param name="Lines">Those with other units, as they are afterwards.</param>
/// <param name="Added">New ones.</param>
/// <param name="Requests">What locations are asked to send besides.</param>
/// <param name="ShippingAddress">Null: as before.</param>
/// <param name="ShippingOption">Null: as before.</param>
/// <param name="Shipping">What shipping comes to afterwards.</param>
/// <param name="Difference">By how much the order's total rose, or fell when negative.</param>
/// <param name="Hold">The commitment of what was added.</param>
[Alias("order.edited")]
internal sealed record OrderEdited(
    int Change,
    OrderEditId Edit,
    ImmutableArray<OrderLineChange> Lines,
    ImmutableArray<CartLineView> Added,
    ImmutableArray<OpenFulfillmentOrder> Requests,
    Address? ShippingAddress,
    ShippingOption? ShippingOption,
    OrderAmounts Shipping,
    Money Difference,
    HoldId Hold,
    DateTimeOffset At) : OrderEvent;

/// <summary>Units are to come back.</summary>
/// <param name="Return">Numbers the returns of the order, from 1.</param>
/// <param name="By">What operators begin is approved.</param>
[Alias("order.return_requested")]
internal sealed record OrderReturnRequested(
    int Return, ImmutableArray<ReturnLine> Lines, [property: Personal] string? Note, OrderParty By, DateTimeOffset At) : OrderEvent;

/// <param name="Status">Approved, declined or canceled.</param>
[Alias("order.return_decided")]
internal sealed record OrderReturnDecided(int Return, ReturnStatus Status, DateTimeOffset At) : OrderEvent;

/// <summary>Units came back.</summary>
/// <param name="Lines">Those with fewer units, as they are afterwards.</param>
/// <param name="Shipping">What shipping comes to afterwards.</param>
/// <param name="Returned">By how much the order's total fell.</param>
/// <param name="Restocked">What is sold again, at the location. The stock takes it over from this stream.</param>
[Alias("order.return_received")]
internal sealed record OrderReturnReceived(
    int Return,
    ImmutableArray<ReceivedLine> Received,
    ImmutableArray<OrderLineReturn> Lines,
    OrderAmounts Shipping,
    Money Returned,
    LocationId Location,
    ImmutableArray<SkuQuantity> Restocked,
    DateTimeOffset At) : OrderEvent;

[Alias("order.refunded")]
internal sealed record OrderRefunded(string Refund, Money Amount, DateTimeOffset At) : OrderEvent
{
    /// <summary>The gift card or store credit that it went back to; null: the payment.</summary>
    public CreditAccountId? Credit { get; init; }
}

/// <param name="Reason">A code.</param>
[Alias("order.refund_refused")]
internal sealed record OrderRefundRefused(string Refund, Money Amount, string Reason, DateTimeOffset At) : OrderEvent;

/// <summary>A deadline is over: somebody is told to do something about it.</summary>
/// <param name="IsUnpaid">No money is in sight: the order is to be called off.</param>
/// <param name="IsUnsettled">Money is to be given back or let go.</param>
/// <param name="Again">When it is looked at again.</param>
[Alias("order.action_due")]
internal sealed record OrderActionDue(bool IsUnpaid, bool IsUnsettled, DateTimeOffset At, DateTimeOffset Again) : OrderEvent;

/// <summary>Who bought it is forgotten.</summary>
[Alias("order.erased")]
internal sealed record OrderErased(DateTimeOffset At) : OrderEvent;

[Alias("order.noted")]
internal sealed record OrderNoted([property: Personal] string Text, DateTimeOffset At) : OrderEvent;
