using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using static Commerce.Shopping;

namespace Commerce.Catalog;

public sealed class ExportTests(RunningShop shop)
{
    [Fact]
    public async Task What_is_exported_and_imported_again_is_what_it_was()
    {
        var name = NewName();
        var made = (await shop.AsOperator.PostAsync("/v1/admin/products", new
        {
            title = "=1+1, \"quoted\" & <b>bold</b>",
            handle = $"exported-{name}",
            status = "active",
            description = "@first line\nAsh & oak, 5 < 7",
            vendor = "Moor; Sons",
            categories = new[] { "coffee", "kitchen" },
            tags = new[] { "new", "fair trade" },
            options = new[] { "Size", "Grind" },
            images = new[]
            {
                new { url = "https://example.org/a.jpg?x=1,2", alt = (string?)"A \"cup\"" }, new { url = "/images/b.svg", alt = (string?)null },
                new { url = "/images/c.svg", alt = (string?)null },
            },
            variants = new[]
            {
                Variant($"{name}-1", "250 g", "whole", 1_299, 1_500, "reduced"),
                Variant($"{name}-2", "1 kg", "-fine", 4_050, 5_000, "zero"),
            },
        })).Expect(HttpStatusCode.Created);
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/products/exported-{name}")).Status == HttpStatusCode.OK);

        var exported = await shop.AsOperator.GetAsync("/v1/admin/exports/products?currency=GBP");
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (exported.Status, exported.MediaType));
        Assert.Contains("\"'=1+1, \"\"quoted\"\" & <b>bold</b>\"", exported.Text, StringComparison.Ordinal);
        var lines = exported.Text.Split("\r\n").Where(line => line.StartsWith($"exported-{name},", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, lines.Count);
        using var csv = new StringContent(string.Join('\n', [exported.Text.Split("\r\n")[0], .. lines, ""]), Encoding.UTF8, "text/csv");
        var import = (await shop.AsOperator.SendAsync(HttpMethod.Post, "/v1/admin/imports?currency=GBP", csv, Key())).Expect(HttpStatusCode.Accepted);
        JsonNode done = import;
        await shop.EventuallyAsync(async () =>
            (string?)(done = (await shop.AsOperator.GetAsync($"/v1/admin/imports/{import["id"]}")).Expect(HttpStatusCode.OK))["status"] == "completed");

        Assert.Equal((1, 0), ((int?)done["products"], (int?)done["failed"]));
        var after = (await shop.AsOperator.GetAsync($"/v1/admin/products/{made["id"]}")).Expect(HttpStatusCode.OK);
        (made["version"], after["version"]) = (null, null);
        Assert.Equal(made.ToJsonString(), after.ToJsonString());
        Assert.Equal(0, (int?)(await shop.AsOperator.GetAsync($"/v1/admin/stock/{name}-1")).Body?["on_hand"] ?? 0);
    }

    private static object Variant(string sku, string size, string grind, int price, int before, string taxClass) => new
    {
        sku, options = new Dictionary<string, string> { ["Size"] = size, ["Grind"] = grind }, weight_grams = 270, tax_class = taxClass, barcode = (string?)"0012345678905",
        prices = new[] { new { amount = price, currency = "GBP" }, new { amount = price + 100, currency = "EUR" } },
        compare_at = new[] { new { amount = before, currency = "GBP" }, new { amount = before + 100, currency = "EUR" } },
    };
}
