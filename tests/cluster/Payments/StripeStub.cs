using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Commerce.Payments;

/// <summary>
/// A server that behaves like Stripe as far as a shop is concerned: form-encoded requests of which every parameter must
/// be one that Stripe describes, keys that are carried out once and replayed, errors in Stripe's shapes, connections that
/// break after the effect, and signed events that tests deliver when, in what order and how often they like.
/// </summary>
internal sealed class StripeStub : IAsyncDisposable
{
    public const string SecretKey = "sk_test_stub_0123456789";
    public const string WebhookSecret = "whsec_stub_0123456789abcdef";
    public const string ApiVersion = "2026-10-28.endive";

    private readonly WebApplication _app;
    private readonly StripeStubBooks _books = new();
    private readonly Dictionary<string, (string Request, int Status, string Body)> _replays = new(StringComparer.Ordinal);
    private readonly List<(string Path, StripeFault Fault)> _faults = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly Lock _lock = new();

    private StripeStub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>
    /// Where it listens. Anew each time: two silos may look into one at once, and a <see cref="Uri"/> that is looked into
    /// for the first time by two threads may deny that it is loopback.
    /// </summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>What it was asked, oldest first: method, path and parameters.</summary>
    public ConcurrentQueue<StripeRequestSeen> Requests { get; } = new();

    /// <summary>Requests that Stripe would not have understood; must stay empty.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public static StripeStub Start()
    {
        var stub = new StripeStub();
        stub._app.StartAsync().GetAwaiter().GetResult();
        return stub;
    }

    /// <summary>The next request to a path goes wrong in this way; several happen in a row.</summary>
    public void Fail(string path, params StripeFault[] faults)
    {
        lock (_lock)
        {
            _faults.AddRange(faults.Select(fault => (path, fault)));
        }
    }

    /// <summary>The next request whose path ends so takes effect at once, and is answered when the gate is opened.</summary>
    public TaskCompletionSource Gate(string path) => _gates[path] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Somebody else has used this idempotency key for another request.</summary>
    public void Spend(string key)
    {
        lock (_lock)
        {
            _replays[key] = ("another request", 200, "{}");
        }
    }

    /// <summary>Does something at Stripe without us, as its dashboard or a customer would.</summary>
    public T Do<T>(Func<StripeStubBooks, T> work)
    {
        lock (_lock)
        {
            return work(_books);
        }
    }

    /// <summary>An event about an intent, as Stripe sends it: its text and its signature.</summary>
    public (string Body, string Signature) Event(
        string type, string intent, DateTimeOffset? at = null, string secret = WebhookSecret, string? id = null)
    {
        var time = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
        var body = new JsonObject
        {
            ["id"] = id ?? $"evt_{Guid.NewGuid():n}",
            ["object"] = "event",
            ["api_version"] = ApiVersion,
            ["created"] = time,
            ["type"] = type,
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["data"] = new JsonObject { ["object"] = Do(books => books.About(type, intent)) },
        }.ToJsonString();
        return (body, Sign(body, time, secret));
    }

