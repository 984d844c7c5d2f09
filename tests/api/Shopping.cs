using System.Net;
using System.Text.Json.Nodes;

namespace Commerce;

/// <summary>What shoppers and operators do, in a line each.</summary>
internal static class Shopping
{
    public static readonly object London = LondonOf("Lovelace");

    /// <summary>The same address of somebody else.</summary>
    public static object LondonOf(string lastName) => new
    {
        first_name = "Ada", last_name = lastName, line1 = "12 St James's Square", city = "London",
        postal_code = "SW1Y 4JH", country = "GB",
    };

    /// <summary>The header that makes a request safe to repeat; another one each time.</summary>
    public static (string Name, string Value) Key(string? key = null) => ("Idempotency-Key", key ?? $"{Guid.NewGuid()}");

    /// <summary>A name nobody else uses.</summary>
    public static string NewName() => $"{Guid.NewGuid():n}"[..12];

    /// <summary>A product for sale at 10.00, in stock at Leeds, already in the lists; returns its SKU and handle.</summary>
    public static async Task<(string Sku, string Handle)> NewProductAsync(
        this RunningShop shop, int units = 10, string? category = null, string? title = null, int amount = 1_000, params string[] currencies)
    {
        var (sku, handle) = await shop.AsOperator.NewProductAsync(units, category, title, amount, currencies);
        await shop.EventuallyAsync(async () => (await shop.GetAsync($"/v1/products/{handle}")).Status == HttpStatusCode.OK);
        return (sku, handle);
    }

    /// <summary>A product for sale at 10.00, in stock at Leeds; returns its SKU and handle.</summary>
    public static async Task<(string Sku, string Handle)> NewProductAsync(
        this Door asOperator, int units = 10, string? category = null, string? title = null, int amount = 1_000, params string[] currencies)
    {
        var handle = $"p-{NewName()}";
        var sku = handle.ToUpperInvariant();
        (await asOperator.PostAsync("/v1/admin/products", new
        {
            title = title ?? $"Product {handle}",
            handle,
            status = "active",
            categories = new[] { category ?? "tests" },
            variants = new[] { new { sku, prices = currencies.DefaultIfEmpty("GBP").Select(currency => new { amount, currency }) } },
        })).Expect(HttpStatusCode.Created);
        if (units > 0)
        {
            (await asOperator.PostAsync(
                $"/v1/admin/stock/{sku}/receipts", new { location = "leeds", quantity = units }, Key())).Expect(HttpStatusCode.OK);
        }

        return (sku, handle);
    }

    /// <summary>A new cart's path.</summary>
    public static async Task<string> NewCartAsync(this RunningShop shop, string currency = "GBP")
    {
        var cart = (await shop.PostAsync("/v1/carts", new { currency })).Expect(HttpStatusCode.Created);
        return $"/v1/carts/{cart["id"]}";
    }

    /// <summary>The path of a cart that can be completed.</summary>
    public static Task<string> NewReadyCartAsync(this RunningShop shop, string sku, int quantity = 1) =>
        shop.Nobody.NewReadyCartAsync(sku, quantity);

    /// <summary>The path of a cart that can be completed.</summary>
    /// <param name="headers">Of the request that creates it.</param>
    public static async Task<string> NewReadyCartAsync(
        this Door door, string sku, int quantity = 1, string? email = null, string lastName = "Lovelace",
        params (string Name, string Value)[] headers)
    {
        var cart = $"/v1/carts/{(await door.PostAsync("/v1/carts", new { currency = "GBP" }, headers)).Expect(HttpStatusCode.Created)["id"]}";
        (await door.PutAsync($"{cart}/lines/{sku}", new { quantity })).Expect(HttpStatusCode.OK);
        (await door.SendAsync(HttpMethod.Patch, cart, RunningShop.Json(new
        {
            email = email ?? $"{NewName()}@example.org", shipping_address = LondonOf(lastName),
        }))).Expect(HttpStatusCode.OK);
        (await door.PutAsync($"{cart}/shipping-option", new { id = "standard" })).Expect(HttpStatusCode.OK);
        return cart;
    }

    /// <summary>Completes a cart.</summary>
    public static Task<Answer> CompleteAsync(
        this RunningShop shop, string cart, string method = "pm_card_visa", string? key = null) =>
        shop.PostAsync($"{cart}/complete", new { payment_method = method }, Key(key));

    /// <summary>Completes a cart that gift cards or store credit pay.</summary>
    public static Task<Answer> CompleteWithoutPaymentAsync(this RunningShop shop, string cart) =>
        shop.PostAsync($"{cart}/complete", new { }, Key());

    /// <summary>An order of a new product.</summary>
    public static async Task<JsonNode> NewOrderAsync(this RunningShop shop, int quantity = 1)
    {
        var (sku, _) = await shop.NewProductAsync(quantity);
        return (await shop.CompleteAsync(await shop.NewReadyCartAsync(sku, quantity))).Expect(HttpStatusCode.Created);
    }

    /// <summary>An order of a new product, of which everything is sent.</summary>
    public static async Task<JsonNode> NewSentOrderAsync(this RunningShop shop, int quantity = 1)
    {
        var order = await shop.NewOrderAsync(quantity);
        await shop.SendAllAsync(order);
        return order;
    }

    /// <summary>Sends what an order asks for, and waits until the order knows.</summary>
    public static async Task SendAllAsync(this RunningShop shop, JsonNode order)
    {
        JsonArray asked = [];
        await shop.EventuallyAsync(async () => (asked = (await shop.AsOperator.GetAsync(
            $"/v1/admin/fulfillment-orders?order_id={order["id"]}")).Body!["data"]!.AsArray()).Count > 0);
        foreach (var location in asked)
        {
            (await shop.AsOperator.PostAsync($"/v1/admin/fulfillment-orders/{location!["id"]}/fulfillments", new { }, Key()))
                .Expect(HttpStatusCode.Created);
        }

        await shop.EventuallyAsync(async () =>
            (string?)(await shop.GetAsync($"/v1/orders/{order["id"]}")).Body!["fulfillment_status"] == "fulfilled");
    }
}
