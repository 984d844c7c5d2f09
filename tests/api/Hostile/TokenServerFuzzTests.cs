using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using static Commerce.Identity.SignInShop;

namespace Commerce.Hostile;

/// <summary>
/// The token server with requests of RFC 6749, RFC 7009, RFC 7662 and OpenID Connect, right ones and wrong ones: no failure, a
/// refusal in the form of those, nobody sent to an address that no client has, and no token for a guess.
/// </summary>
[Collection(nameof(Ruined))]
public sealed class TokenServerFuzzTests(HostileShop shop, ITestOutputHelper output)
{
    private const int Requests = 3_000;

    private static readonly (string Method, string Path)[] Endpoints =
    [
        ("GET", "authorize"), ("POST", "authorize"), ("POST", "token"), ("POST", "revoke"), ("POST", "introspect"),
        ("GET", "userinfo"), ("POST", "userinfo"), ("GET", "end-session"), ("POST", "end-session"), ("PUT", "token"), ("GET", "token"),
    ];

    private static readonly string[] Hostile =
    [
        "", " ", "x", "'", "%00", "\0", "\u202E", "<script>", "https://evil.example/", "//evil.example", "javascript:alert(1)", "a\r\nX-Injected: yes",
        "plain", "none", "-1", "99999999999999999999", "[]", "{\"$ne\":null}", new('x', 3_000), "e30.e30.", "eyJhbGciOiJub25lIn0.e30.",
    ];

    [Fact]
    public async Task Whatever_is_asked_of_the_token_server_is_refused_in_form_and_sends_nobody_away()
    {
        var (faults, answered) = (new ConcurrentDictionary<string, string>(), new ConcurrentDictionary<(string Endpoint, int Status), int>());
        var requests = Request();
        await Task.WhenAll(Enumerable.Range(1, 6).Select(caller => Task.Run(async () =>
        {
            var random = new PCG((uint)caller);
            for (var i = 0; i < Requests / 6; i++)
            {
                var (method, path, parameters, inQuery, header) = requests.Generate(random, null, out _);
                using var message = Message(method, path, parameters, inQuery, header);
                var answer = await shop.SendAsync(message);
                answered.AddOrUpdate(($"{method} {path}", (int)(answer.Status ?? 0)), 1, (_, times) => times + 1);
                if (Fault(path, answer) is { } fault)
                {
                    faults.TryAdd($"{method} {path}: {fault}", $"{string.Join('&', parameters)} [{header}] {(int?)answer.Status} {answer.Headers} {answer.Text}");
                }
            }
        })));

        foreach (var (key, times) in answered.OrderBy(pair => pair.Key))
        {
            output.WriteLine($"{key.Endpoint}: {times} × {key.Status}");
        }

        Assert.True(faults.IsEmpty, string.Join(Environment.NewLine, faults.Select(fault => $"{fault.Key}{Environment.NewLine}  {fault.Value}")) + shop.Shop.Output);

        // It met what it is about: requests that were right as far as nobody is signed in.
        Assert.Contains(answered.Keys, key => key is ("GET authorize", (int)HttpStatusCode.Redirect));
        Assert.Contains(answered.Keys, key => key is ("POST token", (int)HttpStatusCode.BadRequest));
    }

