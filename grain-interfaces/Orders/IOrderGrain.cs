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

/// <summary>Every way an order can say no. Codes are public API: add, never rename.</summary>
public static class OrderRejections
{
    /// <summary>It was never placed.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "order_not_found", "There is no such order.");

    /// <summary>It was called off.</summary>
    public static readonly Rejection Canceled = new(RejectionKind.Conflict, "order_canceled", "The order was called off.");

    /// <summary>Something is still to be sent, paid or given back, so who bought it cannot be forgotten.</summary>
    public static readonly Rejection Open = new(
        RejectionKind.Conflict, "order_open", "Something of the order is still to be sent, paid or given back.");

    /// <summary>Nobody knows any more who bought it.</summary>
    public static readonly Rejection Erased = new(RejectionKind.Gone, "order_erased", "Who bought this order was erased.");

    /// <summary>Everything is sent.</summary>
    public static readonly Rejection Fulfilled = new(RejectionKind.Conflict, "order_fulfilled", "Everything is sent.");

    /// <summary>Shoppers can no longer call it off: a location has begun.</summary>
    public static readonly Rejection InFulfillment = new(
        RejectionKind.Conflict, "order_in_fulfillment", "The order is being packed and can no longer be called off.");

    /// <summary>The deadline is over, and the money came.</summary>
    public static readonly Rejection Paid = new(RejectionKind.Conflict, "order_paid", "The order is paid, or about to be.");

    /// <summary>Units that a change wants back are on their way.</summary>
    public static Rejection Sent(CartLineId line, int open) =>
        new(RejectionKind.Conflict, "order_line_sent", $"{open} units of {line} are not sent.", "/lines");

    /// <summary>Units that a change wants back have just left.</summary>
    public static readonly Rejection JustSent = new(
        RejectionKind.Conflict, "order_line_sent", "Units that were to be taken back have just been sent.", "/lines");

    /// <summary>The order has no such line.</summary>
    public static Rejection LineUnknown(int index) =>
        Rejection.Invalid($"/lines/{index}/line", "The order has no such line.", "order_line_unknown");

    /// <summary>Not a number of units.</summary>
    public static Rejection QuantityOutOfRange(string pointer, int minimum, int maximum) =>
        Rejection.Invalid(pointer, $"The quantity must be from {minimum} to {maximum}.", "quantity_out_of_range");

    /// <summary>Too many lines, or one of them twice.</summary>
    public static readonly Rejection LinesMalformed =
        Rejection.Invalid("/lines", "At most 200 different lines.", "order_lines_malformed");

    /// <summary>What is to be added is there: change its quantity.</summary>
    public static Rejection LineExists(int index) =>
        Rejection.Invalid($"/add/{index}/sku", "The order has this line. Change its quantity instead.", "order_line_exists");

    /// <summary>An edit that leaves everything as it is.</summary>
    public static readonly Rejection EditEmpty = Rejection.Invalid("", "Nothing would be different.", "order_edit_empty");

    /// <summary>An edit that leaves nothing.</summary>
    public static readonly Rejection EditCancels =
        Rejection.Invalid("/lines", "Nothing would be left. Cancel the order instead.", "order_edit_cancels");

    /// <summary>Somewhere else in the country other taxes are due.</summary>
    public static readonly Rejection TaxesDiffer = Rejection.Invalid(
        "/shipping_address", "Other taxes are due there. Cancel the order and place it anew.", "order_taxes_differ");

    /// <summary>Prices, taxes and shipping depend on the country and region.</summary>
    public static readonly Rejection CountryFixed = Rejection.Invalid(
        "/shipping_address/country", "An order stays in its country and region.", "order_country_fixed");

    /// <summary>There is no such proposed edit, or too many came after it.</summary>
    public static readonly Rejection EditNotFound =
        new(RejectionKind.NotFound, "order_edit_not_found", "There is no such edit.");

    /// <summary>The order is no longer what the edit was proposed for.</summary>
    public static readonly Rejection EditStale = new(
        RejectionKind.Conflict, "order_edit_stale", "The order has changed, or an hour is over. Propose the edit again.");

    /// <summary>Nobody changes an order that often.</summary>
    public static Rejection TooManyChanges(int maximum) =>
        new(RejectionKind.Conflict, "order_too_many_changes", $"An order can be changed at most {maximum} times.");

    /// <summary>Not a remark that is kept.</summary>
    public static readonly Rejection NoteMalformed = Rejection.Invalid("/text", "A note is 1 to 1,000 characters.");

    /// <summary>Too many remarks.</summary>
    public static Rejection TooManyNotes(int maximum) =>
        new(RejectionKind.Conflict, "order_too_many_notes", $"An order has at most {maximum} notes.");
}
