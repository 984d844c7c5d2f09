using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Commerce.Processes;
using static Commerce.Shopping;

namespace Commerce;

/// <summary>What every answer says to browsers and caches, and what is refused before any route sees it.</summary>
public sealed class EdgeTests(RunningShop shop)
{
    [Theory]
    [InlineData("/v1/products")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/admin/orders")]
    [InlineData("/health/live")]
    [InlineData("/images/demo/harbour-espresso.webp")]
    [InlineData("/media/nothing")]
    [InlineData("/sign-in/index.html")]
    [InlineData("/docs/")]
    public async Task Every_answer_says_what_a_browser_may_do_with_it(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);

        Assert.Equal("nosniff", One(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", One(answer, "X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.NotNull(One(answer, "Referrer-Policy"));
        Assert.Null(One(answer, "Server"));
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/v1/products/harbour-espresso", HttpStatusCode.OK)]
    [InlineData("/images/demo/harbour-espresso.webp", HttpStatusCode.OK)]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/v1/admin/orders", HttpStatusCode.Unauthorized)]
    public async Task Who_asks_with_HEAD_is_told_what_GET_tells_without_the_content(string path, HttpStatusCode status)
    {
        using var head = await SendAsync(HttpMethod.Head, path);
        using var get = await SendAsync(HttpMethod.Get, path);

        Assert.Equal((status, status), (head.StatusCode, get.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(One(get, "ETag"), One(head, "ETag"));
        Assert.NotEmpty(await get.Content.ReadAsByteArrayAsync());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v1/products/harbour-espresso/availability/events", "GET")]
    [InlineData("/v1/carts", "POST")]
    public async Task HEAD_neither_follows_anything_nor_changes_it(string path, string allowed)
    {
        using var answer = await SendAsync(HttpMethod.Head, path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task The_page_that_takes_passwords_runs_no_script_but_its_own()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/sign-in/index.html");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("script-src 'self';", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_has_the_name_that_its_sender_gave_it_and_its_trace()
    {
        using var named = await SendAsync(
            HttpMethod.Get, "/v1/nothing",
            ("X-Request-Id", "order-page.17"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        using var hostile = await SendAsync(HttpMethod.Get, "/v1/nothing", ("X-Request-Id", "<script>"));

        Assert.Equal("order-page.17", One(named, "X-Request-Id"));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", One(named, "traceresponse"), StringComparison.Ordinal);
        Assert.NotEqual("<script>", One(hostile, "X-Request-Id"));
    }

    [Theory]
    [InlineData("/v1/products?q=%00")]
    [InlineData("/connect/authorize?client_id=a%00b")]
    public async Task What_the_database_could_not_take_is_refused_before_it_comes_there(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"code\":\"malformed_request\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/carts")]
    [InlineData("/v1/session")]
    public async Task What_is_for_one_person_is_kept_nowhere(string path)
    {
        using var answer = await SendAsync(HttpMethod.Post, path);

        Assert.StartsWith("no-store", One(answer, "Cache-Control"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_the_catalogue_is_kept_by_whoever_stands_between_and_asked_for_again_by_its_tag()
    {
        using var first = await SendAsync(HttpMethod.Get, "/v1/products/harbour-espresso");
        var tag = One(first, "ETag")!;
        var product = JsonNode.Parse(await first.Content.ReadAsStringAsync())!;

        Assert.Matches("^\"[A-Za-z0-9_-]{16}\"$", tag);
        Assert.Equal("public, max-age=0, s-maxage=1, stale-while-revalidate=10", One(first, "Cache-Control"));
        Assert.Equal(
            string.Join(' ', product["variants"]!.AsArray().Select(variant => $"sku:{variant!["sku"]}").Prepend((string)product["id"]!)),
            One(first, "Surrogate-Key"));
        Assert.Equal("Accept-Encoding, Origin", string.Join(", ", first.Headers.Vary));
        await shop.EventuallyAsync(async () =>
        {
            using var again = await SendAsync(HttpMethod.Get, "/v1/products/harbour-espresso", ("If-None-Match", tag));
            return again.StatusCode == HttpStatusCode.NotModified && One(again, "ETag") == tag;
        });
        using var search = await SendAsync(HttpMethod.Get, "/v1/products?q=espresso");
        using var same = await SendAsync(HttpMethod.Get, "/v1/products?q=espresso", ("If-None-Match", One(search, "ETag")!));
        Assert.Equal((HttpStatusCode.NotModified, 0), (same.StatusCode, (await same.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task The_tag_of_a_product_is_another_when_there_is_less_of_it()
    {
        var (sku, handle) = await shop.NewProductAsync(units: 1);
        await shop.EventuallyAsync(async () =>
            (string?)(await shop.GetAsync($"/v1/products/{handle}")).Body!["variants"]![0]!["availability"]!["status"] is not ("out_of_stock" or null));
        using var before = await SendAsync(HttpMethod.Get, $"/v1/products/{handle}");
        (await shop.AsOperator.PostAsync(
            $"/v1/admin/stock/{sku}/adjustments", new { location = "leeds", delta = -1, reason = "found" }, Key())).Expect(HttpStatusCode.OK);

        await shop.EventuallyAsync(async () =>
        {
            using var after = await SendAsync(HttpMethod.Get, $"/v1/products/{handle}");
            return One(after, "ETag") != One(before, "ETag");
        });
    }

    [Fact]
    public async Task Only_what_has_no_secret_in_it_is_compressed()
    {
        using var page = await SendAsync(HttpMethod.Get, "/v1/products", ("Accept-Encoding", "br"));
        var cart = await shop.NewCartAsync();
        using var personal = await SendAsync(HttpMethod.Get, cart, ("Accept-Encoding", "br"));

        Assert.Equal(["br"], page.Content.Headers.ContentEncoding);
        Assert.Empty(personal.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_query_is_bounded_and_a_body_is_UTF_8()
    {
        (await shop.GetAsync($"/v1/products?q={new string('x', 5_000)}")).ExpectProblem(HttpStatusCode.RequestUriTooLong, "query_too_long");
        (await shop.GetAsync($"/v1/products?{string.Join('&', Enumerable.Repeat("a=b", 100))}"))
            .ExpectProblem(HttpStatusCode.RequestUriTooLong, "query_too_long");
        using var body = new ByteArrayContent("{\"currency\":\"GBP\"}"u8.ToArray());
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-16");
        (await shop.SendAsync(HttpMethod.Post, "/v1/carts", body))
            .ExpectProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Theory]
    [InlineData("/nothing/of-the-kind", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html", "script-src 'self'")]
    [InlineData("/nothing/of-the-kind", "*/*", "application/problem+json", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("/v1/nothing", "text/html,*/*;q=0.8", "application/problem+json", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("/media/nothing", "text/html,*/*;q=0.8", "application/problem+json", "default-src 'none'; sandbox")]
    [InlineData("/images/nothing.svg", "text/html,*/*;q=0.8", "application/problem+json", "default-src 'none'; style-src")]
    public async Task Who_looks_for_a_page_that_is_not_there_is_shown_one_that_says_so(string path, string accept, string type, string policy)
    {
        Assert.SkipWhen(type == "text/html" && Browser.ShopBrowser.Missing is not null, Browser.ShopBrowser.Missing ?? "");
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var answer = await SendAsync(method, path, ("Accept", accept), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"));

            Assert.Equal((HttpStatusCode.NotFound, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Contains(policy, One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_pages_that_a_publishable_key_names_may_read_answers()
    {
        const string Shop = "https://storefront.example";
        var made = (await shop.AsOperator.PostAsync(
            "/v1/admin/api-keys", $$"""{"kind":"publishable","name":"storefront","origins":["{{Shop}}"]}""")).Expect(HttpStatusCode.Created);
        var key = $"Bearer {made["secret"]}";

        // Known to a front door after half a minute at most.
        await shop.EventuallyAsync(async () =>
        {
            using var preflight = await SendAsync(
                HttpMethod.Options, "/v1/carts", ("Origin", Shop), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,publishable-key"));
            return One(preflight, "Access-Control-Allow-Origin") == Shop && One(preflight, "Access-Control-Max-Age") == "600";
        });
        using var foreign = await SendAsync(
            HttpMethod.Options, "/v1/carts", ("Origin", "https://elsewhere.example"), ("Access-Control-Request-Method", "POST"));
        using var own = await SendAsync(HttpMethod.Get, "/v1/products", ("Origin", Shop), ("Authorization", key));
        using var copied = await SendAsync(HttpMethod.Get, "/v1/availability?sku=NONE", ("Origin", "https://elsewhere.example"), ("Authorization", key));
        using var admin = await SendAsync(
            HttpMethod.Options, "/v1/admin/orders", ("Origin", Shop), ("Access-Control-Request-Method", "GET"));

        Assert.Null(One(foreign, "Access-Control-Allow-Origin"));
        Assert.Equal(Shop, One(own, "Access-Control-Allow-Origin"));
        Assert.Null(One(own, "Access-Control-Allow-Credentials"));
        Assert.Null(One(admin, "Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.Forbidden, copied.StatusCode);
        Assert.Contains("origin_not_allowed", await copied.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        shop.RawAsync(method, path, headers);

    private static string? One(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}

/// <summary>Two front doors over one database, with limits that are soon reached.</summary>
public sealed class TwoDoors : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-limits-").FullName;
    private readonly List<ShopProcess> _silos = [];
    private TestDatabase _database = null!;

    /// <summary>Of the one and the other.</summary>
    public IReadOnlyList<HttpClient> Doors { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        for (var i = 0; i < 2; i++)
        {
            _silos.Add(await ShopProcess.SiloAsync(
                _folder, _database.ConnectionString,
                ("Edge__Limits__ChangesPerMinute", "100"), ("Edge__Limits__GuessesPerMinute", "10"), ("Edge__KnownProxies__0", "127.0.0.1")));
        }

        Doors = [.. _silos.Select(silo => new HttpClient { BaseAddress = silo.Address })];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var door in Doors)
        {
            door.Dispose();
        }

        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>What two front doors over one database allow together.</summary>
public sealed class RateLimitTests(TwoDoors doors) : IClassFixture<TwoDoors>
{
    [Fact]
    public async Task Whoever_asks_too_much_is_refused_at_every_door_and_nobody_else_is()
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => ChangeAsync(i % 2, "192.0.2.1")));

        var allowed = answers.Count(status => status == HttpStatusCode.BadRequest);
        Assert.Equal(300, allowed + answers.Count(status => status == HttpStatusCode.TooManyRequests));

        // Less is what one door had taken in advance when the other was asked, more is what flowed in meanwhile.
        var flowedIn = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMinutes * 100;
        Assert.InRange(allowed, 95, 100 + (int)Math.Ceiling(flowedIn));
        Assert.Equal(HttpStatusCode.BadRequest, await ChangeAsync(0, "192.0.2.2"));
    }

    [Fact]
    public async Task Whoever_guesses_is_told_to_wait_and_cannot_pretend_to_be_elsewhere()
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var answer = await GuessAsync(i % 2, "198.51.100.7");
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Matches("^[1-9][0-9]?$", answer.Headers.GetValues("Retry-After").Single());
                Assert.Equal("\"guesses\";q=10;w=60", answer.Headers.GetValues("RateLimit-Policy").Single());
                Assert.StartsWith("\"guesses\";r=0;t=", answer.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
                Assert.Equal("too_many_requests", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]);
            }
        }

        // The proxy says where the request comes from, and not what the request says of itself.
        using var pretended = await GuessAsync(0, "203.0.113.5, 198.51.100.7");
        using var other = await GuessAsync(0, "198.51.100.8");

        Assert.InRange(statuses.Count(status => status == HttpStatusCode.NotFound), 5, 7);
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.NotFound), (pretended.StatusCode, other.StatusCode));
    }

    [Theory]
    [InlineData("/connect/token", "", "client_id=a&client_secret=b&grant_type=client_credentials")]
    [InlineData("/connect/revoke", "", "client_id=a&client_secret=b&token=c")]
    [InlineData("/connect/introspect", "", "client_id=a&client_secret=b&token=c")]
    [InlineData("/v1/admin/drops", "sk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "{}")]
    public async Task Whoever_tries_secrets_is_refused_like_anybody_who_asks_too_much(string path, string secret, string body)
    {
        var address = $"192.0.2.{10 + (path.Length + body.Length) % 200}";
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
            {
                Content = new StringContent(body, null, body == "{}" ? "application/json" : "application/x-www-form-urlencoded"),
            };
            request.Headers.Add("X-Forwarded-For", address);
            if (body == "{}")
            {
                request.Headers.Authorization = new("Bearer", secret);
            }

            using var answer = await doors.Doors[i % 2].SendAsync(request);
            return answer.StatusCode;
        }));

        Assert.InRange(answers.Count(status => status == HttpStatusCode.TooManyRequests), 20, 105);
        Assert.All(answers, status => Assert.Contains(
            status, new[] { HttpStatusCode.TooManyRequests, HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest }));
    }

    private async Task<HttpStatusCode> ChangeAsync(int door, string address)
    {
        using var answer = await PostAsync(door, "/v1/carts", "{}", address);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> GuessAsync(int door, string address) =>
        PostAsync(door, "/v1/orders/lookup", """{"number":"AAAAAAAA","email":"ada@example.org"}""", address);

    private async Task<HttpResponseMessage> PostAsync(int door, string path, string body, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = RunningShop.Json(body) };
        request.Headers.Add("X-Forwarded-For", address);
        return await doors.Doors[door].SendAsync(request);
    }
}
