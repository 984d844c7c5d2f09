namespace Commerce.Bench;

/// <summary>Somebody who buys one thing over HTTP.</summary>
internal static class Shopper
{
    private const string Gbp = """{"currency":"GBP"}""";
    private static readonly byte[] NewCart = HttpLane.Request("POST", "/v1/carts", Gbp);
    private static long _all;

    /// <summary>The whole purchase.</summary>
    public static async Task BuyAsync(HttpLane lane, string sku)
    {
        if (await TryBuyAsync(lane, sku) is not 201 and var status)
        {
            throw new InvalidOperationException($"{status}: {System.Text.Encoding.UTF8.GetString(lane.Body.Span)}");
        }
    }

    /// <summary>The whole purchase, or as far as it goes; the status of the last answer, 201 when it was bought.</summary>
    /// <param name="key">Makes every step repeatable; null: none needs to be.</param>
    public static async Task<int> TryBuyAsync(ILane lane, string sku, string? key = null)
    {
        var create = key is null ? NewCart : HttpLane.Request("POST", "/v1/carts", Gbp, Header(key));
        return await lane.SendAsync(create) is not 201 and var refused
            ? refused
            : await TryFinishAsync(lane, lane.Text("id"), sku, key);
    }

    /// <summary>The same with a cart that is there.</summary>
    public static async Task<int> TryFinishAsync(ILane lane, string cart, string sku, string? key = null)
    {
        string[] headers = key is null ? [] : [Header(key)];
        byte[][] steps =
        [
            HttpLane.Request("POST", $"/v1/carts/{cart}/lines", $$"""{"sku":"{{sku}}","quantity":1}""", headers),
            HttpLane.Request("PATCH", $"/v1/carts/{cart}", $$"""
                {
                  "email": "shopper{{Interlocked.Increment(ref _all)}}@example.org",
                  "shipping_address": {
                    "first_name": "Ada", "last_name": "Lovelace", "line1": "12 St James Square", "city": "London",
                    "postal_code": "SW1Y 4JH", "country": "GB"
                  }
                }
                """, headers),
            HttpLane.Request("PUT", $"/v1/carts/{cart}/shipping-option", """{"id":"standard"}""", headers),
        ];
        foreach (var step in steps)
        {
            if (await lane.SendAsync(step) is not 200 and var status)
            {
                return status;
            }
        }

        return await lane.SendAsync(HttpLane.Request(
            "POST", $"/v1/carts/{cart}/complete", """{"payment_method":"pm_card_visa"}""", $"Idempotency-Key: {cart}"));
    }

    private static string Header(string key) => $"Idempotency-Key: {key}";

    /// <summary>Returns when each order has its mail and its fulfillment order.</summary>
    public static async Task DeliveredAsync(Lab lab)
    {
        await using var behind = lab.Database.CreateCommand("""
            select (select count(*) from journal_events where type = 'order.placed') * 2
                 - (select count(*) from journal_events where type in ('notification.sent', 'fulfillment_order.opened'))
            """);
        while ((long)(await behind.ExecuteScalarAsync())! > 0)
        {
            await Task.Delay(100);
        }
    }
}
