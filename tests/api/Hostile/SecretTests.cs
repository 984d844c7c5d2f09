using System.Net;
using Commerce.Processes;
using static Commerce.Shopping;

namespace Commerce.Hostile;

/// <summary>That what is secret is nowhere kept and nowhere told, though the shop says all that it has to say.</summary>
public sealed class SecretTests : IAsyncLifetime
{
    private readonly RunningShop _shop = new()
    {
        // As it is delivered, and all of what is the shop's own.
        Settings = [.. SignedIn.Settings, ("Logging__LogLevel__Default", "Information"), ("Logging__LogLevel__Commerce", "Trace")],
    };

    public ValueTask InitializeAsync() => _shop.InitializeAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task No_card_number_password_token_or_key_is_left_in_a_table_or_in_what_the_shop_prints()
    {
        var person = await SignedIn.AsNewAsync(_shop, "ada@example.org");
        var shopper = _shop.With(new("Bearer", person.Access));
        var made = (await _shop.AsOperator.PostAsync(
            "/v1/admin/api-keys", """{"kind":"secret","name":"erp","scopes":["stock:read"]}""")).Expect(HttpStatusCode.Created);
        var key = (string)made["secret"]!;
        (await _shop.With(new("Bearer", key)).GetAsync("/v1/admin/stock")).Expect(HttpStatusCode.OK);
        (await _shop.With(new("Bearer", key)).GetAsync("/v1/admin/orders")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        var factor = (string)(await shopper.SendAsync(HttpMethod.Post, "/v1/me/two-factor")).Expect(HttpStatusCode.OK)["secret"]!;
        var (sku, _) = await _shop.NewProductAsync();
        var order = await _shop.NewOrderAsync();
        await _shop.EventuallyAsync(() => Task.FromResult(_shop.Mails.Any(mail => mail.Contains((string)order["number"]!, StringComparison.Ordinal))));

        // What somebody may put where a card number does not belong, and what is wrong otherwise.
        const string card = "4242424242424242";
        foreach (var (method, path, body) in new (HttpMethod, string, object)[]
        {
            (HttpMethod.Put, $"/v1/me/payment-methods/{card}", new { }),
            (HttpMethod.Post, $"{await _shop.NewReadyCartAsync(sku)}/complete", new { payment_method = card }),
            (HttpMethod.Post, $"{await _shop.NewReadyCartAsync(sku)}/complete", new { payment_method = card, password = person.Password }),
            (HttpMethod.Post, "/v1/session", $"{{\"email\":\"ada@example.org\",\"password\":\"{person.Password}\""),
        })
        {
            Assert.InRange((int)(await shopper.SendAsync(method, path, RunningShop.Json(body), Key())).Status, 400, 499);
        }

        // In the address bar a token is refused, and yet not repeated.
        Assert.InRange((int)(await _shop.GetAsync($"/v1/me?access_token={person.Access}")).Status, 400, 499);

        string[] secrets = [ShopProcess.OperatorKey, key, person.Password, person.Access, person.Refresh, person.Cookie, factor];
        Assert.Empty(await SecretScan.InTablesAsync(_shop.Database, secrets));
        Assert.Empty(SecretScan.In(_shop.Log.Replace($"operator key: {ShopProcess.OperatorKey}", "", StringComparison.Ordinal), secrets));
    }
}

/// <summary>That what is looked for would be found.</summary>
public sealed class SecretScanTests
{
    [Theory]
    [InlineData("""{"note": "4242 4242-42424242"}""", 1)]
    [InlineData("(1,378282246310005)", 1)]
    [InlineData("Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", 1)]
    [InlineData("sk_test_4eC39HqLyjWDarjtT1zdp7dc", 1)]
    [InlineData("hunter2 and hunter2", 1)]
    [InlineData("4242424242424241", 0)]
    [InlineData("\\u0001aB-sk_3ZjHxjuSiojA2LYwVCwhl-Xy", 0)]
    [InlineData("ord_4242424242424242 1.4242424242424242", 0)]
    public void What_looks_like_a_secret_is_found(string text, int count) => Assert.Equal(count, SecretScan.In(text, ["hunter2"]).Count);
}
