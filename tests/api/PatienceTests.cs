using System.Diagnostics;
using System.Net;
using Npgsql;
using static Commerce.Shopping;

namespace Commerce;

/// <summary>A shop that gives a request three seconds.</summary>
public sealed class PatienceTests : IAsyncLifetime
{
    private readonly RunningShop _shop = new() { Settings = [("Edge__AnswerWithin", "00:00:03")] };

    public ValueTask InitializeAsync() => _shop.InitializeAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task Nobody_waits_for_ever_for_an_answer_but_may_follow_for_as_long_as_he_likes()
    {
        var cart = await _shop.NewCartAsync();
        using var page = await _shop.HearAsync(cart);
        await page.NextAsync();
        await using (var connection = await _shop.Database.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("lock table products in access exclusive mode", connection);
            await hold.ExecuteNonQueryAsync();

            var asked = Stopwatch.StartNew();
            (await _shop.GetAsync("/v1/products?q=tea")).ExpectProblem(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");

            // Long before the database itself gives up, after half a minute.
            Assert.InRange(asked.Elapsed.TotalSeconds, 2.5, 20);
        }

        Assert.Equal(HttpStatusCode.OK, (await _shop.GetAsync("/v1/products?q=tea")).Status);
        (await _shop.PatchAsync(cart, new { email = "ada@example.org" })).Expect(HttpStatusCode.OK);
        Assert.Equal("ada@example.org", (string?)(await page.NextAsync())["email"]);
    }
}
