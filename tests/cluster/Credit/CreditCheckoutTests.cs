using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Checkout;
using Commerce.Orders;
using Commerce.Verification;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Commerce.Credit;

/// <summary>Carts of 12.94 that gift cards and store credit pay, on two silos.</summary>
public sealed class CreditCheckoutTests(CreditCheckoutTests.TwoSilos cluster) : IClassFixture<CreditCheckoutTests.TwoSilos>
{
    private static readonly CancelOrder Whole = new([], OrderCancelReason.Staff, true, OrderParty.Operator);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => cluster.Grains;

    [Fact]
    public async Task A_gift_card_pays_its_part_and_the_payment_the_rest()
    {
        var card = await IssueAsync(500);
        var cart = await NewCartAsync(card);
        Assert.Equal((794, 1294), ((await CartAsync(cart)).AmountDue.MinorUnits, (await CartAsync(cart)).Totals.Total.MinorUnits));

        var order = (await Grains.BuyAsync(cart)).Required.Order!;

        Assert.Equal((OrderPaymentStatus.Paid, 1294), (order.PaymentStatus, order.Paid.MinorUnits));
        Assert.Equal((500, "WXYZ"), (Assert.Single(order.Credits).Amount.MinorUnits, order.Credits[0].Last4));
        Assert.Equal(794, await CapturedAsync(order.Id));
        Assert.Equal((0, 0), await BalanceAsync(card));
        Assert.Equal((794, CartStatus.Completed), ((await CartAsync(cart)).AmountDue.MinorUnits, (await CartAsync(cart)).Status));
        await ProvedAsync();
    }

    [Fact]
    public async Task Where_credit_pays_everything_there_is_no_payment_at_all()
    {
        var (card, store) = (await IssueAsync(1000), await IssueAsync(1000, CreditKind.StoreCredit));
        var cart = await NewCartAsync(card, store);
        Assert.Equal("validation_failed", (await Grains.GetCheckout(await NewCartAsync()).Complete(new(), new("none"))).Rejection!.Code);

        var order = (await Grains.GetCheckout(cart).Complete(new(), new("buy"))).Required.Order!;

        Assert.Equal((OrderPaymentStatus.Paid, 1294), (order.PaymentStatus, order.Paid.MinorUnits));
        Assert.Null(await CapturedAsync(order.Id));
        Assert.Equal("payment_not_found", (await Grains.GetPayment(order.Id).Read()).Rejection!.Code);
        Assert.Equal(((0, 0), (706, 0)), (await BalanceAsync(card), await BalanceAsync(store)));
        await ProvedAsync();
    }

    [Fact]
    public async Task A_declined_payment_leaves_the_card_as_it_was_and_the_next_attempt_uses_it()
    {
        var card = await IssueAsync(500);
        var cart = await NewCartAsync(card);

        Assert.Equal("payment_declined", (await Grains.BuyAsync(cart, "pm_card_chargeDeclined")).Rejection!.Code);
        Assert.Equal((500, 0), await BalanceAsync(card));

        Assert.True((await Grains.BuyAsync(cart)).IsAccepted);
        Assert.Equal((0, 0), await BalanceAsync(card));
        await ProvedAsync();
    }

    [Fact]
    public async Task A_customer_who_does_not_confirm_in_time_leaves_the_card_as_it_was()
    {
        var card = await IssueAsync(500);
        var cart = await NewCartAsync(card);

        Assert.NotNull((await Grains.BuyAsync(cart, "pm_card_authenticationRequired")).Required.NextAction);
        Assert.Equal((500, 500), await BalanceAsync(card));

        await Eventually.TrueAsync(async () => await BalanceAsync(card) == (500, 0));
        await Eventually.TrueAsync(async () => (await CartAsync(cart)).Status == CartStatus.Active);
        await ProvedAsync();
    }

