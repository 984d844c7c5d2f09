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

/// <summary>Opens a fulfillment order at each location that has stock for a placed order.</summary>
[GrainType("fulfillment-router"), Follows("order")]
internal sealed class FulfillmentRouterGrain : Subscriber<Following, FollowingEvent>
{
    protected override async Task Handle(JournalEvent received)
    {
        if (received.Decode() is not OrderPlaced placed)
        {
            return;
        }

        var byLocation =
            from line in placed.Allocations
            from allocation in line.Value
            group new SkuQuantity(line.Key, allocation.Quantity) by allocation.Location;
        foreach (var location in byLocation)
        {
            var id = EntityId.Derive<FulfillmentOrderId>($"{received.Key}/{location.Key}");
            var opened = await GrainFactory.GetFulfillmentOrder(id).Open(new(
                new OrderId(received.Key), placed.Number, location.Key, placed.Hold,
                [.. location.OrderBy(line => line.Sku)]));
            _ = opened.Required;
        }

        await Commit(_ => new EventFollowed(received.Stream, received.Version), state => state.Handled.Count);
    }
}

/// <summary>Tells the stock and the order what has left a location.</summary>
[GrainType("fulfillment-recorder"), Follows("fulfillment-order")]
internal sealed class FulfillmentRecorderGrain : Subscriber<Following, FollowingEvent>
{
    protected override async Task Handle(JournalEvent received)
    {
        if (received.Decode() is not FulfillmentCreated { Fulfillment: var fulfillment })
        {
            return;
        }

        var asked = (await GrainFactory.GetFulfillmentOrder(new(received.Key)).Read()).Required;
        var order = await GrainFactory.GetOrder(asked.Order).Read();
        foreach (var line in fulfillment.Lines)
        {
            // What was asked for, less what has left up to and with this parcel.
            var sent = asked.Fulfillments.TakeWhile(earlier => earlier.Id != fulfillment.Id).Append(fulfillment)
                .SelectMany(parcel => parcel.Lines).Where(other => other.Sku == line.Sku).Sum(other => other.Quantity);
            var left = asked.Lines.First(wanted => wanted.Sku == line.Sku).Quantity - sent;
            var shipped = await GrainFactory.GetStockLine(line.Sku).Ship(
                new(order.Required.Hold, fulfillment.Location, left));
            _ = shipped.Required;
        }

        _ = (await GrainFactory.GetOrder(asked.Order).RecordFulfillment(fulfillment)).Required;
        await Commit(_ => new EventFollowed(received.Stream, received.Version), state => state.Handled.Count);
    }
}
