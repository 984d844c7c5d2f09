using Commerce.Carts;
using Commerce.Orders;
using Npgsql;

namespace Commerce.Journal;

public sealed class RedeliveryTests(JournalDatabase database) : DeliveryTests, IClassFixture<JournalDatabase>, IDisposable
{
    private protected override NpgsqlDataSource Database => database.Source;

    private protected override string Outbox { get; } = Directory.CreateTempSubdirectory("commerce-outbox-").FullName;

    [Fact]
    public async Task Delivering_everything_again_has_no_effect_again()
    {
        var orders = new List<OrderId>();
        await using (var cluster = await StartAsync())
        {
            var sku = await NewSkuAsync(cluster.Grains);
            for (var i = 0; i < 5; i++)
            {
                orders.Add(await BuyAsync(cluster.Grains, await cluster.Grains.NewCartAsync((sku, 3))));
            }

            await Eventually.TrueAsync(() => AllAsync(orders, order => IsDeliveredAsync(order, locations: 1)));
            await Eventually.TrueAsync(IsCaughtUpAsync);
        }

        var effects = await EffectsAsync();
        await Database.ExecuteAsync("delete from journal_cursors where reader = 'streams'");
        await using (await StartAsync())
        {
            await Eventually.TrueAsync(IsCaughtUpAsync);
        }

        Assert.Equal(effects, await EffectsAsync());
        foreach (var order in orders)
        {
            Assert.Equal((1, 1), (await FulfillmentOrdersAsync(order), await MailsAsync(order)));
        }
    }

    [Fact]
    public async Task A_killed_silo_loses_no_delivery()
    {
        await using var cluster = await StartAsync(silos: 2);
        var sku = await NewSkuAsync(cluster.Grains);
        var carts = new List<CartId>();
        for (var i = 0; i < 16; i++)
        {
            carts.Add(await cluster.Grains.NewCartAsync((sku, 1)));
        }

        var orders = carts.Select(OrderOf).ToArray();
        var buying = carts.Select(cart => JournalParts.InsistAsync(() => cluster.Grains.BuyAsync(cart, key: cart.Value))).ToArray();
        await Task.WhenAny(buying);
        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[1]);
        Assert.All(await Task.WhenAll(buying), bought => Assert.True(bought.Answer.IsAccepted, bought.Answer.Rejection?.ToString()));

        await Eventually.TrueAsync(() => AllAsync(orders, order => IsDeliveredAsync(order, locations: 1)), TimeSpan.FromSeconds(40));
        foreach (var order in orders)
        {
            Assert.Equal((1, 1), (await FulfillmentOrdersAsync(order), await MailsAsync(order)));
            Assert.Equal(1, await Database.ScalarAsync<long>(
                "select count(*) from sandbox_intents where reference = @order and captured > 0", new { order = order.Value }));
        }
    }

    public void Dispose() => Directory.Delete(Outbox, recursive: true);

    private Task<JournalCluster> StartAsync(short silos = 1) => JournalCluster.StartAsync(
        Database, silos, Outbox, options => options.WakeAgainAfter = TimeSpan.FromSeconds(2));
}
