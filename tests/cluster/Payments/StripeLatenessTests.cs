using Commerce.Checkout;
using Commerce.Notifications;
using Commerce.Orders;

namespace Commerce.Payments;

/// <summary>Customers have two seconds to confirm.</summary>
public sealed class StripeLatenessTests(HastyStripeCluster shop) : IClassFixture<HastyStripeCluster>
{
    private const string Challenged = "pm_card_authenticationRequired";

    [Fact]
    public async Task A_challenge_that_never_comes_back_ends_clean()
    {
        var (cart, order, sku) = await shop.NewCartAsync();

        var asked = await shop.Grains.BuyAsync(cart, Challenged, "one");
        Assert.Equal(4, await shop.Grains.GetStockLine(sku).Available());
        await EndedAsync(cart);

        Assert.StartsWith("https://hooks.stripe.test/3ds/", asked.Required.NextAction!.Url, StringComparison.Ordinal);
        Assert.Equal("canceled", shop.IntentOf(order).Status);
        Assert.Equal(5, await shop.Grains.GetStockLine(sku).Available());
        Assert.Equal(0, await shop.CountAsync($"payment/{order}", "payment.returned"));
        Assert.True((await shop.InsistAsync(cart, "pm_card_visa", "two")).IsAccepted);
    }

    [Fact]
    public async Task A_confirmation_that_comes_too_late_is_let_go_and_the_shopper_is_told()
    {
        var (cart, order, sku) = await shop.NewCartAsync();
        shop.Stripe.Fail("/cancel", StripeFault.MovesFirst);

        await shop.Grains.BuyAsync(cart, Challenged, "one");
        await EndedAsync(cart);

        await Eventually.TrueAsync(async () => await shop.CountAsync($"payment/{order}", "payment.returned") == 1);
        Assert.Equal(("canceled", 0L), (shop.IntentOf(order).Status, shop.IntentOf(order).Received));
        await Eventually.TrueAsync(async () => await shop.Grains.GetStockLine(sku).Available() == 5);
        await ToldAsync(shop, order);
    }

    [Fact]
    public async Task A_reservation_is_taken_before_it_ends()
    {
        var order = EntityId.New<OrderId>(DateTimeOffset.UtcNow);
        shop.Stripe.Do(books => books.NextCaptureBefore = DateTimeOffset.UtcNow.AddHours(24).AddSeconds(1));

        await shop.Grains.GetPayment(order).Authorize(new(1, new(5000, Shop.Gbp), "pm_card_visa"));

        await Eventually.TrueAsync(async () => (await shop.PaymentAsync(order)).Status == PaymentStatus.Paid);
        Assert.Equal(5000, shop.IntentOf(order).Received);
        Assert.Equal(1, await shop.CountAsync($"payment/{order}", "payment.expiring"));
    }

    internal static async Task ToldAsync(StripeCluster shop, OrderId order)
    {
        await Eventually.TrueAsync(async () =>
            (await shop.Grains.GetNotification(order).Read()).Any(message => message is { Kind: MessageKind.PaymentReturned, Status: MessageStatus.Sent }));
        Assert.Single(await shop.Grains.GetNotification(order).Read());
    }

    private Task EndedAsync(Commerce.Carts.CartId cart) => Eventually.TrueAsync(
        async () => await shop.CountAsync($"checkout/{cart}", "checkout.undone") == 1, TimeSpan.FromSeconds(30));
}

/// <summary>Where Stripe takes the money as soon as it is authorized.</summary>
public sealed class StripeAutomaticCaptureTests(AutomaticStripeCluster shop) : IClassFixture<AutomaticStripeCluster>
{
    [Fact]
    public async Task A_purchase_is_one_call()
    {
        var order = await shop.BoughtAsync();

        Assert.Equal(OrderPaymentStatus.Paid, (await shop.OrderAsync(order)).PaymentStatus);
        Assert.Equal("automatic", shop.Stripe.Requests.Single(request =>
            request.Parameters.GetValueOrDefault("metadata[order_id]") == order.Value).Parameters["capture_method"]);
        Assert.DoesNotContain(shop.Stripe.Requests, request => request.Path.EndsWith("/capture", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => (await shop.ReconcileAsync()).Differences.IsEmpty);
        shop.IsAsDescribed();
    }

    [Fact]
    public async Task Money_that_comes_too_late_goes_back_at_once_and_the_shopper_is_told()
    {
        var (cart, order, sku) = await shop.NewCartAsync();
        shop.Stripe.Fail("/cancel", StripeFault.MovesFirst);

        await shop.Grains.BuyAsync(cart, "pm_card_authenticationRequired", "one");

        await Eventually.TrueAsync(async () => await shop.CountAsync($"payment/{order}", "payment.returned") == 1, TimeSpan.FromSeconds(30));
        Assert.Equal(1294, Assert.Single(shop.IntentOf(order).Refunds).Amount);
        await Eventually.TrueAsync(async () => await shop.Grains.GetStockLine(sku).Available() == 5);
        await StripeLatenessTests.ToldAsync(shop, order);
        Assert.Equal(0, (await shop.PaymentAsync(order)).Captured.MinorUnits);
        await shop.IsProvedAsync();
        await Eventually.TrueAsync(async () => (await shop.ReconcileAsync()).Differences.IsEmpty);
    }

    [Fact]
    public async Task An_order_that_cannot_be_placed_is_not_paid_for()
    {
        var (cart, order, sku) = await shop.NewCartAsync(units: 1);
        var gate = shop.Stripe.Gate("/v1/payment_intents");
        var buying = shop.Grains.BuyAsync(cart, key: "one");
        await Eventually.TrueAsync(() => Task.FromResult(shop.Stripe.Do(books => books.OfOrder(order.Value)).Length == 1));

        // The hold is gone when the money has come: an operator took the stock.
        await shop.Grains.GetStockLine(sku).Release(Commerce.Inventory.HoldId.For(cart, 1));
        var other = await shop.Grains.NewCartAsync((sku, 1));
        Assert.True((await shop.Grains.BuyAsync(other)).IsAccepted);
        gate.SetResult();

        Assert.Equal("out_of_stock", (await buying).Rejection!.Code);
        await Eventually.TrueAsync(() => Task.FromResult(shop.IntentOf(order).Refunds is [{ Amount: 1294 }]));
        Assert.Equal(0, await shop.CountAsync($"order/{order}", "order.placed"));
    }
}
