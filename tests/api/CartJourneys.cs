using System.Net;
using static Commerce.Shopping;

namespace Commerce;

public sealed class CartJourneys(RunningShop shop)
{
    [Fact]
    public async Task A_new_cart_is_empty_and_says_what_it_lacks()
    {
        var answer = await shop.PostAsync("/v1/carts", new { currency = "GBP" });

        var cart = answer.Expect(HttpStatusCode.Created);
        Assert.Equal(("\"1\"", $"/v1/carts/{cart["id"]}"), (answer.ETag, answer.Location));
        Assert.Equal("active", (string?)cart["status"]);
        Assert.Equal("""{"amount":0,"currency":"GBP"}""", cart["totals"]!["total"]!.ToJsonString());
        Assert.Equal(
            ["cart_empty", "email_missing", "shipping_address_missing"],
            cart["problems"]!.AsArray().Select(problem => (string?)problem!["code"]));
    }

    [Fact]
    public async Task Lines_are_added_relatively_and_set_absolutely()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewCartAsync();

        await shop.PostAsync($"{cart}/lines", new { sku = sku.ToLowerInvariant(), quantity = 2 });
        var added = (await shop.PostAsync($"{cart}/lines", new { sku, quantity = 3 })).Expect(HttpStatusCode.OK);
        var set = (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 4 })).Expect(HttpStatusCode.OK);
        var removed = (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 0 })).Expect(HttpStatusCode.OK);

        Assert.Equal(5, (int?)Assert.Single(added["lines"]!.AsArray())!["quantity"]);
        Assert.Equal((4, 4000), ((int?)set["lines"]![0]!["quantity"], (int?)set["totals"]!["items"]!["amount"]));
        Assert.Empty(removed["lines"]!.AsArray());
    }

    [Fact]
    public async Task A_line_can_be_deleted_and_deleting_it_again_is_harmless()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewCartAsync();
        await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 });

        var first = (await shop.SendAsync(HttpMethod.Delete, $"{cart}/lines/{sku}")).Expect(HttpStatusCode.OK);
        var second = (await shop.SendAsync(HttpMethod.Delete, $"{cart}/lines/{sku}")).Expect(HttpStatusCode.OK);

        Assert.Empty(first["lines"]!.AsArray());
        Assert.Equal((int?)first["version"], (int?)second["version"]);
    }

    [Fact]
    public async Task What_a_line_cannot_be_is_refused()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewCartAsync();
        var euros = await shop.NewCartAsync("EUR");

        (await shop.PostAsync($"{cart}/lines", new { sku = "NO-SUCH-SKU", quantity = 1 }))
            .ExpectProblem(HttpStatusCode.NotFound, "sku_not_found", "/sku");
        (await shop.PostAsync($"{cart}/lines", new { sku = "COF-MIDW-250", quantity = 1 }))
            .ExpectProblem(HttpStatusCode.NotFound, "sku_not_found", "/sku");
        (await shop.PostAsync($"{euros}/lines", new { sku, quantity = 1 }))
            .ExpectProblem(HttpStatusCode.Conflict, "price_not_available", "/sku");
        (await shop.PostAsync($"{cart}/lines", new { sku, quantity = 0 }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "quantity_out_of_range", "/quantity");
        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = -1 }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "quantity_out_of_range", "/quantity");
        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 1_000 }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "quantity_out_of_range", "/quantity");
        Assert.Equal("\"1\"", (await shop.GetAsync(cart)).ETag);
    }

    [Fact]
    public async Task A_cart_that_does_not_exist_is_not_found_whatever_is_asked_of_it()
    {
        const string unknown = "/v1/carts/cart_01h455vb4pex5vsknk084sn02q";
        const string malformed = "/v1/carts/no-cart";

        (await shop.GetAsync(unknown)).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await shop.PatchAsync(unknown, new { email = "ada@example.org" })).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await shop.PutAsync($"{unknown}/lines/MUG", new { quantity = 0 })).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await shop.GetAsync($"{unknown}/shipping-options")).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await shop.CompleteAsync(unknown)).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
        (await shop.GetAsync(malformed)).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Contact_and_addresses_are_merged_and_null_removes()
    {
        var cart = await shop.NewCartAsync();

        await shop.PatchAsync(cart, new { email = "ada@example.org", shipping_address = London });
        var merged = (await shop.PatchAsync(cart, """{"billing_address":null,"email":null}""")).Expect(HttpStatusCode.OK);

        Assert.Null(merged["email"]);
        Assert.Equal("London", (string?)merged["shipping_address"]!["city"]);
        Assert.Null(merged["billing_address"]);
    }

    [Fact]
    public async Task Everything_wrong_with_contact_and_addresses_is_told_at_once()
    {
        var cart = await shop.NewCartAsync();

        var problem = (await shop.PatchAsync(cart, """
            {"email":"nobody","shipping_address":{"first_name":"Ada","line1":"1","city":"X","postal_code":"1","country":"UK"}}
            """)).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");

        Assert.Equal(
            ["/email", "/shipping_address/last_name", "/shipping_address/country"],
            problem["errors"]!.AsArray().Select(error => (string?)error!["pointer"]));
        Assert.Null((await shop.GetAsync(cart)).Body!["shipping_address"]);
    }

    [Fact]
    public async Task Shipping_depends_on_the_address_and_is_chosen_among_what_there_is()
    {
        var cart = await shop.NewCartAsync();

        (await shop.GetAsync($"{cart}/shipping-options")).ExpectProblem(HttpStatusCode.Conflict, "shipping_address_missing");
        (await shop.PutAsync($"{cart}/shipping-option", new { id = "standard" }))
            .ExpectProblem(HttpStatusCode.Conflict, "shipping_address_missing");
        await shop.PatchAsync(cart, new { shipping_address = London });
        var options = (await shop.GetAsync($"{cart}/shipping-options")).Expect(HttpStatusCode.OK)["data"]!.AsArray();
        Assert.Equal(["standard", "express"], options.Select(option => (string?)option!["id"]));
        (await shop.PutAsync($"{cart}/shipping-option", new { id = "pigeon" }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "shipping_option_unknown", "/id");
        var chosen = (await shop.PutAsync($"{cart}/shipping-option", new { id = "express" })).Expect(HttpStatusCode.OK);
        Assert.Equal(795, (int?)chosen["totals"]!["shipping"]!["amount"]);
    }

    [Fact]
    public async Task Whoever_changes_a_cart_that_changed_meanwhile_is_told()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewCartAsync();
        var first = await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 1 }, ("If-Match", "\"1\""));

        var stale = await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 }, ("If-Match", "\"1\""));
        var fresh = await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 3 }, ("If-Match", first.ETag!));
        var any = await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 4 }, ("If-Match", "*"));
        var nonsense = await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 5 }, ("If-Match", "yesterday"));

        Assert.Equal("\"2\"", first.ETag);
        stale.ExpectProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");
        fresh.Expect(HttpStatusCode.OK);
        any.Expect(HttpStatusCode.OK);
        nonsense.ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        Assert.Equal(("\"4\"", "\"4\""), (any.ETag, (await shop.GetAsync(cart)).ETag));
    }

    [Fact]
    public async Task A_repeated_key_makes_one_cart_and_adds_one_line()
    {
        var (sku, _) = await shop.NewProductAsync();
        var (create, add) = (Key(), Key());

        var one = (await shop.PostAsync("/v1/carts", new { currency = "GBP" }, create)).Expect(HttpStatusCode.Created);
        var same = (await shop.PostAsync("/v1/carts", new { currency = "GBP" }, create)).Expect(HttpStatusCode.Created);
        var cart = $"/v1/carts/{one["id"]}";
        await shop.PostAsync($"{cart}/lines", new { sku, quantity = 2 }, add);
        var again = (await shop.PostAsync($"{cart}/lines", new { sku, quantity = 2 }, add)).Expect(HttpStatusCode.OK);

        Assert.Equal((string?)one["id"], (string?)same["id"]);
        Assert.Equal(2, (int?)again["lines"]![0]!["quantity"]);
        (await shop.PostAsync("/v1/carts", new { currency = "EUR" }, create))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await shop.PostAsync($"{cart}/lines", new { sku, quantity = 3 }, add))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
    }

    [Fact]
    public async Task A_repeated_request_is_answered_word_for_word_whatever_happened_since()
    {
        var (sku, _) = await shop.NewProductAsync();
        var (cart, key) = (await shop.NewCartAsync(), Key());
        var first = await shop.PostAsync($"{cart}/lines", new { sku, quantity = 2 }, key);
        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 7 })).Expect(HttpStatusCode.OK);

        var again = await shop.PostAsync($"{cart}/lines", new { sku, quantity = 2 }, key);

        Assert.Equal((first.Status, first.Text, first.ETag), (again.Status, again.Text, again.ETag));
        Assert.Equal((false, true), (first.IsReplayed, again.IsReplayed));
        Assert.Equal(7, (int?)(await shop.GetAsync(cart)).Body!["lines"]![0]!["quantity"]);
    }

    [Fact]
    public async Task A_key_is_1_to_255_visible_characters()
    {
        (await shop.PostAsync("/v1/carts", new { currency = "GBP" }, Key("two words")))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        (await shop.PostAsync("/v1/carts", new { currency = "GBP" }, Key($"{NewName()}".PadRight(255, 'x')))).Expect(HttpStatusCode.Created);
        (await shop.PostAsync("/v1/carts", new { currency = "GBP" }, Key(new string('x', 256))))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task A_quantity_that_is_not_in_stock_is_a_warning_until_it_is_bought()
    {
        var (sku, _) = await shop.NewProductAsync(units: 1);
        var cart = await shop.NewCartAsync();
        await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 });

        var problem = (await shop.GetAsync(cart)).Body!["problems"]![0]!;

        Assert.Equal(
            ("insufficient_stock", sku, false),
            ((string?)problem["code"], (string?)problem["sku"], (bool?)problem["blocks"]));
    }

    [Fact]
    public async Task A_list_of_actions_is_done_as_one_or_not_at_all()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewCartAsync();
        object[] good =
        [
            new { type = "add_line", sku, quantity = 2 },
            new { type = "add_line", sku, quantity = 1, attributes = new { engraving = "Ada" } },
            new { type = "set_email", email = "ada@example.org" },
            new { shipping_address = London, type = "set_shipping_address" },
            new { type = "choose_shipping", id = "standard" },
        ];

        var done = (await shop.PostAsync($"{cart}/actions", new { actions = good })).Expect(HttpStatusCode.OK);
        (await shop.PostAsync($"{cart}/actions", new { actions = new object[] { new { type = "remove_line", line = sku }, new { type = "choose_shipping", id = "rocket" } } }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "shipping_option_unknown", "/actions/1/id");

        Assert.Equal([2, 1], done["lines"]!.AsArray().Select(line => (int)line!["quantity"]!));
        Assert.Equal("Ada", (string?)done["lines"]![1]!["attributes"]!["engraving"]);
        Assert.Empty(done["problems"]!.AsArray());
        Assert.Equal(2, (await shop.GetAsync(cart)).Body!["lines"]!.AsArray().Count);
        (await shop.PostAsync($"{cart}/actions", new { actions = new[] { new { type = "explode" } } }))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        var engraved = (string)done["lines"]![1]!["id"]!;
        Assert.Equal(4, (int?)(await shop.PutAsync($"{cart}/lines/{engraved}", new { quantity = 4 })).Expect(HttpStatusCode.OK)["lines"]![1]!["quantity"]);
        (await shop.PutAsync($"{cart}/lines/{sku}~00000000", new { quantity = 4 })).ExpectProblem(HttpStatusCode.NotFound, "cart_line_not_found");
        var order = (await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created);
        Assert.Equal("Ada", (string?)order["lines"]![1]!["attributes"]!["engraving"]);
    }

    [Fact]
    public async Task Signing_in_merges_two_carts_into_one_and_leaves_a_pointer()
    {
        var (sku, _) = await shop.NewProductAsync();
        var (anonymous, own) = (await shop.NewCartAsync(), await shop.NewReadyCartAsync(sku));
        await shop.PutAsync($"{anonymous}/lines/{sku}", new { quantity = 2 });
        var source = anonymous.Split('/')[^1];

        var merged = (await shop.PostAsync($"{own}/merge", new { source })).Expect(HttpStatusCode.OK);

        Assert.Equal(3, (int?)merged["lines"]![0]!["quantity"]);
        var tombstone = (await shop.GetAsync(anonymous)).Expect(HttpStatusCode.OK);
        Assert.Equal(("merged", own.Split('/')[^1]), ((string?)tombstone["status"], (string?)tombstone["merged_into"]));
        (await shop.PutAsync($"{anonymous}/lines/{sku}", new { quantity = 1 })).ExpectProblem(HttpStatusCode.Gone, "cart_merged");
        (await shop.PostAsync($"{own}/merge", new { source = own.Split('/')[^1] })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/source");
        (await shop.PostAsync($"{own}/merge", new { source = "cart_01h455vb4pex5vsknk084sn02q" })).ExpectProblem(HttpStatusCode.NotFound, "cart_not_found");
    }
}
