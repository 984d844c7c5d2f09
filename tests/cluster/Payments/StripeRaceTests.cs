using Commerce.Checkout;
using Commerce.Orders;

namespace Commerce.Payments;

/// <summary>The shopper's return, the shopper's impatience and Stripe's events race each other: one order, one charge.</summary>
public sealed class StripeRaceTests(StripeCluster shop) : IClassFixture<StripeCluster>
{
    private const string Challenged = "pm_card_authenticationRequired";

    /// <summary>After the customer has confirmed: who comes in which order. Complete, event, the same event again, an older one.</summary>
    public static TheoryData<string> Orders() =>
    [
        .. Permutations(["complete", "event", "again", "older"]).Select(order => string.Join(' ', order)),

        // Dropped: nobody comes but one of them.
        "complete", "event", "older", "charge",
    ];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task In_whatever_order_they_come_there_is_one_order_and_one_charge(string order)
    {
        var (cart, id, sku) = await shop.NewCartAsync();
        Assert.Equal("redirect_to_url", (await shop.Grains.BuyAsync(cart, Challenged, "one")).Required.NextAction!.Type);
        var intent = shop.IntentOf(id).Id;
        var older = shop.Stripe.Event("payment_intent.requires_action", intent);
        shop.Stripe.Do(books => books.Approve(intent));
        var told = shop.Stripe.Event("payment_intent.amount_capturable_updated", intent);

        foreach (var who in order.Split(' '))
        {
            await ComeAsync(who);
        }

        if (order == "charge")
        {
            // It is about the payment alone; the checkout hears of it from the next one.
            await shop.Grains.GetCheckout(cart).Resume(null);
        }

        await IsBoughtOnceAsync(id, sku);

        Task ComeAsync(string who) => who switch
        {
            "complete" => shop.Grains.BuyAsync(cart, Challenged, "one"),
            "older" => shop.DeliverAsync(older.Body, older.Signature),
            "charge" => shop.TellAsync("charge.updated", intent),
            _ => shop.DeliverAsync(told.Body, told.Signature),
        };
    }

    [Fact]
    public async Task All_at_once_they_make_one_order_and_one_charge()
    {
        var (cart, id, sku) = await shop.NewCartAsync();
        await shop.Grains.BuyAsync(cart, Challenged, "one");
        var intent = shop.IntentOf(id).Id;
        shop.Stripe.Do(books => books.Approve(intent));
        var told = shop.Stripe.Event("payment_intent.amount_capturable_updated", intent);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => (i % 3) switch
        {
            0 => (Task)shop.Grains.BuyAsync(cart, Challenged, "one"),
            1 => shop.DeliverAsync(told.Body, told.Signature),
            _ => shop.TellAsync("payment_intent.amount_capturable_updated", intent),
        }));

        await IsBoughtOnceAsync(id, sku);
    }

    [Theory]
    [InlineData("/v1/payment_intents")]
    [InlineData("/capture")]
    public async Task An_event_that_is_here_before_the_answer_to_our_own_call_changes_nothing(string path)
    {
        var (cart, id, sku) = await shop.NewCartAsync();
        var gate = shop.Stripe.Gate(path);

        var buying = shop.Grains.BuyAsync(cart, key: "one");
        await Eventually.TrueAsync(() => Task.FromResult(
            shop.Stripe.Do(books => books.OfOrder(id.Value)) is [{ } made] && (path != "/capture" || made.Received > 0)));
        var told = shop.TellAsync("payment_intent.amount_capturable_updated", shop.IntentOf(id).Id);
        gate.SetResult();

        Assert.Equal(OrderPaymentStatus.Paid, (await buying).Required.Order!.PaymentStatus);
        Assert.Equal(200, await told);
        await IsBoughtOnceAsync(id, sku);
    }

    [Fact]
    public async Task An_event_finishes_what_the_lost_answer_to_our_own_call_began()
    {
        var (cart, id, sku) = await shop.NewCartAsync();
        shop.Stripe.Fail("/v1/payment_intents", StripeFault.DropAfter);
        await Assert.ThrowsAsync<RetryableException>(() => shop.Grains.BuyAsync(cart, key: "one"));

        Assert.Equal(200, await shop.TellAsync("payment_intent.amount_capturable_updated", shop.IntentOf(id).Id));

        Assert.Equal(OrderPaymentStatus.Paid, (await shop.OrderAsync(id)).PaymentStatus);
        await IsBoughtOnceAsync(id, sku);
    }

    [Fact]
    public async Task Who_pays_by_other_means_instead_of_confirming_is_charged_for_those_alone()
    {
        var (cart, id, sku) = await shop.NewCartAsync();
        await shop.Grains.BuyAsync(cart, Challenged, "one");
        var first = shop.IntentOf(id).Id;

        Assert.True((await shop.InsistAsync(cart, "pm_card_visa", "two")).IsAccepted);
        await shop.TellAsync("payment_intent.canceled", first);

        Assert.Equal(["canceled", "succeeded"], shop.Stripe.Do(books => books.OfOrder(id.Value)).Select(intent => intent.Status).Order());
        Assert.Equal(1, await shop.CountAsync($"order/{id}", "order.placed"));
        Assert.Equal(4, await shop.Grains.GetStockLine(sku).Available());
    }

    [Fact]
    public async Task What_they_wrote_is_as_it_should_be()
    {
        var order = await shop.BoughtAsync();
        await shop.Grains.GetPayment(order).Refund(new(500), new("one"));
        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).Refunded.MinorUnits == 500);

        await shop.IsProvedAsync();
        await Eventually.TrueAsync(async () => (await shop.ReconcileAsync()).Differences.IsEmpty);
    }

    private async Task IsBoughtOnceAsync(OrderId id, Sku sku)
    {
        var intent = shop.IntentOf(id);
        Assert.Equal(("succeeded", 1294L), (intent.Status, intent.Received));
        Assert.Equal(1, await shop.CountAsync($"order/{id}", "order.placed"));
        Assert.Equal(1, await shop.CountAsync($"payment/{id}", "payment.captured"));
        Assert.Equal(OrderPaymentStatus.Paid, (await shop.OrderAsync(id)).PaymentStatus);
        Assert.Equal(4, await shop.Grains.GetStockLine(sku).Available());
        Assert.Single(shop.Stripe.Requests, request => request.Path == $"/v1/payment_intents/{intent.Id}/capture");
        shop.IsAsDescribed();
    }

    private static IEnumerable<string[]> Permutations(string[] of) => of.Length == 1
        ? [of]
        : of.SelectMany(first => Permutations([.. of.Where(other => other != first)]).Select(rest => (string[])[first, .. rest]));
}
