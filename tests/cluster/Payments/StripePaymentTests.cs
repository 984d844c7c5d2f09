using Commerce.Carts;
using Commerce.Orders;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Payments;

/// <summary>Payments at Stripe, whatever goes wrong between Stripe and us.</summary>
public sealed class StripePaymentTests(StripeCluster shop) : IClassFixture<StripeCluster>
{
    [Fact]
    public async Task A_purchase_is_one_intent_that_is_reserved_and_then_taken_under_keys_that_were_journaled_before()
    {
        var order = await shop.BoughtAsync();

        var intent = shop.IntentOf(order);
        var payment = await shop.PaymentAsync(order);
        Assert.Equal(("succeeded", 1294L, 1294L), (intent.Status, intent.Amount, intent.Received));
        Assert.Equal((PaymentStatus.Paid, intent.Id, 1294L), (payment.Status, payment.Intent, payment.Captured.MinorUnits));
        Assert.Equal(OrderPaymentStatus.Paid, (await shop.OrderAsync(order)).PaymentStatus);
        var calls = shop.Stripe.Requests.Where(request => request.Key.StartsWith(order.Value, StringComparison.Ordinal)).ToList();
        Assert.Equal(["/v1/payment_intents", $"/v1/payment_intents/{intent.Id}/capture"], calls.Select(call => call.Path));
        Assert.Equal(await KeysAsync(order), calls.Select(call => call.Key));
        var asked = calls[0].Parameters;
        Assert.Equal(
            ("1294", "gbp", "pm_card_visa", "manual", "https://shop.test/return", order.Value, "1"),
            (asked["amount"], asked["currency"], asked["payment_method"], asked["capture_method"], asked["return_url"],
                asked["metadata[order_id]"], asked["metadata[attempt]"]));
        Assert.Equal("true", asked["confirm"], ignoreCase: true);
        shop.IsAsDescribed();
    }

    [Fact]
    public async Task One_card_has_one_fingerprint_whatever_id_it_goes_by()
    {
        var gateway = shop.Grains.GetGateway();

        Assert.Equal("fp_visa", await gateway.FingerprintOf("pm_card_visa"));
        Assert.Equal("fp_visa", await gateway.FingerprintOf("pm_card_visa_debit"));
        Assert.Null(await gateway.FingerprintOf("pm_nothing"));
        shop.IsAsDescribed();
    }

    [Theory]
    [InlineData("RateLimit")]
    [InlineData("Lock")]
    [InlineData("Unavailable")]
    [InlineData("DropBefore")]
    [InlineData("DropAfter")]
    [InlineData("ErrorAfter")]
    public async Task Whatever_becomes_of_the_answer_there_is_one_charge(string fault)
    {
        var (cart, order, _) = await shop.NewCartAsync();
        shop.Stripe.Fail("/v1/payment_intents", Enum.Parse<StripeFault>(fault));

        await Assert.ThrowsAsync<RetryableException>(() => shop.Grains.BuyAsync(cart, key: "one"));
        var bought = await shop.InsistAsync(cart, "pm_card_visa", "one");

        Assert.Equal(OrderPaymentStatus.Paid, bought.Required.Order!.PaymentStatus);
        Assert.Equal(1294, shop.IntentOf(order).Received);
        var creations = shop.Stripe.Requests.Where(request =>
            request.Path == "/v1/payment_intents" && request.Parameters.GetValueOrDefault("metadata[order_id]") == order.Value);
        Assert.Single(creations.Select(request => request.Key).Distinct());
        shop.IsAsDescribed();
    }

    [Theory]
    [InlineData("RateLimit")]
    [InlineData("DropBefore")]
    [InlineData("DropAfter")]
    [InlineData("ErrorAfter")]
    public async Task A_capture_without_an_answer_is_made_once(string fault)
    {
        var (cart, order, _) = await shop.NewCartAsync();
        shop.Stripe.Fail("/capture", Enum.Parse<StripeFault>(fault));

        var bought = await shop.InsistAsync(cart, "pm_card_visa", "one");

        Assert.Equal(OrderPaymentStatus.Paid, bought.Required.Order!.PaymentStatus);
        Assert.Equal(1294, shop.IntentOf(order).Received);
        Assert.Equal(1294, (await shop.PaymentAsync(order)).Captured.MinorUnits);
    }

