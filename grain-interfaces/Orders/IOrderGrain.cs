using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Credit;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Payments;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Orders;

/// <summary>One order, keyed by <see cref="OrderId"/>. It exists once placed, and is never deleted.</summary>
[Alias("commerce.IOrder")]
public interface IOrderGrain : IGrainWithStringKey
{
    /// <summary>Places the order. Repeating it changes nothing and answers the order as it is.</summary>
    [Alias("Place")]
    Task<Result<OrderView>> Place(PlaceOrder command);

    /// <summary>Takes over where the payment stands. Absolute; a view older than the one taken over last is no news.</summary>
    [Alias("RecordPayment")]
    Task<Result<OrderView>> RecordPayment(PaymentView payment);

    /// <summary>Takes over what came of giving money back. Repeatable by the refund's id.</summary>
    [Alias("RecordRefund")]
    Task<Result<OrderView>> RecordRefund(RecordRefund refund);

    /// <summary>Whether it could be called off now, and what that takes. Changes nothing.</summary>
    [Alias("PlanCancel"), Orleans.Concurrency.ReadOnly]
    Task<Result<OrderPlan>> Plan(CancelOrder command);

    /// <summary>Whether it could be edited now, and what that takes. Changes nothing.</summary>
    [Alias("PlanEdit"), Orleans.Concurrency.ReadOnly]
    Task<Result<OrderPlan>> Plan(PricedEdit command);

    /// <summary>Takes down what was called off. Repeatable by the change's number.</summary>
    [Alias("RecordCancellation")]
    Task<Result<OrderView>> Record(RecordCancellation command);

    /// <summary>Takes down what was edited. Repeatable by the change's number.</summary>
    [Alias("RecordEdit")]
    Task<Result<OrderView>> Record(RecordEdit command);

    /// <summary>Keeps a remark of an operator, 1 to 1,000 characters; at most 50. Shoppers never see it.</summary>
    [Alias("AddNote")]
    Task<Result<ImmutableArray<OrderNote>>> AddNote(string text, CommandHeader header);

    /// <summary>The operators' remarks, oldest first.</summary>
    [Alias("ReadNotes")]
    Task<Result<ImmutableArray<OrderNote>>> ReadNotes(int notesMax);

    /// <summary>Takes over what a location has sent. Repeatable by the fulfillment's id.</summary>
    [Alias("RecordFulfillment")]
    Task<Result<OrderView>> RecordFulfillment(FulfillmentView fulfillment);

    /// <summary>Takes over that a parcel has arrived. Repeatable.</summary>
    [Alias("RecordDelivery")]
    Task<Result<OrderView>> RecordDelivery(string fulfillment, DateTimeOffset at);

    /// <summary>Asks to send units back; see <see cref="ReturnRejections"/>.</summary>
    [Alias("RequestReturn")]
    Task<Result<OrderReturnView>> RequestReturn(RequestReturn command, CommandHeader header);

    /// <summary>Approves, declines or gives up a return, by its number. What was decided so already stays so.</summary>
    /// <param name="status">What becomes of it; not requested, nor received.</param>
    [Alias("DecideReturn")]
    Task<Result<OrderReturnView>> DecideReturn(int number, ReturnStatus status, CommandHeader header);

    /// <summary>
    /// Takes in what came of an approved return, which ends it: what those units cost becomes the order's
    /// <c>amount_owed</c> and goes back, what is sellable goes to stock.
    /// </summary>
    [Alias("ReceiveReturn")]
    Task<Result<OrderReturnView>> ReceiveReturn(int number, ReceiveReturn command, CommandHeader header);

    /// <summary>
    /// Forgets who bought it, for ever: names, addresses, remarks. Amounts and goods stay. Refused with <c>order_open</c>
    /// while something is still to be sent, paid, returned or given back. Idempotent, also where there is no order.
    /// </summary>
    [Alias("Erase")]
    Task<Result<bool>> Erase();

    /// <summary>The order; refused with 404 when it was never placed.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<Result<OrderView>> Read();

