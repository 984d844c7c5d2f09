using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Commerce.Processes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace Commerce.Identity;

/// <summary>Tests that sign somebody in share a shop, one after the other.</summary>
[CollectionDefinition(nameof(SigningIn))]
public sealed class SigningIn : ICollectionFixture<SignInShop>;

/// <summary>A shop that is its own authority, and what clients of it do to sign somebody in.</summary>
public sealed partial class SignInShop : IAsyncLifetime
{
    public const string Client = "storefront";
    public const string Return = "https://shop.example/signed-in";
    public const string Password = "correct horse battery";
    public const string CountryHeader = "CF-IPCountry";
    private static int s_addresses;

    /// <summary>The installation's own files.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("commerce-sign-in-").FullName;

    /// <summary>Settings besides those of every such shop, by the names of environment variables.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    internal TestDatabase Database { get; private set; } = null!;

    internal ShopProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        await StartProcessAsync([]);
    }

    /// <summary>Starts the same shop again, otherwise configured.</summary>
    public async Task RestartAsync(params (string Key, string Value)[] settings)
    {
        await Process.StopAsync();
        await Process.DisposeAsync();
        await StartProcessAsync(settings);
    }

    private async Task StartProcessAsync((string Key, string Value)[] settings) =>
        Process = await ShopProcess.SiloAsync(
            Folder, Database.ConnectionString,
            [
                ("SignIn__Clients__0__Id", Client), ("SignIn__Clients__0__RedirectUris__0", Return),
                ("SignIn__Clients__1__Id", "erp"), ("SignIn__Clients__1__Secret", "a-secret-of-24-characters"),
                ("SignIn__Clients__1__Scopes__0", "stock:read"),
                ("SignIn__CountryHeader", CountryHeader), ("Edge__KnownProxies__0", "127.0.0.1"), .. Settings, .. settings,
            ]);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public async Task<string> SignedInAsync(HttpClient browser, string address)
    {
        var email = await RegisterAsync(browser, address);
        var code = await CodeAsync(email, "verify-email");
        await ExpectAsync(await PostAsync(browser, "/v1/accounts/verify-email", new { email, code }), HttpStatusCode.NoContent);
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.NoContent);
        return email;
    }

    public static async Task<string> RegisterAsync(HttpClient browser, string email)
    {
        await ExpectAsync(await PostAsync(browser, "/v1/accounts", new { email, password = Password }), HttpStatusCode.Accepted);
        return email;
    }

    public static async Task<JsonNode> CodeFlowAsync(HttpClient browser)
    {
        var (code, verifier) = await AuthorizeAsync(browser);
        return await RedeemAsync(browser, HttpStatusCode.OK, code, verifier);
    }

    public static async Task<(string Code, string Verifier)> AuthorizeAsync(HttpClient browser)
    {
        var verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        using var answer = await browser.GetAsync(new Uri(AuthorizeUrl(verifier), UriKind.Relative));
        Assert.True(answer.Headers.Location?.ToString().StartsWith(Return, StringComparison.Ordinal), $"{answer.StatusCode} {answer.Headers.Location}");
        return (QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["code"].ToString(), verifier);
    }

    public static string AuthorizeUrl(string verifier) => QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
    {
        ["client_id"] = Client, ["redirect_uri"] = Return, ["response_type"] = "code", ["scope"] = "openid offline_access commerce",
        ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))), ["code_challenge_method"] = "S256",
    });

    public static Task<JsonNode> RedeemAsync(HttpClient browser, HttpStatusCode expected, string code, string verifier) => TokenAsync(
        browser, expected,
        ("grant_type", "authorization_code"), ("client_id", Client), ("redirect_uri", Return), ("code", code), ("code_verifier", verifier));

    public static Task<JsonNode> TokenAsync(HttpClient browser, params (string Name, string Value)[] form) =>
        TokenAsync(browser, HttpStatusCode.OK, form);

    public static async Task<JsonNode> TokenAsync(HttpClient browser, HttpStatusCode expected, params (string Name, string Value)[] form)
    {
        using var body = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await ExpectAsync(await browser.PostAsync(new Uri("/connect/token", UriKind.Relative), body), expected);
    }

    public static async Task<JsonNode> MineAsync(HttpClient browser, string access) =>
        await ExpectAsync(await GetAsync(browser, "/v1/me/sessions", access), HttpStatusCode.OK);

    public static Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, object body) =>
        SendAsync(browser, HttpMethod.Post, path, null, body);

    public static Task<HttpResponseMessage> GetAsync(HttpClient browser, string path, string token) => SendAsync(browser, HttpMethod.Get, path, token);

    public static Task<HttpResponseMessage> DeleteAsync(HttpClient browser, string path, string token) => SendAsync(browser, HttpMethod.Delete, path, token);

    public static async Task<HttpResponseMessage> SendAsync(HttpClient browser, HttpMethod method, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : RunningShop.Json(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await browser.SendAsync(request);
    }

    public static async Task<JsonNode> ExpectAsync(HttpResponseMessage answer, HttpStatusCode status, string? code = null)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"Expected {status}, got {answer.StatusCode}: {text}");
        var body = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        Assert.True(code is null || (string?)body["code"] == code, text);
        return body;
    }

    /// <summary>The code in the newest link of a kind that this address was sent.</summary>
    public async Task<string> CodeAsync(string email, string kind)
    {
        string? code = null;
        await Eventually.TrueAsync(() => Task.FromResult((code = FindCode(Mails(), email, kind)) is not null));
        return code!;
    }

    /// <summary>The code in a link of a kind that an address was sent; null: none was.</summary>
    public static string? FindCode(IEnumerable<string> mails, string email, string kind) =>
        mails.Where(mail => mail.Contains($"To: {email}", StringComparison.OrdinalIgnoreCase))
            .Select(mail => Link().Match(mail.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal)))
            .FirstOrDefault(link => link.Success && link.Groups[1].Value == kind)?.Groups[2].Value;

    /// <summary>All that were sent.</summary>
    public IEnumerable<string> Mails() => Directory.Exists(Path.Combine(Folder, "outbox"))
        ? Directory.EnumerateFiles(Path.Combine(Folder, "outbox"), "*.eml").Select(File.ReadAllText)
        : [];

    /// <summary>A browser at an address of its own, with the cookies that it has already.</summary>
    public HttpClient Browser(CookieContainer? cookies = null)
    {
        var address = Interlocked.Increment(ref s_addresses);
        return new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies ?? new() })
        {
            BaseAddress = Process.Address,
            DefaultRequestHeaders = { { "X-Forwarded-For", $"198.18.{address / 256}.{address % 256}" } },
        };
    }

    /// <summary>RFC 6238 with SHA-1, six digits and half a minute.</summary>
    public static string Totp(string secret)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(secret.Select(letter => Convert.ToString(alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(8 * i, 8), 2)).ToArray();
        var step = BitConverter.GetBytes(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30);
        Array.Reverse(step);
#pragma warning disable CA5350 // What authenticator apps use.
        var hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        var at = hash[^1] & 0xf;
        var number = ((hash[at] & 0x7f) << 24) | (hash[at + 1] << 16) | (hash[at + 2] << 8) | hash[at + 3];
        return $"{number % 1_000_000:000000}";
    }

    [GeneratedRegex(@"/(verify-email|reset-password)\?email=\S+&code=([\w-]+)")]
    private static partial Regex Link();
}
