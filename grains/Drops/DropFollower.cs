using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;

namespace Commerce.Drops;

/// <summary>A drop, as the stock tells it what became of its units.</summary>
[Alias("commerce.IDropListener")]
internal interface IDropListener : IGrainWithStringKey
{
    /// <summary>Takes in what the stock line has told, up to this version at least. Each event once, however often it is called.</summary>
    [Alias("Hear")]
    Task Hear(long stockVersion);
}

/// <summary>
/// Tells drops that units of theirs were sold or came back. Keyed by SKU. The drop reads the events itself and knows which
/// it has taken in, so that what is told twice is heard once, and a crowd of events is heard in a few pages; this grain
/// therefore needs to remember only roughly how far it came.
/// </summary>
[GrainType("drop-follower"), Follows("stock-line", "stock.allotment_sold", "stock.allotment_unsold", "stock.allotment_returned")]
internal sealed class DropFollowerGrain : Subscriber<Following, FollowingEvent>
{
    private const int RememberEvery = 200;

    protected override async Task Handle(JournalEvent received)
    {
        var told = (AllotmentEvent)received.Decode();
        await GrainFactory.GetGrain<IDropListener>(told.Drop.Value).Hear(received.Version);
        if (received.Version - State.Handled.GetValueOrDefault(received.Stream) >= RememberEvery)
        {
            await Commit(_ => new EventFollowed(received.Stream, received.Version), state => state.Handled.Count);
        }
    }
}
