using System.Collections.Immutable;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Orders;

namespace Commerce.Fulfillment;

/// <summary>How far a follower has come whose effects are idempotent calls.</summary>
internal sealed record Following : IJournaledState<Following, FollowingEvent>, ISubscriberState
{
    public ImmutableDictionary<string, long> Handled { get; init; } = ImmutableDictionary<string, long>.Empty;

    public Following Apply(FollowingEvent @event) => @event switch
    {
        EventFollowed e => this with { Handled = Handled.SetItem(e.Stream, e.Version) },
        _ => throw new System.Diagnostics.UnreachableException(@event.GetType().Name),
    };
}

/// <summary>What can happen to a follower.</summary>
internal abstract record FollowingEvent : IJournalEvent;

/// <summary>Everything an event called for is done.</summary>
[Alias("following.followed")]
internal sealed record EventFollowed(string Stream, long Version) : FollowingEvent;

/// <summary>
/// Opens a fulfillment order at each location that has stock for what was ordered, and puts what came back into stock. What
/// has no stock yet gets its own when it does; see <see cref="BackorderRouterGrain"/>.
/// </summary>
[GrainType("fulfillment-router"), OfOnePurchase, Follows("order")]
internal sealed class FulfillmentRouterGrain : Subscriber<Following, FollowingEvent>
{
    protected override async Task Handle(JournalEvent received)
    {
        switch (received.Decode())
        {
            case OrderPlaced placed:
                await Open(FulfillmentPlan.For(new(received.Key), placed.Number, placed.Hold, placed.Allocations));
                break;
            case OrderEdited { Requests.IsEmpty: false } edited:
                await Open(edited.Requests);
                break;
            case OrderReturnReceived returned:
                await Restock(returned, $"{received.Key}.r{returned.Return}");
                break;
            default:
                return;
        }

        await Commit(_ => new EventFollowed(received.Stream, received.Version), state => state.Handled.Count);
    }

    private async Task Open(IEnumerable<OpenFulfillmentOrder> wanted)
    {
        foreach (var asked in wanted)
        {
            _ = (await GrainFactory.GetFulfillmentOrder(FulfillmentPlan.IdOf(asked)).Open(asked)).Required;
        }
    }

    /// <param name="name">Names the return, so that nothing is received twice.</param>
    private async Task Restock(OrderReturnReceived returned, string name)
    {
        foreach (var (sku, quantity) in returned.Restocked)
        {
            _ = (await GrainFactory.GetStockLine(sku).Receive(new(returned.Location, quantity, name), new(name))).Required;
        }
    }
}

/// <summary>Opens a fulfillment order for what was sold without stock, when the stock has come. Keyed by SKU.</summary>
[GrainType("backorder-router"), Follows("stock-line", "stock.allocated")]
internal sealed class BackorderRouterGrain : Subscriber<Following, FollowingEvent>
{
    protected override async Task Handle(JournalEvent received)
    {
        // What was still held is part of the order that comes of it, and opened with that.
        if (received.Decode() is StockAllocated { IsCommitted: true } allocated)
        {
            await Open(new Sku(received.Key), allocated);
        }

        await Commit(_ => new EventFollowed(received.Stream, received.Version), state => state.Handled.Count);
    }

    private async Task Open(Sku sku, StockAllocated allocated)
    {
        // Whoever sold it without there being a cart and an order knows by itself that it can be sent.
        if (allocated.Hold.Cart is not { } cart)
        {
            return;
        }

        var id = EntityId.Twin<Carts.CartId, OrderId>(cart);
        var order = await GrainFactory.GetOrder(id).Read();

        // What a change of an order has committed is its own once the change is recorded, and may be released before.
        if (order.IsAccepted && (allocated.Hold.Change is null || order.Value!.Holds.Contains(allocated.Hold)))
        {
            var allocations = ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(sku, allocated.Allocations);
            foreach (var asked in FulfillmentPlan.For(id, order.Value!.Number, allocated.Hold, allocations))
            {
                // The router has opened the same if the checkout saw the allocation before it placed the order.
                _ = (await GrainFactory.GetFulfillmentOrder(FulfillmentPlan.IdOf(asked)).Open(asked)).Required;
            }
        }
        else if ((await GrainFactory.GetStockOperations(sku).ReadHold(allocated.Hold)).IsAccepted)
        {
            throw new RetryableException("The units are sold, but no order has them yet.");
        }
    }
}

/// <summary>
/// Tells the stock what has left a location and what is not to leave it any more, and the order what has left and what has
/// arrived. In the order of the fulfillment order's events: what stays committed is told absolutely.
/// </summary>
[GrainType("fulfillment-recorder"), OfOnePurchase, Follows("fulfillment-order")]
internal sealed class FulfillmentRecorderGrain : Subscriber<Following, FollowingEvent>
{
    protected override async Task Handle(JournalEvent received)
    {
        switch (received.Decode())
        {
            case FulfillmentCreated created:
                var asked = (await GrainFactory.GetFulfillmentOrder(new(received.Key)).Read()).Required;
                foreach (var (sku, left) in created.Left ?? LeftAfter(created.Fulfillment, asked))
                {
                    _ = (await GrainFactory.GetStockLine(sku).Ship(
                        new(asked.Hold, asked.Location, left, asked.Part))).Required;
                }

                _ = (await GrainFactory.GetOrder(asked.Order).RecordFulfillment(created.Fulfillment)).Required;
                break;
            case FulfillmentDelivered delivered:
                var sent = (await GrainFactory.GetFulfillmentOrder(new(received.Key)).Read()).Required;
                _ = (await GrainFactory.GetOrder(sent.Order).RecordDelivery(delivered.Fulfillment, delivered.At)).Required;
                break;
            case FulfillmentReduced reduced:
                var from = (await GrainFactory.GetFulfillmentOrder(new(received.Key)).Read()).Required;
                foreach (var (sku, left) in reduced.Left)
                {
                    _ = (await GrainFactory.GetStockLine(sku).ReleaseCommitted(
                        new(from.Hold, from.Location, left, reduced.Restock, from.Part))).Required;
                }

                break;
            default:
                return;
        }

        await Commit(_ => new EventFollowed(received.Stream, received.Version), state => state.Handled.Count);
    }

    /// <summary>For events that do not say: what was asked for, less what has left up to and with this parcel.</summary>
    private static ImmutableArray<SkuQuantity> LeftAfter(FulfillmentView parcel, FulfillmentOrderView asked) =>
    [
        .. from line in parcel.Lines
           let sent = asked.Fulfillments.TakeWhile(earlier => earlier.Id != parcel.Id).Append(parcel)
               .SelectMany(earlier => earlier.Lines).Where(other => other.Sku == line.Sku).Sum(other => other.Quantity)
           select line with { Quantity = asked.Lines.First(wanted => wanted.Sku == line.Sku).Quantity - sent },
    ];
}
