namespace Commerce.Bench;

/// <summary>Somebody who buys one thing over HTTP.</summary>
internal static class Shopper
{
    private static readonly byte[] NewCart = HttpLane.Request("POST", "/v1/carts", """{"currency":"GBP"}""");
    private static long _all;

    /// <summary>The whole purchase; the order's id.</summary>
    public static async Task<string> BuyAsync(HttpLane lane, string sku)
    {
        await lane.ExpectAsync(201, NewCart);
        var cart = lane.Text("id");
        await lane.ExpectAsync(200, HttpLane.Request("POST", $"/v1/carts/{cart}/lines", $$"""{"sku":"{{sku}}","quantity":1}"""));
        await lane.ExpectAsync(200, HttpLane.Request("PATCH", $"/v1/carts/{cart}", $$"""
            {
              "email": "shopper{{Interlocked.Increment(ref _all)}}@example.org",
              "shipping_address": {
                "first_name": "Ada", "last_name": "Lovelace", "line1": "12 St James Square", "city": "London",
                "postal_code": "SW1Y 4JH", "country": "GB"
              }
            }
            """));
        await lane.ExpectAsync(200, HttpLane.Request("PUT", $"/v1/carts/{cart}/shipping-option", """{"id":"standard"}"""));
        await lane.ExpectAsync(201, HttpLane.Request(
            "POST", $"/v1/carts/{cart}/complete", """{"payment_method":"pm_card_visa"}""", $"Idempotency-Key: {cart}"));
        return lane.Text("id");
    }

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