    private static Gen<(string Method, string Path, KeyValuePair<string, string>[] Parameters, bool InQuery, string? Header)> Request()
    {
        var parameters = new (string Name, string[] Right)[]
        {
            ("client_id", [Client]), ("redirect_uri", [Return]), ("response_type", ["code"]), ("response_mode", ["query", "form_post", "fragment"]),
            ("scope", ["openid", "openid email offline_access", "commerce"]), ("state", ["s"]), ("nonce", ["n"]), ("prompt", ["none", "login", "consent"]),
            ("max_age", ["0", "3600"]), ("code_challenge", ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]), ("code_challenge_method", ["S256"]),
            ("grant_type", ["authorization_code", "refresh_token", "client_credentials", "password", "urn:ietf:params:oauth:grant-type:device_code"]),
            ("code", ["SplxlOBeZQQYbYS6WxSbIA"]), ("code_verifier", ["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"]), ("refresh_token", ["tGzv3JOkF0XG5Qx2TlKWIA"]),
            ("client_secret", ["secret"]), ("client_assertion", ["e30.e30.e30"]), ("client_assertion_type", ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]),
            ("token", ["tGzv3JOkF0XG5Qx2TlKWIA"]), ("token_type_hint", ["access_token", "refresh_token"]), ("id_token_hint", ["e30.e30.e30"]),
            ("post_logout_redirect_uri", [Return]), ("request", ["e30.e30."]), ("request_uri", ["https://evil.example/request", "urn:ietf:params:oauth:request_uri:x"]),
        };

        // Mostly right, so that one wrong member is met alone as well.
        var each = parameters.Select(parameter => Gen.Int[0, 19].SelectMany(dice => dice switch
        {
            < 2 => Gen.Const(Array.Empty<string>()),
            < 4 => HostileValues.OneOf(Hostile).Select(value => new[] { value }),
            4 => HostileValues.OneOf(parameter.Right).Select(value => new[] { value, value }),
            _ => HostileValues.OneOf(parameter.Right).Select(value => new[] { value }),
        }).Select(values => values.Select(value => KeyValuePair.Create(parameter.Name, value))));
        var all = each.Aggregate(
            Gen.Const(Enumerable.Empty<KeyValuePair<string, string>>()), (before, next) => Gen.Select(before, next, (so, more) => so.Concat(more)));

        // What each endpoint has no use for is left out more often than not: it would be refused for that alone.
        var strangers = HostileValues.OneOf("client_secret", "client_assertion", "client_assertion_type", "request", "request_uri", "none");
        var headers = Gen.Frequency((8, Gen.Const((string?)null)), (1, HostileValues.OneOf("Basic eDp4", "Basic %", "Bearer e30.e30.", "Bearer x", "Digest x", "\u00e4").Select(value => (string?)value)));
        return Gen.Select(Gen.Int[0, Endpoints.Length - 1], all, strangers, Gen.Bool, headers).Select((at, named, stranger, inQuery, header) => (
            Endpoints[at].Method, Endpoints[at].Path,
            named.Where(pair => pair.Key == stranger || !(pair.Key.StartsWith("client_", StringComparison.Ordinal) && pair.Key != "client_id") && !pair.Key.StartsWith("request", StringComparison.Ordinal)).ToArray(),
            Endpoints[at].Method == "GET" || (inQuery && Endpoints[at].Path.Length % 2 == 0), (string?)header));
    }

    private HttpRequestMessage Message(string method, string path, KeyValuePair<string, string>[] parameters, bool inQuery, string? header)
    {
        var text = string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        var message = new HttpRequestMessage(new(method), new Uri(shop.Shop.Address, $"/connect/{path}{(inQuery ? $"?{text}" : "")}"));
        if (!inQuery)
        {
            message.Content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        }

        if (header is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", header);
        }

        return message;
    }

    /// <summary>What is wrong with an answer; null: nothing.</summary>
    private string? Fault(string path, HostileAnswer answer)
    {
        if (answer.Status is not { } status || (int)status >= 500)
        {
            return $"failed with {(int?)answer.Status}";
        }

        if (answer.Text.Contains("access_token\"", StringComparison.Ordinal) || answer.Text.Contains("   at ", StringComparison.Ordinal))
        {
            return "tells what nobody should know";
        }

        if (answer.Headers.Split('\n').Any(line => line.StartsWith("X-Injected", StringComparison.Ordinal)))
        {
            return "says what it was told to say";
        }

        var location = answer.Headers.Split('\n').FirstOrDefault(line => line.StartsWith("Location: ", StringComparison.Ordinal))?["Location: ".Length..].Trim();
        if (location is not null && new Uri(shop.Shop.Address, location) is { } target && target.Authority != shop.Shop.Address.Authority
            && !target.AbsoluteUri.StartsWith(Return, StringComparison.Ordinal))
        {
            return $"sends people to {location}";
        }

        // An address that is too long is refused before anybody knows whose it is.
        return (int)status < 400 || status == HttpStatusCode.RequestUriTooLong || path is "authorize" or "end-session" or "userinfo" ? null
            : answer.MediaType is "application/json" && (string?)JsonNode.Parse(answer.Text)?["error"] is { Length: > 0 } ? null
            : answer.MediaType == "application/problem+json" ? null
            : $"refused with {(int)status} as {answer.MediaType ?? "nothing"}";
    }
}
