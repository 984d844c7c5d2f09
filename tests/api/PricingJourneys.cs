using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce;

public sealed class PricingJourneys(RunningShop shop)
{
    [Fact]
    public async Task A_price_list_that_an_operator_puts_is_what_carts_pay_and_explain()
    {
        var (sku, _) = await shop.NewProductAsync();
        var list = $"/v1/admin/price-lists/{NewName()}";
        (await shop.AsOperator.PutAsync(list, new
        {
            title = "Autumn",
            kind = "sale",
            prices = new[] { new { sku, price = new { amount = 799, currency = "GBP" }, quantity_min = 2 } },
        })).Expect(HttpStatusCode.OK);

        JsonNode? line = null;
        await shop.EventuallyAsync(async () =>
        {
            var cart = (await shop.GetAsync(await shop.NewReadyCartAsync(sku, 3))).Expect(HttpStatusCode.OK);
            line = cart["lines"]![0]!;
            return (int?)line["unit_price"]!["amount"] == 799;
        });
        var path = await shop.NewReadyCartAsync(sku, 3);
        var told = (await shop.GetAsync($"{path}/explain")).Expect(HttpStatusCode.OK);
        var shown = (await shop.GetAsync(path)).Expect(HttpStatusCode.OK);
        var order = (await shop.CompleteAsync(path)).Expect(HttpStatusCode.Created);

        Assert.Equal((1000, 1000, 0), ((int?)line!["list_price"]!["amount"], (int?)line["compare_at"]!["amount"], (int?)line["discount"]!["amount"]));
        Assert.Equal(["base_price", "price_list", "quantity", "tax"], Steps(told["lines"]![0]!).Select(step => (string?)step!["kind"]));
        Assert.Equal((2397 + 395, 2397 + 395), (Added(told), (int?)shown["totals"]!["total"]!["amount"]));
        Assert.Equal((int?)shown["totals"]!["tax"]!["amount"], (int?)shown["totals"]!["tax_lines"]![0]!["amount"]!["amount"]);
        Assert.Equal((799, 2792), ((int?)order["lines"]![0]!["unit_price"]!["amount"], (int?)order["totals"]!["total"]!["amount"]));
        Assert.Equal("Autumn", (string?)(await shop.AsOperator.GetAsync(list)).Expect(HttpStatusCode.OK)["title"]);
        (await shop.AsOperator.SendAsync(HttpMethod.Delete, list)).Expect(HttpStatusCode.OK);
        (await shop.AsOperator.GetAsync(list)).ExpectProblem(HttpStatusCode.NotFound, "price_list_not_found");
    }

    [Fact]
    public async Task A_tax_table_with_zones_taxes_each_place_by_its_own_and_names_every_tax()
    {
        (await shop.AsOperator.PutAsync("/v1/admin/tax-tables/US", """
            { "rates": {}, "zones": [
              { "name": "California", "regions": ["CA", "California"], "shipping_class": "zero",
                "rates": { "standard": [{ "name": "State", "rate": 0.0725 }], "zero": [] } },
              { "name": "San Francisco", "regions": ["CA"], "postal_prefixes": ["941"], "shipping_class": "zero",
                "rates": { "standard": [{ "name": "State", "rate": 0.0725 }, { "name": "District", "rate": 0.01375 }], "zero": [] } } ] }
            """)).Expect(HttpStatusCode.OK);
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);

        var inTown = await TaxedAsync(cart, "CA", "94103");
        var inState = await TaxedAsync(cart, "California", "95814");

