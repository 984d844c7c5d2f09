using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Orders;
using Npgsql;

namespace Commerce.Journal;

/// <summary>Orders, and what came of delivering them.</summary>
public abstract class DeliveryTests
{
    private protected static readonly LocationId North = new("north");

    private protected abstract NpgsqlDataSource Database { get; }

    private protected abstract string Outbox { get; }

    /// <summary>A SKU with stock in two locations.</summary>
    private protected static async Task<Sku> NewSkuAsync(IGrainFactory grains, int inMain = 100, int inNorth = 100)
    {
        await grains.GetLocations().Put([new(Shop.Main, "Main", "GB", null, 1), new(North, "North", "GB", null, 2)]);
        var sku = await grains.NewSkuAsync(units: inMain);
        if (inNorth > 0)
        {
            _ = (await grains.GetStockLine(sku).Receive(new(North, inNorth), CommandHeader.None)).Required;
        }

        return sku;
    }

    private protected static async Task<OrderId> BuyAsync(IGrainFactory grains, CartId cart) => (await grains.BuyAsync(cart)).Required.Order!.Id;

    private protected static OrderId OrderOf(CartId cart) => EntityId.Twin<CartId, OrderId>(cart);

    private protected static async Task<(int OnHand, int Committed)> StockAsync(IGrainFactory grains, Sku sku)
    {
        var stock = await grains.GetStockLine(sku).Read();
        return (stock.OnHand, stock.Committed);
    }

    private protected static async Task<bool> AllAsync(IEnumerable<OrderId> orders, Func<OrderId, Task<bool>> condition)
    {
        foreach (var order in orders)
        {
            if (!await condition(order))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Carts whose orders share a partition, so that nothing but the design keeps them apart.</summary>
    private protected static async Task<CartId[]> NewCartsOfOnePartitionAsync(
        IGrainFactory grains, int count, params (Sku Sku, int Quantity)[] lines)
    {
        var carts = new List<CartId>();
        while (true)
        {
            carts.Add(await grains.NewCartAsync(lines));
            var neighbours = carts.GroupBy(cart => StreamName.Partition($"order/{OrderOf(cart)}")).FirstOrDefault(group => group.Count() == count);
            if (neighbours is not null)
            {
                return [.. neighbours];
            }
        }
    }

    private protected async Task<IReadOnlyList<(string Subscriber, string Stream, long Version)>> ParkedAsync() =>
        await Database.QueryAsync<(string, string, long)>("select subscriber, stream, version from journal_parked");

    private protected async Task<bool> IsDeliveredAsync(OrderId order, int locations) =>
        await FulfillmentOrdersAsync(order) >= locations && await MailsAsync(order) >= 1;

    private protected Task<long> FulfillmentOrdersAsync(OrderId order) => Database.ScalarAsync<long>(
        "select count(*) from journal_events where type = 'fulfillment_order.opened' and data->'asked'->>'order' = @order",
        new { order = order.Value });

    private protected Task<long> MailsAsync(OrderId order) => Database.ScalarAsync<long>(
        "select count(*) from journal_events where type = 'notification.sent' and stream = @stream",
        new { stream = $"notification/{order}" });

    private protected async Task<(long Events, int Mails)> EffectsAsync() =>
        (await Database.ScalarAsync<long>("select count(*) from journal_events"), Directory.GetFiles(Outbox).Length);

    /// <summary>Whether the checkpoint is behind the last event that anybody follows.</summary>
    private protected Task<bool> IsCaughtUpAsync() => Database.ScalarAsync<bool>(
        """
        select not exists (
            select from journal_events e
            left join journal_cursors c on c.reader = 'streams' and c.partition = e.partition
            where (split_part(e.stream, '/', 1) = any(@followed) or e.type = any(@types))
              and (e.transaction_id, e.position) > (coalesce(c.transaction_id, '0'), coalesce(c.position, 0)))
        """,
        new
        {
            followed = FollowsAttribute.Wanted.Where(wanted => wanted.Types.Length == 0).Select(wanted => wanted.Category).ToArray(),
            types = FollowsAttribute.Wanted.SelectMany(wanted => wanted.Types).ToArray(),
        });
}
