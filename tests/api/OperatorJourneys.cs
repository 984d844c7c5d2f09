using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Commerce.Processes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class OperatorJourneys(RunningShop shop)
{
    [Fact]
    public async Task Nobody_gets_in_without_the_key()
    {
        var document = (await shop.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK);
        var routes = document["paths"]!.AsObject().Where(path => path.Key.StartsWith("/v1/admin/", StringComparison.Ordinal))
            .SelectMany(path => path.Value!.AsObject().Select(verb => (verb.Key, Path: Fill(path.Key)))).ToList();

        Assert.True(routes.Count > 20, $"{routes.Count} routes");
        foreach (var (verb, path) in routes.Append(("get", "/dashboard")))
        {
            var answer = await shop.SendAsync(HttpMethod.Parse(verb), path);
            answer.ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        }
    }

    [Theory]
    [InlineData("Bearer", "op_of_somebody_else_0123456789")]
    [InlineData("Bearer", "")]
    [InlineData("Basic", "not base64")]
    [InlineData("Basic", "b3A6d3Jvbmc=")]
    [InlineData("Digest", ShopProcess.OperatorKey)]
    public async Task Nobody_gets_in_with_another_key(string scheme, string credentials) =>
        (await shop.With(new AuthenticationHeaderValue(scheme, credentials)).GetAsync("/v1/admin/orders"))
            .ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");

    [Fact]
    public async Task A_browser_opens_the_dashboard_with_the_key_as_password()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{ShopProcess.OperatorKey}"));

        var page = await shop.With(new("Basic", basic)).GetAsync("/dashboard/");

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.MediaType));
    }

    [Fact]
    public async Task Stock_is_received_corrected_and_counted()
    {
        var (sku, _) = await shop.NewProductAsync(units: 0);
        var (stock, key) = ($"/v1/admin/stock/{sku}", Key());

        var received = await shop.AsOperator.PostAsync($"{stock}/receipts", new { location = "leeds", quantity = 10 }, key);
        await shop.AsOperator.PostAsync($"{stock}/receipts", new { location = "leeds", quantity = 10 }, key);
        await shop.AsOperator.PostAsync($"{stock}/receipts", new { location = "rotterdam", quantity = 5, reference = "DN 1" }, Key());
        await shop.AsOperator.PostAsync($"{stock}/adjustments", new { location = "leeds", delta = -2, reason = "broken" }, Key());
        await shop.AsOperator.PostAsync($"{stock}/counts", new { location = "rotterdam", on_hand = 4 }, Key());

        Assert.Equal((HttpStatusCode.OK, "\"1\""), (received.Status, received.ETag));
        var read = await shop.AsOperator.GetAsync(stock);
        Assert.Equal("\"4\"", read.ETag);
        Assert.Equal((12, 0, 12, 0), (
            (int?)read.Body!["on_hand"], (int?)read.Body["held"], (int?)read.Body["available"], (int?)read.Body["committed"]));
        Assert.Equal(
            [("leeds", 8), ("rotterdam", 4)],
            read.Body["locations"]!.AsArray().Select(place => ((string?)place!["location"], (int?)place["on_hand"])!));
    }

    [Theory]
    [InlineData("receipts", """{"location":"mars","quantity":1}""", 422, "location_unknown")]
    [InlineData("receipts", """{"location":"leeds","quantity":0}""", 422, "quantity_out_of_range")]
    [InlineData("receipts", """{"location":"leeds"}""", 400, "malformed_request")]
    [InlineData("receipts", """{"quantity":1}""", 400, "malformed_request")]
    [InlineData("receipts", """{"location":"Le eds","quantity":1}""", 400, "malformed_request")]
    [InlineData("adjustments", """{"location":"leeds","delta":-1,"reason":"lost"}""", 409, "stock_below_promised")]
    [InlineData("adjustments", """{"location":"leeds","delta":1}""", 422, "validation_failed")]
    [InlineData("counts", """{"location":"leeds"}""", 400, "malformed_request")]
    [InlineData("counts", """{"location":"leeds","on_hand":-1}""", 422, "quantity_out_of_range")]
    public async Task Stock_that_cannot_be_is_refused(string verb, string body, int status, string code) =>
        (await shop.AsOperator.PostAsync($"/v1/admin/stock/NEVER-RECEIVED/{verb}", body, Key())).ExpectProblem((HttpStatusCode)status, code);

    [Fact]
    public async Task Orders_are_listed_by_what_they_need()
    {
        var order = await shop.NewOrderAsync();
        var number = (string)order["number"]!;
        await shop.EventuallyAsync(async () => (await Listed(
            $"number={number.ToLowerInvariant()}&status=open&payment_status=paid&fulfillment_status=unfulfilled")).Count == 1);

        Assert.Empty(await Listed($"number={number}&status=completed"));
        Assert.Empty(await Listed($"number={number}&payment_status=authorized"));
        Assert.Empty(await Listed($"number={number}&fulfillment_status=partially_fulfilled"));
        (await shop.AsOperator.GetAsync("/v1/admin/orders?status=lost")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        (await shop.AsOperator.GetAsync("/v1/admin/orders?status=0")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        (await shop.AsOperator.GetAsync("/v1/admin/orders?number=%00")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task Orders_are_paged_newest_first()
    {
        var orders = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            orders.Add((string)(await shop.NewOrderAsync())["number"]!);
        }

        await shop.EventuallyAsync(async () => (await Listed($"number={orders[2]}")).Count == 1);
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null && seen.Count < 500;)
        {
            var page = (await shop.AsOperator.GetAsync(
                $"/v1/admin/orders?limit=2{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}")).Expect(HttpStatusCode.OK);
            seen.AddRange(page["data"]!.AsArray().Select(order => (string)order!["number"]!));
            cursor = (string?)page["page"]!["next_cursor"];
        }

        Assert.Equal(seen.Distinct(), seen);
        orders.Reverse();
        Assert.Equal(orders, seen.Where(orders.Contains));
    }

    [Fact]
    public async Task The_history_of_an_order_is_its_journal()
    {
        var order = await shop.NewOrderAsync();

        var history = (await shop.AsOperator.GetAsync($"/v1/admin/orders/{order["id"]}/history")).Expect(HttpStatusCode.OK);

        var events = history["data"]!.AsArray();
        Assert.Equal(["order.placed", "order.payment_recorded"], events.Select(entry => (string?)entry!["type"]));
        Assert.Equal([1, 2], events.Select(entry => (int)entry!["version"]!));
        Assert.Equal((string?)order["number"], (string?)events[0]!["data"]!["number"]);
        Assert.Equal("shopper", (string?)events[0]!["metadata"]!["actor"]);
        Assert.Equal("paid", (string?)(await shop.AsOperator.GetAsync($"/v1/admin/orders/{order["id"]}/payment")).Body!["status"]);
        (await shop.AsOperator.GetAsync("/v1/admin/orders/ord_01h455vb4pex5vsknk084sn02q/history"))
            .ExpectProblem(HttpStatusCode.NotFound, "order_not_found");
        (await shop.AsOperator.GetAsync("/v1/admin/orders/ord_01h455vb4pex5vsknk084sn02q/payment"))
            .ExpectProblem(HttpStatusCode.NotFound, "payment_not_found");
    }

    [Fact]
    public async Task A_parcel_that_is_sent_completes_the_order_moves_the_stock_and_tells_the_customer()
    {
        var order = await shop.NewOrderAsync(quantity: 2);
        var (id, sku) = ((string)order["id"]!, (string)order["lines"]![0]!["sku"]!);
        var asked = await FulfillmentOrderAsync(id);
        var path = $"/v1/admin/fulfillment-orders/{asked["id"]}";
        var tracking = new { carrier = "Royal Mail", number = $"RM{NewName()}", url = "https://example.org/track" };

        (await shop.AsOperator.PostAsync($"{path}/fulfillments", new { lines = new[] { new { sku, quantity = 3 } } }))
            .ExpectProblem(HttpStatusCode.Conflict, "fulfillment_exceeds_open", "/lines");
        (await shop.AsOperator.PostAsync($"{path}/fulfillments", new { tracking = new { carrier = "X" } }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/tracking/number");
        (await shop.AsOperator.PostAsync($"{path}/fulfillments", """{"lines":[{"quantity":1}]}"""))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        var key = Key();
        var body = new { lines = new[] { new { sku, quantity = 1 } }, tracking };
        var first = (await shop.AsOperator.PostAsync($"{path}/fulfillments", body, key)).Expect(HttpStatusCode.Created);
        var again = (await shop.AsOperator.PostAsync($"{path}/fulfillments", body, key)).Expect(HttpStatusCode.Created);
        Assert.Equal(("in_progress", 1), ((string?)first["status"], again["fulfillments"]!.AsArray().Count));
        await shop.EventuallyAsync(async () => await StatusAsync(id) == "open/partially_fulfilled");
        (await shop.AsOperator.PostAsync($"{path}/fulfillments", "{}")).Expect(HttpStatusCode.Created);
        (await shop.AsOperator.PostAsync($"{path}/fulfillments", "{}")).ExpectProblem(HttpStatusCode.Conflict, "fulfillment_order_closed");

        await shop.EventuallyAsync(async () => await StatusAsync(id) == "completed/fulfilled");
        await shop.EventuallyAsync(async () =>
            (await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body! is var stock
            && ((int?)stock["on_hand"], (int?)stock["committed"]) == (0, 0));
        await shop.EventuallyAsync(() => Task.FromResult(shop.Mails.Any(mail => mail.Contains(tracking.number, StringComparison.Ordinal))));
        var parcels = (await shop.GetAsync($"/v1/orders/{id}")).Expect(HttpStatusCode.OK);
        Assert.Equal("order.shipped", (string?)parcels["timeline"]!.AsArray()[^1]!["kind"]);

        var parcel = (string?)parcels["fulfillments"]![0]!["id"];
        (await shop.AsOperator.PostAsync($"{path}/fulfillments/another/delivery", "{}")).ExpectProblem(HttpStatusCode.NotFound, "fulfillment_not_found");
        (await shop.AsOperator.PostAsync($"{path}/fulfillments/{parcel}/delivery", """{"at":"2020-01-01T00:00:00Z"}"""))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/at");
        (await shop.AsOperator.PostAsync($"{path}/fulfillments/{parcel}/delivery", "{}")).Expect(HttpStatusCode.OK);
        (await shop.AsOperator.PostAsync($"{path}/fulfillments/{parcel}/delivery", "{}")).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/orders/{id}")).Body!["fulfillments"]![0]!["delivered_at"] is not null);
        Assert.Equal("order.delivered", (string?)(await shop.GetAsync($"/v1/orders/{id}")).Body!["timeline"]!.AsArray()[^1]!["kind"]);
    }

    [Fact]
    public async Task The_customer_gets_one_confirmation_of_an_order()
    {
        var order = await shop.NewOrderAsync();

        await shop.EventuallyAsync(() => Task.FromResult(MailsAbout(order) > 0));
        await FulfillmentOrderAsync((string)order["id"]!);

        Assert.Equal(1, MailsAbout(order));
    }

    [Fact]
    public async Task A_fulfillment_order_that_does_not_exist_is_not_found()
    {
        const string path = "/v1/admin/fulfillment-orders/fo_01h455vb4pex5vsknk084sn02q";

        (await shop.AsOperator.GetAsync(path)).ExpectProblem(HttpStatusCode.NotFound, "fulfillment_order_not_found");
        (await shop.AsOperator.PostAsync($"{path}/fulfillments", "{}"))
            .ExpectProblem(HttpStatusCode.NotFound, "fulfillment_order_not_found");
        (await shop.AsOperator.GetAsync("/v1/admin/fulfillment-orders?status=lost"))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Theory]
    [InlineData("categories", "{}")]
    [InlineData("categories", """{"data":null}""")]
    [InlineData("categories", """{"data":[null]}""")]
    [InlineData("locations", "{}")]
    [InlineData("locations", """{"data":[null]}""")]
    [InlineData("locations", """{"data":[{}]}""")]
    [InlineData("shipping-zones", "{}")]
    [InlineData("shipping-zones", """{"data":[null]}""")]
    [InlineData("shipping-zones", """{"data":[{}]}""")]
    [InlineData("shipping-zones", """{"data":[{"name":"X","countries":[null],"rates":[]}]}""")]
    [InlineData("tax-tables/GB", """{"rates":{"standard":null}}""")]
    public async Task Settings_that_are_none_are_refused(string settings, string body) =>
        (await shop.AsOperator.SendAsync(HttpMethod.Put, $"/v1/admin/{settings}", RunningShop.Json(body)))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

    [Theory]
    [InlineData("tax-tables/GB", "{}", 422, "validation_failed")]
    [InlineData("tax-tables/GB", """{"rates":{"standard":1.5}}""", 422, "validation_failed")]
    [InlineData("tax-tables/XX", """{"rates":{}}""", 404, "country_not_found")]
    [InlineData("shipping-zones", """{"data":[{"name":"X","countries":["XX"],"rates":[]}]}""", 422, "validation_failed")]
    [InlineData("categories", """{"data":[{"handle":"a-test","title":"A","parent":"no-such"}]}""", 422, "validation_failed")]
    public async Task Settings_that_make_no_sense_are_refused(string settings, string body, int status, string code) =>
        (await shop.AsOperator.SendAsync(HttpMethod.Put, $"/v1/admin/{settings}", RunningShop.Json(body)))
            .ExpectProblem((HttpStatusCode)status, code);

    [Fact]
    public async Task What_an_operator_did_is_on_record_with_who_why_and_what_it_changed()
    {
        var (sku, _) = await shop.NewProductAsync(units: 3);
        var key = (await shop.AsOperator.PostAsync(
            "/v1/admin/api-keys", new { kind = "secret", name = "auditor", scopes = new[] { "audit:read", "stock:write" } })).Expect(HttpStatusCode.Created);
        var warehouse = shop.With(new("Bearer", (string)key["secret"]!));
        (await warehouse.PostAsync(
            $"/v1/admin/stock/{sku}/adjustments", new { location = "leeds", delta = -1, reason = "found" }, Key())).Expect(HttpStatusCode.OK);
        await shop.GetAsync($"/v1/availability?sku={sku}");

        var actions = (await warehouse.GetAsync($"/v1/admin/audit?stream=stock-line/{sku}")).Expect(HttpStatusCode.OK)["data"]!.AsArray();

        Assert.Equal(
            [("stock.adjusted", $"operator:{key["key"]!["id"]}", 1, 2, "found"), ("stock.received", "operator", 0, 1, null)],
            actions.Select(action => (
                (string)action!["type"]!, (string)action["actor"]!, (int)action["before"]!, (int)action["after"]!, (string?)action["reason"])));
        var page = (await warehouse.GetAsync($"/v1/admin/audit?stream=stock-line/{sku}&limit=1")).Expect(HttpStatusCode.OK);
        var next = (await warehouse.GetAsync($"/v1/admin/audit?stream=stock-line/{sku}&limit=1&cursor={page["page"]!["next_cursor"]}")).Expect(HttpStatusCode.OK);
        Assert.Equal("stock.received", (string?)Assert.Single(next["data"]!.AsArray())!["type"]);
        Assert.Single((await warehouse.GetAsync($"/v1/admin/audit?actor=operator:{key["key"]!["id"]}")).Body!["data"]!.AsArray());
        Assert.Equal(HttpStatusCode.NoContent, (await shop.AsOperator.SendAsync(HttpMethod.Delete, $"/v1/admin/api-keys/{key["key"]!["id"]}")).Status);
        Assert.Equal(
            ["access.withdrawn", "access.granted"],
            (await shop.AsOperator.GetAsync($"/v1/admin/audit?stream=access/{key["key"]!["id"]}")).Body!["data"]!.AsArray()
                .Select(action => (string)action!["type"]!));
        var forAll = (await shop.AsOperator.PostAsync("/v1/admin/api-keys", new { kind = "publishable", name = "shown to all" })).Expect(HttpStatusCode.Created);
        Assert.Single((await shop.AsOperator.GetAsync($"/v1/admin/audit?stream=access/{forAll["key"]!["id"]}")).Body!["data"]!.AsArray());
        (await shop.GetAsync("/v1/admin/audit")).ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Why_an_operator_changed_a_setting_is_on_record()
    {
        const string table = """{"rates":{"standard":0.24}}""";
        (await shop.AsOperator.SendAsync(HttpMethod.Put, "/v1/admin/tax-tables/IS", RunningShop.Json(table), ("Audit-Reason", new('x', 201))))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        (await shop.AsOperator.SendAsync(HttpMethod.Put, "/v1/admin/tax-tables/IS", RunningShop.Json(table), ("Audit-Reason", "a new law")))
            .Expect(HttpStatusCode.OK);

        var action = Assert.Single((await shop.AsOperator.GetAsync("/v1/admin/audit?stream=settings/tax:IS")).Expect(HttpStatusCode.OK)["data"]!.AsArray())!;
        Assert.Equal(
            ("settings.set", "operator", 0, 1, "a new law"),
            ((string)action["type"]!, (string)action["actor"]!, (int)action["before"]!, (int)action["after"]!, (string)action["reason"]!));
    }

    private static string Fill(string template) => template
        .Replace("{cartId}", "cart_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{customerId}", "cust_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{orderId}", "ord_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{productId}", "prod_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{promotionId}", "promo_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{dropId}", "drop_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{importId}", "imp_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{parcel}", "fo_01h455vb4pex5vsknk084sn02q.1", StringComparison.Ordinal)
        .Replace("{messageId}", "msg_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{editId}", "edit_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{number}", "1", StringComparison.Ordinal)
        .Replace("{id}", $"{IdPrefix(template)}_01h455vb4pex5vsknk084sn02q", StringComparison.Ordinal)
        .Replace("{sku}", "MUG", StringComparison.Ordinal)
        .Replace("{holdId}", "hold_mine", StringComparison.Ordinal)
        .Replace("{country}", "GB", StringComparison.Ordinal);

    private static string IdPrefix(string template) =>
        template.Contains("import", StringComparison.Ordinal) ? "imp"
        : template.Contains("gift-cards", StringComparison.Ordinal) || template.Contains("store-credits", StringComparison.Ordinal) ? "credit"
        : template.Contains("api-keys", StringComparison.Ordinal) ? "key"
        : "fo";

    private int MailsAbout(JsonNode order) =>
        shop.Mails.Count(mail => mail.Contains((string)order["number"]!, StringComparison.Ordinal));

    private async Task<JsonArray> Listed(string query) =>
        (await shop.AsOperator.GetAsync($"/v1/admin/orders?{query}")).Expect(HttpStatusCode.OK)["data"]!.AsArray();

    private async Task<string> StatusAsync(string order)
    {
        var read = (await shop.GetAsync($"/v1/orders/{order}")).Expect(HttpStatusCode.OK);
        return $"{read["status"]}/{read["fulfillment_status"]}";
    }

    private async Task<JsonNode> FulfillmentOrderAsync(string order)
    {
        JsonArray found = [];
        await shop.EventuallyAsync(async () =>
        {
            found = (await shop.AsOperator.GetAsync($"/v1/admin/fulfillment-orders?order_id={order}&status=open"))
                .Expect(HttpStatusCode.OK)["data"]!.AsArray();
            return found.Count > 0;
        });
        return Assert.Single(found)!;
    }
}
