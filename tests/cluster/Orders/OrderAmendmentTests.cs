using System.Collections.Concurrent;
using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Orders;
using Commerce.Payments;
using Commerce.Promotions;
using Commerce.Verification;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Commerce;

/// <summary>Orders that are called off and edited, on two silos, while warehouses go on sending.</summary>
public sealed partial class OrderAmendmentTests(OrderAmendmentTests.TwoSilos cluster) : IClassFixture<OrderAmendmentTests.TwoSilos>
{
    private static readonly CancelOrder Whole = new([], OrderCancelReason.Staff, true, OrderParty.Operator);
    private static readonly CancelOrder ByShopper = new([], OrderCancelReason.Customer, true, OrderParty.Shopper);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => cluster.Grains;

    [Fact]
    public async Task Whoever_calls_off_gets_the_money_and_the_shop_its_stock()
    {
        var (order, sku) = await BuyAsync(units: 5, quantity: 2);

        var canceled = (await CancelAsync(order, ByShopper)).Required;

        Assert.Equal((OrderStatus.Canceled, OrderPaymentStatus.Refunded, Gbp(2193)), (canceled.Status, canceled.PaymentStatus, canceled.Refunded));
        Assert.Equal((Gbp(0), Gbp(0), Gbp(0)), (canceled.Totals.Total, canceled.AmountDue, canceled.AmountOwed));
        Assert.Equal(2193, Assert.Single(await cluster.RefundsAsync(order.Id)));
        await StockBecomesAsync(sku, onHand: 5, committed: 0, available: 5);
        Assert.Equal("order_canceled", (await CancelAsync(order, ByShopper)).Rejection!.Code);
        Assert.Equal(FulfillmentOrderStatus.Canceled, (await Location(order).Read()).Required.Status);
    }

    [Fact]
    public async Task Of_many_who_call_off_one_does_and_whoever_repeats_is_told_the_same()
    {
        var (order, sku) = await BuyAsync(units: 3, quantity: 3);
        var keys = Enumerable.Range(0, 20).Select(i => $"cancel:{i % 5}").ToList();

        var answers = await Task.WhenAll(keys.Select(key => CancelAsync(order, Whole, key)));

        var accepted = answers.Zip(keys).Where(answer => answer.First.IsAccepted).ToList();
        Assert.Single(accepted.Select(answer => answer.Second).Distinct());
        Assert.Equal(4, accepted.Count);
        Assert.Single(accepted.Select(answer => answer.First.Required.Version).Distinct());
        Assert.All(answers.Where(answer => !answer.IsAccepted), answer => Assert.Equal("order_canceled", answer.Rejection!.Code));
        Assert.Single(await cluster.RefundsAsync(order.Id));
        await StockBecomesAsync(sku, onHand: 3, committed: 0, available: 3);
        await cluster.ForgetAsync(Grains.GetOrderAmendment(order.Id));
        var again = await CancelAsync(order, Whole, accepted[0].Second);
        Assert.True(again.IsRepeated);
        Assert.Equal(accepted[0].First.Required.Version, again.Required.Version);
    }

