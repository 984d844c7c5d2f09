using Commerce.Orders;
using Commerce.Payments;
using Commerce.Verification;
using Dapper;

namespace Commerce;

/// <summary>What is paid of an order after it was changed.</summary>
public sealed partial class OrderAmendmentTests
{
    [Fact]
    public async Task What_nobody_pays_is_called_off_at_its_deadline()
    {
        var (order, sku) = await PlaceAsync(units: 4, _ => Task.FromResult(
            new PaymentView(1, PaymentStatus.Voided, null, "invoice", Gbp(0), Gbp(0), null)));

        await Eventually.TrueAsync(async () => (await Grains.GetOrder(order.Id).Read()).Required.Status == OrderStatus.Canceled);

        await StockBecomesAsync(sku, onHand: 4, committed: 0, available: 4);
        Assert.Contains((await Grains.GetOrder(order.Id).Read()).Required.Timeline, entry => entry.Kind == "order.overdue");
    }

    [Fact]
    public async Task Money_that_is_only_reserved_is_let_go()
    {
        var (order, sku) = await PlaceAsync(units: 2, async (id) =>
            (await Grains.GetPayment(id).Authorize(new(1, Gbp(2193), "pm_card_visa"))).Required);
        Assert.Equal(OrderPaymentStatus.Authorized, order.PaymentStatus);

        var canceled = (await CancelAsync(order, Whole)).Required;

        Assert.Equal((OrderStatus.Canceled, OrderPaymentStatus.Unpaid), (canceled.Status, canceled.PaymentStatus));
        Assert.Equal(PaymentStatus.Voided, (await Grains.GetPayment(order.Id).Read()).Required.Status);
        Assert.Empty(await cluster.RefundsAsync(order.Id));
        await StockBecomesAsync(sku, onHand: 2, committed: 0, available: 2);
    }

    [Theory]
    [InlineData("pm_card_visa", false)]
    [InlineData("pm_card_authenticationRequired", true)]
    public async Task What_an_edit_adds_to_the_price_is_paid_once_by_whoever_pays_it(string method, bool isAsked)
    {
        var order = await DearerAsync(by: 899);
        var amendment = Grains.GetOrderAmendment(order);

        Assert.Equal("amount_due_changed", (await amendment.Pay(method, new("pay:0", "digest"), Gbp(898))).Rejection!.Code);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => amendment.Pay(method, new("pay:1", "digest"), Gbp(899))));

        if (isAsked)
        {
            Assert.All(answers, answer => Assert.NotNull(answer.Required.NextAction));
            await ConfirmAsync(order);
            answers = [await amendment.Pay(method, new("pay:1", "digest"))];
        }

        Assert.All(answers, answer => Assert.Equal(
            (OrderPaymentStatus.Paid, Gbp(0)), (answer.Required.Order!.PaymentStatus, answer.Required.Order.AmountDue)));
        Assert.Equal(new long[] { 1294, 899 }, await CapturedAsync(order));
        Assert.Equal("order_paid", (await amendment.Pay(method, new("pay:2", "digest"))).Rejection!.Code);
        Assert.Equal(Rejection.IdempotencyMismatch, (await amendment.Pay(method, new("pay:1", "other"))).Rejection);
        var canceled = (await amendment.Cancel(Whole, new("cancel:1", "digest"))).Required;
        Assert.Equal((OrderPaymentStatus.Refunded, Gbp(2193)), (canceled.PaymentStatus, canceled.Refunded));
        Assert.Equal(new long[] { 899, 1294 }, (await cluster.RefundsAsync(order)).Order());
        var report = await JournalVerifier.RunAsync(cluster.Database, Cancellation);
        Assert.DoesNotContain(report.Violations, violation => violation.Stream.EndsWith($"/{order}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_payment_that_nobody_confirms_gives_way_to_the_next_change_and_takes_nothing()
    {
        var order = await DearerAsync(by: 899);
        var amendment = Grains.GetOrderAmendment(order);
        Assert.Equal("payment_declined", (await amendment.Pay("pm_card_chargeDeclined", new("pay:1"))).Rejection!.Code);
        Assert.NotNull((await amendment.Pay("pm_card_authenticationRequired", new("pay:2"))).Required.NextAction);

        var paid = (await amendment.Pay("pm_card_visa", new("pay:3"))).Required.Order!;
        await ConfirmAsync(order, mayBeGone: true);

        Assert.Equal((OrderPaymentStatus.Paid, Gbp(2193)), (paid.PaymentStatus, paid.Paid));
        Assert.Equal(new long[] { 1294, 899 }, await CapturedAsync(order));
        Assert.Equal("checkout_expired", (await amendment.Pay("pm_card_authenticationRequired", new("pay:2"))).Rejection!.Code);
    }

    /// <summary>An order of one unit, paid, which was then edited to two.</summary>
    private async Task<OrderId> DearerAsync(int by)
    {
        var (order, sku) = await BuyAsync(units: 5, quantity: 1);
        var id = EntityId.New<OrderEditId>(DateTimeOffset.UtcNow);
        Assert.True((await Grains.GetOrderAmendment(order.Id).Propose(id, new([new(sku, 2)], []))).IsAccepted);
        Assert.Equal(Gbp(by), (await Grains.GetOrderAmendment(order.Id).Apply(id, new("apply:1"))).Required.AmountDue);
        return order.Id;
    }

    /// <summary>What the bank's page does when the customer says yes.</summary>
    private async Task ConfirmAsync(OrderId order, bool mayBeGone = false)
    {
        await using var connection = await cluster.Database.OpenConnectionAsync(Cancellation);
        var confirmed = await connection.ExecuteAsync(
            "update sandbox_intents set status = 'Authorized' where reference = @id and status = 'RequiresAction'",
            new { id = order.Value });
        Assert.True(confirmed == 1 || mayBeGone);
    }

    /// <summary>What the gateway has taken of an order, by attempt.</summary>
    private async Task<long[]> CapturedAsync(OrderId order)
    {
        await using var connection = await cluster.Database.OpenConnectionAsync(Cancellation);
        return [.. await connection.QueryAsync<long>(
            "select captured from sandbox_intents where reference = @id and captured > 0 order by attempt", new { id = order.Value })];
    }
}
