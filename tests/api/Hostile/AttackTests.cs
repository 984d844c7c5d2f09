using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Commerce.Processes;
using static Commerce.Shopping;

namespace Commerce.Hostile;

/// <summary>What is tried against shops, at every operation of the OpenAPI document: nothing fails, nothing is told that is not theirs to know.</summary>
[Collection(nameof(Ruined))]
public sealed partial class AttackTests(HostileShop shop)
{
    private static readonly string[] Attacks =
    [
        "' OR '1'='1", "'; DROP TABLE accounts; --", "1) UNION SELECT null,version() --", "$$;select pg_sleep(20)--", "%' AND 1=pg_sleep(20)--", "\\'; --",
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}${7*7}#{7*7}<%= 7*7 %>", "${jndi:ldap://127.0.0.1/a}",
        "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//....//etc/passwd", "C:\\windows\\win.ini", "file:///etc/passwd", "http://127.0.0.1:1/",
        "a\r\nX-Injected: yes", "a@example.org\r\nBcc: b@example.org", "$(id)`id`;id|id", "=HYPERLINK(\"http://x\")", "()&|!*)(uid=*", "a\u202Eb\u0000c", "%n%n%s",
        "{\"$ne\":null}",
    ];

    private static readonly string[] Bombs =
    [
        Repeated("[", 100_000), Repeated("{\"a\":", 50_000), $"{{\"a\":{new string('9', 200_000)}}}", "{\"amount\":1e999999999,\"quantity\":1e999999999}",
        $"{{\"title\":\"{new string('x', 250_000)}\"}}", $"[{Repeated("1,", 100_000)}1]", $"{{{Repeated("\"a\":1,", 50_000)}\"a\":1}}",
        $"{{\"data\":[{Repeated("{},", 50_000)}{{}}],\"lines\":[{Repeated("{},", 20_000)}{{}}],\"actions\":[{Repeated("{},", 20_000)}{{}}]}}",
        "{\"__proto__\":{\"admin\":true},\"constructor\":{\"prototype\":{\"admin\":true}}}", "{\"$type\":\"System.Diagnostics.Process, System\"}",
    ];

    [Fact]
    public async Task Text_that_is_meant_to_break_out_is_text_wherever_it_is_put()
    {
        var values = new HostileValues(shop.Description, shop.Known);

        await AssertHarmlessAsync(
            from operation in shop.Description.Operations
            from attack in Attacks
            let body = operation.BodyType == "application/json" ? values.Furnished(operation.BodySchema, "", attack)?.ToJsonString() : attack
            let query = string.Join('&', operation.Parameters.Where(parameter => parameter.In == "query").Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(attack)}&{parameter.Name}={Uri.EscapeDataString(attack)}"))
            from target in new[] { Path(operation, null), Path(operation, attack) }.Distinct()
            select new HostileRequest(
                operation, $"{target}?{query}", [("Idempotency-Key", $"attack-{attack.Length}"), ("X-Forwarded-Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE")],
                operation.BodyType is null ? null : Encoding.UTF8.GetBytes(body ?? "{}"), operation.BodyType));
    }

    [Fact]
    public async Task Bodies_that_grow_when_they_are_read_are_refused_in_time() =>
        await AssertHarmlessAsync(
            from operation in shop.Description.Operations
            where operation.BodyType is not null
            from bomb in Bombs
            select new HostileRequest(operation, Path(operation, null), [("Idempotency-Key", "bomb")], Encoding.UTF8.GetBytes(bomb), operation.BodyType));

    [Fact]
    public async Task An_id_of_another_kind_finds_nothing()
    {
        // Where names are free text, an id is a name like any other.
        var ids = shop.Known.Where(kind => kind.Key is "cart" or "ord" or "prod" or "edit" or "drop" or "promo" or "credit" or "key" or "imp" or "fo" or "token").ToList();
        var found = new List<string>();
        foreach (var operation in shop.Description.Operations.Where(operation => operation.Method == "GET" && operation.Path.EndsWith('}') && !operation.Path.EndsWith("{sku}", StringComparison.Ordinal)))
        {
            foreach (var (kind, values) in ids.Where(kind => !Path(operation, null).EndsWith(kind.Value[0], StringComparison.Ordinal)))
            {
                var answer = await SendAsync(operation, Path(operation, values[0]), ShopProcess.OperatorKey);
                var isOf = operation.Path.Contains("store-credits", StringComparison.Ordinal) && kind == "credit";
                if (answer.Status is HttpStatusCode.OK && !isOf)
                {
                    found.Add($"{operation} finds {kind}: {answer.Text}");
                }
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public async Task What_operators_see_is_told_to_nobody_else_whose_id_ever_he_knows()
    {
        var told = new List<string>();
        foreach (var operation in shop.Description.Operations.Where(operation => operation.Scope is not null and not "own"))
        {
            foreach (var (token, expected) in new[] { (null, HttpStatusCode.Unauthorized), (shop.ShopperToken, HttpStatusCode.Forbidden), ("x", HttpStatusCode.Unauthorized) })
            {
                var answer = await SendAsync(operation, Path(operation, null), token);
                if (answer.Status != expected || answer.Text.Contains("Lovelace", StringComparison.Ordinal) || answer.Text.Contains("data", StringComparison.Ordinal))
                {
                    told.Add($"{operation}: {answer.Status} {answer.Text}");
                }
            }
        }

        Assert.True(told.Count == 0, string.Join(Environment.NewLine, told));
    }

    [Fact]
    public async Task Nobody_ends_the_sessions_of_somebody_else()
    {
        var (mallory, ada) = (await SignedIn.AsNewAsync(shop.Shop, $"{NewName()}@example.org"), await SignedIn.AsNewAsync(shop.Shop, $"{NewName()}@example.org"));
        var (hers, his) = (shop.Shop.With(new("Bearer", ada.Access)), shop.Shop.With(new("Bearer", mallory.Access)));
        var session = (string)(await hers.GetAsync("/v1/me/sessions")).Expect(HttpStatusCode.OK)["data"]![0]!["id"]!;

        Assert.DoesNotContain(session, (await his.GetAsync("/v1/me/sessions")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await his.SendAsync(HttpMethod.Delete, $"/v1/me/sessions/{session}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await his.SendAsync(HttpMethod.Delete, "/v1/me/sessions")).Status);

        Assert.Equal(HttpStatusCode.OK, (await hers.GetAsync("/v1/me/sessions")).Status);
    }

    [Fact]
    public async Task A_token_is_all_of_itself_and_belongs_to_one_drop_and_an_edit_to_one_order()
    {
        var (drop, token, edit, order) = (shop.Known["drop"][0], shop.Known["token"][0], shop.Known["edit"][0], shop.Another);
        (await shop.Shop.AsOperator.PostAsync(
            $"/v1/admin/stock/{shop.Known["sku"][0]}/receipts", new { location = "leeds", quantity = 1_000 }, Key())).Expect(HttpStatusCode.OK);
        var another = (string)(await shop.Shop.AsOperator.PostAsync(
            "/v1/admin/drops", new { title = "Another", sku = shop.Known["sku"][0], units = 1, opens_at = "2020-01-01T00:00:00Z" }, Key())).Expect(HttpStatusCode.Created)["id"]!;
        var flipped = token[..^1] + (token[^1] == '0' ? '1' : '0');

        Assert.Equal(HttpStatusCode.NotFound, (await shop.Shop.GetAsync($"/v1/drops/{another}/tickets/{token}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Shop.GetAsync($"/v1/drops/{drop}/tickets/{flipped}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Shop.SendAsync(HttpMethod.Delete, $"/v1/drops/{drop}/tickets/{flipped}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Shop.AsOperator.GetAsync($"/v1/admin/orders/{order["id"]}/edits/{edit}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Shop.AsOperator.PostAsync($"/v1/admin/orders/{order["id"]}/edits/{edit}/apply", new { }, Key())).Status);
    }

    [Fact]
    public async Task Members_that_are_not_the_callers_to_set_change_nothing()
    {
        const string smuggled = """
            "id":"cart_01h455vb4pex5vsknk084sn02q","version":99,"status":"completed","order":"ord_01h455vb4pex5vsknk084sn02q","total":{"amount":1,"currency":"GBP"},
            "totals":{"total":{"amount":1,"currency":"GBP"}},"amount_due":{"amount":0,"currency":"GBP"},"unit_price":{"amount":1,"currency":"GBP"},"price":1,
            "customer":"cus_1","owner":"cus_1","buyer":{"group":"staff"},"roles":["administrator"],"role":"administrator","is_email_verified":true,"payment_status":"paid",
            "__proto__":{"role":"administrator"},
            """;
        var sku = (await shop.Shop.NewProductAsync()).Sku;
        var cart = (await shop.Shop.PostAsync("/v1/carts", $$"""{{{smuggled}}"lines":[{"sku":"{{sku}}","quantity":1}],"currency":"GBP"}""")).Expect(HttpStatusCode.Created);
        Assert.NotEqual("cart_01h455vb4pex5vsknk084sn02q", (string?)cart["id"]);
        Assert.Equal((1, 0, null, null), ((int)cart["version"]!, cart["lines"]!.AsArray().Count, (string?)cart["order"], cart["buyer"]));

        var filled = (await shop.Shop.PostAsync($"/v1/carts/{cart["id"]}/lines", $$"""{{{smuggled}}"sku":"{{sku}}","quantity":2}""")).Expect(HttpStatusCode.OK);
        var patched = (await shop.Shop.PatchAsync($"/v1/carts/{cart["id"]}", $$"""{{{smuggled}}"email":"{{NewName()}}@example.org"}""")).Expect(HttpStatusCode.OK);
        Assert.All([filled, patched], seen => Assert.Equal((2000, null, null), ((int)seen["totals"]!["items"]!["amount"]!, (string?)seen["order"], seen["buyer"])));

        var email = $"{NewName()}@example.org";
        (await shop.Shop.PostAsync("/v1/accounts", $$"""{{{smuggled}}"email":"{{email}}","password":"correct horse battery"}""")).Expect(HttpStatusCode.Accepted);
        var account = (await shop.Shop.AsOperator.GetAsync($"/v1/admin/accounts?email={email}")).Expect(HttpStatusCode.OK)["data"]![0]!;
        Assert.Equal((0, false), (account["roles"]!.AsArray().Count, (bool)account["is_email_verified"]!));
    }

    [Theory]
    [InlineData("TRACE /v1/products HTTP/1.1\r\nHost: x\r\nX-Secret: 5ecret\r\n\r\n", "405")]
    [InlineData("FROB /v1/products HTTP/1.1\r\nHost: x\r\n\r\n", "405")]
    [InlineData("POST /v1/products HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n\r\n", "405")]
    [InlineData("GET /v1/products HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET /v1/products HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400")]
    [InlineData("GET /v1/products HTTP/9.9\r\nHost: x\r\n\r\n", "505")]
    [InlineData("GET /v1/products\r\n\r\n", "400")]
    [InlineData("GET http://elsewhere.example/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n", "40")]
    [InlineData("GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "40")]
    [InlineData("GET /images/..%2f..%2fappsettings.json HTTP/1.1\r\nHost: x\r\n\r\n", "404")]
    [InlineData("GET /images/%2e%2e/%2e%2e/appsettings.json HTTP/1.1\r\nHost: x\r\n\r\n", "404")]
    [InlineData("GET /appsettings.json HTTP/1.1\r\nHost: x\r\n\r\n", "404")]
    [InlineData("GET /v1/products/%00 HTTP/1.1\r\nHost: x\r\n\r\n", "400")]
    [InlineData("GET /v1/products HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", "400")]
    [InlineData("GET /v1/products HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n", "400")]
    [InlineData("GET /v1/products HTTP/1.1\r\nHost: x\r\n X: folded\r\n\r\n", "400")]
    [InlineData("POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n", "400")]
    [InlineData("POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}", "400")]
    [InlineData("POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked, frob\r\n\r\n0\r\n\r\n", "40")]
    [InlineData("POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n", "400")]
    [InlineData("POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{}", "413")]
    public async Task What_is_hardly_HTTP_is_refused(string request, string status)
    {
        var answer = await RawAsync(request);

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("5ecret", answer, StringComparison.Ordinal);
        Assert.DoesNotMatch(Internals(), answer);
    }

    [Fact]
    public async Task Headers_are_bounded_in_number_and_size()
    {
        var many = string.Concat(Enumerable.Range(0, 2_000).Select(number => $"X-{number}: y\r\n"));

        Assert.StartsWith("HTTP/1.1 431", await RawAsync($"GET /v1/products HTTP/1.1\r\nHost: x\r\n{many}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await RawAsync($"GET /v1/products HTTP/1.1\r\nHost: x\r\nX: {new string('x', 100_000)}\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 414", await RawAsync($"GET /v1/products?q={new string('x', 100_000)} HTTP/1.1\r\nHost: x\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await shop.Shop.GetAsync("/v1/products")).Status);
    }

    private async Task AssertHarmlessAsync(IEnumerable<HostileRequest> requests)
    {
        var faults = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (request, _) =>
        {
            var answer = await shop.SendAsync(request);
            var isWrong = answer.Status is null || ((int)answer.Status >= 500 && answer.Status != HttpStatusCode.ServiceUnavailable)
                || answer.MediaType == "text/html" || Internals().IsMatch(answer.Text)
                || answer.Headers.Contains("X-Injected", StringComparison.OrdinalIgnoreCase) || answer.Text.Contains("evil.example", StringComparison.Ordinal)
                || answer.Text.Contains("root:", StringComparison.Ordinal);
            if (isWrong)
            {
                faults.Enqueue($"{request}{Environment.NewLine}  {answer.Status} {answer.MediaType} {answer.Text}");
            }
        });

        Assert.True(faults.IsEmpty, $"{faults.Count} of them:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Take(20))}{Environment.NewLine}{shop.Shop.Output}");
    }

    private Task<HostileAnswer> SendAsync(Operation operation, string path, string? token) => shop.SendAsync(
        new HostileRequest(
            operation, path, operation.Method == "GET" ? [] : [("Idempotency-Key", "attack")],
            operation.BodyType is null ? null : Encoding.UTF8.GetBytes("{}"), operation.BodyType),
        token);

    /// <summary>The path of something known, or with this in the place of the last id.</summary>
    private string Path(Operation operation, string? last)
    {
        var parts = operation.Path.Split('/');
        var at = Array.FindLastIndex(parts, part => part.StartsWith('{'));
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].StartsWith('{'))
            {
                var name = parts[i].Trim('{', '}') is "id" ? parts[i - 1] : parts[i].Trim('{', '}');
                parts[i] = Uri.EscapeDataString(i == at && last is not null ? last : shop.Known.TryGetValue(name, out var known) ? known[0] : "x");
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>Sends bytes as they are; what comes back, at least its headers.</summary>
    private async Task<string> RawAsync(string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        using var connection = new TcpClient();
        await connection.ConnectAsync(shop.Shop.Address.Host, shop.Shop.Address.Port, patience.Token);
        var stream = connection.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
            var buffer = new byte[65_536];
            while (!answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, patience.Token) is > 0 and var read)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Closed while something was still on its way to the server: the answer is there.
        }

        return answer.ToString();
    }

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    /// <summary>Words of what is inside: types, tables, files, queries, addresses.</summary>
    [GeneratedRegex(@"   at |Exception|Npgsql|Orleans|System\.|Microsoft\.|Commerce\.|journal_|\.cs\b|SqlState|syntax error|Host=|Password=|/work/|/tmp/|\bpostgres\b", RegexOptions.CultureInvariant)]
    private static partial Regex Internals();
}
