using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Commerce.Journal;

namespace Commerce.Fulfillment;

/// <summary>What one location has to send for an order, and what it has sent.</summary>
internal sealed record FulfillmentOrder : IJournaledState<FulfillmentOrder, FulfillmentOrderEvent>
{
    /// <summary>What was asked for; null until opened.</summary>
    public OpenFulfillmentOrder? Asked { get; init; }

    public ImmutableArray<FulfillmentView> Fulfillments { get; init; } = [];

    public string Summary => Asked is null ? "" : $"order {Asked.OrderNumber} at {Asked.Location}: {Status}";

    public FulfillmentOrderStatus Status =>
        Open.IsEmpty ? FulfillmentOrderStatus.Closed
        : Fulfillments.IsEmpty ? FulfillmentOrderStatus.Open
        : FulfillmentOrderStatus.InProgress;

    /// <summary>What is still to send.</summary>
    [JsonIgnore]
    public ImmutableArray<SkuQuantity> Open =>
        [.. Asked!.Lines.Select(line => line with { Quantity = line.Quantity - Sent(line.Sku) }).Where(line => line.Quantity > 0)];

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
            return FulfillmentRejections.Closed;
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

        return new FulfillmentCreated(new($"{id}.{Fulfillments.Length + 1}", Asked.Location, sent, command.Tracking, now));
    }

    public FulfillmentOrder Apply(FulfillmentOrderEvent @event) => @event switch
    {
        FulfillmentOrderOpened e => this with { Asked = e.Asked },
        FulfillmentCreated e => this with { Fulfillments = Fulfillments.Add(e.Fulfillment) },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    public Result<FulfillmentOrderView> View(FulfillmentOrderId id, long version) => Asked is null
        ? FulfillmentRejections.NotFound
        : new FulfillmentOrderView(
            id, version, Status, Asked.Order, Asked.OrderNumber, Asked.Location, Asked.Lines, Open, Fulfillments, Asked.Part);

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

[Alias("fulfillment_order.fulfilled")]
internal sealed record FulfillmentCreated(FulfillmentView Fulfillment) : FulfillmentOrderEvent;
