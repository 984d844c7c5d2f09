using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Commerce.Processes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace Commerce.Identity;

/// <summary>Signing in as clients do it, over HTTP and by the mails that are sent, with the shop as its own authority.</summary>
public sealed partial class SignInJourneys : IAsyncLifetime
{
    private const string Client = "storefront";
    private const string Return = "https://shop.example/signed-in";
    private const string Password = "correct horse battery";

    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-sign-in-").FullName;
    private TestDatabase _database = null!;
    private ShopProcess _shop = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _shop = await ShopProcess.SiloAsync(
            _folder, _database.ConnectionString,
            ("SignIn__Clients__0__Id", Client), ("SignIn__Clients__0__RedirectUris__0", Return),
            ("SignIn__Clients__1__Id", "erp"), ("SignIn__Clients__1__Secret", "a-secret-of-24-characters"),
            ("SignIn__Clients__1__Scopes__0", "stock:read"));
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Somebody_registers_proves_the_address_signs_in_and_stays_signed_in_until_it_is_over()
    {
        using var browser = Browser();
        var email = await RegisterAsync(browser, "ada@example.org");

        // Before the address is proved nobody gets in; a wrong password is told the same.
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "wrong_credentials");
        var code = await CodeAsync(email, "verify-email");
        await ExpectAsync(await PostAsync(browser, "/v1/accounts/verify-email", new { email, code }), HttpStatusCode.NoContent);
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = "not the password" }), HttpStatusCode.Forbidden, "wrong_credentials");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.NoContent);

        var tokens = await CodeFlowAsync(browser);
        var (access, refresh) = ((string)tokens["access_token"]!, (string)tokens["refresh_token"]!);
        var sessions = await MineAsync(browser, access);
        Assert.Equal(Client, (string?)sessions["data"]!.AsArray().Single()!["client"]);

        // An identity token is signed by the same key and is no access token.
        await ExpectAsync(await GetAsync(browser, "/v1/me/sessions", (string)tokens["id_token"]!), HttpStatusCode.Unauthorized, "unauthenticated");
        await ExpectAsync(await GetAsync(browser, "/v1/admin/orders", access), HttpStatusCode.Forbidden, "forbidden");

        var renewed = await TokenAsync(browser, ("grant_type", "refresh_token"), ("client_id", Client), ("refresh_token", refresh));
        await MineAsync(browser, (string)renewed["access_token"]!);

        await ExpectAsync(await DeleteAsync(browser, "/v1/me/sessions", access), HttpStatusCode.NoContent);
        await ExpectAsync(await GetAsync(browser, "/v1/me/sessions", access), HttpStatusCode.Unauthorized, "unauthenticated");
        var refused = await TokenAsync(
            browser, HttpStatusCode.BadRequest, ("grant_type", "refresh_token"), ("client_id", Client), ("refresh_token", (string)renewed["refresh_token"]!));
        Assert.Equal("invalid_grant", (string?)refused["error"]);
    }

    [Fact]
    public async Task A_code_is_good_once_and_only_with_what_only_its_client_knows()
    {
        using var browser = Browser();
        await SignedInAsync(browser, "grace@example.org");
        var (code, verifier) = await AuthorizeAsync(browser);

        Assert.Equal("invalid_grant", (string?)(await RedeemAsync(browser, HttpStatusCode.BadRequest, code, verifier + "x"))["error"]);
        var (again, rightVerifier) = await AuthorizeAsync(browser);
        var tokens = await RedeemAsync(browser, HttpStatusCode.OK, again, rightVerifier);
        Assert.Equal("invalid_grant", (string?)(await RedeemAsync(browser, HttpStatusCode.BadRequest, again, rightVerifier))["error"]);

        // Somebody else has the code: what was issued for it is over.
        await ExpectAsync(await GetAsync(browser, "/v1/me/sessions", (string)tokens["access_token"]!), HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_and_a_new_one_by_mail_opens_it()
    {
        using var browser = Browser();
        var email = await SignedInAsync(browser, "alan@example.org");
        for (var i = 0; i < 5; i++)
        {
            await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = "not the password" }), HttpStatusCode.Forbidden, "wrong_credentials");
        }

        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "wrong_credentials");
        await ExpectAsync(await PostAsync(browser, "/v1/accounts/forgot-password", new { email }), HttpStatusCode.Accepted);
        var code = await CodeAsync(email, "reset-password");
        await ExpectAsync(
            await PostAsync(browser, "/v1/accounts/reset-password", new { email, code, password = "another good password" }), HttpStatusCode.NoContent);
        await ExpectAsync(
            await PostAsync(browser, "/v1/accounts/reset-password", new { email, code, password = "a third good password" }),
            HttpStatusCode.UnprocessableEntity, "wrong_code");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = "another good password" }), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Whoever_has_an_authenticator_app_needs_it_to_sign_in()
    {
        using var browser = Browser();
        var email = await SignedInAsync(browser, "edsger@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;
        var secret = (string)(await ExpectAsync(await SendAsync(browser, HttpMethod.Post, "/v1/me/two-factor", access), HttpStatusCode.OK))["secret"]!;
        var on = await SendAsync(browser, HttpMethod.Put, "/v1/me/two-factor", access, new { code = Totp(secret) });
        var recovery = (string)(await ExpectAsync(on, HttpStatusCode.OK))["codes"]![0]!;

        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "second_factor_required");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password, code = "000000" }), HttpStatusCode.Forbidden, "second_factor_required");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password, code = recovery }), HttpStatusCode.NoContent);
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password, code = recovery }), HttpStatusCode.Forbidden, "second_factor_required");
    }

    [Fact]
    public async Task Registering_tells_nobody_whether_an_address_has_an_account()
    {
        using var browser = Browser();
        var email = await RegisterAsync(browser, "barbara@example.org");

        var again = await PostAsync(browser, "/v1/accounts", new { email, password = "some other password" });
        var unknown = await PostAsync(browser, "/v1/accounts/forgot-password", new { email = "nobody@example.org" });

        Assert.Equal((HttpStatusCode.Accepted, ""), (again.StatusCode, await again.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.Accepted, ""), (unknown.StatusCode, await unknown.Content.ReadAsStringAsync()));
        await Eventually.TrueAsync(() => Task.FromResult(Mails().Any(mail => mail.Contains("You have an account already", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Many_who_register_one_address_at_once_are_all_told_the_same()
    {
        using var browser = Browser();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            PostAsync(browser, "/v1/accounts", new { email = "kurt@example.org", password = Password })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var found = await ExpectAsync(await GetAsync(browser, "/v1/admin/accounts?email=kurt@example.org", ShopProcess.OperatorKey), HttpStatusCode.OK);
        Assert.Single(found["data"]!.AsArray());
    }

    [Fact]
    public async Task A_program_signs_itself_in_and_gets_what_the_configuration_grants_it()
    {
        using var browser = Browser();

        var tokens = await TokenAsync(browser, ("grant_type", "client_credentials"), ("client_id", "erp"), ("client_secret", "a-secret-of-24-characters"));
        var access = (string)tokens["access_token"]!;

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(browser, "/v1/admin/stock", access)).StatusCode);
        await ExpectAsync(await GetAsync(browser, "/v1/admin/orders", access), HttpStatusCode.Forbidden, "forbidden");
        var more = await TokenAsync(
            browser, HttpStatusCode.BadRequest,
            ("grant_type", "client_credentials"), ("client_id", "erp"), ("client_secret", "a-secret-of-24-characters"), ("scope", "orders:read"));
        Assert.Equal("invalid_request", (string?)more["error"]);
    }

    [Fact]
    public async Task An_administrator_gives_an_account_a_role_that_its_next_token_has()
    {
        using var browser = Browser();
        var email = await SignedInAsync(browser, "margaret@example.org");
        var before = (string)(await CodeFlowAsync(browser))["access_token"]!;
        var found = await ExpectAsync(await GetAsync(browser, $"/v1/admin/accounts?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        var id = (string)found["data"]![0]!["id"]!;

        await ExpectAsync(
            await SendAsync(browser, HttpMethod.Put, $"/v1/admin/accounts/{id}/roles", ShopProcess.OperatorKey, new { roles = new[] { "warehouse" } }), HttpStatusCode.OK);

        await ExpectAsync(await GetAsync(browser, "/v1/me/sessions", before), HttpStatusCode.Unauthorized, "unauthenticated");
        var after = (string)(await CodeFlowAsync(browser))["access_token"]!;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(browser, "/v1/admin/stock", after)).StatusCode);
        await ExpectAsync(await GetAsync(browser, "/v1/admin/payments/reconciliation", after), HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task What_is_published_is_enough_for_a_client_that_knows_only_the_address()
    {
        using var browser = Browser();
        var discovery = (await browser.GetFromJsonAsync<JsonObject>(new Uri("/.well-known/openid-configuration", UriKind.Relative)))!;

        Assert.Equal(["S256"], discovery["code_challenge_methods_supported"]!.AsArray().Select(method => (string?)method));
        Assert.DoesNotContain("implicit", discovery["grant_types_supported"]!.AsArray().Select(grant => (string?)grant));
        var keys = (await browser.GetFromJsonAsync<JsonObject>(new Uri((string)discovery["jwks_uri"]!)))!["keys"]!.AsArray();
        Assert.Equal("EC", (string?)Assert.Single(keys)!["kty"]);
    }

    private async Task<string> SignedInAsync(HttpClient browser, string address)
    {
        var email = await RegisterAsync(browser, address);
        var code = await CodeAsync(email, "verify-email");
        await ExpectAsync(await PostAsync(browser, "/v1/accounts/verify-email", new { email, code }), HttpStatusCode.NoContent);
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.NoContent);
        return email;
    }

    private static async Task<string> RegisterAsync(HttpClient browser, string email)
    {
        await ExpectAsync(await PostAsync(browser, "/v1/accounts", new { email, password = Password }), HttpStatusCode.Accepted);
        return email;
    }

    private static async Task<JsonNode> CodeFlowAsync(HttpClient browser)
    {
        var (code, verifier) = await AuthorizeAsync(browser);
        return await RedeemAsync(browser, HttpStatusCode.OK, code, verifier);
    }

    private static async Task<(string Code, string Verifier)> AuthorizeAsync(HttpClient browser)
    {
        var verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        var url = QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = Client, ["redirect_uri"] = Return, ["response_type"] = "code", ["scope"] = "openid offline_access commerce",
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))), ["code_challenge_method"] = "S256",
        });
        using var answer = await browser.GetAsync(new Uri(url, UriKind.Relative));
        Assert.True(answer.Headers.Location?.ToString().StartsWith(Return, StringComparison.Ordinal), $"{answer.StatusCode} {answer.Headers.Location}");
        return (QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["code"].ToString(), verifier);
    }

    private static Task<JsonNode> RedeemAsync(HttpClient browser, HttpStatusCode expected, string code, string verifier) => TokenAsync(
        browser, expected,
        ("grant_type", "authorization_code"), ("client_id", Client), ("redirect_uri", Return), ("code", code), ("code_verifier", verifier));

    private static Task<JsonNode> TokenAsync(HttpClient browser, params (string Name, string Value)[] form) =>
        TokenAsync(browser, HttpStatusCode.OK, form);

    private static async Task<JsonNode> TokenAsync(HttpClient browser, HttpStatusCode expected, params (string Name, string Value)[] form)
    {
        using var body = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await ExpectAsync(await browser.PostAsync(new Uri("/connect/token", UriKind.Relative), body), expected);
    }

    private static async Task<JsonNode> MineAsync(HttpClient browser, string access) =>
        await ExpectAsync(await GetAsync(browser, "/v1/me/sessions", access), HttpStatusCode.OK);

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, object body) =>
        SendAsync(browser, HttpMethod.Post, path, null, body);

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, string path, string token) => SendAsync(browser, HttpMethod.Get, path, token);

    private static Task<HttpResponseMessage> DeleteAsync(HttpClient browser, string path, string token) => SendAsync(browser, HttpMethod.Delete, path, token);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, HttpMethod method, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : RunningShop.Json(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await browser.SendAsync(request);
    }

    private static async Task<JsonNode> ExpectAsync(HttpResponseMessage answer, HttpStatusCode status, string? code = null)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"Expected {status}, got {answer.StatusCode}: {text}");
        var body = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        Assert.True(code is null || (string?)body["code"] == code, text);
        return body;
    }

    /// <summary>The code in the newest link of a kind that this address was sent.</summary>
    private async Task<string> CodeAsync(string email, string kind)
    {
        string? code = null;
        await Eventually.TrueAsync(() =>
        {
            var links = Mails().Where(mail => mail.Contains($"To: {email}", StringComparison.OrdinalIgnoreCase))
                .Select(mail => Link().Match(mail.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal)));
            code = links.FirstOrDefault(link => link.Success && link.Groups[1].Value == kind)?.Groups[2].Value;
            return Task.FromResult(code is not null);
        });
        return code!;
    }

    private IEnumerable<string> Mails() => Directory.Exists(Path.Combine(_folder, "outbox"))
        ? Directory.EnumerateFiles(Path.Combine(_folder, "outbox"), "*.eml").Select(File.ReadAllText)
        : [];

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _shop.Address };

    /// <summary>RFC 6238 with SHA-1, six digits and half a minute.</summary>
    private static string Totp(string secret)
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
