using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Commerce.Identity;

/// <summary>
/// Calls every operation of the OpenAPI document as everybody there is: what each may do is what the document says that the
/// operation needs, and nothing else.
/// </summary>
internal static partial class RightsWalk
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

    /// <summary>Roles that people may have.</summary>
    public static IEnumerable<string> Roles => MayWrite.Keys;

    /// <summary>Asserts it.</summary>
    /// <param name="callers">
    /// Whoever is named as a role has its rights, whoever is named as scopes has those, and everybody else is nobody.
    /// </param>
    public static async Task AssertAsync(HttpClient shop, IReadOnlyCollection<(string Who, string? Token)> callers, params string[] paths)
    {
        var operations = await OperationsAsync(shop);
        Assert.True(operations.Count > 80, $"{operations.Count} operations");
        Assert.All(paths, path => Assert.Contains(operations, operation => operation.Path.StartsWith(path, StringComparison.Ordinal)));
        var wrong = new List<string>();
        foreach (var (method, path, scope) in operations)
        {
            var answers = await Task.WhenAll(callers.Select(caller => CallAsync(shop, method, path, caller.Token)));
            foreach (var ((who, _), (status, code)) in callers.Zip(answers))
            {
                var expected = scope is null ? "let in" : Rights(who) is not { } rights ? "401" : rights(scope) ? "let in" : "403";
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

    private static Func<string, bool>? Rights(string who) =>
        MayWrite.ContainsKey(who) ? scope => IsAllowed(who, scope)
        : who.Contains(':', StringComparison.Ordinal) ? who.Split(' ').Contains
        : null;

    private static bool IsAllowed(string who, string scope) => scope.Split(':') switch
    {
        [var area, "read"] => MayWrite[who].Contains(area) || MayRead[who].Contains(area),
        [var area, ..] => MayWrite[who].Contains(area),
        _ => false,
    };

    private static async Task<(HttpStatusCode Status, string? Code)> CallAsync(HttpClient shop, string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (method is not "GET" and not "DELETE")
        {
            request.Content = path switch
            {
                "/v1/admin/imports" => new StringContent("", Encoding.UTF8, "text/csv"),
                "/v1/admin/images" => new StringContent("", Encoding.UTF8, "image/png"),
                _ => RunningShop.Json("{}"),
            };
            request.Headers.Add("Idempotency-Key", "walk");
        }

        using var response = await shop.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var problem = isProblem ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
        return (response.StatusCode, (string?)problem?["code"]);
    }

    /// <summary>Every operation with ids that nothing has, and the scope that it says it needs; null: it is open.</summary>
    private static async Task<List<(string Method, string Path, string? Scope)>> OperationsAsync(HttpClient shop)
    {
        var document = JsonNode.Parse(await shop.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
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
        ("customerId", _) => $"cust_{Zeros}",
        ("wishlistId", _) => $"wish_{Zeros}",
        ("orderId", _) => $"ord_{Zeros}",
        ("productId", _) => $"prod_{Zeros}",
        ("editId", _) => $"edit_{Zeros}",
        ("number", _) => "1",
        ("dropId", _) => $"drop_{Zeros}",
        ("promotionId", _) => $"promo_{Zeros}",
        ("importId", _) => $"imp_{Zeros}",
        ("holdId", _) => $"hold_{Zeros}",
        ("messageId", _) => $"msg_{Zeros}",
        ("token", _) => $"tkt_{Zeros}.{new string('0', 32)}",
        ("imageId", _) => new string('0', 64),
        ("width", _) => "160",
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
