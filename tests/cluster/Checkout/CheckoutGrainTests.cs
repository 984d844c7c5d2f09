using Commerce.Carts;
using Dapper;

namespace Commerce.Checkout;

public sealed class CheckoutGrainTests(CommerceCluster cluster) : IClassFixture<CommerceCluster>
{
    [Fact]
    public async Task Fifty_parallel_completes_make_one_order_and_one_charge()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 10);
        var cart = await cluster.Grains.NewCartAsync((sku, 2));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.Grains.BuyAsync(cart)));

        var order = Assert.Single(answers.Select(answer => answer.Required.Order!.Id).Distinct());
        Assert.Single(answers.Select(answer => answer.Required.Order!.Number).Distinct());
        Assert.Equal(1, await ChargesAsync(order.Value));
        var stock = await cluster.Grains.GetStockLine(sku).Read(TestContext.Current.CancellationToken);
        Assert.Equal((10, 0, 2, 8), (stock.OnHand, stock.Held, stock.Committed, stock.Available));
    }

    [Fact]
    public async Task A_declined_payment_leaves_the_cart_open_and_the_stock_free()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 3);
        var cart = await cluster.Grains.NewCartAsync((sku, 3));

        var declined = await cluster.Grains.BuyAsync(cart, "pm_card_chargeDeclined");

        Assert.Equal("payment_declined", declined.Rejection!.Code);
        Assert.Equal(3, await cluster.Grains.GetStockLine(sku).Available());
        Assert.Equal(CartStatus.Active,
            (await cluster.Grains.GetCart(cart).Read(TestContext.Current.CancellationToken)).Required.Status);
        Assert.True((await cluster.Grains.BuyAsync(cart)).IsAccepted);
    }

    [Fact]
    public async Task Missing_stock_is_told_for_every_line_at_once_and_holds_nothing()
    {
        var (coffee, tea, mug) = (
            await cluster.Grains.NewSkuAsync(units: 1), await cluster.Grains.NewSkuAsync(units: 0), await cluster.Grains.NewSkuAsync(units: 5));
        var cart = await cluster.Grains.NewCartAsync((coffee, 2), (tea, 1), (mug, 1));

        var refused = await cluster.Grains.BuyAsync(cart);

        Assert.Equal("out_of_stock", refused.Rejection!.Code);
        Assert.Equal(
            [new(coffee, 2, 1), new(tea, 1, 0)],
            refused.Rejection.Lines.OrderByDescending(line => line.Requested).ThenBy(line => line.Sku));
        Assert.Equal(5, await cluster.Grains.GetStockLine(mug).Available());
    }

    [Fact]
    public async Task A_challenged_payment_waits_for_the_customer_and_then_becomes_an_order()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 1);
        var cart = await cluster.Grains.NewCartAsync((sku, 1));

        var asked = await cluster.Grains.BuyAsync(cart, "pm_card_authenticationRequired", "one");

        Assert.Null(asked.Required.Order);
        Assert.Equal(0, await cluster.Grains.GetStockLine(sku).Available());
        await using (var connection = await cluster.Database.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await connection.ExecuteAsync(
                "update sandbox_intents set status = 'Authorized' where reference = @order",
                new { order = EntityId.Twin<CartId, Orders.OrderId>(cart).Value });
        }

        var placed = await cluster.Grains.BuyAsync(cart, "pm_card_authenticationRequired", "one");
        Assert.Equal(Orders.OrderPaymentStatus.Paid, placed.Required.Order!.PaymentStatus);
    }

    private async Task<int> ChargesAsync(string order)
    {
        await using var connection = await cluster.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        return await connection.ExecuteScalarAsync<int>(
            "select count(*) from sandbox_intents where reference = @order and captured > 0", new { order });
    }
}
