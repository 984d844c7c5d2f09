using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class CatalogueJourneys(RunningShop shop)
{
    [Fact]
    public async Task Paging_shows_every_product_once()
    {
        var category = $"c-{NewName()}";
        var handles = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            handles.Add((await shop.NewProductAsync(units: 0, category)).Handle);
        }

        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var next = cursor.Length == 0 ? "" : $"&cursor={cursor}";
            var page = (await shop.GetAsync($"/v1/products?category={category}&limit=2{next}")).Expect(HttpStatusCode.OK);
            Assert.InRange(page["data"]!.AsArray().Count, 1, 2);
            seen.AddRange(page["data"]!.AsArray().Select(product => (string)product!["handle"]!));
            cursor = (string?)page["page"]!["next_cursor"];
            Assert.Equal(cursor is not null, (bool?)page["page"]!["has_more"]);
        }

        handles.Reverse();
        Assert.Equal(handles, seen);
    }

    [Fact]
    public async Task Paging_through_search_results_shows_every_match_once()
    {
        var word = $"zyx{NewName()}";
        var handles = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            handles.Add((await shop.NewProductAsync(units: 0, title: $"{word} number {i}")).Handle);
        }

        var first = (await shop.GetAsync($"/v1/products?q={word}&limit=3")).Expect(HttpStatusCode.OK);
        var second = (await shop.GetAsync($"/v1/products?q={word}&limit=3&cursor={first["page"]!["next_cursor"]}")).Expect(HttpStatusCode.OK);

        var seen = first["data"]!.AsArray().Concat(second["data"]!.AsArray()).Select(product => (string)product!["handle"]!).ToList();
        Assert.Equal(4, seen.Count);
        Assert.True(handles.SetEquals(seen));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=many")]
    [InlineData("limit=1&limit=2")]
    [InlineData("cursor=!!")]
    [InlineData("cursor=x")]
    [InlineData("cursor=W10")]
    [InlineData("q=%00")]
    [InlineData("category=a%0Ab")]
    public async Task A_list_takes_only_what_it_can_use(string query)
    {
        var problem = (await shop.GetAsync($"/v1/products?{query}")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

        Assert.DoesNotContain("Nullable", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("espresso", "harbour-espresso")]
    [InlineData("expreso", "harbour-espresso")]
    [InlineData("espreso", "harbour-espresso")]
    [InlineData("cafetiere", "beech-cafetiere")]
    [InlineData("cafeti%C3%A8re", "beech-cafetiere")]
    [InlineData("CAFETI%C3%88RE", "beech-cafetiere")]
    [InlineData("notebooks", "tide-notebook")]
    [InlineData("TABLE-POT-OAT", "quayside-teapot")]
    public async Task Search_finds_what_was_meant(string typed, string handle)
    {
        var found = (await shop.GetAsync($"/v1/products?q={typed}&limit=10")).Expect(HttpStatusCode.OK);

        Assert.Contains(handle, found["data"]!.AsArray().Select(product => (string?)product!["handle"]));
    }

    [Theory]
    [InlineData("%25")]
    [InlineData("'")]
    [InlineData("%22unbalanced")]
    [InlineData("a%20%26%20%7C%20!%20(")]
    [InlineData("%F0%9F%92%A5")]
    [InlineData("%20")]
    public async Task Search_survives_whatever_is_typed(string typed) =>
        (await shop.GetAsync($"/v1/products?q={typed}")).Expect(HttpStatusCode.OK);

    [Fact]
    public async Task What_a_search_finds_is_counted_and_made_shorter_by_what_it_has_in_common()
    {
        var (word, moor, harbour) = ($"zither{NewName()}", NewName(), NewName());
        foreach (var (vendor, category) in new[] { (moor, "tests"), (moor, "coffee"), (harbour, "coffee") })
        {
            var sku = NewName();
            (await shop.AsOperator.PostAsync("/v1/admin/products", new
            {
                title = $"A {word}", handle = sku, status = "active", vendor, categories = new[] { category },
                variants = new[] { new { sku, prices = new[] { new { amount = 500, currency = "GBP" } } } },
            })).Expect(HttpStatusCode.Created);
        }

        await shop.EventuallyAsync(async () => (int?)(await CountAsync($"q={word}"))["products"] == 3);
        var all = await CountAsync($"q={word}");
        Assert.Equal([("coffee", 2), ("tests", 1)], Values(all["categories"]!));
        Assert.Equal(new[] { (moor, 2), (harbour, 1) }, Values(all["vendors"]!));
        Assert.True((bool)all["is_complete"]!);
        Assert.Equal(2, (int?)(await CountAsync($"q={word}&category=coffee"))["products"]);
        Assert.Equal([("coffee", 1), ("tests", 1)], Values((await CountAsync($"q={word}&vendor={moor}"))["categories"]!));
        Assert.Equal(2, (await shop.GetAsync($"/v1/products?q={word}&vendor={moor}")).Expect(HttpStatusCode.OK)["data"]!.AsArray().Count);
        Assert.Equal(2, (await shop.GetAsync($"/v1/products?vendor={moor}")).Expect(HttpStatusCode.OK)["data"]!.AsArray().Count);
        Assert.Equal(0, (int?)(await CountAsync("vendor=nobody"))["products"]);

        async Task<JsonNode> CountAsync(string query) => (await shop.GetAsync($"/v1/product-facets?{query}")).Expect(HttpStatusCode.OK);
        static IEnumerable<(string, int)> Values(JsonNode facet) =>
            facet.AsArray().Select(value => ((string)value!["value"]!, (int)value["products"]!));
    }

    [Fact]
    public async Task A_category_stands_for_all_that_are_part_of_it()
    {
        var coffee = (await shop.GetAsync("/v1/products?category=coffee&limit=100")).Expect(HttpStatusCode.OK);
        var handles = (await shop.GetAsync("/v1/categories")).Expect(HttpStatusCode.OK)["data"]!.AsArray()
            .Select(category => (string?)category!["handle"]).ToList();

        Assert.Contains("harbour-espresso", coffee["data"]!.AsArray().Select(product => (string?)product!["handle"]));
        Assert.True(handles.IndexOf("coffee") < handles.IndexOf("espresso"));
        Assert.Empty((await shop.GetAsync("/v1/products?category=no-such-category")).Body!["data"]!.AsArray());
    }

    [Fact]
    public async Task A_draft_is_invisible_until_it_is_published_and_then_it_sells()
    {
        var handle = $"p-{NewName()}";
        var sku = handle.ToUpperInvariant();
        var created = await shop.AsOperator.PostAsync("/v1/admin/products", new
        {
            title = "Nettle tea", handle, variants = new[] { new { sku, prices = new[] { new { amount = 500, currency = "GBP" } } } },
        });
        var path = $"/v1/admin/products/{created.Expect(HttpStatusCode.Created)["id"]}";
        var cart = await shop.NewCartAsync();

        Assert.Equal((path, "draft"), (created.Location, (string?)created.Body!["status"]));
        (await shop.GetAsync($"/v1/products/{handle}")).ExpectProblem(HttpStatusCode.NotFound, "product_not_found");
        (await shop.PostAsync($"{cart}/lines", new { sku, quantity = 1 })).ExpectProblem(HttpStatusCode.NotFound, "sku_not_found");
        (await shop.AsOperator.PutAsync($"{path}/status", new { status = "active" })).Expect(HttpStatusCode.OK);
        (await shop.PostAsync($"{cart}/lines", new { sku, quantity = 1 })).Expect(HttpStatusCode.OK);
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/products/{handle}")).Status == HttpStatusCode.OK);
        Assert.Equal("out_of_stock", (string?)(await shop.GetAsync($"/v1/products/{handle}")).Body!["variants"]![0]!["availability"]!["status"]);
        await shop.AsOperator.PostAsync($"/v1/admin/stock/{sku}/receipts", new { location = "leeds", quantity = 3 }, Key());
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/products/{handle}"))
            .Body!["variants"]![0]!["availability"]!.ToJsonString() == """{"status":"low_stock","quantity":3}""");
    }

    [Fact]
    public async Task A_product_is_found_by_id_and_by_handle()
    {
        var (_, handle) = await shop.NewProductAsync(units: 0);

        var byHandle = (await shop.GetAsync($"/v1/products/{handle}")).Expect(HttpStatusCode.OK);
        var byId = (await shop.GetAsync($"/v1/products/{byHandle["id"]}")).Expect(HttpStatusCode.OK);

        Assert.Equal(handle, (string?)byId["handle"]);
        (await shop.GetAsync("/v1/products/no-such-product")).ExpectProblem(HttpStatusCode.NotFound, "product_not_found");
    }

    [Fact]
    public async Task A_repeated_key_makes_one_product()
    {
        var handle = $"p-{NewName()}";
        var body = new
        {
            title = "Once", handle,
            variants = new[] { new { sku = handle.ToUpperInvariant(), prices = new[] { new { amount = 500, currency = "GBP" } } } },
        };
        var key = Key();

        var one = (await shop.AsOperator.PostAsync("/v1/admin/products", body, key)).Expect(HttpStatusCode.Created);
        var same = (await shop.AsOperator.PostAsync("/v1/admin/products", body, key)).Expect(HttpStatusCode.Created);

        Assert.Equal((string?)one["id"], (string?)same["id"]);
        (await shop.AsOperator.PostAsync("/v1/admin/products", body)).ExpectProblem(HttpStatusCode.Conflict, "name_taken", "/handle");
        (await shop.AsOperator.PostAsync("/v1/admin/products", body with { handle = $"{handle}-2" }))
            .ExpectProblem(HttpStatusCode.Conflict, "name_taken", "/variants/0/sku");
    }

    [Theory]
    [InlineData("""{"variants":[]}""", 422, "validation_failed")]
    [InlineData("""{"title":"X","variants":[]}""", 422, "validation_failed")]
    [InlineData("""{"title":"X","variants":[null]}""", 400, "malformed_request")]
    [InlineData("""{"title":"X","variants":[{"prices":[]}]}""", 400, "malformed_request")]
    [InlineData("""{"title":"X","variants":[{"sku":"X-1"}]}""", 400, "malformed_request")]
    [InlineData("""{"title":"X","variants":[{"sku":"X-1","prices":[{"amount":1}]}]}""", 400, "malformed_request")]
    [InlineData("""{"title":"X","variants":[{"sku":"X-1","prices":[{"currency":"GBP"}]}]}""", 400, "malformed_request")]
    [InlineData("""{"title":"X","variants":[{"sku":"X-1","prices":[{"amount":-1,"currency":"GBP"}]}]}""", 422, "validation_failed")]
    [InlineData("""{"title":"X","variants":[{"sku":"X-1","prices":[]}],"images":[null]}""", 400, "malformed_request")]
    [InlineData("""{"title":"X","variants":[{"sku":"X-1","prices":[]}],"categories":[null]}""", 400, "malformed_request")]
    [InlineData("""{"title":"X","status":"sold","variants":[{"sku":"X-1","prices":[]}]}""", 400, "malformed_request")]
    public async Task A_product_that_is_none_is_refused(string body, int status, string code) =>
        (await shop.AsOperator.PostAsync("/v1/admin/products", body)).ExpectProblem((HttpStatusCode)status, code);
}