    [Fact]
    public async Task A_unit_is_sent_or_called_off_and_never_both()
    {
        var sku = await Grains.NewSkuAsync(units: 100);
        var orders = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            (await Grains.BuyAsync(await Grains.NewCartAsync((sku, 2)))).Required.Order!));

        var outcomes = await Task.WhenAll(orders.Select(async (order, i) =>
        {
            await OpenedAsync(order);
            var send = Location(order).Fulfill(new(i % 2 == 0 ? [] : [new(sku, 1)], null), new($"send:{i}"));
            var cancel = CancelAsync(order, i % 4 < 2 ? Whole : ByShopper);
            return (Sent: await send, Canceled: await cancel);
        }));

        foreach (var (order, (sent, canceled)) in orders.Zip(outcomes))
        {
            var units = sent.IsAccepted ? sent.Required.Fulfillments.Sum(parcel => parcel.Lines.Sum(line => line.Quantity)) : 0;
            await Eventually.TrueAsync(async () => (await Grains.GetOrder(order.Id).Read()).Required.Lines[0].Fulfilled == units);
            var view = (await Grains.GetOrder(order.Id).Read()).Required;
            Assert.Equal(2, view.Lines[0].Quantity + view.Lines[0].Canceled);
            Assert.Equal(canceled.IsAccepted ? units : 2, view.Lines[0].Quantity);
            Assert.True(sent.IsAccepted || canceled.IsAccepted, $"{sent.Rejection} {canceled.Rejection}");
        }

        var left = 100 - outcomes.Where(outcome => outcome.Sent.IsAccepted)
            .Sum(outcome => outcome.Sent.Required.Fulfillments.Sum(parcel => parcel.Lines.Sum(line => line.Quantity)));
        var sold = outcomes.Zip(orders).Where(outcome => !outcome.First.Canceled.IsAccepted)
            .Sum(outcome => 2 - (outcome.First.Sent.IsAccepted ? outcome.First.Sent.Required.Fulfillments[0].Lines[0].Quantity : 0));
        await StockBecomesAsync(sku, left, sold, left - sold);
    }

    [Fact]
    public async Task A_part_is_called_off_and_the_rest_is_sent()
    {
        var (order, sku) = await BuyAsync(units: 5, quantity: 3);

        var part = (await CancelAsync(order, Whole with { Lines = [new(sku, 1)], Restock = false })).Required;
        Assert.Equal("fulfillment_exceeds_open", (await Location(order).Fulfill(new([new(sku, 3)], null), CommandHeader.None)).Rejection!.Code);
        Assert.True((await Location(order).Fulfill(new([], null), CommandHeader.None)).IsAccepted);

        Assert.Equal((2, 1, Gbp(899)), (part.Lines[0].Quantity, part.Lines[0].Canceled, part.Refunded));
        await StockBecomesAsync(sku, onHand: 2, committed: 0, available: 2);
        await Eventually.TrueAsync(async () => (await Grains.GetOrder(order.Id).Read()).Required.Status == OrderStatus.Completed);
    }

    [Fact]
    public async Task What_was_given_out_of_goodwill_is_neither_asked_for_again_nor_set_against_what_is_called_off()
    {
        var (order, sku) = await BuyAsync(units: 5, quantity: 3);
        Assert.True((await Grains.GetPayment(order.Id).Refund(new(500, "late"), new("goodwill"))).IsAccepted);
        await Eventually.TrueAsync(async () =>
            (await Grains.GetOrder(order.Id).Read()).Required is { PaymentStatus: OrderPaymentStatus.PartiallyRefunded, AmountDue.MinorUnits: 0 });

        var part = (await CancelAsync(order, Whole with { Lines = [new(sku, 1)] })).Required;

        Assert.Equal((Gbp(1399), Gbp(0), Gbp(0)), (part.Refunded, part.AmountOwed, part.AmountDue));
        Assert.Equal(new long[] { 500, 899 }, (await cluster.RefundsAsync(order.Id)).Order());
        var whole = (await CancelAsync(order, Whole)).Required;
        Assert.Equal((OrderPaymentStatus.Refunded, whole.Paid), (whole.PaymentStatus, whole.Refunded));
        Assert.Equal(whole.Paid.MinorUnits, (await cluster.RefundsAsync(order.Id)).Sum());
    }

    [Fact]
    public async Task A_shopper_is_refused_once_the_location_has_begun_and_nothing_is_changed()
    {
        var (order, sku) = await BuyAsync(units: 2, quantity: 2);
        await OpenedAsync(order);
        await Location(order).Accept(CommandHeader.None);

        Assert.Equal("order_in_fulfillment", (await CancelAsync(order, ByShopper)).Rejection!.Code);
        Assert.True((await Location(order).Fulfill(new([], null), CommandHeader.None)).IsAccepted);

        await StockBecomesAsync(sku, onHand: 0, committed: 0, available: 0);
        Assert.Empty(await cluster.RefundsAsync(order.Id));
    }

    [Fact]
    public async Task Money_that_does_not_go_back_at_once_goes_back_later_and_once()
    {
        var (order, _) = await BuyAsync(units: 1, quantity: 1);
        cluster.LoseRefundAnswers(order.Id, times: 3);

        await Assert.ThrowsAnyAsync<Exception>(() => CancelAsync(order, Whole, "cancel:1"));

        await Eventually.TrueAsync(async () =>
            (await Grains.GetOrder(order.Id).Read()).Required is { PaymentStatus: OrderPaymentStatus.Refunded } read
            && read.Timeline.Any(entry => entry.Kind == "order.refunded"));
        Assert.Single(await cluster.RefundsAsync(order.Id));
        Assert.True((await CancelAsync(order, Whole, "cancel:1")).IsRepeated);
    }

    [Fact]
    public async Task An_edit_takes_back_and_adds_and_what_it_adds_is_sent_as_well()
    {
        var (order, sku) = await BuyAsync(units: 5, quantity: 3);
        var mug = await Grains.NewSkuAsync(units: 2);
        var amendment = Grains.GetOrderAmendment(order.Id);
        var id = EntityId.New<OrderEditId>(DateTimeOffset.UtcNow);

        var edit = (await amendment.Propose(id, new([new(sku, 1)], [new(mug, 2)]))).Required;
        Assert.Equal((Gbp(0), OrderEditStatus.Proposed), (edit.Difference, edit.Status));
        Assert.Equal(2, await Grains.GetStockLine(mug).Available());
        var edited = (await amendment.Apply(id, new("apply:1", "digest"))).Required;

        Assert.Equal(edit.After, edited.Totals);
        Assert.Equal([(sku, 1), (mug, 2)], edited.Lines.Select(line => (line.Sku, line.Quantity)));
        Assert.True((await amendment.Apply(id, new("apply:1", "digest"))).IsRepeated);
        Assert.Equal("order_edit_stale", (await amendment.Apply(id, new("apply:2", "digest"))).Rejection!.Code);
        await StockBecomesAsync(sku, onHand: 5, committed: 1, available: 4);
        await StockBecomesAsync(mug, onHand: 2, committed: 2, available: 0);

        await FulfillAllAsync(order.Id, expected: 2);
        await StockBecomesAsync(mug, onHand: 0, committed: 0, available: 0);
        await Eventually.TrueAsync(async () =>
            (await Grains.GetOrder(order.Id).Read()).Required.FulfillmentStatus == FulfillmentStatus.Fulfilled);
    }

    [Fact]
    public async Task An_edit_that_is_short_of_stock_changes_nothing()
    {
        var (order, sku) = await BuyAsync(units: 3, quantity: 2);
        var amendment = Grains.GetOrderAmendment(order.Id);
        var id = EntityId.New<OrderEditId>(DateTimeOffset.UtcNow);
        Assert.True((await amendment.Propose(id, new([new(sku, 4)], []))).IsAccepted);

        var refused = await amendment.Apply(id, new("apply:1"));

        Assert.Equal(("out_of_stock", new ShortLine(sku, 2, 1)), (refused.Rejection!.Code, refused.Rejection.Lines[0]));
        await StockBecomesAsync(sku, onHand: 3, committed: 2, available: 1);
        Assert.Equal(2, (await Grains.GetOrder(order.Id).Read()).Required.Lines[0].Quantity);
    }

    [Fact]
    public async Task More_to_pay_and_more_to_give_back_stand_on_the_order()
    {
        var (order, sku) = await BuyAsync(units: 5, quantity: 1);
        var amendment = Grains.GetOrderAmendment(order.Id);
        var id = EntityId.New<OrderEditId>(DateTimeOffset.UtcNow);
        Assert.Equal(Gbp(899), (await amendment.Propose(id, new([new(sku, 2)], []))).Required.AmountDue);

        var dearer = (await amendment.Apply(id, new("apply:1"))).Required;

        Assert.Equal((Gbp(899), OrderPaymentStatus.PartiallyPaid), (dearer.AmountDue, dearer.PaymentStatus));
        var canceled = (await CancelAsync(order, Whole)).Required;
        Assert.Equal((OrderPaymentStatus.Refunded, Gbp(1294)), (canceled.PaymentStatus, canceled.Refunded));
        await StockBecomesAsync(sku, onHand: 5, committed: 0, available: 5);
    }

    [Fact]
    public async Task The_use_of_a_promotion_comes_back_with_the_last_unit()
    {
        var promotion = Grains.GetPromotion(EntityId.New<PromotionId>(DateTimeOffset.UtcNow));
        var code = $"ONCE-{Guid.NewGuid():n}"[..16];
        Assert.True((await promotion.Save(
            new("Once", new(PromotionKind.Percentage, Percent: 10), code, Limits: new(UsesMax: 1)),
            CommandHeader.None)).IsAccepted);
        var sku = await Grains.NewSkuAsync(units: 5);
        var cart = await Grains.NewCartAsync((sku, 2));
        Assert.True((await Grains.GetCart(cart).Do(new AddCartCode(code), CommandHeader.None)).IsAccepted);
        var order = (await Grains.BuyAsync(cart)).Required.Order!;

        await CancelAsync(order, Whole with { Lines = [new(sku, 1)] });
        var some = (await promotion.Read(Cancellation)).Required.Usage.Used;
        await CancelAsync(order, Whole, "cancel:1");
        await CancelAsync(order, Whole, "cancel:1");

        Assert.Equal((1, 0), (some, (await promotion.Read(Cancellation)).Required.Usage.Used));
    }

    [Fact]
    public async Task A_cancellation_is_told_by_one_mail()
    {
        var (order, _) = await BuyAsync(units: 1, quantity: 1);

        await CancelAsync(order, Whole, "cancel:1");
        await CancelAsync(order, Whole, "cancel:1");

        await Eventually.TrueAsync(() => Task.FromResult(Mails(order).Count() == 1));
        Assert.Contains("12.94 GBP", Mails(order).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journals_of_all_this_are_as_they_should_be()
    {
        var (order, sku) = await BuyAsync(units: 4, quantity: 3);
        await CancelAsync(order, Whole with { Lines = [new(sku, 1)] });
        await CancelAsync(order, Whole);
        await StockBecomesAsync(sku, onHand: 4, committed: 0, available: 4);
        var orders = new[] { "order-amendment", "fulfillment-order", "stock-line" };

        var report = await JournalVerifier.RunAsync(cluster.Database, Cancellation);

        Assert.DoesNotContain(report.Violations, violation =>
            orders.Contains(Journal.StreamName.Category(violation.Stream)) || violation.Stream == $"order/{order.Id}");
        Assert.Empty(report.NotUnderstood);
    }

    private static Money Gbp(long minorUnits) => new(minorUnits, Shop.Gbp);

    private IEnumerable<string> Mails(OrderView order) => (Directory.Exists(cluster.Outbox) ? Directory.EnumerateFiles(cluster.Outbox, "*.eml") : [])
        .Select(File.ReadAllText).Where(mail => mail.Contains($"order {order.Number} has been canceled", StringComparison.OrdinalIgnoreCase));

    private async Task<(OrderView Order, Sku Sku)> BuyAsync(int units, int quantity)
    {
        var sku = await Grains.NewSkuAsync(units);
        return ((await Grains.BuyAsync(await Grains.NewCartAsync((sku, quantity)))).Required.Order!, sku);
    }

    private Task<(OrderView Order, Sku Sku)> PlaceAsync(int units, Func<OrderId, Task<PaymentView>> pay) =>
        PlaceAsync(units, stocked: units, pay);

    /// <summary>An order of a new SKU, past the checkout, with whatever payment.</summary>
    /// <param name="stocked">Units that are there.</param>
    private async Task<(OrderView Order, Sku Sku)> PlaceAsync(int units, int stocked, Func<OrderId, Task<PaymentView>> pay)
    {
        var sku = await Grains.NewSkuAsync(stocked);
        _ = (await Grains.GetStockOperations(sku).SetPolicy(
            new(WhenOut.Backorder, BackorderFloor: 9), CommandHeader.None, Cancellation)).Required;
        var cart = await Grains.NewCartAsync((sku, units));
        var (hold, id) = (HoldId.For(cart, 1), EntityId.Twin<CartId, OrderId>(cart));
        Assert.True((await Grains.GetStockLine(sku).Hold(new(hold, units, TimeSpan.FromMinutes(5)), Cancellation)).IsAccepted);
        var committed = (await Grains.GetStockLine(sku).Commit(hold, Cancellation)).Required;
        var order = await Grains.GetOrder(id).Place(new(
            (await Grains.GetCart(cart).Read(Cancellation)).Required,
            hold,
            ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(sku, committed.Allocations),
            await pay(id)));
        return (order.Required, sku);
    }

    private Task<Result<OrderView>> CancelAsync(OrderView order, CancelOrder command, string? key = null) =>
        Grains.GetOrderAmendment(order.Id).Cancel(command, new(key ?? $"{Guid.NewGuid()}", "digest"));

    private IFulfillmentOrderGrain Location(OrderView order) =>
        Grains.GetFulfillmentOrder(EntityId.Derive<FulfillmentOrderId>($"{order.Id}/main"));

    private Task OpenedAsync(OrderView order) => Eventually.TrueAsync(async () => (await Location(order).Read()).IsAccepted);

    private async Task FulfillAllAsync(OrderId order, int expected)
    {
        List<string> ids = [];
        await Eventually.TrueAsync(async () =>
        {
            await using var connection = await cluster.Database.OpenConnectionAsync(Cancellation);
            ids = (await connection.QueryAsync<string>(
                "select id from fulfillment_orders where order_id = @order", new { order = order.Value })).AsList();
            return ids.Count == expected;
        });
        foreach (var id in ids)
        {
            Assert.True((await Grains.GetFulfillmentOrder(new(id)).Fulfill(new([], null), CommandHeader.None)).IsAccepted);
        }
    }

    private async Task StockBecomesAsync(Sku sku, int onHand, int committed, int available)
    {
        var seen = (0, 0, 0);
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                var stock = await Grains.GetStockLine(sku).Read(Cancellation);
                seen = (stock.OnHand, stock.Committed, stock.Available);
                return seen == (onHand, committed, available);
            });
        }
        catch (Xunit.Sdk.TrueException)
        {
            Assert.Equal((onHand, committed, available), seen);
        }
    }

    /// <summary>Two silos with short deadlines, and a gateway whose answers may be lost.</summary>
    public sealed class TwoSilos : CommerceCluster
    {
        private readonly ConcurrentDictionary<string, int> _lost = new();

        internal void LoseRefundAnswers(OrderId order, int times) => _lost[order.Value] = times;

        protected override short Silos => 2;

        protected override void Configure(ISiloBuilder silo) => silo.Services
            .AddSingleton<IPaymentGateway>(provider =>
                new ForgetfulGateway(ActivatorUtilities.CreateInstance<SandboxPaymentGateway>(provider), _lost))
            .Configure<OrderOptions>(orders => (orders.UnpaidExpireAfter, orders.StepDeadline) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
            .Configure<Journal.JournalOptions>(journal =>
                (journal.WakeEvery, journal.WakeAgainAfter) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)));
    }

    /// <summary>The sandbox, of which some refunds are made without anybody hearing of it.</summary>
    private sealed class ForgetfulGateway(IPaymentGateway sandbox, ConcurrentDictionary<string, int> lost) : IPaymentGateway
    {
        public Task<GatewayAnswer> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellation) =>
            sandbox.AuthorizeAsync(request, cancellation);

        public Task<GatewayIntent?> FindAsync(string intent, CancellationToken cancellation) => sandbox.FindAsync(intent, cancellation);

        public Task<GatewayIntent?> FindByKeyAsync(string key, CancellationToken cancellation) => sandbox.FindByKeyAsync(key, cancellation);

        public Task<GatewayAnswer> CaptureAsync(CaptureRequest request, CancellationToken cancellation) =>
            sandbox.CaptureAsync(request, cancellation);

        public Task<GatewayAnswer> CancelAsync(string key, string intent, CancellationToken cancellation) =>
            sandbox.CancelAsync(key, intent, cancellation);

        public async Task<GatewayAnswer> RefundAsync(RefundRequest request, CancellationToken cancellation)
        {
            var answer = await sandbox.RefundAsync(request, cancellation);
            return lost.AddOrUpdate(request.Reference, 0, (_, left) => left - 1) > 0
                ? throw new GatewayUnavailableException("The gateway does not answer.")
                : answer;
        }

        public Task<string?> FingerprintAsync(string method, CancellationToken cancellation) =>
            sandbox.FingerprintAsync(method, cancellation);

        public Task<GatewayPage> ListAsync(DateTimeOffset from, DateTimeOffset to, string? after, CancellationToken cancellation) =>
            sandbox.ListAsync(from, to, after, cancellation);
    }
}
