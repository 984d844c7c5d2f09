using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Commerce.Processes;

/// <summary>A shopper with a browser that tries again: each request has a key of its own and is repeated until answered.</summary>
/// <param name="cart">The cart the shopper goes on with; null: a new one.</param>
internal sealed class Shopper(HttpClient http, string name, string? cart = null)
{
    private int _requests;

    /// <summary>How long a request is repeated.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many units the shopper wants.</summary>
    public int Quantity { get; init; } = 2;

    /// <summary>Answers that were neither success nor a refusal: what a shopper would have seen as a failure.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>The cart, once there is one.</summary>
    public string? Cart { get; private set; } = cart;

    /// <summary>Buys something. The order's id, or null when it was refused.</summary>
    public async Task<string?> BuyAsync(string sku, string method = "pm_card_visa")
    {
        await FillCartAsync(sku);
        var (status, order) = await CompleteAsync(method);
        return status == HttpStatusCode.Created ? order.GetProperty("id").GetString() : null;
    }

    /// <summary>Buys what is in the cart.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body)> CompleteAsync(string method) =>
        SendAsync(HttpMethod.Post, $"/v1/carts/{Cart}/complete", new { payment_method = method });

    /// <summary>Fills a cart up to the point of buying.</summary>
    public async Task FillCartAsync(string sku)
    {
        Cart ??= (await SendAsync(HttpMethod.Post, "/v1/carts", new { currency = "GBP" })).Body.GetProperty("id").GetString();
        await SendAsync(HttpMethod.Post, $"/v1/carts/{Cart}/lines", new { sku, quantity = Quantity });
        await SendAsync(HttpMethod.Patch, $"/v1/carts/{Cart}", new
        {
            email = $"{name}@example.org",
            shipping_address = new
            {
                first_name = "Ada", last_name = name, line1 = "12 St James Square", city = "London",
                postal_code = "SW1Y 4JH", country = "GB",
            },
        });
        await SendAsync(HttpMethod.Put, $"/v1/carts/{Cart}/shipping-option", new { id = "standard" });
    }

    /// <summary>Sends one request until it is answered, always with the same key.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object body)
    {
        var key = $"{name}-{++_requests}";
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                using var response = await http.SendAsync(request);
                if ((int)response.StatusCode < 500)
                {
                    return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
                }

                Failures.Add($"{method} {path}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
            catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException)
            {
                // The process is gone, or did not answer in time.
                Failures.Add($"{method} {path}: {broken.Message}");
            }

            Assert.True(Environment.TickCount64 < deadline, $"{name} was not answered in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