    [Theory]
    [InlineData("Unauthorized")]
    [InlineData("Forbidden")]
    public async Task A_key_that_Stripe_does_not_accept_is_our_fault_and_leaves_the_cart_open(string fault)
    {
        var (cart, order, sku) = await shop.NewCartAsync();
        shop.Stripe.Fail("/v1/payment_intents", Enum.Parse<StripeFault>(fault));

        var refused = await shop.Grains.BuyAsync(cart, key: "one");

        Assert.Equal("payment_gateway_misconfigured", refused.Rejection!.Code);
        Assert.Equal(5, await shop.Grains.GetStockLine(sku).Available());
        Assert.True((await shop.Grains.BuyAsync(cart, key: "two")).IsAccepted);
        Assert.Equal(1294, shop.IntentOf(order).Received);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "payment_declined", "generic_decline")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "payment_declined", "insufficient_funds")]
    [InlineData("pm_card_nobody", "payment_method_unknown", "no such payment method")]
    public async Task A_card_that_is_refused_is_told_with_its_reason(string method, string code, string reason)
    {
        var (cart, _, _) = await shop.NewCartAsync();

        var refused = await shop.Grains.BuyAsync(cart, method);

        Assert.Equal(code, refused.Rejection!.Code);
        Assert.Contains(reason, refused.Rejection.Detail, StringComparison.Ordinal);
        Assert.True((await shop.Grains.BuyAsync(cart)).IsAccepted);
    }

    [Fact]
    public async Task A_key_that_stands_for_another_request_is_never_answered_by_a_second_charge()
    {
        var (cart, order, _) = await shop.NewCartAsync();
        shop.Stripe.Spend($"{order}/1/1");

        await Assert.ThrowsAsync<RetryableException>(() => shop.Grains.BuyAsync(cart, key: "one"));
        await Assert.ThrowsAsync<RetryableException>(() => shop.Grains.BuyAsync(cart, key: "one"));

        Assert.Empty(shop.Stripe.Do(books => books.OfOrder(order.Value)));
        await using var connection = await shop.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("update journal_streams set wake_at = null where stream = any (@streams)",
            new { streams = new[] { $"payment/{order}", $"checkout/{cart}" } });
    }

    [Fact]
    public async Task Money_goes_back_in_parts_and_never_more_than_was_taken()
    {
        var order = await shop.BoughtAsync();
        var payment = shop.Grains.GetPayment(order);

        Assert.True((await payment.Refund(new(500, "scratched"), new("one"))).IsAccepted);
        Assert.True((await payment.Refund(new(300), new("two"))).IsAccepted);
        Assert.True((await payment.Refund(new(500, "scratched"), new("one"))).IsAccepted);

        Assert.Equal("refund_exceeds_captured", (await payment.Refund(new(495), new("three"))).Rejection!.Code);
        var view = await shop.PaymentAsync(order);
        Assert.Equal((1294L, 800L, 0L), (view.Captured.MinorUnits, view.Amounts!.Refunded.MinorUnits, view.Amounts.RefundedPending.MinorUnits));
        Assert.Equal([500, 300], shop.IntentOf(order).Refunds.Select(refund => refund.Amount));
        Assert.Equal(("one", "scratched"), (view.Refunds!.Value[0].CommandId, view.Refunds.Value[0].Reason));
        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).PaymentStatus == OrderPaymentStatus.PartiallyRefunded);
        Assert.True((await payment.Refund(new(), new("rest"))).IsAccepted);
        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).PaymentStatus == OrderPaymentStatus.Refunded);
        shop.IsAsDescribed();
    }

    [Theory]
    [InlineData("DropBefore")]
    [InlineData("DropAfter")]
    [InlineData("ErrorAfter")]
    [InlineData("RateLimit")]
    public async Task A_refund_without_an_answer_is_made_once(string fault)
    {
        var order = await shop.BoughtAsync();
        var payment = shop.Grains.GetPayment(order);
        shop.Stripe.Fail("/v1/refunds", Enum.Parse<StripeFault>(fault));

        await Assert.ThrowsAsync<RetryableException>(() => payment.Refund(new(500), new("one")));
        Assert.True((await payment.Refund(new(500), new("one"))).IsAccepted);

        Assert.Equal(500, Assert.Single(shop.IntentOf(order).Refunds).Amount);
        Assert.Equal(500, (await shop.PaymentAsync(order)).Amounts!.Refunded.MinorUnits);
    }

    [Fact]
    public async Task A_call_that_nobody_repeats_is_made_by_the_deadline()
    {
        var order = await shop.BoughtAsync();
        shop.Stripe.Fail("/v1/refunds", StripeFault.DropBefore);

        await Assert.ThrowsAsync<RetryableException>(() => shop.Grains.GetPayment(order).Refund(new(500), new("one")));

        await Eventually.TrueAsync(() => Task.FromResult(shop.IntentOf(order).Refunds is [{ Amount: 500 }]), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_refund_that_the_bank_sends_back_is_told_and_owed_again()
    {
        var order = await shop.BoughtAsync("pm_card_pendingRefund");
        var intent = shop.IntentOf(order).Id;
        var pending = await shop.Grains.GetPayment(order).Refund(new(500), new("one"));
        Assert.Equal((0L, 500L), (pending.Required.Amounts!.Refunded.MinorUnits, pending.Required.Amounts.RefundedPending.MinorUnits));

        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).Refunded.MinorUnits == 500);
        shop.Stripe.Do(books => books.Settle(intent, "failed"));
        Assert.Equal(200, await shop.TellAsync("refund.failed", intent));

        var view = await shop.PaymentAsync(order);
        Assert.Equal((0L, 0L), (view.Amounts!.Refunded.MinorUnits, view.Amounts.RefundedPending.MinorUnits));
        Assert.Equal(PaymentRefundStatus.Failed, view.Refunds!.Value.Single().Status);
        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).Timeline.Any(entry => entry.Kind == "order.refund_failed"));
        Assert.True((await shop.Grains.GetPayment(order).Refund(new(500), new("two"))).IsAccepted);
    }

    [Fact]
    public async Task A_part_that_Stripe_cannot_count_is_refused_and_never_taken_for_the_whole()
    {
        var order = await shop.BoughtAsync();
        var intent = shop.IntentOf(order).Id;
        var gateway = shop.Services().GetRequiredService<IPaymentGateway>();
        var part = new Money(411, Currency.Parse("KWD", null));

        var refund = await gateway.RefundAsync(new("refund", intent, part, order.Value, 99), TestContext.Current.CancellationToken);
        var capture = await gateway.CaptureAsync(new("capture", intent, part, IsFinal: false), TestContext.Current.CancellationToken);

        Assert.Equal(("amount_unsupported", "amount_unsupported"), (refund.Refusal, capture.Refusal));
        Assert.Empty(shop.IntentOf(order).Refunds);
    }

    [Fact]
    public async Task A_refund_that_Stripe_refuses_is_refused_and_so_is_its_repetition()
    {
        var order = await shop.BoughtAsync();
        var intent = shop.IntentOf(order).Id;
        shop.Stripe.Do(books => books.RefundInDashboard(intent, 1000));

        var refused = await shop.Grains.GetPayment(order).Refund(new(500), new("one"));
        var repeated = await shop.Grains.GetPayment(order).Refund(new(500), new("one"));

        Assert.Equal(("refund_refused", "refund_refused"), (refused.Rejection?.Code, repeated.Rejection?.Code));
        Assert.Equal(1000, (await shop.PaymentAsync(order)).Amounts!.Refunded.MinorUnits);
    }

    [Fact]
    public async Task A_dispute_is_on_the_order_until_it_is_decided()
    {
        var order = await shop.BoughtAsync();
        var intent = shop.IntentOf(order).Id;
        var dispute = shop.Stripe.Do(books => books.Dispute(intent, 1294));

        await shop.TellAsync("charge.dispute.created", intent);
        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).PaymentStatus == OrderPaymentStatus.Disputed);
        Assert.Equal("refund_exceeds_captured", (await shop.Grains.GetPayment(order).Refund(new(1), new("one"))).Rejection!.Code);

        shop.Stripe.Do(books => books.Decide(intent, dispute, "won"));
        await shop.TellAsync("charge.dispute.closed", intent);
        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).PaymentStatus == OrderPaymentStatus.Paid);

        shop.Stripe.Do(books => books.Decide(intent, dispute, "lost"));
        await shop.TellAsync("charge.dispute.closed", intent);
        await Eventually.TrueAsync(async () => (await shop.OrderAsync(order)).PaymentStatus == OrderPaymentStatus.Refunded);
        Assert.Equal(1294, (await shop.PaymentAsync(order)).Amounts!.DisputeLost.MinorUnits);
    }

    [Fact]
    public async Task A_reservation_is_taken_in_parts_and_the_rest_let_go()
    {
        var order = EntityId.New<OrderId>(DateTimeOffset.UtcNow);
        var payment = shop.Grains.GetPayment(order);
        Assert.True((await payment.Authorize(new(1, new(5000, Shop.Gbp), "pm_card_visa"))).IsAccepted);

        Assert.True((await payment.Take(new(1000, IsFinal: false), new("one"))).IsAccepted);
        Assert.True((await payment.Take(new(1000, IsFinal: false), new("one"))).IsAccepted);
        Assert.True((await payment.Take(new(500, IsFinal: true), new("two"))).IsAccepted);

        var view = await shop.PaymentAsync(order);
        Assert.Equal(
            (PaymentStatus.Paid, 5000L, 1500L, 3500L),
            (view.Status, view.Amounts!.Authorized.MinorUnits, view.Amounts.Captured.MinorUnits, view.Amounts.Voided.MinorUnits));
        Assert.Equal("payment_not_authorized", (await payment.Take(new(), new("three"))).Rejection!.Code);
        Assert.Equal(1500, shop.IntentOf(order).Received);
        Assert.Empty((await shop.PaymentAsync(order)).Refunds!.Value);
        await payment.Look(null);
        Assert.Empty((await shop.PaymentAsync(order)).Refunds!.Value);
        shop.IsAsDescribed();
    }

    [Fact]
    public async Task A_reservation_is_let_go_by_an_operator()
    {
        var order = EntityId.New<OrderId>(DateTimeOffset.UtcNow);
        var payment = shop.Grains.GetPayment(order);
        await payment.Authorize(new(1, new(5000, Shop.Gbp), "pm_card_visa"));

        var let = await payment.Release(new("one"));

        Assert.Equal((PaymentStatus.Voided, 5000L), (let.Required.Status, let.Required.Amounts!.Voided.MinorUnits));
        Assert.Equal("canceled", shop.IntentOf(order).Status);
        Assert.Equal("payment_not_authorized", (await payment.Release(new("two"))).Rejection!.Code);
    }

    [Fact]
    public async Task The_end_of_a_reservation_is_a_journaled_deadline_after_which_it_is_gone()
    {
        var order = EntityId.New<OrderId>(DateTimeOffset.UtcNow);
        var payment = shop.Grains.GetPayment(order);
        var authorized = await payment.Authorize(new(1, new(5000, Shop.Gbp), "pm_card_visa"));
        var intent = shop.IntentOf(order);
        Assert.Equal(intent.CaptureBefore, authorized.Required.CaptureBefore!.Value.ToUnixTimeSeconds());
        Assert.Equal(
            DateTimeOffset.FromUnixTimeSeconds(intent.CaptureBefore) - TimeSpan.FromHours(24), (await payment.GetState()).WakeAt);

        shop.Stripe.Do(books => books.Expire(intent.Id));
        await shop.TellAsync("payment_intent.canceled", intent.Id);

        Assert.Equal((PaymentStatus.Voided, 0L), ((await shop.PaymentAsync(order)).Status, (await shop.PaymentAsync(order)).Authorized.MinorUnits));
        Assert.Null((await payment.GetState()).WakeAt);
    }

    [Fact]
    public async Task An_order_that_is_called_off_gets_its_money_back_once()
    {
        var order = await shop.BoughtAsync();
        shop.Stripe.Fail("/v1/refunds", StripeFault.DropAfter);

        await Assert.ThrowsAsync<RetryableException>(() => shop.Grains.GetOrderAmendment(order).Cancel(
            new([], OrderCancelReason.Customer, Restock: true, OrderParty.Operator), new("cancel")));

        // The deadline finishes it.
        await Eventually.TrueAsync(
            async () => (await shop.OrderAsync(order)).PaymentStatus == OrderPaymentStatus.Refunded, TimeSpan.FromSeconds(40));
        Assert.Equal(1294, Assert.Single(shop.IntentOf(order).Refunds).Amount);
    }

    [Fact]
    public async Task Nothing_that_happened_here_is_a_difference_and_what_we_were_not_told_is_one()
    {
        var order = await shop.BoughtAsync();
        var intent = shop.IntentOf(order).Id;
        await Eventually.TrueAsync(async () => (await shop.ReconcileAsync()) is { Differences: [], Intents: > 0, Payments: > 0, IsComplete: true });

        shop.Stripe.Do(books => books.RefundInDashboard(intent, 200));
        var forged = EntityId.New<OrderId>(DateTimeOffset.UtcNow);
        var unknown = shop.Stripe.Do(books => books.Forge(forged.Value));

        var differences = (await shop.ReconcileAsync()).Differences;
        Assert.Equal(
            new ReconciliationDifference(ReconciliationKind.Refunded, order, 1, intent, "0.00 GBP", "2.00 GBP"),
            Assert.Single(differences, difference => difference.Intent == intent));
        Assert.Equal(
            (ReconciliationKind.MissingHere, forged),
            (Assert.Single(differences, difference => difference.Intent == unknown) is var here ? (here.Kind, here.OrderId!.Value) : default));
        Assert.Equal(2, differences.Length);

        shop.Stripe.Do(books => books.Forget(unknown));
        await shop.TellAsync("charge.refunded", intent);
        Assert.Empty((await shop.ReconcileAsync()).Differences);

        shop.Stripe.Do(books => books.Forget(intent));
        await Eventually.TrueAsync(async () =>
            (await shop.ReconcileAsync()).Differences is [{ Kind: ReconciliationKind.MissingAtGateway } missing] && missing.OrderId == order);
    }

    private async Task<string[]> KeysAsync(OrderId order)
    {
        await using var connection = await shop.Database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>(
            """
            select coalesce(data ->> 'key', data -> 'operation' ->> 'key') from journal_events
            where stream = 'payment/' || @order and type in ('payment.requested', 'payment.operation_began') order by version
            """,
            new { order = order.Value })];
    }
}
