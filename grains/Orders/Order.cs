using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce.Orders;

/// <summary>What an order is. Three axes, each derived from facts and never set by hand.</summary>
internal sealed partial record Order : IJournaledState<Order, OrderEvent>
{
    private const int TimelineMax = 100;

    // Lines have amounts of their own since orders can be changed, payments since they can be refunded, and every hold is
    // known since units without stock can be called off.
    public static int Schema => 4;

    public static bool IsPersonal => true;

    /// <summary>What was bought; null until placed.</summary>
    public OrderPlaced? Placed { get; init; }

    /// <summary>What of it is left, and what was added.</summary>
    public ImmutableArray<OrderLine> Lines { get; init; } = [];

    public Address? ShippingAddress { get; init; }

    public ShippingOption? ShippingOption { get; init; }

    /// <summary>What shipping comes to; null until placed.</summary>
    public OrderAmounts? Shipping { get; init; }

    public Money Authorized { get; init; }

    public Money Paid { get; init; }

    /// <summary>What was given back to the payment for what was called off.</summary>
    public Money Refunded { get; init; }

    /// <summary>Every amount of the payment; null until a payment told.</summary>
    public PaymentAmounts? Amounts { get; init; }

    /// <summary>The newest view of the payment that was taken over.</summary>
    public long PaymentVersion { get; init; }

    /// <summary>What gift cards and store credit paid, in the order in which they did, and what of it was given back.</summary>
    public ImmutableArray<OrderCredit> Credits { get; init; } = [];

    /// <summary>The ids of the last refunds, whatever came of them.</summary>
    public ImmutableArray<string> Refunds { get; init; } = [];

    /// <summary>What locations were asked to send.</summary>
    public ImmutableArray<OpenFulfillmentOrder> Requests { get; init; } = [];

    /// <summary>What the units were sold under, the last first.</summary>
    public ImmutableArray<HoldId> Holds { get; init; } = [];

    public ImmutableArray<FulfillmentView> Fulfillments { get; init; } = [];

    public ImmutableArray<OrderCancellationView> Cancellations { get; init; } = [];

    public ImmutableArray<OrderNote> Notes { get; init; } = [];

    /// <summary>Whether who bought it is forgotten.</summary>
    public bool IsErased { get; init; }

    public ImmutableArray<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>The number of the last change that was recorded.</summary>
    public int Change { get; init; }

    /// <summary>How many edits were recorded.</summary>
    public int Edits { get; init; }

    /// <summary>Rises with whatever changes what is bought, sent or called off.</summary>
    public int Revision { get; init; }

    /// <summary>When it is called off if no money is in sight.</summary>
    public DateTimeOffset? PayBy { get; init; }

    /// <summary>When money is to be given back or let go; null: there is nothing to.</summary>
    public DateTimeOffset? SettleAt { get; init; }

    public DateTimeOffset? WakeAt => (IsUnpaid ? PayBy : null, SettleAt) switch
    {
        ({ } pay, { } settle) => pay < settle ? pay : settle,
        var (pay, settle) => pay ?? settle,
    };

    public string Summary => Placed is null ? "" : $"{Placed.Number} {Status}, {PaymentStatus}, {FulfillmentStatus}";

    public OrderStatus Status =>
        IsCanceled ? OrderStatus.Canceled
        : OrderPayment.IsSettled(PaymentStatus) && FulfillmentStatus == FulfillmentStatus.Fulfilled ? OrderStatus.Completed
        : OrderStatus.Open;

    public OrderPaymentStatus PaymentStatus => OrderPayment.StatusOf(
        new(Total, Sum([Paid, .. Credits.Select(credit => credit.Amount)]), Kept, Authorized - Paid, IsCanceled), Amounts);

    public FulfillmentStatus FulfillmentStatus =>
        Fulfillments.IsEmpty ? FulfillmentStatus.Unfulfilled
        : Lines.All(line => line.Open <= 0) ? FulfillmentStatus.Fulfilled
        : FulfillmentStatus.PartiallyFulfilled;

    /// <summary>What the order comes to, as it is now.</summary>
    public Totals Totals
    {
        get
        {
            var placed = Placed!.Cart.Totals;
            var parts = Lines.Select(line => line.Amounts).Append(Shipping!).ToList();
            return placed with
            {
                Items = Sum(Lines.Select(line => line.Amounts.Total)),
                Shipping = Shipping!.Total,
                Tax = Sum(parts.Select(part => part.Tax)),
                Total = Total,
                Discount = placed.Discount is null ? null : Sum(parts.Select(part => part.Discount)),
                ShippingDiscount = placed.ShippingDiscount is null ? null : Shipping.Discount,
                TaxRelief = placed.TaxRelief is null ? null : Sum(parts.Select(part => part.Relief)),
                TaxLines = placed.TaxLines is null ? null : TaxCalculation.ByName(parts.SelectMany(part => part.TaxLines)),
            };
        }
    }

    /// <summary>What was paid beyond the total, and not given back yet. What was given out of goodwill is not set against it.</summary>
    public Money Owed => Total with
    {
        MinorUnits = Math.Max(0, Math.Min(Kept.MinorUnits, KeptFor(Refunded).MinorUnits - Total.MinorUnits)),
    };

