using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Commerce.Journal;

namespace Commerce.Fulfillment;

/// <summary>What one location has to send for an order, and what it has sent.</summary>
internal sealed partial record FulfillmentOrder : IJournaledState<FulfillmentOrder, FulfillmentOrderEvent>
{
    /// <summary>What was asked for; null until opened.</summary>
    public OpenFulfillmentOrder? Asked { get; init; }

    public ImmutableArray<FulfillmentView> Fulfillments { get; init; } = [];

    public string Summary => Asked is null ? "" : $"order {Asked.OrderNumber} at {Asked.Location}: {Status}";

    /// <summary>When the location began; null: not yet.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>The number of the last change of the order that was heard of.</summary>
    public int Change { get; init; }

    /// <summary>Whether that change is decided, or came to nothing.</summary>
    public bool IsChangeOver { get; init; }

    /// <summary>What that change keeps back until it is decided.</summary>
    public ImmutableArray<SkuQuantity> Withheld { get; init; } = [];

    /// <summary>What is not to be sent after all.</summary>
    public ImmutableArray<SkuQuantity> Canceled { get; init; } = [];

    public FulfillmentOrderStatus Status =>
        !Asked!.Lines.Any(line => Left(line) > 0)
            ? Fulfillments.IsEmpty ? FulfillmentOrderStatus.Canceled : FulfillmentOrderStatus.Closed
        : Fulfillments.IsEmpty && AcceptedAt is null ? FulfillmentOrderStatus.Open
        : FulfillmentOrderStatus.InProgress;

    /// <summary>What is still to send, and may be.</summary>
    [JsonIgnore]
    public ImmutableArray<SkuQuantity> Open =>
        [.. Asked!.Lines.Select(line => line with { Quantity = Left(line) - Of(Withheld, line.Sku) }).Where(line => line.Quantity > 0)];

    public Decision<FulfillmentOrderEvent> OpenFor(OpenFulfillmentOrder command, DateTimeOffset now) =>
        Asked is null ? new FulfillmentOrderOpened(command, now) : Decision<FulfillmentOrderEvent>.Nothing;

    public Decision<FulfillmentOrderEvent> Fulfill(FulfillmentOrderId id, FulfillLines command, DateTimeOffset now)
    {
        if (Asked is null)
        {
            return FulfillmentRejections.NotFound;
        }

        if (Validate(command) is { } invalid)
        {
            return invalid;
        }

        var open = Open;
        if (open.IsEmpty)
        {
            return Withheld.IsEmpty ? FulfillmentRejections.Closed : FulfillmentRejections.BeingChanged;
        }

        ImmutableArray<SkuQuantity> sent = command.Lines.IsEmpty
            ? open
            : [.. command.Lines.GroupBy(line => line.Sku).Select(g => new SkuQuantity(g.Key, g.Sum(line => line.Quantity)))];
        foreach (var line in sent)
        {
            var left = open.FirstOrDefault(there => there.Sku == line.Sku).Quantity;
            if (line.Quantity > left)
            {
                return FulfillmentRejections.NotOpen(line.Sku, left);
            }
        }

        return new FulfillmentCreated(new($"{id}.{Fulfillments.Length + 1}", Asked.Location, sent, command.Tracking, now))
        {
            Left = [.. sent.Select(line => line with { Quantity = LeftOf(line.Sku) - line.Quantity })],
        };
    }

    public Decision<FulfillmentOrderEvent> Deliver(string fulfillment, DateTimeOffset? at, DateTimeOffset now) =>
        Fulfillments.FirstOrDefault(parcel => parcel.Id == fulfillment) switch
        {
            null => FulfillmentRejections.ParcelNotFound,
            { DeliveredAt: not null } => Decision<FulfillmentOrderEvent>.Nothing,
            var parcel when at < parcel.At || at > now => Rejection.Invalid("/at", "A parcel arrives after it was sent, and not later than now."),
            _ => new FulfillmentDelivered(fulfillment, at ?? now),
        };