    [Fact]
    public async Task Of_many_carts_with_one_card_as_many_are_paid_by_it_as_it_pays()
    {
        var card = await IssueAsync(3 * 1294);
        var carts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => NewCartAsync(card)));

        var answers = await Task.WhenAll(carts.Select((cart, i) =>
            cluster.Services(i % 2).GetRequiredService<IGrainFactory>().GetCheckout(cart).Complete(new(), new("buy"))));

        Assert.Equal(3, answers.Count(answer => answer.IsAccepted));
        Assert.All(answers.Where(answer => !answer.IsAccepted), answer => Assert.Contains(
            answer.Rejection!.Code, new[] { "credit_reserved", "credit_insufficient", "amount_due_changed", "gift_card_unavailable" }));
        Assert.Equal((0, 0), await BalanceAsync(card));
        await ProvedAsync();
    }

    [Fact]
    public async Task Whoever_comes_too_late_with_a_card_is_not_charged_for_what_it_was_to_pay()
    {
        var card = await IssueAsync(600);
        var (first, second, third) = (await NewCartAsync(card), await NewCartAsync(card), await NewCartAsync(card));
        Assert.Equal(694, (await CartAsync(second)).AmountDue.MinorUnits);

        Assert.True((await Grains.BuyAsync(first)).IsAccepted);
        Assert.Equal("gift_card_unavailable", (await Grains.BuyAsync(second)).Rejection!.Code);
        Assert.True((await Grains.GetCreditAccount(card).Adjust(new(new(100, Shop.Gbp), "goodwill"), new("adjust"))).IsAccepted);
        Assert.Equal("amount_due_changed", (await Grains.BuyAsync(third)).Rejection!.Code);

        Assert.True((await Grains.GetCart(second).Do(new RemoveCartCredit(card), CommandHeader.None)).IsAccepted);
        var order = (await Grains.BuyAsync(second)).Required.Order!;
        Assert.Empty(order.Credits);
        Assert.Equal(1294, await CapturedAsync(order.Id));
        Assert.Equal((100, 0), await BalanceAsync(card));
    }

    [Fact]
    public async Task Whoever_calls_off_gets_back_what_each_had_paid_and_nothing_twice()
    {
        var (card, store) = (await IssueAsync(400), await IssueAsync(300, CreditKind.StoreCredit));
        var order = (await Grains.BuyAsync(await NewCartAsync(card, store))).Required.Order!;
        Assert.Equal(594, await CapturedAsync(order.Id));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            Grains.GetOrderAmendment(order.Id).Cancel(Whole, new($"cancel:{i % 2}"))));

        Assert.Contains(answers, answer => answer.IsAccepted);
        var canceled = (await Grains.GetOrder(order.Id).Read()).Required;
        Assert.Equal((OrderStatus.Canceled, OrderPaymentStatus.Refunded, 1294, 0),
            (canceled.Status, canceled.PaymentStatus, canceled.Refunded.MinorUnits, canceled.AmountOwed.MinorUnits));
        Assert.Equal(594, Assert.Single(await cluster.RefundsAsync(order.Id)));
        Assert.Equal(((400, 0), (300, 0)), (await BalanceAsync(card), await BalanceAsync(store)));
        await ProvedAsync();
    }

    [Fact]
    public async Task A_checkout_whose_activation_is_lost_spends_a_card_once()
    {
        var card = await IssueAsync(5000);
        var cart = await NewCartAsync(card);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            if (i % 3 == 1)
            {
                await cluster.ForgetAsync(Grains.GetCheckout(cart));
            }

            return await Grains.GetCheckout(cart).Complete(new(), new($"buy:{i}"));
        }));

        Assert.Single(answers.Where(answer => answer.IsAccepted).Select(answer => answer.Required.Order!.Id).Distinct());
        Assert.Equal((5000 - 1294, 0), await BalanceAsync(card));
        await ProvedAsync();
    }

    private async Task<CreditAccountId> IssueAsync(long amount, CreditKind kind = CreditKind.GiftCard)
    {
        var id = EntityId.Derive<CreditAccountId>($"{Guid.NewGuid()}");
        var issued = await Grains.GetCreditAccount(id).Issue(
            new(kind, new(amount, Shop.Gbp), "test", null, kind == CreditKind.GiftCard ? "WXYZ" : null), new("issue"));
        Assert.True(issued.IsAccepted, issued.Rejection?.ToString());
        return id;
    }

    private async Task<CartId> NewCartAsync(params CreditAccountId[] credits)
    {
        var cart = await Grains.NewCartAsync((await Grains.NewSkuAsync(units: 1), 1));
        foreach (var id in credits)
        {
            var kind = (await Grains.GetCreditAccount(id).Read(Cancellation)).Required.Kind;
            Assert.True((await Grains.GetCart(cart).Do(new AddCartCredit(id, kind), CommandHeader.None)).IsAccepted);
        }

        return cart;
    }

    private async Task<CartView> CartAsync(CartId cart) => (await Grains.GetCart(cart).Read(Cancellation)).Required;

    private async Task<(long Balance, long Reserved)> BalanceAsync(CreditAccountId id)
    {
        var account = (await Grains.GetCreditAccount(id).Read(Cancellation)).Required;
        return (account.Balance.MinorUnits, account.Reserved.MinorUnits);
    }

    private async Task<long?> CapturedAsync(OrderId order)
    {
        await using var connection = await cluster.Database.OpenConnectionAsync(Cancellation);
        return await connection.ExecuteScalarAsync<long?>(
            "select sum(captured)::bigint from sandbox_intents where reference = @order", new { order = order.Value });
    }

    /// <summary>What concerns credit; others may be at work meanwhile.</summary>
    private async Task ProvedAsync()
    {
        var report = await JournalVerifier.RunAsync(cluster.Database, Cancellation);
        Assert.DoesNotContain(report.Violations, violation =>
            violation.Rule.Code.Contains("credit", StringComparison.Ordinal) || violation.Rule.Code == "order-has-its-money");
        Assert.Empty(report.NotUnderstood);
    }

    /// <summary>Two silos, and little time to confirm.</summary>
    public sealed class TwoSilos : CommerceCluster
    {
        protected override short Silos => 2;

        protected override void Configure(ISiloBuilder silo) => silo.Services
            .Configure<CheckoutOptions>(checkout =>
                (checkout.ChallengeDeadline, checkout.StepDeadline) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)))
            .Configure<Journal.JournalOptions>(journal =>
                (journal.WakeEvery, journal.WakeAgainAfter) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)));
    }
}
