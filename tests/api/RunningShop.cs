using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Commerce.Processes;
using Commerce.Verification;

[assembly: AssemblyFixture(typeof(Commerce.RunningShop))]

namespace Commerce;

/// <summary>
/// The whole shop as its customers meet it: one silo process with a front door on a free port, over a real PostgreSQL
/// with a database of its own, filled with the demo catalogue. All tests share it and step on nobody's toes.
/// </summary>
public sealed class RunningShop : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-api-").FullName;
    private TestDatabase _database = null!;
    private ShopProcess _silo = null!;
    private HttpClient _http = null!;

    /// <summary>Settings besides those of every test shop, by the names of environment variables.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>Where it listens.</summary>
    public Uri Address => _silo.Address;

    /// <summary>Where it keeps what is not in the database.</summary>
    public string Folder => _folder;

    /// <summary>Its database.</summary>
    public Npgsql.NpgsqlDataSource Database => _database.Source;

    /// <summary>The mails that were sent.</summary>
    public IEnumerable<string> Mails => Directory.Exists(Path.Combine(_folder, "outbox"))
        ? Directory.EnumerateFiles(Path.Combine(_folder, "outbox"), "*.eml").Select(File.ReadAllText)
        : [];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();

        // Tests that crowd the door must not have others turned away: each of them is about something else. And no test is right
        // only because what was kept of the catalogue is soon too old.
        _silo = await ShopProcess.SiloAsync(_folder, _database.ConnectionString, [("Load__WaitingMax", "10000"), ("Catalog__CacheFor", "01:00:00"),
            ("Live__HeartbeatEvery", "00:02:00"), .. Settings]);
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _silo.Address };

        // The last thing that the demo catalogue brings.
        await EventuallyAsync(async () =>
            (await AsOperator.GetAsync("/v1/admin/shipping-zones")).Body!["data"]!.AsArray().Count > 0);
        await EventuallyAsync(async () => (await GetAsync("/v1/products/harbour-espresso")).Status == HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _silo.DisposeAsync();
        var report = await JournalVerifier.RunAsync(_database.Source);
        var secrets = await Hostile.SecretScan.InTablesAsync(_database.Source, ShopProcess.OperatorKey);
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);

        // Whatever the tests did to the shop, its journal must be in order and no secret in it.
        Assert.True(report.First is null && report.NotUnderstood.Count == 0, report.ToString());
        Assert.Empty(secrets);
    }

    /// <summary>The last that the shop printed.</summary>
    public string Output => _silo.Output;

    /// <summary>All that the shop printed.</summary>
    public string Log => _silo.Log;

    /// <summary>How many events mention a text anywhere: in what they say, who caused them, what was answered.</summary>
    public async Task<long> MentionsAsync(string text)
    {
        await using var command = _database.Source.CreateCommand(
            "select count(*) from journal_events e where position(lower($1) in lower(e::text)) > 0");
        command.Parameters.Add(new() { Value = text });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Listens to the events of something as a shopper.</summary>
    internal Task<HeardEvents> HearAsync(string path, string? lastEventId = null) => Nobody.HearAsync(path, lastEventId);

    /// <summary>The shop without a key.</summary>
    public Door Nobody => new(_http, null);

    /// <summary>The same shop with the operator key.</summary>
    public Door AsOperator => new(_http, new("Bearer", ShopProcess.OperatorKey));

    /// <summary>The shop with another key.</summary>
    public Door With(AuthenticationHeaderValue credentials) => new(_http, credentials);

    /// <summary>Sends a request as a shopper.</summary>
    public Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers) =>
        Nobody.SendAsync(method, path, body, headers);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Json(body), headers);

    public Task<Answer> PutAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, Json(body), headers);

    public Task<Answer> PatchAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, Json(body), headers);

    /// <summary>Sends a request and answers with all there is of the answer.</summary>
    public async Task<HttpResponseMessage> RawAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>Follows server-sent events: the answer as soon as it begins.</summary>
    /// <param name="lastEventId">What was heard last; null: nothing.</param>
    public Task<HttpResponseMessage> FollowAsync(string path, string? lastEventId = null) =>
        Nobody.FollowAsync(path, lastEventId);

    /// <summary>A body: JSON text as it is, anything else as JSON.</summary>
    public static HttpContent Json(object body) => body is string text
        ? new StringContent(text, System.Text.Encoding.UTF8, "application/json")
        : JsonContent.Create(body, body.GetType());

    /// <summary>Waits for a condition, never for a time; what the shop printed tells why it did not come.</summary>
    public async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var deadline = Environment.TickCount64 + 60_000;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"It did not become so in time.\n{_silo.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}

/// <summary>A way in, with or without credentials.</summary>
public sealed class Door(HttpClient http, AuthenticationHeaderValue? credentials)
{
    public async Task<Answer> SendAsync(
        HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        request.Headers.Authorization = credentials;
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            text,
            response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString(),
            response.Headers.Contains("Idempotent-Replayed"));
    }

    /// <summary>Follows server-sent events: the answer as soon as it begins.</summary>
    /// <param name="lastEventId">What was heard last; null: nothing.</param>
    public async Task<HttpResponseMessage> FollowAsync(string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = credentials;
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Listens to the events of something.</summary>
    internal async Task<HeardEvents> HearAsync(string path, string? lastEventId = null)
    {
        var answer = await FollowAsync($"{path}/events", lastEventId);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return new(answer, await answer.Content.ReadAsStreamAsync());
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, RunningShop.Json(body), headers);

    public Task<Answer> PutAsync(string path, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, RunningShop.Json(body), headers);
}

/// <summary>What the shop answered.</summary>
public sealed record Answer(
    HttpStatusCode Status, string? MediaType, string Text, string? ETag, string? Location, bool IsReplayed)
{
    /// <summary>The body; null when it is not JSON.</summary>
    public JsonNode? Body => MediaType is "application/json" or "application/problem+json" ? JsonNode.Parse(Text) : null;

    /// <summary>The body of an answer that must have this status.</summary>
    public JsonNode Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        return Body!;
    }

    /// <summary>Asserts that this is a problem as RFC 9457 and the README describe it.</summary>
    public JsonNode ExpectProblem(HttpStatusCode status, string code, string? pointer = null)
    {
        var problem = Expect(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal($"urn:commerce:problem:{code}", (string?)problem["type"]);
        Assert.Equal((int)status, (int?)problem["status"]);
        Assert.NotEmpty((string?)problem["title"] ?? "");
        Assert.StartsWith("/", (string?)problem["instance"], StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", (string?)problem["trace_id"]);
        Assert.Equal((int)status == 503, (bool?)problem["retryable"]);
        if (pointer is not null)
        {
            Assert.Contains(pointer, problem["errors"]!.AsArray().Select(error => (string?)error!["pointer"]));
        }

        return problem;
    }
}
