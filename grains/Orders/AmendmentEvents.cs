using System.Collections.Immutable;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>What can happen to the changing of an order.</summary>
internal abstract record AmendmentEvent : IJournalEvent;

/// <summary>An edit was proposed, with all that it rests on.</summary>
[Alias("order_amendment.edit_proposed")]
internal sealed record EditProposed(OrderEditView View, PricedEdit Edit) : AmendmentEvent;

/// <summary>Whom it was about is forgotten.</summary>
[Alias("order_amendment.erased")]
internal sealed record AmendmentErased : AmendmentEvent;

/// <summary>A change began; exactly one of the three, or none when only money is to be settled.</summary>
[Alias("order_amendment.began")]
internal sealed record AmendmentBegan(
    int Change, CancelOrder? Cancel, OrderEditId? Edit, string? CommandId, string? Fingerprint, DateTimeOffset Deadline)
    : AmendmentEvent
{
    /// <summary>What is paid with; null unless something is to be paid.</summary>
    public string? PaymentMethod { get; init; }

    /// <summary>What the customer was told is due; null: whatever is.</summary>
    public Money? PaymentExpected { get; init; }
}

/// <summary>So much is to be taken, by this attempt of the payment, however often it is tried.</summary>
[Alias("order_amendment.payment_began")]
internal sealed record AmendmentPaymentBegan(int Attempt, Money Amount, DateTimeOffset Deadline) : AmendmentEvent;

/// <summary>The customer must act, until the deadline.</summary>
[Alias("order_amendment.action_required")]
internal sealed record AmendmentActionRequired(NextAction NextAction, DateTimeOffset Deadline) : AmendmentEvent;

[Alias("order_amendment.payment_authorized")]
internal sealed record AmendmentPaymentAuthorized(DateTimeOffset Deadline) : AmendmentEvent;

/// <summary>The money is taken and the order knows.</summary>
[Alias("order_amendment.payment_captured")]
internal sealed record AmendmentPaymentCaptured(DateTimeOffset Deadline) : AmendmentEvent;

/// <summary>The order allows it, and said what it takes.</summary>
[Alias("order_amendment.planned")]
internal sealed record AmendmentPlanned(
    ImmutableArray<SkuQuantity> Withhold,
    ImmutableArray<SkuQuantity> Add,
    ImmutableArray<OpenFulfillmentOrder> Requests,
    DateTimeOffset Deadline) : AmendmentEvent
{
    /// <summary>Sales of the wanted SKUs that have units without stock; null in old events.</summary>
    public ImmutableArray<BackorderedSale>? Backorders { get; init; }
}

/// <param name="Withheld">Units without stock that get none.</param>
/// <param name="Requests">What the locations are asked to send, with what has got stock since the change was planned.</param>
[Alias("order_amendment.backorders_withheld")]
internal sealed record AmendmentBackordersWithheld(
    ImmutableArray<SkuQuantity> Withheld, ImmutableArray<OpenFulfillmentOrder> Requests, DateTimeOffset Deadline) : AmendmentEvent;

[Alias("order_amendment.stock_held")]
internal sealed record AmendmentStockHeld(DateTimeOffset Deadline) : AmendmentEvent;

/// <param name="Withheld">What is kept back, by locations and without stock.</param>
[Alias("order_amendment.withheld")]
internal sealed record AmendmentWithheld(ImmutableArray<SkuQuantity> Withheld, DateTimeOffset Deadline) : AmendmentEvent;

[Alias("order_amendment.stock_committed")]
internal sealed record AmendmentStockCommitted(
    ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations, DateTimeOffset Deadline) : AmendmentEvent;

/// <summary>The order is another now: from here on it only goes on.</summary>
[Alias("order_amendment.recorded")]
internal sealed record AmendmentRecorded(DateTimeOffset Deadline) : AmendmentEvent;

[Alias("order_amendment.confirmed")]
internal sealed record AmendmentConfirmed(DateTimeOffset Deadline) : AmendmentEvent;

/// <summary>Money is to be given back: so much, under this name, however often it is tried.</summary>
[Alias("order_amendment.refund_began")]
internal sealed record AmendmentRefundBegan(string Refund, Money Amount, DateTimeOffset Deadline) : AmendmentEvent
{
    /// <summary>What a gift card or store credit gets back; null: the payment does.</summary>
    public CreditReturn? Credit { get; init; }
}

/// <param name="Refusal">Null when the money goes back.</param>
[Alias("order_amendment.refund_ended")]
internal sealed record AmendmentRefundEnded(string? Refusal, DateTimeOffset Deadline) : AmendmentEvent;

/// <param name="OrderVersion">The order's version that the first answer showed.</param>
[Alias("order_amendment.completed")]
internal sealed record AmendmentCompleted(long OrderVersion) : AmendmentEvent;

[Alias("order_amendment.failed")]
internal sealed record AmendmentFailed(Rejection Failure, DateTimeOffset Deadline) : AmendmentEvent;

[Alias("order_amendment.undone")]
internal sealed record AmendmentUndone : AmendmentEvent;
