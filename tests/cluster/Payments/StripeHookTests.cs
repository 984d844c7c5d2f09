using Commerce.Orders;

namespace Commerce.Payments;

/// <summary>What comes in at the webhook is checked before it is believed.</summary>
public sealed class StripeHookTests(StripeCluster shop) : IClassFixture<StripeCluster>
{
    [Fact]
    public async Task An_event_that_Stripe_did_not_sign_is_refused()
    {
        var intent = shop.IntentOf(await shop.BoughtAsync()).Id;
        var (body, signature) = shop.Stripe.Event("payment_intent.succeeded", intent);

        Assert.Equal(400, await shop.DeliverAsync(body, ""));
        Assert.Equal(400, await shop.DeliverAsync(body, "t=1,v1=00"));
        Assert.Equal(400, await shop.DeliverAsync(body + " ", signature));
        var (other, forged) = shop.Stripe.Event("payment_intent.succeeded", intent, secret: "whsec_of_somebody_else");
        Assert.Equal(400, await shop.DeliverAsync(other, forged));
        Assert.Equal(200, await shop.DeliverAsync(body, signature));
    }

    [Theory]
    [InlineData(-301, 400)]
    [InlineData(-290, 200)]
    [InlineData(290, 200)]
    [InlineData(310, 400)]
    public async Task A_signature_that_is_too_old_or_of_the_future_is_refused(int seconds, int status)
    {
        var intent = shop.IntentOf(await shop.BoughtAsync()).Id;

        var (body, signature) = shop.Stripe.Event("charge.updated", intent, DateTimeOffset.UtcNow.AddSeconds(seconds));

        Assert.Equal(status, await shop.DeliverAsync(body, signature));
    }

    [Fact]
    public async Task An_event_takes_effect_once_by_its_id()
    {
        var intent = shop.IntentOf(await shop.BoughtAsync()).Id;
        var (body, signature) = shop.Stripe.Event("charge.updated", intent, id: "evt_once");
        Assert.Equal(200, await shop.DeliverAsync(body, signature));
        var asked = shop.Stripe.Requests.Count(request => request.Path.EndsWith(intent, StringComparison.Ordinal));

        Assert.Equal(200, await shop.DeliverAsync(body, signature));

        Assert.True(asked > 0);
        Assert.Equal(asked, shop.Stripe.Requests.Count(request => request.Path.EndsWith(intent, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_event_without_its_effect_is_asked_for_again()
    {
        var order = await shop.BoughtAsync();
        var intent = shop.IntentOf(order).Id;
        shop.Stripe.Do(books => books.RefundInDashboard(intent, 100));
        var (body, signature) = shop.Stripe.Event("charge.refunded", intent);
        shop.Stripe.Fail(intent, StripeFault.Unavailable);

        await Assert.ThrowsAsync<RetryableException>(() => shop.DeliverAsync(body, signature));
        Assert.Equal(200, await shop.DeliverAsync(body, signature));

        Assert.Equal(100, (await shop.PaymentAsync(order)).Amounts!.Refunded.MinorUnits);
    }

    [Fact]
    public async Task What_is_not_ours_is_acknowledged_and_changes_nothing()
    {
        var forged = shop.Stripe.Do(books => books.Forge(EntityId.New<OrderId>(DateTimeOffset.UtcNow).Value));
        var foreign = shop.Stripe.Do(books => books.Forge("somebody elses order"));

        Assert.Equal(200, await shop.TellAsync("payment_intent.succeeded", forged));
        Assert.Equal(200, await shop.TellAsync("charge.updated", foreign));
        Assert.Equal(200, await shop.TellAsync("customer.created", foreign));
    }

    [Fact]
    public async Task What_is_no_event_is_refused()
    {
        foreach (var body in new[] { "{}", "[]", "nonsense", """{ "id": "evt_1", "type": 7 }""", """{ "id": "evt_1", "type": "charge.updated", "data": 1 }""" })
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            Assert.Equal(400, await shop.DeliverAsync(body, StripeStub.Sign(body, now, StripeStub.WebhookSecret)));
        }

        Assert.Equal(413, await shop.DeliverAsync(new string('x', 300_000), "t=1,v1=00"));
    }
}