    /// <summary>A signature as Stripe makes it: HMAC-SHA256 over time and body.</summary>
    public static string Sign(string body, long time, string secret)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(mac)}";
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var parameters = http.Request.HasFormContentType
            ? (await http.Request.ReadFormAsync()).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal)
            : http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        Requests.Enqueue(new(http.Request.Method, path, parameters, key));
        var fault = NextFault(path);
        if (fault == StripeFault.DropBefore)
        {
            http.Abort();
            return;
        }

        var (status, body, isReplay) = Decide(http, path, parameters, key, fault);
        if (fault == StripeFault.DropAfter)
        {
            http.Abort();
            return;
        }

        foreach (var (suffix, gate) in _gates)
        {
            if (path.EndsWith(suffix, StringComparison.Ordinal) && _gates.TryRemove(suffix, out _))
            {
                await gate.Task;
            }
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers["Request-Id"] = $"req_{Guid.NewGuid():n}"[..16];
        if (isReplay)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }

        await http.Response.WriteAsync(body);
    }

    private (int Status, string Body, bool IsReplay) Decide(
        HttpContext http, string path, Dictionary<string, string> parameters, string key, StripeFault? fault)
    {
        if (http.Request.Headers.Authorization != $"Bearer {SecretKey}")
        {
            return (401, StripeError.Json("invalid_request_error", null, "Invalid API Key provided"), false);
        }

        if (http.Request.Headers["Stripe-Version"] != ApiVersion)
        {
            Violations.Enqueue($"version {http.Request.Headers["Stripe-Version"]}");
        }

        switch (fault)
        {
            // None of these is stored under the key: the request was not begun.
            case StripeFault.RateLimit:
                return (429, StripeError.Json("invalid_request_error", "rate_limit", "Too many requests"), false);
            case StripeFault.Lock:
                return (409, StripeError.Json("invalid_request_error", "lock_timeout", "This object cannot be accessed right now"), false);
            case StripeFault.Unavailable:
                return (503, "<html>Service Unavailable</html>", false);
            case StripeFault.Unauthorized:
                return (401, StripeError.Json("invalid_request_error", null, "Invalid API Key provided"), false);
            case StripeFault.Forbidden:
                return (403, StripeError.Json("invalid_request_error", null, "This key has no permission"), false);
        }

        lock (_lock)
        {
            var request = $"{http.Request.Method} {path} {string.Join('&', parameters.OrderBy(p => p.Key, StringComparer.Ordinal))}";
            if (key.Length > 0 && _replays.TryGetValue(key, out var stored))
            {
                return stored.Request == request
                    ? (stored.Status, stored.Body, true)
                    : (400, StripeError.Json(
                        "idempotency_error", null,
                        "Keys for idempotent requests can only be used with the same parameters they were first used with."), false);
            }

            if (http.Request.Method == "POST" && key.Length == 0)
            {
                Violations.Enqueue($"{request}: no Idempotency-Key");
            }

            if (StripeParameters.Check(http.Request.Method, path, parameters) is { } wrong)
            {
                Violations.Enqueue($"{request}: {wrong}");
                return (400, StripeError.Json("invalid_request_error", "parameter_unknown", $"Received unknown parameter: {wrong}", wrong), false);
            }

            if (fault == StripeFault.MovesFirst)
            {
                _books.ApproveAll();
            }

            var (status, answer) = _books.Carry(http.Request.Method, path, parameters);
            if (fault == StripeFault.ErrorAfter)
            {
                (status, answer) = (500, StripeError.Json("api_error", null, "An unknown error occurred"));
            }

            if (key.Length > 0)
            {
                _replays[key] = (request, status, answer);
            }

            return (status, answer, false);
        }
    }

    private StripeFault? NextFault(string path)
    {
        lock (_lock)
        {
            var index = _faults.FindIndex(planned => path.StartsWith(planned.Path, StringComparison.Ordinal) || path.EndsWith(planned.Path, StringComparison.Ordinal));
            if (index < 0)
            {
                return null;
            }

            var fault = _faults[index].Fault;
            _faults.RemoveAt(index);
            return fault;
        }
    }
}

/// <summary>One request.</summary>
internal sealed record StripeRequestSeen(
    string Method, string Path, IReadOnlyDictionary<string, string> Parameters, string Key);

/// <summary>How a request goes wrong.</summary>
internal enum StripeFault
{
    /// <summary>The connection breaks before anything was done.</summary>
    DropBefore,

    /// <summary>The connection breaks after it was done.</summary>
    DropAfter,

    /// <summary>It is done, the answer is 500, and so is every repetition.</summary>
    ErrorAfter,

    /// <summary>429.</summary>
    RateLimit,

    /// <summary>409: another request has the object.</summary>
    Lock,

    /// <summary>503, and not even JSON.</summary>
    Unavailable,

    /// <summary>401: the key is not a key any more.</summary>
    Unauthorized,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>The customer approves a moment before the request arrives.</summary>
    MovesFirst,
}

/// <summary>Errors in Stripe's shape.</summary>
internal static class StripeError
{
    public static string Json(
        string type, string? code, string message, string? param = null, string? declineCode = null, JsonNode? intent = null)
    {
        var error = new JsonObject { ["type"] = type, ["message"] = message };
        foreach (var (name, value) in new[] { ("code", code), ("param", param), ("decline_code", declineCode) })
        {
            if (value is not null)
            {
                error[name] = value;
            }
        }

        if (intent is not null)
        {
            error["payment_intent"] = intent;
        }

        return new JsonObject { ["error"] = error }.ToJsonString();
    }
}

