using Commerce.Carts;
using Commerce.Checkout;
using Commerce.Journal;
using Commerce.Orders;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Commerce.Payments;

/// <summary>Silos that take their payments at a server that behaves like Stripe.</summary>
public class StripeCluster : CommerceCluster
{
    internal StripeStub Stripe { get; } = StripeStub.Start();

    protected virtual bool CapturesAutomatically => false;

    protected override short Silos => 2;

    protected override void Configure(ISiloBuilder silo) => silo.Services
        .Configure<PaymentOptions>(payments => payments.Gateway = PaymentGatewayKind.Stripe)
        .Configure<StripeOptions>(stripe =>
        {
            (stripe.SecretKey, stripe.ApiBase) = (StripeStub.SecretKey, Stripe.Address);
            (stripe.ReturnUrl, stripe.CapturesAutomatically) = (new("https://shop.test/return"), CapturesAutomatically);
            stripe.RequestsMulticapture = true;
        })
        .Configure<JournalOptions>(journal =>
            (journal.WakeEvery, journal.WakeAgainAfter) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)));

    /// <summary>Our end of Stripe's webhook, as the front door has it.</summary>
    internal StripeHook Hook(TimeSpan? tolerance = null) => new(
        Database, Grains, TimeProvider.System,
        Options.Create(new StripeHookOptions
        {
            WebhookSecret = StripeStub.WebhookSecret, WebhookTolerance = tolerance ?? TimeSpan.FromMinutes(5),
        }));

    /// <summary>Delivers an event; its HTTP status.</summary>
    internal async Task<int> DeliverAsync(string body, string signature)
    {
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        http.Request.Headers["Stripe-Signature"] = signature;
        http.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
        var answer = await Hook().TakeAsync(http.Request, CancellationToken.None);
        return ((IStatusCodeHttpResult)answer).StatusCode ?? 200;
    }

    /// <summary>Something happened to an intent, and Stripe says so.</summary>
    internal Task<int> TellAsync(string type, string intent)
    {
        var (body, signature) = Stripe.Event(type, intent);
        return DeliverAsync(body, signature);
    }

    /// <summary>A cart with one unit, and its order's id.</summary>
    internal async Task<(CartId Cart, OrderId Order, Sku Sku)> NewCartAsync(int units = 5)
    {
        var sku = await Grains.NewSkuAsync(units);
        var cart = await Grains.NewCartAsync((sku, 1));
        return (cart, EntityId.Twin<CartId, OrderId>(cart), sku);
    }

    /// <summary>Buys until the answer is one, as a shopper does who is told to try again.</summary>
    internal async Task<Result<CheckoutOutcome>> InsistAsync(CartId cart, string method, string key)
    {
        Result<CheckoutOutcome>? outcome = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                outcome = await Grains.BuyAsync(cart, method, key);
                return true;
            }
            catch (RetryableException)
            {
                return false;
            }
        });
        return outcome!;
    }

    /// <summary>The only intent of an order.</summary>
    internal StubIntent IntentOf(OrderId order) => Assert.Single(Stripe.Do(books => books.OfOrder(order.Value)));

    /// <summary>The payment as it is.</summary>
    internal async Task<PaymentView> PaymentAsync(OrderId order) => (await Grains.GetPayment(order).Read()).Required;

    /// <summary>The order as it is.</summary>
    internal async Task<OrderView> OrderAsync(OrderId order) => (await Grains.GetOrder(order).Read()).Required;

    /// <summary>What both sides see differently in the last hour.</summary>
    internal async Task<ReconciliationReport> ReconcileAsync()
    {
        var now = DateTimeOffset.UtcNow;
        return (await Grains.GetGateway().Reconcile(new(now.AddHours(-1), now.AddMinutes(1)))).Required;
    }

    /// <summary>How many events of a type a stream has.</summary>
    internal async Task<int> CountAsync(string stream, string type)
    {
        await using var connection = await Database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>(
            "select count(*) from journal_events where stream = @stream and type = @type", new { stream, type });
    }

    /// <summary>Buys with a good card.</summary>
    internal async Task<OrderId> BoughtAsync(string method = "pm_card_visa")
    {
        var (cart, order, _) = await NewCartAsync();
        var bought = await InsistAsync(cart, method, "one");
        Assert.True(bought.IsAccepted, bought.Rejection?.ToString());
        return order;
    }

    /// <summary>The journal is as it should be.</summary>
    internal async Task IsProvedAsync()
    {
        var report = await Verification.JournalVerifier.RunAsync(Database);
        Assert.True(report.First is null, report.ToString());
        Assert.Empty(report.NotUnderstood);
    }

    /// <summary>Everything that the stub was asked was as Stripe describes it.</summary>
    internal void IsAsDescribed() => Assert.Empty(Stripe.Violations);
}

/// <summary>The same, where Stripe takes the money as soon as it is authorized.</summary>
public sealed class AutomaticStripeCluster : StripeCluster
{
    protected override bool CapturesAutomatically => true;

    protected override void Configure(ISiloBuilder silo)
    {
        base.Configure(silo);
        silo.Services.Configure<CheckoutOptions>(checkout => checkout.ChallengeDeadline = TimeSpan.FromSeconds(2));
    }
}

/// <summary>The same, where customers have two seconds to confirm, and reservations are taken before they end.</summary>
public sealed class HastyStripeCluster : StripeCluster
{
    protected override void Configure(ISiloBuilder silo)
    {
        base.Configure(silo);
        silo.Services.Configure<CheckoutOptions>(checkout => checkout.ChallengeDeadline = TimeSpan.FromSeconds(2))
            .Configure<PaymentOptions>(payments => payments.BeforeExpiry = ExpiryAction.Capture);
    }
}
