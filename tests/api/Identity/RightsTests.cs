using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Commerce.Processes;

namespace Commerce.Identity;

/// <summary>
/// Every operation of the OpenAPI document, called by everybody there is: what each may do is what the document says that
/// the operation needs, and nothing else.
/// </summary>
public sealed partial class RightsTests : IAsyncLifetime
{
    // What roles may do, said a second time and in other words than the product's.
    private static readonly Dictionary<string, string[]> MayWrite = new()
    {
        ["shopper"] = ["own"],
        ["support"] = ["orders", "customers", "credit"],
        ["merchandiser"] = ["catalog", "promotions", "drops"],
        ["warehouse"] = ["stock", "fulfillment"],
        ["finance"] = ["payments", "credit", "settings"],
        ["administrator"] =
        [
            "catalog", "stock", "orders", "payments", "fulfillment", "promotions", "drops", "credit", "settings", "customers", "operations",
            "accounts", "audit",
        ],
    };

    private static readonly Dictionary<string, string[]> MayRead = new()
    {
        ["shopper"] = [],
        ["support"] = ["catalog", "stock", "payments", "fulfillment", "promotions", "drops"],
        ["merchandiser"] = ["stock", "orders", "settings"],
        ["warehouse"] = ["catalog", "orders", "settings"],
        ["finance"] = ["orders", "fulfillment", "promotions", "audit"],
        ["administrator"] = [],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-rights-").FullName;
    private ForeignAuthority _authority = null!;
    private TestDatabase _database = null!;
    private ShopProcess _shop = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await ForeignAuthority.StartAsync();
        _database = await TestDatabase.CreateAsync();
        _shop = await ShopProcess.SiloAsync(
            _folder, _database.ConnectionString,
            ("SignIn__Authority", _authority.Address.ToString()), ("SignIn__RoleClaim", "groups"));
        _http = new() { BaseAddress = _shop.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _shop.DisposeAsync();
        await _database.DisposeAsync();
        await _authority.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Everybody_may_do_what_the_document_says_and_nothing_else()
    {
        var operations = await OperationsAsync();
        Assert.True(operations.Count > 80, $"{operations.Count} operations");
        var wrong = new List<string>();
        foreach (var (method, path, scope) in operations)
        {
            foreach (var (who, token) in Callers())
            {
                var (status, code) = await CallAsync(method, path, token);
                var expected = scope is null ? "let in" : !MayWrite.ContainsKey(who) ? "401" : IsAllowed(who, scope) ? "let in" : "403";
                var actual = status switch
                {
                    HttpStatusCode.Unauthorized => "401",
                    HttpStatusCode.Forbidden when code == "forbidden" => "403",
                    >= HttpStatusCode.InternalServerError when code != "unavailable" => $"failed with {status}",
                    _ => "let in",
                };
                if (expected != actual)
                {
                    wrong.Add($"{method} {path} ({scope ?? "open"}) by {who}: {actual} instead of {expected}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task A_key_may_do_what_it_was_given_until_it_is_revoked_and_none_gives_more_than_it_has()
    {
        var administrator = new Door(_http, new("Bearer", ShopProcess.OperatorKey));
        var made = (await administrator.PostAsync(
            "/v1/admin/api-keys", """{"kind":"secret","name":"warehouse system","scopes":["stock:read","accounts:write"]}""")).Expect(HttpStatusCode.Created);
        var (id, secret) = ((string)made["key"]!["id"]!, (string)made["secret"]!);
        var system = new Door(_http, new("Bearer", secret));

        Assert.Equal(HttpStatusCode.OK, (await system.GetAsync("/v1/admin/stock")).Status);
        (await system.GetAsync("/v1/admin/orders")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await system.PutAsync("/v1/admin/locations", """{"data":[]}""")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await system.PostAsync("/v1/admin/api-keys", """{"kind":"secret","name":"more","scopes":["orders:write"]}"""))
            .ExpectProblem(HttpStatusCode.Forbidden, "scope_not_held", "/scopes");
        Assert.DoesNotContain(secret, (await administrator.GetAsync("/v1/admin/api-keys")).Text, StringComparison.Ordinal);

        var next = (await administrator.PostAsync($"/v1/admin/api-keys/{id}/rotate", """{"overlap_seconds":3600}""")).Expect(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.OK, (await system.GetAsync("/v1/admin/stock")).Status);
        Assert.Equal(HttpStatusCode.OK, (await new Door(_http, new("Bearer", (string)next["secret"]!)).GetAsync("/v1/admin/stock")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await administrator.SendAsync(HttpMethod.Delete, $"/v1/admin/api-keys/{id}")).Status);
        await Eventually.TrueAsync(
            async () => (await system.GetAsync("/v1/admin/stock")).Status == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("""{"kind":"secret","name":"x"}""", "scopes_missing")]
    [InlineData("""{"kind":"secret","name":"x","scopes":["everything"]}""", "scope_unknown")]
    [InlineData("""{"kind":"publishable","name":"x","scopes":["orders:read"]}""", "scopes_not_allowed")]
    [InlineData("""{"kind":"publishable","name":"x","origins":["https://shop.example/path"]}""", "origin_invalid")]
    [InlineData("""{"kind":"secret","name":"","scopes":["orders:read"]}""", "name_invalid")]
    [InlineData("""{"kind":"secret","name":"x","scopes":["orders:read"],"expires_at":"2020-01-01T00:00:00Z"}""", "expires_in_the_past")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string code) =>
        (await new Door(_http, new("Bearer", ShopProcess.OperatorKey)).PostAsync("/v1/admin/api-keys", body))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, code);

    private static bool IsAllowed(string who, string scope) => scope.Split(':') switch
    {
        [var area, "read"] => MayWrite[who].Contains(area) || MayRead[who].Contains(area),
        [var area, ..] => MayWrite[who].Contains(area),
        _ => false,
    };

    private IEnumerable<(string Who, string? Token)> Callers() =>
    [
        ("nobody", null),
        ("somebody expired", _authority.Token("cus_1", ["administrator"], isExpired: true)),
        ("a forger", _authority.Token("cus_1", ["administrator"], isForged: true)),
        ("another shop's", _authority.Token("cus_1", ["administrator"], audience: "elsewhere")),
        ("another authority's", _authority.Token("cus_1", ["administrator"], issuer: "https://elsewhere.example/")),
        ("shopper", _authority.Token("cus_01h00000000000000000000001")),
        .. MayWrite.Keys.Where(role => role != "shopper").Select(role => (role, (string?)_authority.Token("cus_2", [role]))),
    ];

    private async Task<(HttpStatusCode Status, string? Code)> CallAsync(string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (method is not "GET" and not "DELETE")
        {
            request.Content = path == "/v1/admin/imports" ? new StringContent("", Encoding.UTF8, "text/csv") : RunningShop.Json("{}");
            request.Headers.Add("Idempotency-Key", "walk");
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var problem = isProblem ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
        return (response.StatusCode, (string?)problem?["code"]);
    }

    /// <summary>Every operation with ids that nothing has, and the scope that it says it needs; null: it is open.</summary>
    private async Task<List<(string Method, string Path, string? Scope)>> OperationsAsync()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where operation.Key is "get" or "put" or "post" or "patch" or "delete"
               select (
                   operation.Key.ToUpperInvariant(),
                   Parameter().Replace(path.Key, parameter => Value(path.Key[..(parameter.Index - 1)], parameter.Groups[1].Value)),
                   (string?)operation.Value!["security"]?[0]?["token"]?[0]),
        ];
    }

    private static string Value(string path, string parameter) => (parameter, path.Split('/')[^1]) switch
    {
        ("cartId", _) => $"cart_{Zeros}",
        ("orderId", _) => $"ord_{Zeros}",
        ("productId", _) => $"prod_{Zeros}",
        ("editId", _) => $"edit_{Zeros}",
        ("dropId", _) => $"drop_{Zeros}",
        ("promotionId", _) => $"promo_{Zeros}",
        ("importId", _) => $"imp_{Zeros}",
        ("holdId", _) => $"hold_{Zeros}",
        ("token", _) => $"tkt_{Zeros}.{new string('0', 32)}",
        ("country", _) => "GB",
        ("sku" or "line", _) => "NO-SUCH-SKU",
        (_, "gift-cards" or "store-credits") => $"credit_{Zeros}",
        (_, "fulfillment-orders") => $"fo_{Zeros}",
        (_, "api-keys") => $"key_{Zeros}",
        _ => $"x_{Zeros}",
    };

    private const string Zeros = "00000000000000000000000000";

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
