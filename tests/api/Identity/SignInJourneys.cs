using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Commerce.Processes;
using Dapper;
using static Commerce.Identity.SignInShop;

namespace Commerce.Identity;

/// <summary>Signing in as clients do it, over HTTP and by the mails that are sent, with the shop as its own authority.</summary>
[Collection(nameof(SigningIn))]
public sealed class SignInJourneys(SignInShop shop)
{
    [Fact]
    public async Task Somebody_registers_proves_the_address_signs_in_and_stays_signed_in_until_it_is_over()
    {
        using var browser = shop.Browser();
        var email = await RegisterAsync(browser, "ada@example.org");

        // Before the address is proved nobody gets in; a wrong password is told the same.
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "wrong_credentials");
        var code = await shop.CodeAsync(email, "verify-email");
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
    public async Task Whoever_ends_his_other_sign_ins_goes_on_and_they_ask_for_the_password_again()
    {
        using var desk = shop.Browser();
        using var phone = shop.Browser();
        var email = await shop.SignedInAsync(desk, "annie@example.org");
        phone.DefaultRequestHeaders.Add("User-Agent",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1");
        await ExpectAsync(await PostAsync(phone, "/v1/session", new { email, password = Password }), HttpStatusCode.NoContent);
        var here = (string)(await CodeFlowAsync(desk))["access_token"]!;
        var there = (string)(await CodeFlowAsync(phone))["access_token"]!;
        var known = (await MineAsync(desk, here))["data"]!.AsArray();
        Assert.Equal(("Safari", "iPhone"), ((string?)known[0]!["browser"], (string?)known[0]!["system"]));
        Assert.Equal((null, null), ((string?)known[1]!["browser"], (string?)known[1]!["system"]));

        await ExpectAsync(await DeleteAsync(desk, "/v1/me/sessions?keep_this=true", here), HttpStatusCode.NoContent);

        Assert.Single((await MineAsync(desk, here))["data"]!.AsArray());
        await ExpectAsync(await GetAsync(phone, "/v1/me/sessions", there), HttpStatusCode.Unauthorized, "unauthenticated");
        using var again = await phone.GetAsync(new Uri(AuthorizeUrl(new('x', 43)), UriKind.Relative));
        Assert.StartsWith("/sign-in/", again.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_good_once_and_only_with_what_only_its_client_knows()
    {
        using var browser = shop.Browser();
        await shop.SignedInAsync(browser, "grace@example.org");
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
        using var browser = shop.Browser();
        var email = await shop.SignedInAsync(browser, "alan@example.org");
        using var stranger = shop.Browser();
        for (var i = 0; i < 5; i++)
        {
            await ExpectAsync(await PostAsync(stranger, "/v1/session", new { email, password = "not the password" }), HttpStatusCode.Forbidden, "wrong_credentials");
        }

        await ExpectAsync(await PostAsync(stranger, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "wrong_credentials");
        await ExpectAsync(await PostAsync(browser, "/v1/accounts/forgot-password", new { email }), HttpStatusCode.Accepted);
        var code = await shop.CodeAsync(email, "reset-password");
        await ExpectAsync(
            await PostAsync(browser, "/v1/accounts/reset-password", new { email, code, password = "another good password" }), HttpStatusCode.NoContent);
        await ExpectAsync(
            await PostAsync(browser, "/v1/accounts/reset-password", new { email, code, password = "a third good password" }),
            HttpStatusCode.UnprocessableEntity, "wrong_code");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = "another good password" }), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Whose_first_mail_was_lost_gets_in_by_another_which_proves_the_address()
    {
        using var browser = shop.Browser();
        var email = await RegisterAsync(browser, "lost-mail@example.org");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "wrong_credentials");

        await ExpectAsync(await PostAsync(browser, "/v1/accounts/forgot-password", new { email }), HttpStatusCode.Accepted);
        var code = await shop.CodeAsync(email, "reset-password");
        await ExpectAsync(
            await PostAsync(browser, "/v1/accounts/reset-password", new { email, code, password = "another good password" }), HttpStatusCode.NoContent);

        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = "another good password" }), HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Who_may_not_change_accounts_erases_no_colleague()
    {
        var tokens = new Dictionary<string, string>();
        foreach (var (name, role) in new[] { ("support", "support"), ("colleague", "warehouse") })
        {
            using var browser = shop.Browser();
            var email = await shop.SignedInAsync(browser, $"{name}-of-the-shop@example.org");
            var found = await ExpectAsync(await GetAsync(browser, $"/v1/admin/accounts?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK);
            await ExpectAsync(
                await SendAsync(browser, HttpMethod.Put, $"/v1/admin/accounts/{found["data"]![0]!["id"]}/roles", ShopProcess.OperatorKey, new { roles = new[] { role } }),
                HttpStatusCode.OK);
            tokens[name] = (string)(await CodeFlowAsync(browser))["access_token"]!;
        }

        using var anybody = shop.Browser();
        var colleague = (string)(await ExpectAsync(await GetAsync(anybody, "/v1/me", tokens["colleague"]), HttpStatusCode.OK))["id"]!;
        await ExpectAsync(
            await SendAsync(anybody, HttpMethod.Put, $"/v1/admin/customers/{colleague}/erasure", tokens["support"]), HttpStatusCode.Forbidden, "scope_not_held");

        await ExpectAsync(await GetAsync(anybody, "/v1/me", tokens["colleague"]), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whoever_has_an_authenticator_app_needs_it_to_sign_in()
    {
        using var browser = shop.Browser();
        var email = await shop.SignedInAsync(browser, "edsger@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;
        var secret = (string)(await ExpectAsync(await SendAsync(browser, HttpMethod.Post, "/v1/me/two-factor", access), HttpStatusCode.OK))["secret"]!;
        Assert.Empty(await shop.Database.TablesWithAsync(secret));

        // As it was stored before it was sealed.
        await using (var connection = await shop.Database.Source.OpenConnectionAsync())
        {
            Assert.Equal(1, await connection.ExecuteAsync(
                """
                update identity."AspNetUserTokens" t set "Value" = @secret from identity."AspNetUsers" u
                where t."UserId" = u."Id" and u."Email" = @email
                """,
                new { secret, email }));
        }

        var on = await SendAsync(browser, HttpMethod.Put, "/v1/me/two-factor", access, new { code = Totp(secret) });
        var recovery = (string)(await ExpectAsync(on, HttpStatusCode.OK))["codes"]![0]!;

        Assert.Empty(await shop.Database.TablesWithAsync(recovery));
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "second_factor_required");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password, code = "000000" }), HttpStatusCode.Forbidden, "second_factor_required");
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password, code = recovery }), HttpStatusCode.NoContent);
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password, code = recovery }), HttpStatusCode.Forbidden, "second_factor_required");
    }

    [Fact]
    public async Task Who_asks_for_a_second_factor_many_times_at_once_gets_one_or_is_told_to_ask_again()
    {
        using var browser = shop.Browser();
        await shop.SignedInAsync(browser, "leslie@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => SendAsync(browser, HttpMethod.Post, "/v1/me/two-factor", access)));

        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            await ExpectAsync(answer, HttpStatusCode.Conflict, "changed_meanwhile");
        }
    }

    [Fact]
    public async Task Registering_tells_nobody_whether_an_address_has_an_account()
    {
        using var browser = shop.Browser();
        var email = await RegisterAsync(browser, "barbara@example.org");

        var again = await PostAsync(browser, "/v1/accounts", new { email, password = "some other password" });
        var unknown = await PostAsync(browser, "/v1/accounts/forgot-password", new { email = "nobody@example.org" });

        Assert.Equal((HttpStatusCode.Accepted, ""), (again.StatusCode, await again.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.Accepted, ""), (unknown.StatusCode, await unknown.Content.ReadAsStringAsync()));
        await Eventually.TrueAsync(() => Task.FromResult(shop.Mails().Any(mail => mail.Contains("You have an account already", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Many_who_register_one_address_at_once_are_all_told_the_same()
    {
        using var browser = shop.Browser();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            PostAsync(browser, "/v1/accounts", new { email = "kurt@example.org", password = Password })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var found = await ExpectAsync(await GetAsync(browser, "/v1/admin/accounts?email=kurt@example.org", ShopProcess.OperatorKey), HttpStatusCode.OK);
        Assert.Single(found["data"]!.AsArray());
    }

    [Fact]
    public async Task A_program_signs_itself_in_and_gets_what_the_configuration_grants_it()
    {
        using var browser = shop.Browser();

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
    public async Task A_revoked_access_token_is_refused_and_the_sign_in_goes_on()
    {
        using var browser = shop.Browser();
        await shop.SignedInAsync(browser, "katherine@example.org");
        var issued = await CodeFlowAsync(browser);
        var access = (string)issued["access_token"]!;
        using var form = new FormUrlEncodedContent([new("client_id", Client), new("token", access)]);
        using var revoked = await browser.PostAsync(new Uri("/connect/revoke", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);

        await ExpectAsync(await GetAsync(browser, "/v1/me", access), HttpStatusCode.Unauthorized, "unauthenticated");
        var next = await TokenAsync(
            browser, HttpStatusCode.OK, ("grant_type", "refresh_token"), ("client_id", Client), ("refresh_token", (string)issued["refresh_token"]!));
        await ExpectAsync(await GetAsync(browser, "/v1/me", (string)next["access_token"]!), HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_the_configuration_does_not_name_is_none_whoever_knew_it()
    {
        await using (var connection = await shop.Database.Source.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(
                """
                insert into identity."OpenIddictApplications" ("Id", "ClientId", "ClientType", "ConsentType", "Permissions", "RedirectUris")
                select 'kiosk', 'kiosk', "ClientType", "ConsentType", "Permissions", "RedirectUris" from identity."OpenIddictApplications"
                where "ClientId" = 'storefront'
                """);
        }

        using var browser = shop.Browser();
        await shop.SignedInAsync(browser, "kiosk-user@example.org");
        using var asked = await browser.GetAsync(new Uri(
            AuthorizeUrl("a-verifier-of-43-characters-or-more-as-it-must-be").Replace("client_id=storefront", "client_id=kiosk", StringComparison.Ordinal),
            UriKind.Relative));
        var refused = await TokenAsync(browser, HttpStatusCode.Unauthorized, ("grant_type", "refresh_token"), ("client_id", "kiosk"), ("refresh_token", "x"));

        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Equal("invalid_client", (string?)refused["error"]);
    }

    [Fact]
    public async Task A_name_that_no_database_can_look_up_is_malformed()
    {
        using var browser = shop.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/connect/token", UriKind.Relative))
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("erp%00:secret"u8.ToArray()));
        using var refused = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("NUL", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_gives_an_account_a_role_that_its_next_token_has()
    {
        using var browser = shop.Browser();
        var email = await shop.SignedInAsync(browser, "margaret@example.org");
        var before = (string)(await CodeFlowAsync(browser))["access_token"]!;
        var found = await ExpectAsync(await GetAsync(browser, $"/v1/admin/accounts?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        var id = (string)found["data"]![0]!["id"]!;

        await ExpectAsync(
            await SendAsync(browser, HttpMethod.Put, $"/v1/admin/accounts/{id}/roles", ShopProcess.OperatorKey, new { roles = new[] { "warehouse" } }), HttpStatusCode.OK);

        await ExpectAsync(await GetAsync(browser, "/v1/me/sessions", before), HttpStatusCode.Unauthorized, "unauthenticated");
        var after = (string)(await CodeFlowAsync(browser))["access_token"]!;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(browser, "/v1/admin/stock", after)).StatusCode);
        await ExpectAsync(await GetAsync(browser, "/v1/admin/payments/reconciliation", after), HttpStatusCode.Forbidden, "forbidden");
        var record = await ExpectAsync(await GetAsync(browser, $"/v1/admin/audit?stream=access/{id}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        Assert.Equal(("access.granted", "operator"), ((string?)record["data"]![0]!["type"], (string?)record["data"]![0]!["actor"]));
    }

    [Fact]
    public async Task Somebody_takes_his_account_along_and_has_none_any_more_when_an_operator_forgets_him()
    {
        using var browser = shop.Browser();
        var email = await shop.SignedInAsync(browser, "rosalind@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;
        using var file = await GetAsync(browser, "/v1/me/export", access);
        using var archive = new ZipArchive(await file.Content.ReadAsStreamAsync());
        var kept = await JsonNode.ParseAsync(await archive.GetEntry("account.json")!.OpenAsync());
        var decided = await JsonNode.ParseAsync(await archive.GetEntry("sign-ins.json")!.OpenAsync());
        Assert.Equal((email, Client), ((string?)kept!["account"]!["email"], (string?)kept["sessions"]![0]!["client"]));
        Assert.Equal("allowed", (string?)Assert.Single(decided!.AsArray())!["outcome"]);
        var id = (string)(await ExpectAsync(await GetAsync(browser, "/v1/me", access), HttpStatusCode.OK))["id"]!;
        var found = await ExpectAsync(
            await GetAsync(browser, $"/v1/admin/customers?email={email.ToUpperInvariant()}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        Assert.Equal((id, email), ((string?)Assert.Single(found["data"]!.AsArray())!["id"], (string?)found["data"]![0]!["email"]));
        Assert.Contains(shop.Mails(), mail => mail.Contains("rosalind", StringComparison.Ordinal));

        await ExpectAsync(
            await SendAsync(browser, HttpMethod.Put, $"/v1/admin/customers/{id}/erasure", ShopProcess.OperatorKey), HttpStatusCode.Accepted);

        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password = Password }), HttpStatusCode.Forbidden, "wrong_credentials");
        Assert.Empty(await shop.Database.TablesWithAsync("rosalind"));
        Assert.DoesNotContain(shop.Mails(), mail => mail.Contains("rosalind", StringComparison.Ordinal));
        Assert.Empty((await ExpectAsync(await GetAsync(browser, $"/v1/admin/customers?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK))["data"]!.AsArray());
    }

    [Fact]
    public async Task What_is_published_is_enough_for_a_client_that_knows_only_the_address()
    {
        using var browser = shop.Browser();
        var discovery = (await browser.GetFromJsonAsync<JsonObject>(new Uri("/.well-known/openid-configuration", UriKind.Relative)))!;

        Assert.Equal(["S256"], discovery["code_challenge_methods_supported"]!.AsArray().Select(method => (string?)method));
        Assert.DoesNotContain("implicit", discovery["grant_types_supported"]!.AsArray().Select(grant => (string?)grant));
        var keys = (await browser.GetFromJsonAsync<JsonObject>(new Uri((string)discovery["jwks_uri"]!)))!["keys"]!.AsArray();
        Assert.Equal("EC", (string?)Assert.Single(keys)!["kty"]);
    }
}
