using System.Net;
using Commerce.Processes;
using static Commerce.Identity.SignInShop;

namespace Commerce.Identity;

/// <summary>A shop that leaves signing in to another one, which says who somebody is with OpenIddict.</summary>
[Collection(nameof(SigningIn))]
public sealed class OutsideOpenIddictTests(SignInShop authority) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-outside-").FullName;
    private TestDatabase _database = null!;
    private ShopProcess _shop = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _shop = await ShopProcess.SiloAsync(_folder, _database.ConnectionString, ("SignIn__Authority", authority.Process.Address.ToString()));
        _http = new() { BaseAddress = _shop.Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _shop.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Whoever_signs_in_there_is_known_here_with_the_roles_he_has_there_and_waits_for_it_no_longer_than_he_must()
    {
        using var browser = authority.Browser();
        var email = await authority.SignedInAsync(browser, "dijkstra@example.org");
        var tokens = await CodeFlowAsync(browser);
        var access = (string)tokens["access_token"]!;

        // It does not answer yet. Whoever needs it is told so, and whoever does not is served.
        authority.Process.Signal("STOP");
        try
        {
            var waiting = Enumerable.Range(0, 20).Select(_ => GetAsync(_http, "/v1/me", access)).ToArray();
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri("/v1/products", UriKind.Relative))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(_http, "/v1/admin/orders", ShopProcess.OperatorKey)).StatusCode);
            foreach (var answer in await Task.WhenAll(waiting))
            {
                await ExpectAsync(answer, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            }
        }
        finally
        {
            authority.Process.Signal("CONT");
        }

        await Eventually.TrueAsync(async () => (await GetAsync(_http, "/v1/me", access)).StatusCode == HttpStatusCode.OK);
        await ExpectAsync(await GetAsync(_http, "/v1/me", (string)tokens["id_token"]!), HttpStatusCode.Unauthorized, "unauthenticated");
        await ExpectAsync(await GetAsync(_http, "/v1/admin/stock", access), HttpStatusCode.Forbidden, "forbidden");
        await ExpectAsync(await PostAsync(_http, "/v1/session", new { email, password = Password }), HttpStatusCode.NotFound);

        var found = await ExpectAsync(await GetAsync(browser, $"/v1/admin/accounts?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        await ExpectAsync(
            await SendAsync(
                browser, HttpMethod.Put, $"/v1/admin/accounts/{found["data"]![0]!["id"]}/roles", ShopProcess.OperatorKey, new { roles = new[] { "warehouse" } }),
            HttpStatusCode.OK);
        var promoted = (string)(await CodeFlowAsync(browser))["access_token"]!;
        await ExpectAsync(await GetAsync(_http, "/v1/admin/stock", promoted), HttpStatusCode.OK);
        await ExpectAsync(await GetAsync(_http, "/v1/admin/payments/reconciliation", promoted), HttpStatusCode.Forbidden, "forbidden");
    }
}