    /// <summary>What is to pay beyond what is reserved or taken. What was given back out of goodwill is not asked for again.</summary>
    public Money Due => Total with
    {
        MinorUnits = Math.Max(
            0, Total.MinorUnits - KeptFor(Refunded).MinorUnits - Math.Max(0, Authorized.MinorUnits - Paid.MinorUnits)),
    };

    /// <summary>What is here of all that was paid, by whatever means.</summary>
    private Money Kept => KeptFor(GivenBack);

    /// <summary>What went back to the payment, for whatever reason and by whose doing, or is on its way.</summary>
    private Money GivenBack => Amounts is { } told && OrderPayment.GivenBack(told).MinorUnits > Refunded.MinorUnits
        ? OrderPayment.GivenBack(told)
        : Refunded;

    private Money Total => Sum(Lines.Select(line => line.Amounts).Append(Shipping!).Select(part => part.Payable(TaxIncluded)));

    private bool IsCanceled => Lines.All(line => line.Quantity == 0);

    /// <summary>Whether there is no money in sight for something that could still be kept.</summary>
    private bool IsUnpaid =>
        Placed?.Payment is not null && Authorized.MinorUnits == 0 && Paid.MinorUnits == 0 && Fulfillments.IsEmpty && !IsCanceled;

    /// <summary>Whether money is here that is not ours.</summary>
    private bool IsUnsettled => Owed.MinorUnits > 0 || (IsCanceled && Authorized.MinorUnits > 0 && Paid.MinorUnits == 0);

