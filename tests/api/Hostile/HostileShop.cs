using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Commerce.Customers;
using Commerce.Images;
using Commerce.Processes;
using SkiaSharp;
using static Commerce.Shopping;

namespace Commerce.Hostile;

/// <summary>Tests that may ruin the shop they are done to share one that nobody else visits.</summary>
[CollectionDefinition(nameof(Ruined))]
public sealed class Ruined : ICollectionFixture<HostileShop>;

/// <summary>A shop of its own with something of every kind in it, so that hostile requests meet what they are about.</summary>
public sealed class HostileShop : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Dictionary<string, IReadOnlyList<string>> _known = [];
    private readonly SemaphoreSlim _signingIn = new(1);
    private HttpClient _http = null!;
    private SignedIn _person = null!;

    public RunningShop Shop { get; } = new() { Settings = SignedIn.Settings };

    /// <summary>By kind, the ids of what there is.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Known => _known;

    internal ApiDescription Description { get; private set; } = null!;

    /// <summary>The token of a shopper who owns none of what is known.</summary>
    internal string ShopperToken => _person.Access;

    public async ValueTask InitializeAsync()
    {
        await Shop.InitializeAsync();
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        });
        Description = new((await Shop.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK));
        _person = await SignedIn.AsNewAsync(Shop, "mallory@example.org");
        await FurnishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _signingIn.Dispose();
        await Shop.DisposeAsync();
    }

    /// <summary>Sends a request with whatever lets it in; null status: it was not answered in time.</summary>
    internal async Task<HostileAnswer> SendAsync(HostileRequest request)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            var person = _person;
            var answer = await SendAsync(request, request.Operation.Scope == "own" ? person.Access : ShopProcess.OperatorKey);
            if (answer.Status != HttpStatusCode.Unauthorized || isAgain || request.Operation.Scope != "own")
            {
                return answer;
            }

            await SignInAgainAsync(person);
        }
    }

    /// <summary>Sends a request with this token.</summary>
    internal async Task<HostileAnswer> SendAsync(HostileRequest request, string? token)
    {
        using var message = request.ToMessage(Shop.Address, token);
        return await SendAsync(message);
    }

    /// <summary>Sends anything.</summary>
    internal async Task<HostileAnswer> SendAsync(HttpRequestMessage message)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var mediaType = response.Content.Headers.ContentType?.MediaType;
            var text = mediaType == "text/event-stream" ? "" : Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(patience.Token));
            return new(response.StatusCode, mediaType, text, response.Headers.ConnectionClose == true, response.Headers.ToString());
        }
        catch (OperationCanceledException)
        {
            return new(null, null, "no answer in time", false, "");
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            return new(null, null, lost.ToString(), true, "");
        }
    }

    private async Task SignInAgainAsync(SignedIn before)
    {
        await _signingIn.WaitAsync();
        try
        {
            if (ReferenceEquals(_person, before))
            {
                _person = await SignedIn.AsNewAsync(Shop, $"{NewName()}@example.org");
            }
        }
        finally
        {
            _signingIn.Release();
        }
    }

    /// <summary>An order that nothing else is about.</summary>
    public JsonNode Another { get; private set; } = null!;

    private async Task FurnishAsync()
    {
        var (sku, handle) = await Shop.NewProductAsync(1_000);
        var cart = await Shop.NewReadyCartAsync(sku);
        var order = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku, 3))).Expect(HttpStatusCode.Created);
        var orderId = (string)order["id"]!;
        var asked = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku), "pm_card_authenticationRequired")).Expect(HttpStatusCode.Accepted);
        var admin = Shop.AsOperator;
        var product = (await Shop.GetAsync($"/v1/products/{handle}")).Expect(HttpStatusCode.OK);
        var edit = await MadeAsync($"/v1/admin/orders/{orderId}/edits", """{"add":[{"sku":"TEA-DECK-250","quantity":1}]}""");
        var drop = await MadeAsync("/v1/admin/drops", new { title = "A drop", sku, units = 10, opens_at = "2020-01-01T00:00:00Z" });
        var ticket = (await Shop.PostAsync($"/v1/drops/{drop["id"]}/tickets", new { cart = cart[10..] })).Expect(HttpStatusCode.Created);
        var promotion = await MadeAsync("/v1/admin/promotions", """{"title":"A tenth","code":"TENTH","action":{"kind":"percentage","percent":10}}""");
        var fifty = new { amount = 5_000, currency = "GBP" };
        var giftCard = await MadeAsync("/v1/admin/gift-cards", new { amount = fifty, reason = "sold" });
        var storeCredit = await MadeAsync("/v1/admin/store-credits", new { amount = fifty, reason = "goodwill", email = "ada@example.org" });
        var key = await MadeAsync("/v1/admin/api-keys", """{"kind":"secret","name":"erp","scopes":["stock:read"]}""");
        (await admin.PutAsync("/v1/admin/price-lists/autumn", """{"title":"Autumn","kind":"sale","prices":[]}""")).Expect(HttpStatusCode.OK);
        using var csv = new StringContent("Handle,Title,Variant SKU,Variant Price\nb,B,B-1,1.00\n", Encoding.UTF8, "text/csv");
        var import = (await admin.SendAsync(HttpMethod.Post, "/v1/admin/imports?currency=GBP&location=leeds", csv, Key())).Expect(HttpStatusCode.Accepted);
        using var picture = new ByteArrayContent(TestPictures.Of(SKEncodedImageFormat.Png, 400, 300, isTransparent: true));
        picture.Headers.ContentType = new("image/png");
        var image = (await admin.SendAsync(HttpMethod.Post, "/v1/admin/images", picture)).Expect(HttpStatusCode.Created);
        JsonNode? parcels = null;
        await Shop.EventuallyAsync(async () =>
            (parcels = (await admin.GetAsync($"/v1/admin/fulfillment-orders?order_id={orderId}")).Body!["data"]!).AsArray().Count > 0);
        (await admin.PostAsync($"/v1/admin/fulfillment-orders/{parcels![0]!["id"]}/fulfillments", new { lines = new[] { new { sku, quantity = 1 } } }, Key()))
            .Expect(HttpStatusCode.Created);
        await Shop.EventuallyAsync(async () => (int?)(await Shop.GetAsync($"/v1/orders/{orderId}")).Body!["lines"]![0]!["returnable"] == 1);
        await MadeAsync($"/v1/admin/orders/{orderId}/returns", new { lines = new[] { new { line = sku, quantity = 1, reason = "unwanted" } } });
        JsonNode? messages = null;
        await Shop.EventuallyAsync(async () =>
            (messages = (await admin.GetAsync($"/v1/admin/orders/{orderId}/messages")).Body!["data"]!).AsArray().Count > 0);
        Another = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created);
        var account = (await admin.GetAsync("/v1/admin/accounts?email=mallory@example.org")).Expect(HttpStatusCode.OK)["data"]![0]!;

        Know([sku, "COFFEE-250G", "NO-SUCH"], "sku", "skus", "line");
        Know([cart[10..], (await Shop.NewCartAsync())[10..], (await Shop.NewCartAsync("EUR"))[10..]], "cart", "cartId", "source");
        Know([orderId], "ord", "orderId", "order_id");
        Know([CustomerId.OfSubject((string)account["id"]!).Value], "cust", "customerId");
        Know([(string)product["id"]!], "prod", "productId");
        Know([(string)product["id"]!, handle], "idOrHandle");
        Know([(string)image["id"]!], "imageId");
        Know([.. ImageWidth.Ladder.Select(width => $"{width}")], "width");
        Know([(string)edit["id"]!], "edit", "editId");
        Know([(string)messages![0]!["id"]!], "msg", "messageId");
        Know([(string)drop["id"]!], "drop", "dropId");
        Know([(string)ticket["token"]!], "token");
        Know([(string)promotion["id"]!], "promo", "promotionId");
        Know([(string)giftCard["gift_card"]!["id"]!], "gift-cards", "credit");
        Know([(string)giftCard["code"]!, "TENTH", "x", "000000"], "code");
        Know([(string)storeCredit["id"]!], "store-credits");
        Know([(string)key["key"]!["id"]!], "key", "api-keys");
        Know([(string)import["id"]!], "imp", "importId");
        Know([(string)parcels![0]!["id"]!], "fo", "fulfillment-orders");
        Know([(string)account["id"]!], "accounts");
        Know(["1", "2"], "number");
        Know(["autumn", "winter"], "price-lists");
        Know(["hold_01h455vb4pex5vsknk084sn02q"], "hold", "holdId");
        Know([((string)asked["next_action"]!["url"]!).Split('/')[^1]], "intent");
        Know([(string)order["lines"]![0]!["id"]!, sku], "line_id");
        Know(["GBP", "EUR", "JPY"], "currency");
        Know(["GB", "US", "DE"], "country");
        Know(["leeds", "berlin"], "location", "to", "from");
        Know(["fuzzed-1", "fuzzed-2", "fuzzed-3"], "handle");
        Know(["pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired"], "payment_method");
        Know(["ada@example.org", "mallory@example.org"], "email");
        Know(["A tenth off", "Espresso", "x"], "title", "name", "reason", "q");
        Know(["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"], "at");
        Know(["standard", "express"], "shipping_option", "shipping_class");
        Know([new('k', 30), "correct horse battery"], "password");
        Know(["percentage", "fixed", "sale", "secret", "publishable", "set_line", "add_line"], "kind");

        async Task<JsonNode> MadeAsync(string path, object body) => (await admin.PostAsync(path, body, Key())).Expect(HttpStatusCode.Created);
    }

    private void Know(IReadOnlyList<string> values, params string[] names)
    {
        foreach (var name in names)
        {
            _known[name] = values;
        }
    }
}

/// <summary>What came back, as it is.</summary>
/// <param name="Status">Null: nothing came, or (<paramref name="IsClosed"/>) the connection was closed instead.</param>
internal sealed record HostileAnswer(HttpStatusCode? Status, string? MediaType, string Text, bool IsClosed, string Headers);
