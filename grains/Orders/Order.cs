using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>What an order is. Three axes, each derived from facts and never set by hand.</summary>
internal sealed record Order : IJournaledState<Order, OrderEvent>
{
    private const int TimelineMax = 100;

    /// <summary>What was bought; null until placed.</summary>
    public OrderPlaced? Placed { get; init; }

    public Money Authorized { get; init; }

    public Money Paid { get; init; }

    /// <summary>Every amount of the payment; null until a payment told.</summary>
    public PaymentAmounts? Amounts { get; init; }

    /// <summary>The newest view of the payment that was taken over.</summary>
    public long PaymentVersion { get; init; }

    public ImmutableArray<FulfillmentView> Fulfillments { get; init; } = [];

    public ImmutableArray<TimelineEntry> Timeline { get; init; } = [];

    public string Summary => Placed is null ? "" : $"{Placed.Number} {Status}, {PaymentStatus}, {FulfillmentStatus}";

    public OrderStatus Status =>
        OrderPayment.IsSettled(PaymentStatus) && FulfillmentStatus == FulfillmentStatus.Fulfilled
            ? OrderStatus.Completed
            : OrderStatus.Open;

    public OrderPaymentStatus PaymentStatus =>
        OrderPayment.StatusOf(Placed!.Cart.Totals.Total, Amounts ?? OrderPayment.Of(Authorized, Paid));

    public FulfillmentStatus FulfillmentStatus =>
        Fulfillments.IsEmpty ? FulfillmentStatus.Unfulfilled
        : Placed!.Cart.Lines.GroupBy(line => line.Sku).All(lines => Fulfilled(lines.Key) >= lines.Sum(line => line.Quantity)) ? FulfillmentStatus.Fulfilled
        : FulfillmentStatus.PartiallyFulfilled;

    public Decision<OrderEvent> Place(PlaceOrder command, string number, DateTimeOffset now) =>
        Placed is not null
            ? Decision<OrderEvent>.Nothing
            : new OrderPlaced(number, now, command.Cart, command.Hold, command.Allocations, command.Payment);

    public Decision<OrderEvent> RecordPayment(PaymentView payment, DateTimeOffset now)
    {
        if (Placed is null)
        {
            return OrderRejections.NotFound;
        }

        var isOld = payment.Version < PaymentVersion;
        var isKnown = payment.Authorized == Authorized && payment.Captured == Paid
            && (payment.Amounts is null || payment.Amounts == Amounts);
        return isOld || isKnown ? Decision<OrderEvent>.Nothing : new OrderPaymentRecorded(payment.Brief(), now);
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

    public Order Apply(OrderEvent @event) => @event switch
    {
        OrderPlaced e => Note(e.At, "order.placed", $"Order {e.Number} was placed.") with
        {
            Placed = e, Authorized = e.Payment.Authorized, Paid = e.Payment.Captured,
            Amounts = e.Payment.Amounts, PaymentVersion = e.Payment.Version ?? 0,
        },
        OrderPaymentRecorded e => Note(e.At, OrderPayment.Change(Amounts, e.Payment)) with
        {
            Authorized = e.Payment.Authorized, Paid = e.Payment.Captured,
            Amounts = e.Payment.Amounts, PaymentVersion = e.Payment.Version ?? PaymentVersion,
        },
        OrderFulfillmentRecorded e => Note(e.Fulfillment.At, "order.shipped",
            $"{e.Fulfillment.Lines.Sum(line => line.Quantity)} units left {e.Fulfillment.Location}.") with
        {
            Fulfillments = Fulfillments.Add(e.Fulfillment),
        },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>The order as shoppers and operators see it.</summary>
    public Result<OrderView> View(OrderId id, long version) => Placed is not { } placed
        ? OrderRejections.NotFound
        : new OrderView(
            id,
            placed.Number,
            version,
            Status,
            PaymentStatus,
            FulfillmentStatus,
            placed.Cart.Email!,
            placed.Cart.ShippingAddress!,
            placed.Cart.BillingAddress,
            [.. placed.Cart.Lines.Select((line, index) => new OrderLineView(
                line.Sku, line.ProductId, line.Title, line.VariantTitle, line.Quantity,
                Fulfilled(index), line.UnitPrice, line.Total, line.Tax, line.TaxRate, line.Image)
            {
                Attributes = line.Attributes,
                ListPrice = line.ListPrice, CompareAt = line.CompareAt, PriceList = line.PriceList,
                Discount = line.Discount, Net = line.Net, Gross = line.Gross,
                TaxLines = line.TaxLines, TaxRelief = line.TaxRelief,
            })],
            placed.Cart.ShippingOption!,
            placed.Cart.Totals,
            Paid,
            Fulfillments,
            Timeline,
            placed.At,
            placed.Hold)
        {
            Buyer = placed.Cart.Buyer, TaxFree = placed.Cart.TaxFree,
            Refunded = Amounts?.Refunded ?? Money.Zero(Paid.Currency),
        };

    /// <summary>Units of a line: warehouses send SKUs, so lines of one SKU are served in their order.</summary>
    private int Fulfilled(int index)
    {
        var line = Placed!.Cart.Lines[index];
        var before = Placed.Cart.Lines.Take(index).Where(other => other.Sku == line.Sku).Sum(other => other.Quantity);
        return Math.Clamp(Fulfilled(line.Sku) - before, 0, line.Quantity);
    }

    private int Fulfilled(Sku sku) => Fulfillments.Sum(fulfillment =>
        fulfillment.Lines.Where(line => line.Sku == sku).Sum(line => line.Quantity));

    private Order Note(DateTimeOffset at, (string Kind, string Detail) change) => Note(at, change.Kind, change.Detail);

    private Order Note(DateTimeOffset at, string kind, string detail) => this with
    {
        Timeline = [.. Timeline.Add(new(at, kind, detail)).TakeLast(TimelineMax)],
    };
}

/// <summary>What can happen to an order.</summary>
internal abstract record OrderEvent : IJournalEvent;

[Alias("order.placed")]
internal sealed record OrderPlaced(
    string Number,
    DateTimeOffset At,
    CartView Cart,
    HoldId Hold,
    ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations,
    PaymentView Payment) : OrderEvent;

[Alias("order.payment_recorded")]
internal sealed record OrderPaymentRecorded(PaymentView Payment, DateTimeOffset At) : OrderEvent;

[Alias("order.fulfillment_recorded")]
internal sealed record OrderFulfillmentRecorded(FulfillmentView Fulfillment) : OrderEvent;
