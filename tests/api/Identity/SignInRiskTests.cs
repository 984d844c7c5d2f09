using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Commerce.Processes;
using Dapper;
using static Commerce.Identity.SignInShop;

namespace Commerce.Identity;

/// <summary>Who looks suspicious at the door, and what nobody may find out there.</summary>
[Collection(nameof(SigningIn))]
public sealed partial class SignInRiskTests(SignInShop shop)
{
    [Fact]
    public async Task An_unusual_sign_in_needs_a_code_that_is_mailed_and_good_once_and_the_journal_says_why_without_saying_who()
    {
        using var browser = shop.Browser();
        browser.DefaultRequestHeaders.Add(CountryHeader, "GB");
        var email = await shop.SignedInAsync(browser, "tim@example.org");
        using var far = shop.Browser();
        far.DefaultRequestHeaders.Add(CountryHeader, "BR");

        await ExpectAsync(await SignInAsync(browser, email, country: "BR"), HttpStatusCode.Forbidden, "second_factor_required");
        var code = await MailedCodeAsync(email);
        await ExpectAsync(await SignInAsync(browser, email, code, "BR"), HttpStatusCode.NoContent);
        await ExpectAsync(await SignInAsync(browser, email, code, "FR"), HttpStatusCode.Forbidden, "second_factor_required");

        // Nobody is in Brazil and at once, with another device, somewhere else.
        await ExpectAsync(await SignInAsync(far, email, country: "GB"), HttpStatusCode.Forbidden, "wrong_credentials");

        var decided = await DecisionsAsync(browser, email);
        Assert.Equal(["allowed", "factor_needed", "allowed", "factor_needed", "refused"], decided.Select(e => e.GetProperty("outcome").GetString()));
        Assert.Contains("impossible_travel", decided[^1].GetProperty("risks").EnumerateArray().Select(risk => risk.GetString()));
        Assert.All(decided, e => Assert.DoesNotMatch($"tim@example|198\\.18\\.|{code}", e.GetRawText()));
    }

    [Fact]
    public async Task Who_has_not_proved_his_address_is_refused_and_that_he_tried_is_journaled()
    {
        using var browser = shop.Browser();
        const string email = "unproved@example.org";
        await ExpectAsync(await PostAsync(browser, "/v1/accounts", new { email, password = Password }), HttpStatusCode.Accepted);

        await ExpectAsync(await SignInAsync(browser, email), HttpStatusCode.Forbidden, "wrong_credentials");

        var found = await ExpectAsync(await GetAsync(browser, $"/v1/admin/accounts?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        await using var connection = await shop.Database.Source.OpenConnectionAsync();
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>(
            "select count(*) from journal_events where stream = @stream and data->'risks' ? 'shut'",
            new { stream = $"sign-ins/{found["data"]![0]!["id"]}" }));
    }

    [Fact]
    public async Task A_locked_account_lets_its_owner_in_where_he_signed_in_before_and_an_operators_lock_lets_in_nobody()
    {
        using var own = shop.Browser();
        var email = await shop.SignedInAsync(own, "vint@example.org");
        var refresh = (string)(await CodeFlowAsync(own))["refresh_token"]!;
        using var other = shop.Browser();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(other, "/v1/session", new { email, password = "not the password" })));

        await ExpectAsync(await SignInAsync(other, email), HttpStatusCode.Forbidden, "wrong_credentials");
        var renewed = await TokenAsync(own, ("grant_type", "refresh_token"), ("client_id", Client), ("refresh_token", refresh));
        await ExpectAsync(await SignInAsync(own, email), HttpStatusCode.NoContent);