    public FulfillmentOrder Apply(FulfillmentOrderEvent @event) => @event switch
    {
        FulfillmentOrderOpened e => this with { Asked = e.Asked },
        FulfillmentCreated e => this with { Fulfillments = Fulfillments.Add(e.Fulfillment) },
        FulfillmentOrderAccepted e => this with { AcceptedAt = e.At },
        FulfillmentDelivered e => this with
        {
            Fulfillments = [.. Fulfillments.Select(parcel => parcel.Id == e.Fulfillment ? parcel with { DeliveredAt = e.At } : parcel)],
        },
        FulfillmentWithheld e => this with { Change = e.Change, IsChangeOver = false, Withheld = e.Lines },
        FulfillmentResumed e => this with { Change = e.Change, IsChangeOver = true, Withheld = [] },
        FulfillmentReduced e => this with
        {
            IsChangeOver = true,
            Withheld = [],
            Canceled = [.. Canceled.Concat(e.Lines).GroupBy(line => line.Sku)
                .Select(lines => new SkuQuantity(lines.Key, lines.Sum(line => line.Quantity)))],
        },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    public Result<FulfillmentOrderView> View(FulfillmentOrderId id, long version) => Asked is null
        ? FulfillmentRejections.NotFound
        : new FulfillmentOrderView(
            id, version, Status, Asked.Order, Asked.OrderNumber, Asked.Location, Asked.Lines, Open, Fulfillments, Asked.Part)
        {
            Canceled = Canceled,
            Withheld = Withheld,
            AcceptedAt = AcceptedAt,
            Hold = Asked.Hold,
        };

    /// <summary>What is neither sent nor canceled.</summary>
    private int Left(SkuQuantity asked) => asked.Quantity - Sent(asked.Sku) - Of(Canceled, asked.Sku);

    private int LeftOf(Sku sku) => Left(Asked!.Lines.First(line => line.Sku == sku));

    private static int Of(ImmutableArray<SkuQuantity> lines, Sku sku) =>
        lines.Where(line => line.Sku == sku).Sum(line => line.Quantity);

    private int Sent(Sku sku) => Fulfillments.Sum(fulfillment =>
        fulfillment.Lines.Where(line => line.Sku == sku).Sum(line => line.Quantity));

    private static Rejection? Validate(FulfillLines command)
    {
        if (command.Lines.Length > 1_000 || command.Lines.Any(line => line.Quantity is < 1 or > 1_000_000))
        {
            return Rejection.Invalid("/lines", "At most 1,000 lines, each of 1 or more units.");
        }

        return command.Tracking switch
        {
            null => null,
            { Carrier: not { Length: >= 1 and <= 100 } } =>
                Rejection.Invalid("/tracking/carrier", "A carrier is 1 to 100 characters."),
            { Number: not { Length: >= 1 and <= 100 } } =>
                Rejection.Invalid("/tracking/number", "A tracking number is 1 to 100 characters."),
            { Url: { } url } when !(Uri.TryCreate(url, UriKind.Absolute, out var uri)
                    && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && url.Length <= 2_000) =>
                Rejection.Invalid("/tracking/url", "A tracking address is an absolute http or https address."),
            _ => null,
        };
    }
}

/// <summary>What can happen to a fulfillment order.</summary>
internal abstract record FulfillmentOrderEvent : IJournalEvent;

[Alias("fulfillment_order.opened")]
internal sealed record FulfillmentOrderOpened(OpenFulfillmentOrder Asked, DateTimeOffset At) : FulfillmentOrderEvent;

/// <summary>Units left. The stock takes them over from this stream, in its order.</summary>
[Alias("fulfillment_order.fulfilled")]
internal sealed record FulfillmentCreated(FulfillmentView Fulfillment) : FulfillmentOrderEvent
{
    /// <summary>Of the same SKUs, what is neither sent nor canceled afterwards; null in old events.</summary>
    public ImmutableArray<SkuQuantity>? Left { get; init; }
}

/// <summary>A parcel has arrived.</summary>
[Alias("fulfillment_order.delivered")]
internal sealed record FulfillmentDelivered(string Fulfillment, DateTimeOffset At) : FulfillmentOrderEvent;

[Alias("fulfillment_order.accepted")]
internal sealed record FulfillmentOrderAccepted(DateTimeOffset At) : FulfillmentOrderEvent;

/// <param name="Lines">What is kept back.</param>
[Alias("fulfillment_order.withheld")]
internal sealed record FulfillmentWithheld(int Change, ImmutableArray<SkuQuantity> Lines) : FulfillmentOrderEvent;

[Alias("fulfillment_order.resumed")]
internal sealed record FulfillmentResumed(int Change) : FulfillmentOrderEvent;

/// <summary>What was kept back is never sent. The stock takes it over from this stream, in its order.</summary>
/// <param name="Left">Of the same SKUs, what is neither sent nor canceled afterwards.</param>
[Alias("fulfillment_order.reduced")]
internal sealed record FulfillmentReduced(
    int Change,
    ImmutableArray<SkuQuantity> Lines,
    ImmutableArray<SkuQuantity> Left,
    bool Restock,
    DateTimeOffset At) : FulfillmentOrderEvent;
