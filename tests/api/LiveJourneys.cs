using System.Net;
using static Commerce.Shopping;

namespace Commerce;

public sealed class LiveJourneys(RunningShop shop)
{
    [Fact]
    public async Task Two_pages_on_one_cart_show_the_same()
    {
        var (sku, _) = await shop.NewProductAsync(5);
        var cart = await shop.NewCartAsync();
        using var other = await shop.HearAsync(cart);
        Assert.Equal(1, (int?)(await other.NextAsync())["version"]);

        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 })).Expect(HttpStatusCode.OK);

        var heard = await other.UntilAsync(now => now["lines"]!.AsArray().Count == 1);
        var read = (await shop.GetAsync(cart)).Expect(HttpStatusCode.OK);
        Assert.Equal((string?)read["version"]?.ToJsonString(), other.LastEventId);
        Assert.Equal(read["lines"]!.ToJsonString(), heard["lines"]!.ToJsonString());
    }

    [Fact]
    public async Task Who_comes_again_hears_what_he_missed_and_nothing_twice()
    {
        var (sku, _) = await shop.NewProductAsync(5);
        var cart = await shop.NewCartAsync();
        string? told;
        using (var first = await shop.HearAsync(cart))
        {
            await first.NextAsync();
            told = first.LastEventId;
        }

        using (var idle = await shop.HearAsync(cart, lastEventId: told))
        {
            (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 1 })).Expect(HttpStatusCode.OK);
            Assert.Equal(2, (int?)(await idle.NextAsync())["version"]);
            told = idle.LastEventId;
        }

        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 })).Expect(HttpStatusCode.OK);
        (await shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 3 })).Expect(HttpStatusCode.OK);
        using var late = await shop.HearAsync(cart, lastEventId: told);
        var missed = await late.NextAsync();
        Assert.Equal((4, 3), ((int?)missed["version"], (int?)missed["lines"]![0]!["quantity"]));
    }

    [Fact]
    public async Task An_order_is_seen_to_be_shipped_and_delivered()
    {
        var order = $"{(await shop.NewOrderAsync())["id"]}";
        using var page = await shop.HearAsync($"/v1/orders/{order}");
        string? parcel = null;
        await shop.EventuallyAsync(async () => (parcel = (string?)(await shop.AsOperator.GetAsync(
            $"/v1/admin/fulfillment-orders?order_id={order}")).Body!["data"]!.AsArray().FirstOrDefault()?["id"]) is not null);

        (await shop.AsOperator.PostAsync($"/v1/admin/fulfillment-orders/{parcel}/fulfillments", new { })).Expect(HttpStatusCode.Created);

        await page.UntilAsync(now => (string?)now["fulfillment_status"] == "fulfilled");
    }

    [Fact]
    public async Task Everybody_who_looks_at_a_product_sees_the_last_one_go()
    {
        var (sku, handle) = await shop.NewProductAsync(1);
        using var page = await shop.HearAsync($"/v1/products/{handle}/availability");
        using var other = await shop.HearAsync($"/v1/products/{handle}/availability");
        await page.UntilAsync(now => (string?)now["variants"]![0]!["availability"]!["status"] == "low_stock");

        (await shop.CompleteAsync(await shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created);

        await page.UntilAsync(now => (string?)now["variants"]![0]!["availability"]!["status"] == "out_of_stock");
        await other.UntilAsync(now => (string?)now["variants"]![0]!["availability"]!["status"] == "out_of_stock");
        (await shop.AsOperator.PostAsync($"/v1/admin/stock/{sku}/receipts", new { location = "leeds", quantity = 500 }, Key())).Expect(HttpStatusCode.OK);
        var back = await page.UntilAsync(now => (string?)now["variants"]![0]!["availability"]!["status"] == "in_stock");
        Assert.Equal(sku, (string?)back["variants"]![0]!["sku"]);
    }

    [Fact]
    public async Task A_product_that_has_other_variants_now_is_followed_anew()
    {
        var (_, handle) = await shop.NewProductAsync(1);
        using var page = await shop.HearAsync($"/v1/products/{handle}/availability");
        var id = (string?)(await page.NextAsync())["id"];

        var other = NewName().ToUpperInvariant();
        (await shop.AsOperator.PutAsync($"/v1/admin/products/{id}", new
        {
            title = "Other", handle, variants = new[] { new { sku = other, prices = new[] { new { amount = 900, currency = "GBP" } } } },
        })).Expect(HttpStatusCode.OK);

        await page.EndedAsync();
        using var again = await shop.HearAsync($"/v1/products/{handle}/availability", lastEventId: page.LastEventId);
        Assert.Equal(other, (string?)(await again.NextAsync())["variants"]![0]!["sku"]);
    }

    [Theory]
    [InlineData("/v1/carts/cart_01h455vb4pex5vsknk084sn02q/events", "cart_not_found")]
    [InlineData("/v1/orders/ord_01h455vb4pex5vsknk084sn02q/events", "order_not_found")]
    [InlineData("/v1/products/nothing-of-the-kind/availability/events", "product_not_found")]
    public async Task What_is_not_there_cannot_be_followed(string path, string code) =>
        (await shop.GetAsync(path)).ExpectProblem(HttpStatusCode.NotFound, code);
}
