using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class PromotionJourneys(RunningShop shop)
{
    private const string Path = "/v1/admin/promotions";

    [Fact]
    public async Task A_promotion_is_created_changed_paused_and_listed()
    {
        var (code, key) = ($"Spring-{NewName()}", Key());
        var body = Promotion(code);

        var created = await shop.AsOperator.PostAsync(Path, body, key);
        var again = await shop.AsOperator.PostAsync(Path, body, key);

        var promotion = created.Expect(HttpStatusCode.Created);
        Assert.Equal((string?)promotion["id"], (string?)again.Expect(HttpStatusCode.Created)["id"]);
        Assert.Equal(($"{Path}/{promotion["id"]}", "\"1\""), (created.Location, created.ETag));
        Assert.Equal((code.ToUpperInvariant(), "active", "stack", 100), (
            (string?)promotion["code"], (string?)promotion["status"], (string?)promotion["stacking"], (int?)promotion["priority"]));
        Assert.Equal("""{"used":0,"reserved":0,"spent":[]}""", promotion["usage"]!.ToJsonString());

        var (path, paused) = (created.Location!, Promotion(code));
        paused["status"] = "paused";
        paused["limits"] = new JsonObject { ["uses_max"] = 20, ["budget"] = Money(100_00) };
        var saved = await shop.AsOperator.PutAsync(path, paused, ("If-Match", "\"1\""));
        Assert.Equal(("paused", "\"2\""), ((string?)saved.Expect(HttpStatusCode.OK)["status"], saved.ETag));
        (await shop.AsOperator.PutAsync(path, Promotion(code), ("If-Match", "\"1\"")))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "version_mismatch");
        var read = (await shop.AsOperator.GetAsync(path)).Expect(HttpStatusCode.OK);
        Assert.Equal((20, 10_000), ((int?)read["limits"]!["uses_max"], (int?)read["limits"]!["budget"]![0]!["amount"]));

        await shop.EventuallyAsync(async () => (await ListedAsync($"code={code}&status=paused")).Count == 1);
        Assert.Equal((string?)promotion["id"], (string?)(await ListedAsync($"code={code}"))[0]!["id"]);
        Assert.Empty(await ListedAsync($"code={code}&status=active"));
    }

    [Fact]
    public async Task Promotions_are_paged_newest_first()
    {
        var codes = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            codes.Add($"P-{NewName()}".ToUpperInvariant());
            (await shop.AsOperator.PostAsync(Path, Promotion(codes[i]))).Expect(HttpStatusCode.Created);
            await shop.EventuallyAsync(async () => (await ListedAsync($"code={codes[i]}")).Count == 1);
        }

        var seen = new List<string?>();
        for (string? cursor = ""; cursor is not null && seen.Count < 500;)
        {
            var page = (await shop.AsOperator.GetAsync($"{Path}?limit=2{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}"))
                .Expect(HttpStatusCode.OK);
            seen.AddRange(page["data"]!.AsArray().Select(promotion => (string?)promotion!["code"]));
            cursor = (string?)page["page"]!["next_cursor"];
        }

        codes.Reverse();
        Assert.Equal(codes, seen.OfType<string>().Where(codes.Contains));
    }

    [Fact]
    public async Task A_code_can_be_had_by_one_promotion_only()
    {
        var code = $"ONE-{NewName()}";
        (await shop.AsOperator.PostAsync(Path, Promotion(code))).Expect(HttpStatusCode.Created);

        (await shop.AsOperator.PostAsync(Path, Promotion(code.ToLowerInvariant())))
            .ExpectProblem(HttpStatusCode.Conflict, "promotion_code_taken", "/code");
    }

    [Theory]
    [InlineData("""{"title":"x","action":{"kind":"percentage","percent":101},"code":"X"}""", 422, "validation_failed", "/action/percent")]
    [InlineData("""{"title":"x","action":{"kind":"fixed_amount"},"code":"X"}""", 422, "validation_failed", "/action/amounts")]
    [InlineData("""{"action":{"kind":"free_shipping"},"code":"X"}""", 422, "validation_failed", "/title")]
    [InlineData("""{"title":"x","code":"X"}""", 422, "validation_failed", "/action")]
    [InlineData("""{"title":"x","action":{"kind":"free_shipping"},"code":"a b"}""", 422, "validation_failed", "/code")]
    [InlineData("""{"title":"x","action":{},"code":"X"}""", 400, "malformed_request", null)]
    [InlineData("""{"title":"x","action":{"kind":"free_beer"},"code":"X"}""", 400, "malformed_request", null)]
    [InlineData("""{"title":"x","action":{"kind":"fixed_amount","amounts":[{"amount":1}]},"code":"X"}""", 400, "malformed_request", null)]
    [InlineData("""{"title":"x","action":{"kind":"percentage","percent":10,"lines":{"categories":[null]}},"code":"X"}""", 400, "malformed_request", null)]
    [InlineData("""{"title":"x","action":{"kind":"tiered_spend","tiers":[{}]},"code":"X"}""", 400, "malformed_request", null)]
    [InlineData("null", 400, "malformed_request", null)]
    public async Task Promotions_that_make_no_sense_are_refused(string body, int status, string code, string? pointer) =>
        (await shop.AsOperator.PostAsync(Path, body)).ExpectProblem((HttpStatusCode)status, code, pointer);

    [Fact]
    public async Task A_promotion_that_does_not_exist_is_not_found()
    {
        (await shop.AsOperator.GetAsync($"{Path}/promo_01h455vb4pex5vsknk084sn02q"))
            .ExpectProblem(HttpStatusCode.NotFound, "promotion_not_found");
        (await shop.AsOperator.GetAsync($"{Path}?status=lost")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
    }

    [Fact]
    public async Task A_discount_that_has_ended_since_it_was_shown_is_told_and_not_silently_charged()
    {
        var code = $"GONE-{NewName()}";
        var path = (await shop.AsOperator.PostAsync(Path, Promotion(code))).Location!;
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);
        var shown = (await shop.PostAsync($"{cart}/codes", new { code })).Expect(HttpStatusCode.OK);
        Assert.NotEqual(0, (int)shown["totals"]!["discount"]!["amount"]!);
        var paused = Promotion(code);
        paused["status"] = "paused";
        (await shop.AsOperator.PutAsync(path, paused)).Expect(HttpStatusCode.OK);

        var problem = (await shop.CompleteAsync(cart)).ExpectProblem(HttpStatusCode.Conflict, "price_changed");

        var change = problem["prices"]!.AsArray().Single()!;
        Assert.Null(change["sku"]);
        Assert.Equal((int)shown["totals"]!["total"]!["amount"]!, (int)change["was"]!["amount"]!);
        var order = (await shop.CompleteAsync(cart)).Expect(HttpStatusCode.Created);
        Assert.Equal((int)change["now"]!["amount"]!, (int)order["totals"]!["total"]!["amount"]!);
    }

    private static JsonObject Promotion(string code) => new()
    {
        ["title"] = "A tenth off", ["code"] = code, ["action"] = new JsonObject { ["kind"] = "percentage", ["percent"] = 10 },
    };

    private static JsonArray Money(long amount) => [new JsonObject { ["amount"] = amount, ["currency"] = "GBP" }];

    private async Task<JsonArray> ListedAsync(string query) =>
        (await shop.AsOperator.GetAsync($"{Path}?{query}")).Expect(HttpStatusCode.OK)["data"]!.AsArray();
}
