using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace Commerce.Processes;

public sealed class LoadTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-load-").FullName;
    private TestDatabase _database = null!;
    private ShopProcess _silo = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _silo = await ShopProcess.SiloAsync(
            _folder, _database.ConnectionString, ("Load__ArrivalsMax", "2"), ("Load__ChangesMax", "2"), ("Load__WaitingMax", "1"));
        _http = new() { BaseAddress = _silo.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_too_much_is_refused_at_once_while_everything_else_goes_on()
    {
        using var cart = await NewCartAsync();
        var path = cart.Headers.Location!.ToString();
        Task<HttpResponseMessage>[] sent;
        await using (var connection = await _database.Source.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var stop = new NpgsqlCommand("lock table journal_streams in exclusive mode", connection);
            await stop.ExecuteNonQueryAsync();

            // Two have their turn and one waits for his, none of which can end before we let them: whoever of the six
            // is answered is refused.
            sent = [.. Enumerable.Range(0, 6).Select(_ => NewCartAsync())];
            var refused = await await Task.WhenAny(sent);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            Assert.Equal("overloaded", problem.GetProperty("code").GetString());
            Assert.True(problem.GetProperty("retryable").GetBoolean());
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);

            using var read = await _http.GetAsync(new Uri(path, UriKind.Relative));
            using var listing = await _http.GetAsync(new Uri("/v1/products", UriKind.Relative));
            using var options = await _http.PutAsJsonAsync(
                new Uri($"{path}/shipping-option", UriKind.Relative), new { id = "none" });
            Assert.Equal(
                (HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict),
                (read.StatusCode, listing.StatusCode, options.StatusCode));
            await transaction.CommitAsync();
        }

        foreach (var answer in sent)
        {
            using var created = await answer;
            Assert.True(created.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable);
        }

        using var again = await NewCartAsync();
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    private Task<HttpResponseMessage> NewCartAsync() =>
        _http.PostAsJsonAsync(new Uri("/v1/carts", UriKind.Relative), new { currency = "GBP" });
}