        var found = await ExpectAsync(await GetAsync(own, $"/v1/admin/accounts?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        var id = (string)found["data"]![0]!["id"]!;
        await ExpectAsync(
            await SendAsync(own, HttpMethod.Put, $"/v1/admin/accounts/{id}/lock", ShopProcess.OperatorKey, new { is_locked = true }), HttpStatusCode.OK);
        await ExpectAsync(await SignInAsync(own, email), HttpStatusCode.Forbidden, "wrong_credentials");
        await TokenAsync(
            own, HttpStatusCode.BadRequest, ("grant_type", "refresh_token"), ("client_id", Client), ("refresh_token", (string)renewed["refresh_token"]!));
        await IsNotSignedInAsync(own);

        // A new password opens what wrong ones have locked, and not this.
        await ExpectAsync(await PostAsync(own, "/v1/accounts/forgot-password", new { email }), HttpStatusCode.Accepted);
        var code = await shop.CodeAsync(email, "reset-password");
        await ExpectAsync(await PostAsync(own, "/v1/accounts/reset-password", new { email, code, password = Password }), HttpStatusCode.NoContent);
        await ExpectAsync(await SignInAsync(own, email), HttpStatusCode.Forbidden, "wrong_credentials");
    }

    [Fact]
    public async Task A_new_password_ends_what_browsers_were_signed_in_to_with_the_old_one()
    {
        using var thief = shop.Browser();
        var email = await shop.SignedInAsync(thief, "whitfield@example.org");
        await CodeFlowAsync(thief);
        using var owner = shop.Browser();

        await ExpectAsync(await PostAsync(owner, "/v1/accounts/forgot-password", new { email }), HttpStatusCode.Accepted);
        var code = await shop.CodeAsync(email, "reset-password");
        await ExpectAsync(
            await PostAsync(owner, "/v1/accounts/reset-password", new { email, code, password = "another good password" }), HttpStatusCode.NoContent);

        await IsNotSignedInAsync(thief);
    }

    [Fact]
    public async Task Answers_and_their_time_tell_nobody_whether_an_address_has_an_account()
    {
        using var browser = shop.Browser();
        var email = await shop.SignedInAsync(browser, "shafi@example.org");
        (string, object, object)[] questions =
        [
            ("/v1/session", new { email, password = "not the password" }, new { email = "nobody@example.org", password = "not the password" }),
            ("/v1/accounts", new { email, password = Password }, new { email = "new@example.org", password = Password }),
            ("/v1/accounts/forgot-password", new { email }, new { email = "nobody@example.org" }),
            ("/v1/accounts/verify-email", new { email, code = "bm8" }, new { email = "nobody@example.org", code = "bm8" }),
            ("/v1/accounts/reset-password", new { email, code = "bm8", password = Password }, new { email = "nobody@example.org", code = "bm8", password = Password }),
        ];

        foreach (var (path, known, unknown) in questions)
        {
            var answers = new List<(HttpStatusCode Status, string Body)>();
            foreach (var body in new[] { known, unknown })
            {
                var began = TimeProvider.System.GetTimestamp();
                var answer = await PostAsync(browser, path, body);
                Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(395), path);
                answers.Add((answer.StatusCode, Trace().Replace(await answer.Content.ReadAsStringAsync(), "")));
            }

            Assert.Equal(answers[0], answers[1]);
        }
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string email, string? code = null, string? country = null)
    {
        if (country is not null)
        {
            browser.DefaultRequestHeaders.Remove(CountryHeader);
            browser.DefaultRequestHeaders.Add(CountryHeader, country);
        }

        return PostAsync(browser, "/v1/session", new { email, password = Password, code });
    }

    private static async Task IsNotSignedInAsync(HttpClient browser)
    {
        using var answer = await browser.GetAsync(new Uri(AuthorizeUrl("verifier"), UriKind.Relative));
        Assert.StartsWith("/sign-in/", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    private async Task<string> MailedCodeAsync(string email)
    {
        string? code = null;
        await Eventually.TrueAsync(() =>
        {
            var mail = shop.Mails().FirstOrDefault(mail => mail.Contains($"To: {email}", StringComparison.Ordinal)
                && mail.Contains("Your code to sign in", StringComparison.Ordinal));
            code = mail is null ? null : SixDigits().Match(mail).Groups[1].Value;
            return Task.FromResult(code is { Length: 6 });
        });
        return code!;
    }

    private async Task<List<JsonElement>> DecisionsAsync(HttpClient browser, string email)
    {
        var found = await ExpectAsync(await GetAsync(browser, $"/v1/admin/accounts?email={email}", ShopProcess.OperatorKey), HttpStatusCode.OK);
        await using var connection = await shop.Database.Source.OpenConnectionAsync();
        var rows = await connection.QueryAsync<string>(
            "select e.data::text from journal_events e where type = 'sign_ins.decided' and stream = @stream order by version",
            new { stream = $"sign-ins/{found["data"]![0]!["id"]}" });
        return [.. rows.Select(row => JsonDocument.Parse(row).RootElement)];
    }

    [GeneratedRegex("""^\s{4}(\d{6})\s*$""", RegexOptions.Multiline)]
    private static partial Regex SixDigits();

    [GeneratedRegex("\"trace_id\":\"[0-9a-f]+\"")]
    private static partial Regex Trace();
}
