using Commerce.Carts;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Verification;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Payments;

/// <summary>The sandbox does what a gateway does, and its ledger agrees with ours.</summary>
public sealed class SandboxPaymentTests(SandboxPaymentTests.SandboxCluster shop) : IClassFixture<SandboxPaymentTests.SandboxCluster>
{
    [Fact]
    public async Task Money_goes_back_in_parts_each_once_and_both_ledgers_agree()
    {
        var order = await BoughtAsync("pm_card_visa");
        var payment = shop.Grains.GetPayment(order);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => payment.Refund(new(100 * (1 + (i % 3))), new($"refund {i % 3}"))));

        Assert.Equal("refund_exceeds_captured", (await payment.Refund(new(695), new("too much"))).Rejection!.Code);
        var view = (await payment.Read()).Required;
        Assert.Equal((1294L, 600L), (view.Captured.MinorUnits, view.Amounts!.Refunded.MinorUnits));
        Assert.Equal(600, await LedgerAsync("select sum(r.amount) from sandbox_refunds r join sandbox_intents i on i.id = r.intent where reference = @order", order));
        await Eventually.TrueAsync(async () => (await OrderAsync(order)).Refunded.MinorUnits == 600);
        await AgreeAsync();
    }

    [Fact]
    public async Task A_refund_that_fails_is_refused_and_nothing_is_given_back()
    {
        var order = await BoughtAsync("pm_card_refundFail");

        var refused = await shop.Grains.GetPayment(order).Refund(new(500), new("one"));

        Assert.Equal("refund_refused", refused.Rejection!.Code);
        Assert.Equal(0, (await shop.Grains.GetPayment(order).Read()).Required.Amounts!.Refunded.MinorUnits);
        await AgreeAsync();
    }

    [Fact]
    public async Task A_disputed_charge_is_on_the_order_as_soon_as_we_look()
    {
        var order = await BoughtAsync("pm_card_createDispute");

        await shop.Grains.GetPayment(order).Look(null);

        await Eventually.TrueAsync(async () => (await OrderAsync(order)).PaymentStatus == OrderPaymentStatus.Disputed);
    }

    [Fact]
    public async Task A_purchase_that_is_given_up_leaves_nothing_reserved()
    {
        var (cart, order) = await NewCartAsync();

        await shop.Grains.BuyAsync(cart, "pm_card_authenticationRequired", "one");
        Assert.True((await shop.Grains.BuyAsync(cart, "pm_card_visa", "two")).IsAccepted);

        var attempts = (await shop.Grains.GetPayment(order).Read()).Required.Attempts!.Value;
        Assert.Equal([(PaymentStatus.Voided, true), (PaymentStatus.Paid, false)], attempts.Select(attempt => (attempt.Status, attempt.IsAbandoned)));
        await AgreeAsync();
    }

    [Fact]
    public async Task What_the_ledger_has_and_we_have_not_is_a_difference()
    {
        var order = await BoughtAsync("pm_card_visa");
        await LedgerAsync("update sandbox_intents set captured = captured - 1 where reference = @order returning 1", order);

        var report = await JournalVerifier.RunAsync(shop.Database, TestContext.Current.CancellationToken);
        Assert.Equal("gateway-agrees-with-payments", Assert.Single(report.Violations).Rule.Code);
        Assert.Equal(ReconciliationKind.Captured, Assert.Single((await ReconcileAsync()).Differences).Kind);

        await LedgerAsync("update sandbox_intents set captured = captured + 1 where reference = @order returning 1", order);
        await AgreeAsync();
    }

    private async Task AgreeAsync()
    {
        var report = await JournalVerifier.RunAsync(shop.Database, TestContext.Current.CancellationToken);
        Assert.True(report.First is null, report.ToString());
        await Eventually.TrueAsync(async () => (await ReconcileAsync()) is { Differences: [], IsComplete: true, Payments: > 0 });
    }

    private async Task<ReconciliationReport> ReconcileAsync()
    {
        var now = DateTimeOffset.UtcNow;
        return (await shop.Grains.GetGateway().Reconcile(new(now.AddHours(-1), now.AddMinutes(1)))).Required;
    }

    private async Task<OrderId> BoughtAsync(string method)
    {
        var (cart, order) = await NewCartAsync();
        Assert.True((await shop.Grains.BuyAsync(cart, method)).IsAccepted);
        return order;
    }

    private async Task<(CartId Cart, OrderId Order)> NewCartAsync()
    {
        var cart = await shop.Grains.NewCartAsync((await shop.Grains.NewSkuAsync(units: 5), 1));
        return (cart, EntityId.Twin<CartId, OrderId>(cart));
    }

    private async Task<OrderView> OrderAsync(OrderId order) => (await shop.Grains.GetOrder(order).Read()).Required;

    private async Task<long> LedgerAsync(string sql, OrderId order)
    {
        await using var connection = await shop.Database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(sql, new { order = order.Value });
    }

    /// <summary>Two silos that look after deadlines often.</summary>
    public sealed class SandboxCluster : CommerceCluster
    {
        protected override short Silos => 2;

        protected override void Configure(ISiloBuilder silo) => silo.Services.Configure<JournalOptions>(journal =>
            (journal.WakeEvery, journal.WakeAgainAfter) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)));
    }
}
