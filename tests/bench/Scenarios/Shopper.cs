namespace Commerce.Bench;

/// <summary>Somebody who buys one thing over HTTP.</summary>
internal static class Shopper
{
    private static readonly byte[] NewCart = HttpLane.Request("POST", "/v1/carts", """{"currency":"GBP"}""");
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
    public static async Task<int> TryBuyAsync(HttpLane lane, string sku)
    {
        if (await lane.SendAsync(NewCart) is not 201 and var refused)
        {
            return refused;
        }

        var cart = lane.Text("id");
        byte[][] steps =
        [
            HttpLane.Request("POST", $"/v1/carts/{cart}/lines", $$"""{"sku":"{{sku}}","quantity":1}"""),
            HttpLane.Request("PATCH", $"/v1/carts/{cart}", $$"""
                {
                  "email": "shopper{{Interlocked.Increment(ref _all)}}@example.org",
                  "shipping_address": {
                    "first_name": "Ada", "last_name": "Lovelace", "line1": "12 St James Square", "city": "London",
                    "postal_code": "SW1Y 4JH", "country": "GB"
                  }
                }
                """),
            HttpLane.Request("PUT", $"/v1/carts/{cart}/shipping-option", """{"id":"standard"}"""),
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
