using System.Collections.Immutable;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Orders;
using Commerce.Payments;
using Commerce.Verification;
using Dapper;

namespace Commerce;

/// <summary>Orders that are called off and edited while some of their units have no stock yet.</summary>
public sealed partial class OrderAmendmentTests
{
    [Fact]
    public async Task What_was_ordered_ahead_is_called_off_before_it_ever_comes()
    {
        var sku = await Grains.NewSkuAsync(units: 1);
        _ = (await Grains.GetStockOperations(sku).SetPolicy(
            new(WhenOut.Preorder, PreorderCap: 5, ReleasesAt: DateTimeOffset.UtcNow.AddDays(9)), CommandHeader.None, Cancellation)).Required;
        var order = (await Grains.BuyAsync(await Grains.NewCartAsync((sku, 2)))).Required.Order!;

        var canceled = (await CancelAsync(order, ByShopper)).Required;

        Assert.Equal((OrderStatus.Canceled, OrderPaymentStatus.Refunded, Gbp(2193)), (canceled.Status, canceled.PaymentStatus, canceled.Refunded));
        await StockBecomesAsync(sku, onHand: 1, committed: 0, available: 1);
        Assert.Equal(0, (await Grains.GetStockLine(sku).Read(Cancellation)).Backordered);
    }

    [Fact]
    public async Task Units_without_stock_are_called_off_first_and_the_rest_is_sent_when_it_comes()
    {
        var (order, sku) = await BackorderAsync(units: 1, quantity: 4);

        var part = (await CancelAsync(order, Whole with { Lines = [new(sku, 2)] })).Required;

        Assert.Equal((2, 2), (part.Lines[0].Quantity, part.Lines[0].Canceled));
        await StockBecomesAsync(sku, onHand: 1, committed: 2, available: -1);
        _ = (await Grains.GetStockLine(sku).Receive(new(Shop.Main, 9), CommandHeader.None, Cancellation)).Required;
        await FulfillAllAsync(order.Id, expected: 2);
        await StockBecomesAsync(sku, onHand: 8, committed: 0, available: 8);
        await Eventually.TrueAsync(async () => (await Grains.GetOrder(order.Id).Read()).Required.Status == OrderStatus.Completed);
    }

    [Fact]
    public async Task What_nobody_pays_is_called_off_though_it_has_no_stock()
    {
        var (order, sku) = await PlaceAsync(units: 4, stocked: 1, _ => Task.FromResult(
            new PaymentView(1, PaymentStatus.Voided, null, "invoice", Gbp(0), Gbp(0), null)));

        await Eventually.TrueAsync(async () => (await Grains.GetOrder(order.Id).Read()).Required.Status == OrderStatus.Canceled);

        await StockBecomesAsync(sku, onHand: 1, committed: 0, available: 1);
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_what_waits_for_stock_where_it_was()
    {
        var (order, sku) = await BackorderAsync(units: 1, quantity: 3);
        await OpenedAsync(order);
        await Location(order).Accept(CommandHeader.None);

        Assert.Equal("order_in_fulfillment", (await CancelAsync(order, ByShopper)).Rejection!.Code);

        _ = (await Grains.GetStockLine(sku).Receive(new(Shop.Main, 2), CommandHeader.None, Cancellation)).Required;
        await FulfillAllAsync(order.Id, expected: 2);
        await StockBecomesAsync(sku, onHand: 0, committed: 0, available: 0);
    }

    [Fact]
    public async Task What_an_edit_added_without_stock_is_called_off_with_the_rest()
    {
        var (order, sku) = await BackorderAsync(units: 1, quantity: 1);
        var id = EntityId.New<OrderEditId>(DateTimeOffset.UtcNow);
        Assert.True((await Grains.GetOrderAmendment(order.Id).Propose(id, new([new(sku, 3)], []))).IsAccepted);
        Assert.Equal(3, (await Grains.GetOrderAmendment(order.Id).Apply(id, new("apply:1"))).Required.Lines[0].Quantity);
        await StockBecomesAsync(sku, onHand: 1, committed: 3, available: -2);

        Assert.Equal(OrderStatus.Canceled, (await CancelAsync(order, Whole)).Required.Status);

        await StockBecomesAsync(sku, onHand: 1, committed: 0, available: 1);
    }

    [Fact]
    public async Task A_unit_whose_stock_comes_at_this_moment_is_sent_or_called_off_and_never_both()
    {
        var sku = await Grains.NewSkuAsync(units: 10);
        _ = (await Grains.GetStockOperations(sku).SetPolicy(new(WhenOut.Backorder, BackorderFloor: 50), CommandHeader.None, Cancellation)).Required;
        var orders = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            (await Grains.BuyAsync(await Grains.NewCartAsync((sku, 2)))).Required.Order!));

