using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Journal;
using Commerce.Orders;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Inventory;

public sealed class StockLineGrainTests(TwoSilos cluster) : IClassFixture<TwoSilos>
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task A_thousand_holds_through_two_silos_for_a_hundred_units_are_a_hundred()
    {
        var sku = await cluster.Grains.NewStockAsync(units: 100);
        var lines = cluster.Lines(sku);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i =>
            lines[i % 2].Hold(new(StockWatch.NewHold(), 1, Ttl))));

        Assert.Equal(100, answers.Count(answer => answer.IsAccepted));
        Assert.All(answers.Where(answer => !answer.IsAccepted), answer => Assert.Equal("out_of_stock", answer.Rejection!.Code));
        Assert.Equal(100, (await cluster.Database.HoldsAsync(sku)).Count);
    }

    [Fact]
    public async Task Holds_that_are_made_resized_and_sold_while_activations_are_lost_sell_every_unit_once()
    {
        const int units = 60;
        var sku = await cluster.Grains.NewStockAsync(units);
        var lines = cluster.Lines(sku);
        using var done = new CancellationTokenSource();
        var chaos = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await cluster.Cluster.DeactivateAsync(lines[0]);
            }
        });

        var sold = await Task.WhenAll(Enumerable.Range(0, 90).Select(async i =>
        {
            var (line, hold) = (lines[i % 2], StockWatch.NewHold());
            var held = await JournalParts.InsistAsync(() => line.Hold(new(hold, 1, Ttl)));
            var larger = await JournalParts.InsistAsync(() => line.Hold(new(hold, 2, Ttl)));
            if (!held.Answer.IsAccepted && !larger.Answer.IsAccepted)
            {
                return 0;
            }

            return (await JournalParts.InsistAsync(() => line.Commit(hold))).Answer.Required.Quantity;
        }));

        await done.CancelAsync();
        await chaos;
        var stock = await lines[0].Read(TestContext.Current.CancellationToken);
        Assert.Equal((units, 0, sold.Sum()), (stock.OnHand, stock.Held, stock.Committed));
        Assert.InRange(sold.Sum(), units - 1, units);
    }

    [Fact]
    public async Task A_message_that_comes_again_after_its_id_is_forgotten_is_still_old_news_by_its_feed()
    {
        var sku = await cluster.Grains.NewStockAsync(units: 10);
        var line = cluster.Grains.GetStockLine(sku);
        var message = new ReceiveStock(Shop.Main, 5, "DN 1", new("wms", 1));
        _ = (await line.Receive(message, new("message-1", "digest"))).Required;
        for (var i = 0; i < 300; i++)
        {
            await line.Adjust(new(Shop.Main, 1, "found"), new($"found-{i}", "digest"));
        }

        var again = await line.Receive(message, new("message-1", "digest"));

        Assert.Equal(10 + 5 + 300, again.Required.OnHand);
    }

    [Fact]
    public async Task What_is_sold_without_stock_is_sent_when_it_comes()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 1);
        var operations = cluster.Grains.GetStockOperations(sku);
        _ = (await operations.SetPolicy(new(WhenOut.Backorder, BackorderFloor: 10), CommandHeader.None)).Required;
        var order = (await cluster.Grains.BuyAsync(await cluster.Grains.NewCartAsync((sku, 5)))).Required.Order!.Id;
        await Eventually.TrueAsync(async () => (await AskedAsync(order)).Count == 1);
        Assert.Equal(1, await UnitsAsync(order));

        _ = (await cluster.Grains.GetStockLine(sku).Receive(new(Shop.Main, 2), CommandHeader.None)).Required;
        await Eventually.TrueAsync(async () => await UnitsAsync(order) == 3);
        _ = (await cluster.Grains.GetStockLine(sku).Receive(new(Shop.Main, 7), CommandHeader.None)).Required;
        await Eventually.TrueAsync(async () => await UnitsAsync(order) == 5);

        var asked = await AskedAsync(order);
        Assert.Equal([1, 2, 2], asked.Select(view => view.Lines.Sum(line => line.Quantity)).Order());
        Assert.Equal([null, 1, 2], asked.Select(view => view.Part).Order());
        foreach (var view in asked)
        {
            _ = (await cluster.Grains.GetFulfillmentOrder(view.Id).Fulfill(new([], null), CommandHeader.None)).Required;
        }

        await Eventually.TrueAsync(async () =>
            (await cluster.Grains.GetOrder(order).Read()).Required.FulfillmentStatus == FulfillmentStatus.Fulfilled);
        var stock = await cluster.Grains.GetStockLine(sku).Read(TestContext.Current.CancellationToken);
        Assert.Equal((5, 0, 0, 5), (stock.OnHand, stock.Committed, stock.Backordered, stock.Available));
    }

    [Fact]
    public async Task A_preorder_is_sent_after_its_release()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 10);
        var release = DateTimeOffset.UtcNow.AddSeconds(5);
        _ = (await cluster.Grains.GetStockOperations(sku).SetPolicy(
            new(WhenOut.Preorder, PreorderCap: 3, ReleasesAt: release), CommandHeader.None)).Required;

        var order = (await cluster.Grains.BuyAsync(await cluster.Grains.NewCartAsync((sku, 2)))).Required.Order!.Id;

        await Eventually.TrueAsync(async () => (await AskedAsync(order)).Count == 1);
        Assert.True(DateTimeOffset.UtcNow >= release);
        Assert.Equal(1, Assert.Single(await AskedAsync(order)).Part);
    }

    [Fact]
    public async Task Stock_that_comes_before_the_order_is_placed_is_asked_for_once()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 1);
        _ = (await cluster.Grains.GetStockOperations(sku).SetPolicy(
            new(WhenOut.Backorder, BackorderFloor: 10), CommandHeader.None)).Required;
        var cart = await cluster.Grains.NewCartAsync((sku, 3));
        var (line, hold) = (cluster.Grains.GetStockLine(sku), HoldId.For(cart, 1));
        _ = (await line.Hold(new(hold, 3, Ttl))).Required;
        _ = (await line.Commit(hold)).Required;
        _ = (await line.Receive(new(Shop.Main, 5), CommandHeader.None)).Required;
        await Eventually.TrueAsync(async () => (await line.Read()).Backordered == 0);

        // The checkout finds its stock committed, and its parts allocated meanwhile.
        var order = (await cluster.Grains.BuyAsync(cart)).Required.Order!.Id;

        await Eventually.TrueAsync(async () => await FollowedAsync(sku) == 1);
        await Eventually.TrueAsync(async () => (await AskedAsync(order)).Count == 2);
        Assert.Equal(3, await UnitsAsync(order));

        // Nor is it kept back twice: what is called off is not sent.
        var called = (await cluster.Grains.GetOrderAmendment(order).Cancel(
            new([], OrderCancelReason.Customer, true, OrderParty.Operator), new("all", "digest"))).Required;
        Assert.Equal(OrderStatus.Canceled, called.Status);
        Assert.Equal(0, (await AskedAsync(order)).Sum(view => view.Open.Sum(open => open.Quantity)));
    }

    [Fact]
    public async Task The_tables_say_what_the_grain_says()
    {
        var sku = await cluster.Grains.NewStockAsync(units: 8);
        var (line, operations) = (cluster.Grains.GetStockLine(sku), cluster.Grains.GetStockOperations(sku));
        await operations.SetPolicy(new(WhenOut.Backorder, BackorderFloor: 10, LowStock: 3), CommandHeader.None);
        await operations.SetSafety(new(Shop.Main, 2), CommandHeader.None);
        await operations.MoveDamaged(new(DamageAction.Damage, Shop.Main, 1, "wet"), CommandHeader.None);
        await operations.Expect(new("PO 1", Shop.Main, 9, DateTimeOffset.UtcNow.AddDays(1)), CommandHeader.None);
        await line.Receive(new(Shop.Main, 4, "PO 1"), CommandHeader.None);
        var (first, second) = (StockWatch.NewHold(), StockWatch.NewHold());
        await line.Hold(new(first, 7, Ttl));
        await line.Hold(new(second, 6, Ttl));
        await line.Hold(new(second, 5, Ttl));
        await line.Commit(first);
        await line.Ship(new(first, Shop.Main, 4));

        var stock = await line.Read(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(async () =>
        {
            await using var connection = await cluster.Database.OpenConnectionAsync();
            var row = await connection.QuerySingleOrDefaultAsync<(int, int, int, int, int, int, int, bool, int)>(
                """
                select on_hand, held, committed, backordered, damaged, safety, available, is_low,
                       (select sum(quantity) from stock_incoming i where i.sku = l.sku)
                from stock_levels l where sku = @sku
                """,
                new { sku = sku.Value });
            return row == (stock.OnHand, stock.Held, stock.Committed, stock.Backordered, stock.Damaged, stock.Safety,
                stock.Available, true, stock.Incoming.Sum(expected => expected.Quantity));
        });
        Assert.Equal((5, 3, 5), (stock.Held, stock.Backordered, stock.Incoming.Sum(expected => expected.Quantity)));
    }

    private async Task<long> FollowedAsync(Sku sku) => await cluster.Database.ScalarAsync<long>(
        "select count(*) from journal_events where stream = @stream and type = 'following.followed'",
        new { stream = $"backorder-router/{sku}" });

    private async Task<int> UnitsAsync(OrderId order) =>
        (await AskedAsync(order)).Sum(view => view.Lines.Sum(line => line.Quantity));

    private async Task<List<FulfillmentOrderView>> AskedAsync(OrderId order)
    {
        var ids = await cluster.Database.QueryAsync<string>(
            """
            select split_part(stream, '/', 2) from journal_events
            where type = 'fulfillment_order.opened' and data -> 'asked' ->> 'order' = @order
            """,
            new { order = order.Value });
        var asked = new List<FulfillmentOrderView>();
        foreach (var id in ids)
        {
            asked.Add((await cluster.Grains.GetFulfillmentOrder(FulfillmentOrderId.Parse(id, null)).Read()).Required);
        }

        return asked;
    }
}

/// <summary>Two silos that know each other, each with a way in.</summary>
public sealed class TwoSilos : CommerceCluster
{
    protected override short Silos => 2;

    /// <summary>The stock of a SKU, asked through each silo.</summary>
    internal IStockLineGrain[] Lines(Sku sku) =>
        [.. Enumerable.Range(0, 2).Select(silo => Services(silo).GetRequiredService<IGrainFactory>().GetStockLine(sku))];
}