    /// <summary>The order as it was at one of its versions.</summary>
    [Alias("ReadAsOf")]
    Task<Result<OrderView>> ReadAsOf(long version);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <summary>What was bought, as the cart stood when it was frozen.</summary>
/// <param name="Allocations">By SKU: which locations send how many.</param>
/// <param name="Payment">What is reserved beyond gift cards and store credit; null when those pay everything.</param>
[GenerateSerializer, Immutable, Alias("commerce.PlaceOrder")]
public sealed record PlaceOrder(
    [property: Id(0)] CartView Cart,
    [property: Id(1)] HoldId Hold,
    [property: Id(2)] ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations,
    [property: Id(3)] PaymentView? Payment);

/// <summary>An order, with everything needed to show it.</summary>
/// <param name="Number">What people read and say: 8 characters, unique, not in sequence.</param>
/// <param name="Email">Whom it is confirmed to; null once it is erased.</param>
/// <param name="Hold">The commitment under which the order has its stock; for other grains, not for shoppers.</param>
/// <param name="Timeline">What happened, oldest first; the last 100 entries.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderView")]
public sealed record OrderView(
    [property: Id(0)] OrderId Id,
    [property: Id(1)] string Number,
    [property: Id(2)] long Version,
    [property: Id(3)] OrderStatus Status,
    [property: Id(4)] OrderPaymentStatus PaymentStatus,
    [property: Id(5)] FulfillmentStatus FulfillmentStatus,
    [property: Id(6), Personal] string? Email,
    [property: Id(7)] Address ShippingAddress,
    [property: Id(8)] Address? BillingAddress,
    [property: Id(9)] ImmutableArray<OrderLineView> Lines,
    [property: Id(10)] ShippingOption ShippingOption,
    [property: Id(11)] Totals Totals,
    [property: Id(12)] Money Paid,
    [property: Id(13)] ImmutableArray<FulfillmentView> Fulfillments,
    [property: Id(14)] ImmutableArray<TimelineEntry> Timeline,
    [property: Id(15)] DateTimeOffset PlacedAt,
    [property: Id(16), System.Text.Json.Serialization.JsonIgnore] HoldId Hold)
{
    /// <summary>Whose it is: nobody else may see it. Null: of whoever has its id.</summary>
    [Id(30)]
    public Customers.CustomerId? Customer { get; init; }

    /// <summary>Where it was sold; null: nothing named it, as in the shop's own pages.</summary>
    [Id(32)]
    public SalesChannel? SalesChannel { get; init; }

    /// <summary>All commitments, those of changes besides, the last first; for other grains, not for shoppers.</summary>
    [Id(31), System.Text.Json.Serialization.JsonIgnore]
    public ImmutableArray<HoldId> Holds { get; init; }

    /// <summary>What was given back of what was paid.</summary>
    [Id(17)]
    public Money Refunded { get; init; } = Money.Zero(Totals.Total.Currency);

    /// <summary>What is still to pay, beyond what is reserved or taken.</summary>
    [Id(18)]
    public Money AmountDue { get; init; } = Money.Zero(Totals.Total.Currency);

    /// <summary>What was paid beyond the total, and not given back yet.</summary>
    [Id(19)]
    public Money AmountOwed { get; init; } = Money.Zero(Totals.Total.Currency);

    /// <summary>See <see cref="CartView.Buyer"/>.</summary>
    [Id(20)]
    public Buyer? Buyer { get; init; }

    /// <summary>See <see cref="CartView.TaxFree"/>.</summary>
    [Id(21)]
    public string? TaxFree { get; init; }

    /// <summary>What was called off, oldest first.</summary>
    [Id(22)]
    public ImmutableArray<OrderCancellationView> Cancellations { get; init; } = [];

    /// <summary>What came back or is to, by number.</summary>
    [Id(25)]
    public ImmutableArray<OrderReturnView> Returns { get; init; } = [];

    /// <summary>Until when the customer can ask to send something back; null: there is nothing to send back.</summary>
    [Id(26)]
    public DateTimeOffset? ReturnableUntil { get; init; }

    /// <summary>What promotions took off when it was bought.</summary>
    [Id(23)]
    public ImmutableArray<AppliedPromotion> Promotions { get; init; } = [];

    /// <summary>What of <see cref="Paid"/> is from gift cards and store credit.</summary>
    [Id(24)]
    public ImmutableArray<OrderCredit> Credits { get; init; } = [];
}

/// <summary>What a gift card or store credit paid of an order.</summary>
/// <param name="Last4">The last 4 characters of a gift card's code; null for store credit.</param>
/// <param name="Amount">What was spent.</param>
/// <param name="Returned">What of it was given back.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderCredit")]
public sealed record OrderCredit(
    [property: Id(0)] CreditAccountId Id,
    [property: Id(1)] CreditKind Kind,
    [property: Id(2)] string? Last4,
    [property: Id(3)] Money Amount,
    [property: Id(4)] Money Returned)
{
    /// <summary>What of it stays spent.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Money Kept => Amount - Returned;
}

/// <summary>What was called off at one time. Why, only the history tells, which is for operators.</summary>
/// <param name="Change">Numbers the changes of the order.</param>
/// <param name="Returned">By how much the order's total fell.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderCancellationView")]
public sealed record OrderCancellationView(
    [property: Id(0)] int Change,
    [property: Id(1)] ImmutableArray<OrderLineQuantity> Lines,
    [property: Id(2)] Money Returned,
    [property: Id(3)] DateTimeOffset At);

/// <summary>A remark of an operator.</summary>
/// <param name="Text">1 to 1,000 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderNote")]
public sealed record OrderNote([property: Id(0)] DateTimeOffset At, [property: Id(1), Personal] string Text);

/// <summary>One line of an order. Lines that were called off stay, with no units.</summary>
/// <param name="Quantity">Units bought, without those called off.</param>
/// <param name="Fulfilled">Units sent so far.</param>
[GenerateSerializer, Immutable, Alias("commerce.OrderLineView")]
public sealed record OrderLineView(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] ProductId ProductId,
    [property: Id(2)] string Title,
    [property: Id(3)] string? VariantTitle,
    [property: Id(4)] int Quantity,
    [property: Id(5)] int Fulfilled,
    [property: Id(6)] Money UnitPrice,
    [property: Id(7)] Money Total,
    [property: Id(8)] Money Tax,
    [property: Id(9)] decimal TaxRate,
    [property: Id(10)] string? Image)
{
    /// <summary>What sets it apart from other lines of its SKU; null: nothing.</summary>
    [Id(11), Personal]
    public ImmutableSortedDictionary<string, string>? Attributes { get; init; }

    /// <summary>See <see cref="CartLineView.ListPrice"/>.</summary>
    [Id(20)]
    public Money? ListPrice { get; init; }

    /// <summary>See <see cref="CartLineView.CompareAt"/>.</summary>
    [Id(21)]
    public Money? CompareAt { get; init; }

    /// <summary>See <see cref="CartLineView.PriceList"/>.</summary>
    [Id(22)]
    public string? PriceList { get; init; }

    /// <summary>See <see cref="CartLineView.Discount"/>.</summary>
    [Id(23)]
    public Money? Discount { get; init; }

    /// <summary>See <see cref="CartLineView.Net"/>.</summary>
    [Id(24)]
    public Money? Net { get; init; }

    /// <summary>See <see cref="CartLineView.Gross"/>.</summary>
    [Id(25)]
    public Money? Gross { get; init; }

    /// <summary>See <see cref="CartLineView.TaxLines"/>.</summary>
    [Id(26)]
    public ImmutableArray<TaxAmount>? TaxLines { get; init; }

    /// <summary>See <see cref="CartLineView.TaxRelief"/>.</summary>
    [Id(27)]
    public Money? TaxRelief { get; init; }

    /// <summary>Names the line; the SKU, unless it has attributes.</summary>
    [Id(12)]
    public CartLineId Id { get; init; } = Sku;

    /// <summary>Units called off.</summary>
    [Id(13)]
    public int Canceled { get; init; }

    /// <summary>Units that were sent and came back; the amounts are of the others.</summary>
    [Id(14)]
    public int Returned { get; init; }

    /// <summary>Units that were sent, and neither came back nor are about to.</summary>
    [Id(15)]
    public int Returnable { get; init; }
}