    public Order Apply(OrderEvent @event) => @event switch
    {
        OrderPlaced e => Place(e),
        OrderPaymentRecorded e => Pay(e),
        OrderFulfillmentRecorded e => Send(e.Fulfillment),
        OrderDeliveryRecorded e => this with
        {
            Fulfillments = [.. Fulfillments.Select(parcel => parcel.Id == e.Fulfillment ? parcel with { DeliveredAt = e.At } : parcel)],
            Timeline = Noted(e.At, "order.delivered", "A parcel has arrived."),
        },
        OrderLinesCanceled e => Changed(e.Change, e.Lines, e.Shipping) with
        {
            Cancellations = Cancellations.Add(new(e.Change, e.Canceled, e.Returned, e.At)),
            Timeline = Noted(e.At, "order.canceled", $"{e.Canceled.Sum(line => line.Quantity)} units worth {e.Returned} were canceled."),
        },
        OrderEdited e => Changed(e.Change, e.Lines, e.Shipping) with
        {
            Lines = [.. Changed(e.Change, e.Lines, e.Shipping).Lines,
                .. e.Added.Select(OrderLine.Of)],
            Edits = Edits + 1,
            Requests = Requests.AddRange(e.Requests),
            Holds = e.Added.IsEmpty && !e.Lines.Any(IsMore) ? Holds : Holds.Insert(0, e.Hold),
            ShippingAddress = e.ShippingAddress ?? ShippingAddress,
            ShippingOption = e.ShippingOption ?? ShippingOption,
            Timeline = Noted(e.At, "order.edited", $"The order was edited; its total changed by {e.Difference}."),
        },
        OrderReturnRequested e => Request(e),
        OrderReturnDecided e => Decide(e),
        OrderReturnReceived e => Receive(e),
        OrderRefunded e => this with
        {
            // A payment that tells its amounts tells this one as well.
            Refunded = e.Credit is null && Amounts is null ? Refunded + e.Amount : Refunded,
            Credits = [.. Credits.Select(credit =>
                credit.Id == e.Credit ? credit with { Returned = credit.Returned + e.Amount } : credit)],
            Refunds = Remembered(e.Refund),
            SettleAt = null,
            Timeline = Noted(e.At, "order.refunded", $"{e.Amount} were refunded."),
        },
        OrderRefundRefused e => this with
        {
            Refunds = Remembered(e.Refund),
            SettleAt = null,
            Timeline = Noted(e.At, "order.refund_refused", $"{e.Amount} are owed and could not be refunded: {e.Reason}."),
        },
        OrderActionDue e => this with
        {
            PayBy = e.IsUnpaid ? e.Again : PayBy,
            SettleAt = e.IsUnsettled ? e.Again : SettleAt,
            Timeline = e.IsUnpaid ? Noted(e.At, "order.overdue", "The payment did not come in time.") : Timeline,
        },
        OrderNoted e => this with { Notes = Notes.Add(new(e.At, e.Text)) },
        OrderErased e => StreamKey.Forget(this) with
        {
            Notes = [], IsErased = true, Timeline = Noted(e.At, "order.erased", "Who bought it is forgotten."),
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
            placed.Cart.Email,
            ShippingAddress!,
            placed.Cart.BillingAddress,
            [.. Lines.Select(line => line.View(TaxIncluded, Returnable(line)))],
            ShippingOption!,
            Totals,
            Sum([Paid, .. Credits.Select(credit => credit.Amount)]),
            Fulfillments,
            Timeline,
            placed.At,
            placed.Hold)
        {
            Customer = placed.Cart.Customer,
            SalesChannel = placed.Cart.SalesChannel,
            Holds = Holds,
            Refunded = Sum([GivenBack, .. Credits.Select(credit => credit.Returned)]),
            Credits = Credits,
            AmountDue = Due,
            AmountOwed = Owed,
            Buyer = placed.Cart.Buyer,
            TaxFree = placed.Cart.TaxFree,
            Cancellations = Cancellations,
            Returns = Returns,
            ReturnableUntil = ReturnableUntil,
            Promotions = placed.Cart.Promotions,
        };

    private Order Place(OrderPlaced placed) => this with
    {
        Placed = placed,
        Lines = [.. placed.Cart.Lines.Select(OrderLine.Of)],
        ShippingAddress = placed.Cart.ShippingAddress,
        ShippingOption = placed.Cart.ShippingOption,
        Shipping = OrderAmounts.OfShipping(placed.Cart),
        Authorized = placed.Payment?.Authorized ?? Money.Zero(placed.Cart.Currency),
        Paid = placed.Payment?.Captured ?? Money.Zero(placed.Cart.Currency),
        Refunded = Money.Zero(placed.Cart.Currency),
        Amounts = placed.Payment?.Amounts,
        PaymentVersion = placed.Payment?.Version ?? 0,
        Credits = [.. placed.Cart.Credits.Select(credit =>
            new OrderCredit(credit.Id, credit.Kind, credit.Last4, credit.Amount, Money.Zero(placed.Cart.Currency)))],
        Requests =
        [
            .. FulfillmentPlan.For(
                EntityId.Twin<CartId, OrderId>(placed.Cart.Id), placed.Number, placed.Hold, placed.Allocations),
        ],
        Holds = [placed.Hold],
        PayBy = placed.PayBy,
        Revision = 1,
        Timeline = Noted(placed.At, "order.placed", $"Order {placed.Number} was placed."),
    };

    private Order Pay(OrderPaymentRecorded paid)
    {
        var (kind, detail) = OrderPayment.Change(Paid, Amounts, paid.Payment);
        var back = paid.Payment.Amounts is { } told ? OrderPayment.GivenBack(told) : Refunded;
        var taken = this with { Authorized = paid.Payment.Authorized, Paid = paid.Payment.Captured };
        var order = taken with
        {
            Amounts = paid.Payment.Amounts,
            PaymentVersion = paid.Payment.Version ?? PaymentVersion,

            // What goes back while something is owed is that, whoever sends it. And a refund may come back.
            Refunded = back.MinorUnits < Refunded.MinorUnits
                ? back
                : Refunded with
                {
                    MinorUnits = Refunded.MinorUnits + Math.Clamp(back.MinorUnits - GivenBack.MinorUnits, 0, taken.Owed.MinorUnits),
                },
            PayBy = paid.PayBy ?? PayBy,
            Timeline = Noted(paid.At, kind, detail),
        };
        return order with { SettleAt = order.IsUnsettled ? paid.At : null };
    }

    /// <summary>Warehouses send SKUs: lines of one SKU are served in their order.</summary>
    private Order Send(FulfillmentView parcel)
    {
        var sent = parcel.Lines.GroupBy(line => line.Sku).ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Quantity));
        var lines = ImmutableArray.CreateBuilder<OrderLine>(Lines.Length);
        foreach (var line in Lines)
        {
            var units = Math.Clamp(sent.GetValueOrDefault(line.Bought.Sku), 0, line.Open);
            sent[line.Bought.Sku] = sent.GetValueOrDefault(line.Bought.Sku) - units;
            lines.Add(line with { Fulfilled = line.Fulfilled + units });
        }

        return this with
        {
            Lines = lines.ToImmutable(),
            Fulfillments = Fulfillments.Add(parcel),
            Revision = Revision + 1,
            Timeline = Noted(
                parcel.At, "order.shipped", $"{parcel.Lines.Sum(line => line.Quantity)} units left {parcel.Location}."),
        };
    }

    private Order Changed(int change, ImmutableArray<OrderLineChange> lines, OrderAmounts shipping) => this with
    {
        Change = change,
        Revision = Revision + 1,
        Shipping = shipping,
        Lines = [.. Lines.Select(line =>
            lines.FirstOrDefault(changed => changed.Line == line.Bought.Id) is { } changed ? line.After(changed) : line)],
    };

    private bool IsMore(OrderLineChange change) => change.Quantity > Lines.First(line => line.Bought.Id == change.Line).Quantity;

    private Money KeptFor(Money refunded) => Sum([Paid - refunded, .. Credits.Select(credit => credit.Kept)]);

    private Money Sum(IEnumerable<Money> amounts) =>
        amounts.Aggregate(Money.Zero(Placed!.Cart.Currency), (sum, amount) => sum + amount);

    private ImmutableArray<string> Remembered(string refund) => [.. Refunds.Add(refund).TakeLast(100)];

    private ImmutableArray<TimelineEntry> Noted(DateTimeOffset at, string kind, string detail) =>
        [.. Timeline.Add(new(at, kind, detail)).TakeLast(TimelineMax)];
}
