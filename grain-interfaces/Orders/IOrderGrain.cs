using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Payments;
using Commerce.Pricing;
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

    /// <summary>Takes over what a location has sent. Repeatable by the fulfillment's id.</summary>
    [Alias("RecordFulfillment")]
    Task<Result<OrderView>> RecordFulfillment(FulfillmentView fulfillment);

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
[GenerateSerializer, Immutable, Alias("commerce.PlaceOrder")]
public sealed record PlaceOrder(
    [property: Id(0)] CartView Cart,
    [property: Id(1)] HoldId Hold,
    [property: Id(2)] ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations,
    [property: Id(3)] PaymentView Payment);

/// <summary>An order, with everything needed to show it.</summary>
/// <param name="Number">What people read and say: 8 characters, unique, not in sequence.</param>
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
    [property: Id(6)] string Email,
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
    /// <summary>What was given back of what was paid.</summary>
    [Id(17)]
    public Money Refunded { get; init; } = Money.Zero(Totals.Total.Currency);

    /// <summary>See <see cref="CartView.Buyer"/>.</summary>
    [Id(20)]
    public Buyer? Buyer { get; init; }

    /// <summary>See <see cref="CartView.TaxFree"/>.</summary>
    [Id(21)]
    public string? TaxFree { get; init; }

}

/// <summary>One line of an order.</summary>
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
    [Id(11)]
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

    /// <summary>Some of what was taken was given back.</summary>
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
}
