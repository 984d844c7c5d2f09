using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class InventoryJourneys(RunningShop shop)
{
    [Fact]
    public async Task A_hold_is_made_resized_extended_read_and_given_back()
    {
        var (sku, _) = await shop.NewProductAsync(units: 5);
        var hold = $"/v1/admin/stock/{sku}/holds/hold_{NewName()}";

        var made = (await PutAsync(hold, new { quantity = 2, ttl_seconds = 60, owner = "phone sale" })).Expect(HttpStatusCode.OK);
        (await PutAsync(hold, new { quantity = 5, ttl_seconds = 60 })).Expect(HttpStatusCode.OK);
        (await PutAsync(hold, new { quantity = 6, ttl_seconds = 60 })).ExpectProblem(HttpStatusCode.Conflict, "out_of_stock");
        (await PutAsync(hold, new { quantity = 5, ttl_seconds = 60, owner = "x" })).ExpectProblem(HttpStatusCode.Conflict, "hold_of_another");
        (await PutAsync(hold, new { quantity = 5, ttl_seconds = 0 })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/ttl");
        var extended = (await shop.AsOperator.PostAsync($"{hold}/extend", new { ttl_seconds = 600 })).Expect(HttpStatusCode.OK);
        var read = (await shop.AsOperator.GetAsync(hold)).Expect(HttpStatusCode.OK);

        Assert.Equal(("phone sale", 5), ((string?)read["owner"], (int?)read["quantity"]));
        Assert.True((DateTimeOffset)extended["expires_at"]! > (DateTimeOffset)made["expires_at"]!.AsValue());
        Assert.Equal("leeds", (string?)read["allocations"]![0]!["location"]);
        var freed = (await shop.AsOperator.SendAsync(HttpMethod.Delete, hold)).Expect(HttpStatusCode.OK);
        Assert.Equal((0, 5), ((int?)freed["held"], (int?)freed["available"]));
        (await shop.AsOperator.GetAsync(hold)).ExpectProblem(HttpStatusCode.NotFound, "hold_not_found");
        (await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}/holds/nonsense")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}/holds/hold_%C3%BC")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_shopper_is_told_what_can_be_had_and_how()
    {
        var (sku, handle) = await shop.NewProductAsync(units: 0);
        var policy = $"/v1/admin/stock/{sku}/policy";

        Assert.Equal("""{"status":"out_of_stock","quantity":null}""", await AvailabilityAsync(sku));
        (await PutAsync($"/v1/admin/stock/{sku}/incoming", new { reference = "PO 1", location = "leeds", quantity = 9, at = "2031-05-01T00:00:00Z" }))
            .Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => await AvailabilityAsync(sku)
            == """{"status":"out_of_stock","quantity":null,"restock_at":"2031-05-01T00:00:00\u002B00:00"}""");
        (await PutAsync(policy, new { when_out = "preorder", preorder_cap = 5, releases_at = "2031-04-01T00:00:00Z", order_max = 2 })).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => await AvailabilityAsync(sku)
            == """{"status":"preorder","quantity":null,"releases_at":"2031-04-01T00:00:00\u002B00:00","order_max":2}""");
        (await PutAsync(policy, new { when_out = "backorder", backorder_floor = 5 })).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => (await AvailabilityAsync(sku)).Contains("\"backorder\"", StringComparison.Ordinal));
        (await PutAsync(policy, new { when_out = "discontinue", low_stock = 1 })).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => (await AvailabilityAsync(sku)).Contains("\"discontinued\":true", StringComparison.Ordinal));
        await shop.AsOperator.PostAsync($"/v1/admin/stock/{sku}/receipts", new { location = "leeds", quantity = 2 }, Key());
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/products/{handle}")).Body!["variants"]![0]!["availability"]!
            .ToJsonString() == """{"status":"in_stock","quantity":null}""");
        (await PutAsync(policy, new { when_out = "backorder" })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/backorder_floor");
        (await PutAsync(policy, new { when_out = "lend" })).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?skus=")]
    [InlineData("?skus=M%C3%9CG")]
    [InlineData("?skus=%00")]
    public async Task Availability_of_nothing_is_refused(string query) =>
        (await shop.GetAsync($"/v1/availability{query}")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

    [Fact]
    public async Task Availability_is_told_of_a_hundred_skus_at_most_and_of_unknown_ones()
    {
        var hundred = string.Join(',', Enumerable.Range(0, 100).Select(i => $"NEVER-{i}"));

        Assert.Equal(100, (await shop.GetAsync($"/v1/availability?skus={hundred}")).Expect(HttpStatusCode.OK)["data"]!.AsArray().Count);
        (await shop.GetAsync($"/v1/availability?skus={hundred},ONE-MORE")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task The_ledger_has_every_movement_and_its_sums_are_the_stock()
    {
        var (sku, _) = await shop.NewProductAsync(units: 10);
        var stock = $"/v1/admin/stock/{sku}";
        await Post("transfers", new { from = "leeds", to = "rotterdam", quantity = 4, reason = "rebalancing", reference = "TR 1" });
        await Post("damages", new { action = "damage", location = "leeds", quantity = 3, reason = "wet" });
        await Post("damages", new { action = "scrap", location = "leeds", quantity = 2, reason = "rotten" });
        await Post("damages", new { action = "restore", location = "leeds", quantity = 1, reason = "dry" });
        await Post("adjustments", new { location = "leeds", delta = 1, reason = "found", reference = "A 1" });
        await Post("counts", new { location = "rotterdam", on_hand = 3, expected = 4 });
        (await shop.AsOperator.PostAsync($"{stock}/counts", new { location = "rotterdam", on_hand = 9, expected = 4 }, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "stock_expected_differs");
        (await shop.AsOperator.PostAsync($"{stock}/transfers", new { from = "leeds", to = "rotterdam", quantity = 100 }, Key()))
            .ExpectProblem(HttpStatusCode.Conflict, "stock_not_free");
        (await shop.AsOperator.PostAsync($"{stock}/transfers", new { from = "leeds", to = "rotterdam", quantity = 1 }))
            .ExpectProblem(HttpStatusCode.BadRequest, "idempotency_key_missing");

        var movements = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await shop.AsOperator.GetAsync($"{stock}/movements?limit=3{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}"))
                .Expect(HttpStatusCode.OK);
            movements.AddRange(page["data"]!.AsArray()!);
            cursor = (string?)page["page"]!["next_cursor"];
        }

        Assert.Equal(
            ["stock.counted", "stock.adjusted", "stock.restored", "stock.scrapped", "stock.damaged", "stock.transferred", "stock.received"],
            movements.Select(movement => (string?)movement["type"]));
        Assert.Equal(("rebalancing", "TR 1", "operator"), (
            (string?)movements[5]["reason"], (string?)movements[5]["reference"], (string?)movements[5]["actor"]));
        var read = (await shop.AsOperator.GetAsync(stock)).Expect(HttpStatusCode.OK);
        foreach (var place in read["locations"]!.AsArray())
        {
            var changes = movements.SelectMany(movement => movement["changes"]!.AsArray())
                .Where(change => (string?)change!["location"] == (string?)place!["location"]).ToList();
            Assert.Equal((int)place!["on_hand"]!, changes.Sum(change => (int)change!["on_hand"]!));
            Assert.Equal((int)place["damaged"]!, changes.Sum(change => (int)change!["damaged"]!));
        }

        async Task Post(string verb, object body) =>
            (await shop.AsOperator.PostAsync($"{stock}/{verb}", body, Key())).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_feed_is_taken_line_by_line_and_once()
    {
        var (one, two) = ((await shop.NewProductAsync(units: 0)).Sku, (await shop.NewProductAsync(units: 0)).Sku);
        var id = NewName();
        object[] lines =
        [
            new { id = $"{id}-1", sku = one, location = "leeds", kind = "receive", quantity = 5, feed = new { source = "wms", sequence = 1 } },
            new { id = $"{id}-2", sku = one, location = "leeds", kind = "count", on_hand = 7, expected = 5, feed = new { source = "wms", sequence = 2 } },
            new { id = $"{id}-3", sku = two, location = "leeds", kind = "adjust", delta = 3, reason = "found" },
            new { id = $"{id}-4", sku = two, location = "mars", kind = "receive", quantity = 1 },
            new { id = $"{id}-5", sku = two, location = "leeds", kind = "receive" },
            new { id = "not printable\u007f", sku = two, location = "leeds", kind = "receive", quantity = 1 },
            new { id = $"{id}-7", sku = one, location = "leeds", kind = "count", on_hand = 1, feed = new { source = "wms", sequence = 2 } },
        ];

        var first = (await shop.AsOperator.PostAsync("/v1/admin/stock/batch", new { lines })).Expect(HttpStatusCode.OK);
        var second = (await shop.AsOperator.PostAsync("/v1/admin/stock/batch", new { lines })).Expect(HttpStatusCode.OK);

        string?[] expected = [null, null, null, "location_unknown", "validation_failed", "validation_failed", null];
        Assert.Equal(expected, first["data"]!.AsArray().Select(line => (string?)line!["error"]?["code"]));
        Assert.Equal(expected, second["data"]!.AsArray().Select(line => (string?)line!["error"]?["code"]));
        Assert.Equal("accepted", (string?)first["data"]![0]!["status"]);
        Assert.Equal(7, (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{one}")).Body!["on_hand"]);
        Assert.Equal(3, (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{two}")).Body!["on_hand"]);
        (await shop.AsOperator.PostAsync("/v1/admin/stock/batch", new { lines = Array.Empty<object>() }))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/lines");
        (await shop.AsOperator.PostAsync("/v1/admin/stock/batch", """{"lines":[null]}"""))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task What_runs_low_is_listed_and_what_does_not_is_not()
    {
        var (low, plenty) = ((await shop.NewProductAsync(units: 3)).Sku, (await shop.NewProductAsync(units: 30)).Sku);

        await shop.EventuallyAsync(async () => (await ListedAsync("")).IsSupersetOf([low, plenty]));
        var listed = await ListedAsync("&below_threshold=true");

        Assert.Contains(low, listed);
        Assert.DoesNotContain(plenty, listed);

        async Task<HashSet<string>> ListedAsync(string filter)
        {
            var seen = new List<string>();
            for (string? cursor = ""; cursor is not null;)
            {
                var page = (await shop.AsOperator.GetAsync(
                    $"/v1/admin/stock?limit=100{filter}{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}")).Expect(HttpStatusCode.OK);
                seen.AddRange(page["data"]!.AsArray().Select(stock => (string)stock!["sku"]!));
                cursor = (string?)page["page"]!["next_cursor"];
            }

            Assert.Equal(seen.Distinct(), seen);
            return [.. seen];
        }
    }

    private Task<Answer> PutAsync(string path, object body) => shop.AsOperator.PutAsync(path, body);

    private async Task<string> AvailabilityAsync(string sku) => (await shop.GetAsync($"/v1/availability?skus={sku}"))
        .Expect(HttpStatusCode.OK)["data"]![0]!["availability"]!.ToJsonString();
}
