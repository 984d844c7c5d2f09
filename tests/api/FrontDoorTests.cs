using System.Net;
using System.Text;
using static Commerce.Shopping;

namespace Commerce;

/// <summary>What anybody may throw at the front door, and what it serves besides the shop.</summary>
public sealed class FrontDoorTests(RunningShop shop)
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("5")]
    [InlineData("{\"currency\":")]
    [InlineData("""{"currency":null}""")]
    [InlineData("""{"currency":5}""")]
    [InlineData("""{"currency":"XXX"}""")]
    [InlineData("""{"currency":"gbp"}""")]
    [InlineData("""{"Currency":"GBP"}""")]
    [InlineData("""{"currency":"G\u0000P"}""")]
    public async Task A_body_that_is_not_what_is_taken_is_a_malformed_request(string body)
    {
        var problem = (await shop.PostAsync("/v1/carts", body)).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

        Assert.DoesNotContain("Service", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sku":"MUG"}""")]
    [InlineData("""{"quantity":1}""")]
    [InlineData("""{"sku":null,"quantity":1}""")]
    [InlineData("""{"sku":"a b","quantity":1}""")]
    [InlineData("""{"sku":"MUG","quantity":1.5}""")]
    [InlineData("""{"sku":"MUG","quantity":"1"}""")]
    [InlineData("""{"sku":"MUG","quantity":99999999999}""")]
    public async Task A_line_needs_a_SKU_and_a_whole_number(string body) =>
        (await shop.PostAsync($"{await shop.NewCartAsync()}/lines", body))
            .ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

    [Fact]
    public async Task Setting_a_line_to_nothing_said_does_not_remove_it()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewCartAsync();
        await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 });

        (await shop.PutAsync($"{cart}/lines/{sku}", "{}")).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

        Assert.Single((await shop.GetAsync(cart)).Body!["lines"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"email":"a\u0000@example.org"}""")]
    [InlineData("""{"email":"a\ud800@example.org"}""")]
    [InlineData("""{"email":5}""")]
    [InlineData("""{"shipping_address":[]}""")]
    public async Task Text_that_cannot_be_stored_is_a_malformed_request(string body) =>
        (await shop.PatchAsync(await shop.NewCartAsync(), body)).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

    [Fact]
    public async Task Members_that_nobody_knows_are_ignored() =>
        (await shop.PostAsync("/v1/carts", """{"currency":"GBP","colour":"red"}""")).Expect(HttpStatusCode.Created);

    [Fact]
    public async Task A_body_is_bounded()
    {
        // Who sends it all without asking may find the connection closed before he has read the answer.
        (await shop.PostAsync("/v1/carts", $$"""{"currency":"{{new string('x', 1 << 21)}}"}""", ("Expect", "100-continue")))
            .ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_is_JSON(string contentType)
    {
        using var body = new StringContent("""{"currency":"GBP"}""", Encoding.UTF8, contentType);

        (await shop.SendAsync(HttpMethod.Post, "/v1/carts", body))
            .ExpectProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_like_any_other()
    {
        (await shop.GetAsync("/v1/nothing")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.GetAsync("/v1/carts/x/y/z")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.PutAsync($"{await shop.NewCartAsync()}/lines/a%20b", new { quantity = 1 }))
            .ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.SendAsync(HttpMethod.Delete, "/v1/carts")).ExpectProblem(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        (await shop.SendAsync(HttpMethod.Put, "/v1/products")).ExpectProblem(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    [Fact]
    public async Task The_description_is_OpenAPI_3_1_and_has_every_route_that_clients_rely_on()
    {
        var document = (await shop.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK);
        var routes = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(verb => $"{verb.Key.ToUpperInvariant()} {path.Key}")).ToHashSet();

        Assert.StartsWith("3.1", (string?)document["openapi"], StringComparison.Ordinal);
        Assert.Superset(
            new HashSet<string>
            {
                "GET /v1/products", "GET /v1/products/{idOrHandle}", "GET /v1/categories",
                "POST /v1/carts", "GET /v1/carts/{cartId}", "PATCH /v1/carts/{cartId}",
                "POST /v1/carts/{cartId}/lines", "PUT /v1/carts/{cartId}/lines/{line}",
                "GET /v1/carts/{cartId}/shipping-options", "PUT /v1/carts/{cartId}/shipping-option",
                "POST /v1/carts/{cartId}/complete", "GET /v1/orders/{orderId}",
                "POST /v1/admin/products", "POST /v1/admin/stock/{sku}/receipts", "GET /v1/admin/stock/{sku}",
                "GET /v1/admin/orders", "GET /v1/admin/orders/{orderId}/history",
                "POST /v1/admin/fulfillment-orders/{id}/fulfillments",
            },
            routes);
    }

    [Theory]
    [InlineData("/docs/", "text/html")]
    [InlineData("/images/demo/harbour-espresso.webp", "image/webp")]
    [InlineData("/health/live", "text/plain")]
    [InlineData("/health/ready", "text/plain")]
    public async Task Documents_pictures_and_health_are_for_everybody(string path, string mediaType)
    {
        var answer = await shop.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, mediaType), (answer.Status, answer.MediaType));
    }

    [Fact]
    public async Task Every_picture_of_the_demo_catalogue_is_there()
    {
        var pictures = new HashSet<string>();
        for (var path = "/v1/products?limit=100"; path is not null;)
        {
            var page = (await shop.GetAsync(path)).Expect(HttpStatusCode.OK);
            pictures.UnionWith(page["data"]!.AsArray().SelectMany(product => product!["images"]!.AsArray())
                .Select(image => (string)image!["url"]!).Where(url => url.StartsWith("/images/demo/", StringComparison.Ordinal)));
            path = (string?)page["page"]!["next_cursor"] is { } cursor ? $"/v1/products?limit=100&cursor={cursor}" : null;
        }

        Assert.True(pictures.Count > 50, $"{pictures.Count} pictures");
        Assert.All(await Task.WhenAll(pictures.Select(picture => shop.GetAsync(picture))), picture =>
            Assert.Equal((HttpStatusCode.OK, "image/webp"), (picture.Status, picture.MediaType)));
    }
}