/// <summary>The order's own axis.</summary>
[GenerateSerializer, Alias("commerce.OrderStatus")]
public enum OrderStatus
{
    /// <summary>Placed, something is still to do.</summary>
    Open = 0,

    /// <summary>Paid and sent.</summary>
    Completed = 1,

    /// <summary>Called off.</summary>
    Canceled = 2,
}

/// <summary>The payment axis, derived from amounts.</summary>
[GenerateSerializer, Alias("commerce.OrderPaymentStatus")]
public enum OrderPaymentStatus
{
    /// <summary>Reserved, not taken.</summary>
    Authorized = 0,

    /// <summary>Taken in full.</summary>
    Paid = 1,

    /// <summary>Neither reserved nor taken.</summary>
    Unpaid = 2,

    /// <summary>Less than the total was taken.</summary>
    PartiallyPaid = 3,

    /// <summary>More was taken, and not given back, than the order costs.</summary>
    Overcharged = 4,

    /// <summary>All that was taken was given back, or taken back by the bank.</summary>
    Refunded = 5,

    /// <summary>Some of what was taken is given back, though the order did not change.</summary>
    PartiallyRefunded = 6,

    /// <summary>What was reserved was let go.</summary>
    Voided = 7,

    /// <summary>The bank holds money back until a dispute is decided.</summary>
    Disputed = 8,
}

/// <summary>The fulfillment axis, derived from units sent.</summary>
[GenerateSerializer, Alias("commerce.FulfillmentStatus")]
public enum FulfillmentStatus
{
    /// <summary>Nothing is sent.</summary>
    Unfulfilled = 0,

    /// <summary>Some units are sent.</summary>
    PartiallyFulfilled = 1,

    /// <summary>All units are sent.</summary>
    Fulfilled = 2,
}

/// <summary>Something that happened to an order.</summary>
/// <param name="Kind">Stable and public, <c>order.placed</c>.</param>
/// <param name="Detail">One English sentence without personal data.</param>
[GenerateSerializer, Immutable, Alias("commerce.TimelineEntry")]
public sealed record TimelineEntry(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] string Kind, [property: Id(2)] string Detail);