        var coming = Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            Grains.GetStockLine(sku).Receive(new(Shop.Main, 5), CommandHeader.None, Cancellation)));
        var canceled = await Task.WhenAll(orders.Select((order, i) => CancelAsync(order, i % 2 == 0 ? Whole : Whole with { Lines = [new(sku, 1)] })));
        await coming;

        // All stock was on its way to somebody; what was not to be had in time can be asked for again.
        var left = 0;
        for (var i = 0; i < orders.Length; i++)
        {
            if (!canceled[i].IsAccepted)
            {
                Assert.Equal("order_line_sent", canceled[i].Rejection!.Code);
                canceled[i] = await CancelAsync(orders[i], Whole);
            }

            left += (await Grains.GetOrder(orders[i].Id).Read()).Required.Lines[0].Quantity;
        }

        await StockBecomesAsync(sku, onHand: 40, committed: left, available: 40 - left);
        Assert.Equal(0, (await Grains.GetStockLine(sku).Read(Cancellation)).Backordered);
        var report = await JournalVerifier.RunAsync(cluster.Database, Cancellation);
        Assert.DoesNotContain(report.Violations, violation => violation.Stream == $"stock-line/{sku}");
    }

    [Fact]
    public async Task What_an_edit_had_bought_that_came_to_nothing_is_asked_of_nobody()
    {
        var (order, sku) = await BackorderAsync(units: 1, quantity: 1);
        var (line, hold) = (Grains.GetStockLine(sku), HoldId.For(order.Id, change: 1));
        Assert.True((await line.Hold(new(hold, 2, TimeSpan.FromMinutes(5)), Cancellation)).IsAccepted);
        Assert.True((await line.Commit(hold, Cancellation)).IsAccepted);
        _ = (await line.Receive(new(Shop.Main, 2), CommandHeader.None, Cancellation)).Required;
        await Eventually.TrueAsync(async () => (await line.Read(Cancellation)).Backordered == 0);
        var sold = (await Grains.GetStockOperations(sku).ReadHold(hold, Cancellation)).Required;

        Assert.True((await line.Release(hold, Cancellation)).IsAccepted);

        await Eventually.TrueAsync(async () =>
        {
            await using var connection = await cluster.Database.OpenConnectionAsync(Cancellation);
            return await connection.ExecuteScalarAsync<long>(
                "select count(*) from journal_events where stream = @stream and type = 'following.followed'",
                new { stream = $"backorder-router/{sku}" }) == 1;
        });
        var asked = FulfillmentPlan.For(
            order.Id, order.Number, hold, ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(sku, sold.Allocations));
        Assert.Equal(
            FulfillmentRejections.NotFound, (await Grains.GetFulfillmentOrder(FulfillmentPlan.IdOf(Assert.Single(asked))).Read()).Rejection);
        await StockBecomesAsync(sku, onHand: 3, committed: 1, available: 2);
    }

    private async Task<(OrderView Order, Sku Sku)> BackorderAsync(int units, int quantity)
    {
        var sku = await Grains.NewSkuAsync(units);
        _ = (await Grains.GetStockOperations(sku).SetPolicy(new(WhenOut.Backorder, BackorderFloor: 9), CommandHeader.None, Cancellation)).Required;
        return ((await Grains.BuyAsync(await Grains.NewCartAsync((sku, quantity)))).Required.Order!, sku);
    }
}