        // Pounds include their tax: 10.00 stays 10.00.
        Assert.Equal(["District 13", "State 66"], inTown);
        Assert.Equal(["State 68"], inState);
    }

    [Fact]
    public async Task A_VAT_id_is_checked_for_its_form_and_operators_say_who_is_exempt()
    {
        var (sku, _) = await shop.NewProductAsync();
        var cart = await shop.NewReadyCartAsync(sku);

        (await shop.PutAsync($"{cart}/vat-id", new { vat_id = "DE12" })).ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/vat_id");
        var named = (await shop.PutAsync($"{cart}/vat-id", new { vat_id = "gb 123 4567 89" })).Expect(HttpStatusCode.OK);
        (await shop.PutAsync($"/v1/admin{cart[3..]}/buyer", new { exemption = "Charity" })).Expect(HttpStatusCode.Unauthorized);
        var exempt = (await shop.AsOperator.PutAsync($"/v1/admin{cart[3..]}/buyer", new { exemption = "Charity" })).Expect(HttpStatusCode.OK);

        Assert.Equal(("GB123456789", null), ((string?)named["buyer"]!["vat_id"], (string?)named["tax_free"]));
        Assert.Equal(("exempt", 0, 1000 + 395 - 167 - 66), (
            (string?)exempt["tax_free"], (int?)exempt["totals"]!["tax"]!["amount"], (int?)exempt["totals"]!["total"]!["amount"]));
    }

    [Theory]
    [InlineData("price-lists/x", "{}", 400, "malformed_request")]
    [InlineData("price-lists/x", """{"title":"X","kind":"sale","prices":[null]}""", 400, "malformed_request")]
    [InlineData("price-lists/x", """{"title":"X","kind":"lottery","prices":[]}""", 400, "malformed_request")]
    [InlineData("price-lists/x", """{"title":"X","kind":"sale","prices":[{"sku":"A"}]}""", 400, "malformed_request")]
    [InlineData("price-lists/X", """{"title":"X","kind":"sale","prices":[]}""", 422, "validation_failed")]
    [InlineData("price-lists/x", """{"title":"","kind":"sale","prices":[]}""", 422, "validation_failed")]
    [InlineData("tax-tables/US", """{"rates":{},"zones":[null]}""", 400, "malformed_request")]
    [InlineData("tax-tables/US", """{"rates":{},"zones":[{}]}""", 422, "validation_failed")]
    [InlineData("tax-tables/US", """{"rates":{},"zones":[{"name":"X","rates":{"standard":null}}]}""", 400, "malformed_request")]
    [InlineData("tax-tables/US", """{"rates":{},"zones":[{"name":"X","rates":{"standard":[{"name":"Y"}]}}]}""", 400, "malformed_request")]
    [InlineData("shipping-zones", """{"data":[{"name":"X","countries":["GB"],"postal_prefixes":[],"rates":[]}]}""", 422, "validation_failed")]
    [InlineData("shipping-zones", """{"data":[{"name":"X","countries":["GB"],"postal_prefixes":[null],"rates":[]}]}""", 400, "malformed_request")]
    [InlineData("shipping-zones", """{"data":[{"name":"X","countries":["GB"],"rates":[{"id":"a","title":"A","prices":[],"free_from":[],"days_min":1,"days_max":1,"weight_bands":[{"grams_max":0,"prices":[]}]}]}]}""", 422, "validation_failed")]
    [InlineData("shipping-zones", """{"data":[{"name":"X","countries":["GB"],"rates":[{"id":"a","title":"A","prices":[],"free_from":[],"days_min":1,"days_max":1,"pickup":{"location":"leeds"}}]}]}""", 422, "validation_failed")]
    public async Task Settings_of_prices_that_make_no_sense_are_refused(string settings, string body, int status, string code) =>
        (await shop.AsOperator.SendAsync(HttpMethod.Put, $"/v1/admin/{settings}", RunningShop.Json(body)))
            .ExpectProblem((HttpStatusCode)status, code);

    private async Task<string[]> TaxedAsync(string cart, string region, string postalCode)
    {
        var shown = (await shop.PatchAsync(cart, new
        {
            shipping_address = new
            {
                first_name = "Ada", last_name = "Lovelace", line1 = "1 Main St", city = "X", region, postal_code = postalCode, country = "US",
            },
        })).Expect(HttpStatusCode.OK);
        Assert.Equal(1000, (int?)shown["lines"]![0]!["gross"]!["amount"]);
        return [.. shown["lines"]![0]!["tax_lines"]!.AsArray().Select(tax => $"{tax!["name"]} {tax["amount"]!["amount"]}").Order()];
    }

    private static JsonArray Steps(JsonNode explained) => explained["steps"]!.AsArray();

    private static int Added(JsonNode told) => told["lines"]!.AsArray().SelectMany(line => Steps(line!)).Concat(Steps(told["shipping"]!))
        .Sum(step => (int)step!["adds"]!["amount"]!);
}
