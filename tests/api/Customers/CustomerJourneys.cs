using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Commerce.Identity;
using static Commerce.Shopping;

namespace Commerce.Customers;

/// <summary>What signed-in shoppers have for themselves, with sign-in somewhere else.</summary>
[Collection(nameof(SignedInOutside))]
public sealed class CustomerJourneys(OutsideSignInShop shop) : IAsyncLifetime
{
    private const string Sku = "ESPRESSO-250";

    private Door Nobody => shop.Nobody;

    private Door Operator => shop.Operator;

    public async ValueTask InitializeAsync()
    {
        var product = await Operator.PostAsync("/v1/admin/products", new
        {
            title = "Espresso", handle = "espresso-for-tests", status = "active", categories = new[] { "tests" },
            variants = new[] { new { sku = Sku, prices = new[] { new { amount = 1000, currency = "GBP" } } } },
        });
        Assert.Contains(product.Status, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict });
        (await Operator.PostAsync($"/v1/admin/stock/{Sku}/receipts", new { location = "leeds", quantity = 100 }, Key())).Expect(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_a_customers_is_to_everybody_else_as_if_it_were_not_there()
    {
        var (ada, eve) = (Customer("ada"), Customer("eve"));
        var cart = await ReadyCartAsync(ada, "ada@example.org");
        var order = (await ada.PostAsync($"{cart}/complete", new { payment_method = "pm_card_visa" }, Key())).Expect(HttpStatusCode.Created);
        var open = await ReadyCartAsync(ada, "ada@example.org");
        var routes = await RoutesAsync(open.Split('/')[^1], (string)order["id"]!);
        Assert.True(routes.Count > 15, $"{routes.Count} routes");

        foreach (var (method, path) in routes)
        {
            foreach (var door in new[] { eve, Nobody })
            {
                if (door != eve && path.StartsWith("/v1/me/", StringComparison.Ordinal))
                {
                    continue;
                }

                var answer = await door.SendAsync(
                    new(method), path, method is "GET" or "DELETE" ? null : RunningShop.Json(BodyOf(path)), Key());
                Assert.True(answer.Status == HttpStatusCode.NotFound, $"{method} {path}: {answer.Status} {answer.Text}");
                Assert.DoesNotContain("ada@example.org", answer.Text, StringComparison.Ordinal);
                Assert.Equal(path.Contains("/orders/", StringComparison.Ordinal) ? "order_not_found" : "cart_not_found", (string?)answer.Body!["code"]);
            }
        }

        (await ada.GetAsync(open)).Expect(HttpStatusCode.OK);
        (await ada.GetAsync($"/v1/orders/{order["id"]}")).Expect(HttpStatusCode.OK);
        (await Operator.GetAsync($"/v1/admin/orders/{order["id"]}")).Expect(HttpStatusCode.OK);
        (await Nobody.PostAsync("/v1/orders/lookup", new { number = (string)order["number"]!, email = "ada@example.org" }))
            .ExpectProblem(HttpStatusCode.NotFound, "order_not_found");
        Assert.Equal("active", (string?)(await ada.GetAsync(open)).Body!["status"]);
        (await ada.PostAsync($"{open}/complete", new { payment_method = "pm_card_visa" }, Key())).Expect(HttpStatusCode.Created);
        await Eventually.TrueAsync(async () => (await ada.GetAsync("/v1/me/orders")).Body!["data"]!.AsArray().Count == 2);
        Assert.Empty((await eve.GetAsync("/v1/me/orders")).Body!["data"]!.AsArray());
    }

    [Fact]
    public async Task Whoever_follows_a_cart_hears_no_more_of_it_once_it_is_somebody_elses()
    {
        var guest = await ReadyCartAsync(Nobody, "ada@example.org");
        using var listening = await Nobody.HearAsync(guest);
        var known = (long?)(await listening.NextAsync())["version"];

        (await Customer("ada").PutAsync($"{guest}/lines/{Sku}", new { quantity = 2 })).Expect(HttpStatusCode.OK);

        await listening.EndedAsync();
        Assert.Equal($"{known}", listening.LastEventId);
        (await Nobody.GetAsync($"{guest}/events")).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        using var hers = await Customer("ada").HearAsync(guest);
        Assert.True((long?)(await hers.NextAsync())["version"] > known);

        // She has to show again that she is still signed in, and so has an operator.
        var drop = (await Operator.PostAsync(
            "/v1/admin/drops", new { title = "Drop", sku = Sku, units = 1, opens_at = DateTimeOffset.UtcNow.AddDays(1) }, Key())).Expect(HttpStatusCode.Created);
        using var operators = await Operator.HearAsync($"/v1/admin/drops/{drop["id"]}");
        await hers.EndedAsync();
        await operators.EndedAsync();
    }

    [Fact]
    public async Task A_guests_cart_becomes_the_customers_who_signs_in_and_goes_on_at_the_prices_of_his_group()
    {
        var customer = Customer("grace");
        var id = (string)(await customer.GetAsync("/v1/me")).Expect(HttpStatusCode.OK)["id"]!;
        (await Operator.PutAsync($"/v1/admin/customers/{id}/groups", new { groups = new[] { "trade" } })).Expect(HttpStatusCode.OK);
        var guest = await ReadyCartAsync(Nobody, "grace@example.org");
        (await Nobody.GetAsync(guest)).Expect(HttpStatusCode.OK);

        var claimed = (await customer.PutAsync($"{guest}/lines/{Sku}", new { quantity = 2 })).Expect(HttpStatusCode.OK);

        Assert.Equal((id, "trade"), ((string?)claimed["customer"], (string?)claimed["buyer"]!["group"]));
        (await Nobody.GetAsync(guest)).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        var other = await ReadyCartAsync(Nobody, "grace@example.org");
        var merged = (await customer.PostAsync($"{guest}/merge", new { source = other.Split('/')[^1] }, Key())).Expect(HttpStatusCode.OK);
        Assert.Equal(3, (int?)merged["lines"]![0]!["quantity"]);
    }

    [Fact]
    public async Task A_customer_keeps_what_is_needed_and_says_what_he_agrees_to()
    {
        var customer = Customer("alan");
        (await customer.PutAsync("/v1/me/profile", new { name = "Alan Turing", phone = "+441908640404", locale = "en-GB" })).Expect(HttpStatusCode.OK);
        (await customer.PutAsync("/v1/me/profile", new { phone = "one two three" }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/phone");
        (await customer.PutAsync("/v1/me/addresses/home", new { address = London, is_shipping = true })).Expect(HttpStatusCode.OK);
        (await customer.PutAsync("/v1/me/addresses/nowhere", new { address = new { first_name = "A" } }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/address/last_name");
        (await customer.PutAsync("/v1/me/consents/email", new { granted = true, wording = "newsletter-2026" })).Expect(HttpStatusCode.OK);
        (await customer.PutAsync("/v1/me/consents/pigeon", new { granted = true, wording = "x" }))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

        var kept = await customer.GetAsync("/v1/me");

        Assert.Equal("\"3\"", kept.ETag);
        Assert.Equal(("Alan Turing", "London"), ((string?)kept.Body!["profile"]!["name"], (string?)kept.Body["addresses"]!["home"]!["address"]!["city"]));
        Assert.True((bool?)kept.Body["consents"]![0]!["is_granted"]);
        (await customer.SendAsync(HttpMethod.Put, "/v1/me/profile", RunningShop.Json(new { name = "A" }), ("If-Match", "\"2\"")))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");
        (await Nobody.GetAsync("/v1/me")).ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        (await Operator.GetAsync($"/v1/admin/customers/{kept.Body["id"]}")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_customer_keeps_what_he_pays_with_by_the_gateways_id_and_never_by_a_card_number()
    {
        var customer = Customer("katherine");
        (await customer.PutAsync("/v1/me/payment-methods/pm_card_visa", new { is_usual = true })).Expect(HttpStatusCode.OK);
        (await customer.PutAsync("/v1/me/payment-methods/pm_card_mastercard", new { is_usual = true })).Expect(HttpStatusCode.OK);

        (await customer.PutAsync("/v1/me/payment-methods/4242424242424242", new { }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "payment_method_malformed", "/id");
        (await customer.PutAsync("/v1/me/payment-methods/pm_4242424242424242", new { }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "payment_method_malformed", "/id");

        var kept = (await customer.GetAsync("/v1/me")).Expect(HttpStatusCode.OK)["payment_methods"]!.AsArray();
        Assert.Equal(
            [("pm_card_visa", false), ("pm_card_mastercard", true)],
            kept.Select(method => ((string)method!["id"]!, (bool)method["is_usual"]!)));
        var left = (await customer.SendAsync(HttpMethod.Delete, "/v1/me/payment-methods/pm_card_mastercard")).Expect(HttpStatusCode.OK);
        Assert.Equal("pm_card_visa", (string?)Assert.Single(left["payment_methods"]!.AsArray())!["id"]);
        Assert.Empty((await Customer("dorothy").GetAsync("/v1/me")).Body!["payment_methods"]!.AsArray());
    }

    [Fact]
    public async Task A_cart_is_his_who_claims_it_first_and_he_finds_it_again()
    {
        var (ada, eve) = (Customer("ada-of-the-carts"), Customer("eve-of-the-carts"));
        var cart = await ReadyCartAsync(Nobody, "ada@example.org");
        var own = $"/v1/me/carts/{cart.Split('/')[^1]}";
        var key = Key();

        var claimed = (await ada.PutAsync(own, new { }, key)).Expect(HttpStatusCode.OK);

        Assert.Equal((int)claimed["version"]!, (int)(await ada.PutAsync(own, new { }, Key())).Expect(HttpStatusCode.OK)["version"]!);
        (await eve.PutAsync(own, new { }, Key())).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await Nobody.GetAsync(cart)).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        await Eventually.TrueAsync(async () => (await ada.GetAsync("/v1/me/carts")).Expect(HttpStatusCode.OK)["data"]!.AsArray() is [{ } found]
            && (string?)found["id"] == (string?)claimed["id"]);
        Assert.Empty((await eve.GetAsync("/v1/me/carts")).Expect(HttpStatusCode.OK)["data"]!.AsArray());
        (await ada.PostAsync($"{cart}/complete", new { payment_method = "pm_card_visa" }, Key())).Expect(HttpStatusCode.Created);
        Assert.Empty((await ada.GetAsync("/v1/me/carts")).Expect(HttpStatusCode.OK)["data"]!.AsArray());
    }

    [Fact]
    public async Task A_wishlist_is_seen_by_its_owner_and_by_whoever_has_a_link_until_that_is_taken_back()
    {
        var (owner, other) = (Customer("mary"), Customer("eve"));
        var key = Key();
        var made = (await owner.PostAsync("/v1/me/wishlists", new { title = "Birthday" }, key)).Expect(HttpStatusCode.Created);
        Assert.Equal((string?)made["id"], (string?)(await owner.PostAsync("/v1/me/wishlists", new { title = "Birthday" }, key)).Body!["id"]);
        var list = $"/v1/me/wishlists/{made["id"]}";
        (await owner.SendAsync(HttpMethod.Put, $"{list}/items/{Sku}")).Expect(HttpStatusCode.OK);
        (await owner.SendAsync(HttpMethod.Put, $"{list}/items/NO-SUCH-SKU")).ExpectProblem(HttpStatusCode.NotFound, "sku_not_found");
        (await other.SendAsync(HttpMethod.Put, $"{list}/items/{Sku}")).ExpectProblem(HttpStatusCode.NotFound, "wishlist_not_found");
        Assert.Null((string?)Assert.Single((await owner.GetAsync("/v1/me/wishlists")).Body!["data"]!.AsArray())!["link"]);
        Assert.Empty((await other.GetAsync("/v1/me/wishlists")).Body!["data"]!.AsArray());

        var shared = (await owner.SendAsync(HttpMethod.Put, $"{list}/link")).Expect(HttpStatusCode.OK);

        var link = $"/v1/wishlists/{shared["link"]}";
        var seen = await Nobody.GetAsync(link);
        Assert.Equal(("Birthday", Sku), ((string?)seen.Expect(HttpStatusCode.OK)["title"], (string?)seen.Body!["items"]![0]));
        Assert.DoesNotContain("cust_", seen.Text, StringComparison.Ordinal);
        (await Nobody.GetAsync($"/v1/wishlists/{made["id"]}")).ExpectProblem(HttpStatusCode.NotFound, "wishlist_not_found");
        (await owner.SendAsync(HttpMethod.Delete, $"{list}/link")).Expect(HttpStatusCode.OK);
        (await Nobody.GetAsync(link)).ExpectProblem(HttpStatusCode.NotFound, "wishlist_not_found");
        var again = (await owner.SendAsync(HttpMethod.Put, $"{list}/link")).Expect(HttpStatusCode.OK);
        (await Nobody.GetAsync(link)).ExpectProblem(HttpStatusCode.NotFound, "wishlist_not_found");
        (await Nobody.GetAsync($"/v1/wishlists/{again["link"]}")).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NoContent, (await owner.SendAsync(HttpMethod.Delete, list)).Status);
        (await Nobody.GetAsync($"/v1/wishlists/{again["link"]}")).ExpectProblem(HttpStatusCode.NotFound, "wishlist_not_found");
    }

    [Fact]
    public async Task A_customer_takes_all_that_is_known_of_him_along_and_is_then_forgotten()
    {
        var customer = Customer("Quellcrist");
        (await customer.PutAsync("/v1/me/profile", new { name = "Quellcrist Falconer" })).Expect(HttpStatusCode.OK);
        (await customer.PutAsync("/v1/me/payment-methods/pm_Falconer", new { }, Key())).Expect(HttpStatusCode.OK);
        (await customer.PutAsync("/v1/me/addresses/falconer-house", new { address = London }, Key())).Expect(HttpStatusCode.OK);
        (await customer.PostAsync("/v1/me/wishlists", new { title = "What Falconer wants" }, Key())).Expect(HttpStatusCode.Created);
        var cart = await ReadyCartAsync(customer, "quell@example.org", "Falconer");
        var order = (await customer.PostAsync($"{cart}/complete", new { payment_method = "pm_card_visa" }, Key())).Expect(HttpStatusCode.Created);
        var open = await ReadyCartAsync(customer, "quell@example.org", "Falconer");
        var id = (string)(await customer.GetAsync("/v1/me")).Body!["id"]!;
        await Eventually.TrueAsync(async () => (await NamesAsync("Quellcrist")).Count == 8);

        var names = await NamesAsync("Quellcrist");
        var begun = (await customer.SendAsync(HttpMethod.Delete, "/v1/me")).Expect(HttpStatusCode.Accepted);

        Assert.Contains($"orders/{order["id"]}.json", names);
        Assert.Contains("wishlists.json", names);
        Assert.Contains($"carts/{open.Split('/')[^1]}.json", names);
        Assert.Equal(1, (int?)begun["left"]);
        (await customer.PutAsync("/v1/me/profile", new { name = "Quellcrist" })).ExpectProblem(HttpStatusCode.Gone, "customer_erased");
        (await customer.PostAsync("/v1/me/wishlists", new { title = "More" }, Key())).ExpectProblem(HttpStatusCode.Gone, "customer_erased");
        await SendAsync(order);
        await Eventually.TrueAsync(async () => Mails("Falconer") == 2);
        Assert.Equal(0, (int?)(await Operator.SendAsync(HttpMethod.Put, $"/v1/admin/customers/{id}/erasure")).Expect(HttpStatusCode.Accepted)["left"]);

        var seen = (await Operator.GetAsync($"/v1/admin/orders/{order["id"]}")).Expect(HttpStatusCode.OK);
        Assert.Equal((null, "GB", 1395), ((string?)seen["email"], (string?)seen["shipping_address"]!["country"], (int?)seen["totals"]!["total"]!["amount"]));
        await AssertForgottenAsync("Falconer", "falconer-house", "Quellcrist", "quell@example.org");
    }

    [Fact]
    public async Task A_guest_is_forgotten_by_his_order_once_it_is_sent()
    {
        var cart = await ReadyCartAsync(Nobody, "takeshi@example.org", "Kovacs");
        var order = (await Nobody.PostAsync($"{cart}/complete", new { payment_method = "pm_card_visa" }, Key())).Expect(HttpStatusCode.Created);
        var erasure = $"/v1/admin/orders/{order["id"]}/erasure";

        Assert.Equal(1, (int?)(await Operator.SendAsync(HttpMethod.Put, erasure)).Expect(HttpStatusCode.Accepted)["left"]);
        await SendAsync(order);
        await Eventually.TrueAsync(async () => Mails("Kovacs") == 2);
        (await Operator.SendAsync(HttpMethod.Put, erasure)).Expect(HttpStatusCode.Accepted);

        Assert.Equal(0, (int?)(await Operator.GetAsync(erasure)).Expect(HttpStatusCode.OK)["left"]);
        (await Nobody.PostAsync("/v1/orders/lookup", new { number = (string)order["number"]!, email = "takeshi@example.org" }))
            .ExpectProblem(HttpStatusCode.NotFound, "order_not_found");
        await AssertForgottenAsync("Kovacs", "takeshi@example.org");
    }

    private async Task SendAsync(JsonNode order)
    {
        JsonNode? parcel = null;
        await Eventually.TrueAsync(async () => (parcel = (await Operator.GetAsync(
            $"/v1/admin/fulfillment-orders?order_id={order["id"]}")).Body!["data"]!.AsArray().FirstOrDefault()) is not null);
        (await Operator.PostAsync($"/v1/admin/fulfillment-orders/{parcel!["id"]}/fulfillments", new { }, Key())).Expect(HttpStatusCode.Created);
        await Eventually.TrueAsync(async () =>
            (string?)(await Operator.GetAsync($"/v1/admin/orders/{order["id"]}")).Body!["status"] == "completed");
    }

    private async Task AssertForgottenAsync(params string[] texts)
    {
        Assert.Equal(0, texts.Sum(Mails));
        foreach (var text in texts)
        {
            Assert.Empty(await shop.Database.TablesWithAsync(text));
            Assert.DoesNotContain(text, shop.Log, StringComparison.Ordinal);
        }
    }

    private Door Customer(string subject) => shop.Customer(subject);

    private static Task<string> ReadyCartAsync(Door door, string email, string lastName = "Lovelace") =>
        door.NewReadyCartAsync(Sku, email: email, lastName: lastName);

    /// <summary>Every public route of a cart or an order that is there.</summary>
    private async Task<List<(string Method, string Path)>> RoutesAsync(string cart, string order)
    {
        var document = (await Nobody.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK);
        return
        [
            .. from path in document["paths"]!.AsObject()
               where !path.Key.StartsWith("/v1/admin", StringComparison.Ordinal)
                   && (path.Key.Contains("{cartId", StringComparison.Ordinal) || path.Key.Contains("{orderId", StringComparison.Ordinal))
               from operation in path.Value!.AsObject()
               where operation.Key is "get" or "put" or "post" or "patch" or "delete"
               select (
                   operation.Key.ToUpperInvariant(),
                   path.Key.Replace("{cartId}", cart, StringComparison.Ordinal).Replace("{orderId}", order, StringComparison.Ordinal)
                       .Replace("{line}", Sku, StringComparison.Ordinal).Replace("{code}", "CODE", StringComparison.Ordinal)
                       .Replace("{number}", "1", StringComparison.Ordinal)
                       .Replace("{id}", "credit_00000000000000000000000000", StringComparison.Ordinal)),
        ];
    }

    private static object BodyOf(string path) => path.Split('/')[^1] switch
    {
        "lines" => new { sku = Sku, quantity = 1 },
        "codes" => new { code = "CODE" },
        "actions" => new { actions = new[] { new { type = "set_line", line = Sku, quantity = 1 } } },
        "merge" => new { source = "cart_00000000000000000000000000" },
        "shipping-option" => new { id = "standard" },
        "complete" or "payments" => new { payment_method = "pm_card_visa" },
        "vat-id" => new { vat_id = "DE123456789" },
        "cancel" => new { },
        "returns" => new { lines = new[] { new { line = Sku, quantity = 1, reason = "unwanted" } } },
        _ => new { quantity = 1 },
    };

    private async Task<List<string>> NamesAsync(string subject)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/me/export", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", shop.Authority.Token(subject));
        using var response = await shop.Http.SendAsync(request);
        Assert.Equal("application/zip", response.Content.Headers.ContentType?.MediaType);
        using var archive = new ZipArchive(await response.Content.ReadAsStreamAsync());
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    private int Mails(string text) => Directory.Exists(Path.Combine(shop.Folder, "outbox"))
        ? Directory.EnumerateFiles(Path.Combine(shop.Folder, "outbox"), "*.eml").Count(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))
        : 0;
}