/// <summary>The parameters that Stripe's OpenAPI description has for the requests a shop makes, with their types.</summary>
internal static class StripeParameters
{
    private static readonly Dictionary<string, string> Common = new(StringComparer.Ordinal) { ["expand[]"] = "text" };

    private static readonly Dictionary<string, Dictionary<string, string>> ByRequest = new(StringComparer.Ordinal)
    {
        ["POST /v1/payment_intents"] = new()
        {
            ["amount"] = "integer", ["currency"] = "currency", ["confirm"] = "boolean", ["payment_method"] = "text",
            ["capture_method"] = "automatic|automatic_async|manual", ["return_url"] = "url", ["metadata[]"] = "text",
            ["payment_method_options[card][request_multicapture]"] = "if_available|never",
            ["description"] = "text", ["customer"] = "text", ["receipt_email"] = "text", ["off_session"] = "boolean",
        },
        ["POST /v1/payment_intents/{id}/capture"] = new()
        {
            ["amount_to_capture"] = "integer", ["final_capture"] = "boolean", ["metadata[]"] = "text",
        },
        ["POST /v1/payment_intents/{id}/cancel"] = new()
        {
            ["cancellation_reason"] = "abandoned|duplicate|fraudulent|requested_by_customer",
        },
        ["POST /v1/refunds"] = new()
        {
            ["payment_intent"] = "text", ["amount"] = "integer", ["metadata[]"] = "text",
            ["reason"] = "duplicate|fraudulent|requested_by_customer",
        },
        ["GET /v1/payment_intents/{id}"] = new() { ["client_secret"] = "text" },
        ["GET /v1/payment_methods/{id}"] = new(),
        ["GET /v1/payment_intents/search"] = new() { ["query"] = "text", ["limit"] = "limit", ["page"] = "text" },
        ["GET /v1/payment_intents"] = new()
        {
            ["created[gte]"] = "integer", ["created[lt]"] = "integer", ["created[gt]"] = "integer", ["created[lte]"] = "integer",
            ["limit"] = "limit", ["starting_after"] = "text", ["ending_before"] = "text", ["customer"] = "text",
        },
        ["GET /v1/refunds"] = new()
        {
            ["payment_intent"] = "text", ["charge"] = "text", ["limit"] = "limit", ["starting_after"] = "text", ["ending_before"] = "text",
        },
        ["GET /v1/disputes"] = new()
        {
            ["payment_intent"] = "text", ["charge"] = "text", ["limit"] = "limit", ["starting_after"] = "text", ["ending_before"] = "text",
        },
    };

    /// <summary>The route of a request as it is described.</summary>
    public static string Route(string method, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 2 && parts[2] != "search")
        {
            parts[2] = "{id}";
        }

        return $"{method} /{string.Join('/', parts)}";
    }

    /// <summary>The parameter that Stripe would refuse; null: none.</summary>
    public static string? Check(string method, string path, IReadOnlyDictionary<string, string> parameters)
    {
        if (!ByRequest.TryGetValue(Route(method, path), out var known))
        {
            return "no such route";
        }

        return parameters.Where(parameter => !IsFine(known, parameter.Key, parameter.Value)).Select(parameter => parameter.Key).FirstOrDefault();
    }

    private static bool IsFine(Dictionary<string, string> known, string name, string value)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        var family = open < 0 ? name : name[..open] + "[]";
        var type = known.GetValueOrDefault(name)
            ?? (family is "metadata[]" ? known.GetValueOrDefault(family) : null)
            ?? (family is "expand[]" ? Common[family] : null);
        return type switch
        {
            null => false,
            "integer" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "limit" => int.TryParse(value, out var limit) && limit is >= 1 and <= 100,
            "boolean" => value is "true" or "false" or "True" or "False",
            "currency" => value.Length == 3 && value.All(char.IsAsciiLetterLower),
            "url" => Uri.TryCreate(value, UriKind.Absolute, out _),
            "text" => value.Length is > 0 and <= 5_000,
            _ => type.Split('|').Contains(value),
        };
    }
}
