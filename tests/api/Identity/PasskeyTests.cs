using System.Net;
using System.Text.Json.Nodes;
using static Commerce.Identity.SignInShop;

namespace Commerce.Identity;

/// <summary>Passkeys as a browser makes and uses them, with an authenticator that is a program.</summary>
[Collection(nameof(SigningIn))]
public sealed class PasskeyTests(SignInShop shop)
{
    [Fact]
    public async Task A_passkey_signs_its_owner_in_even_while_the_account_is_locked_until_it_is_removed()
    {
        using var browser = shop.Browser();
        using var phone = new SoftwareAuthenticator(shop.Process.Address);
        var email = await shop.SignedInAsync(browser, "hedy@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;
        var id = await AddAsync(browser, access, phone, "phone");
        await ExpectAsync(await SendAsync(browser, HttpMethod.Put, $"/v1/me/passkeys/{id}", access, new { name = "old phone" }), HttpStatusCode.OK);
        using var elsewhere = shop.Browser();
        for (var i = 0; i < 5; i++)
        {
            await PostAsync(elsewhere, "/v1/session", new { email, password = "not the password" });
        }

        await ExpectAsync(await SignInAsync(elsewhere, phone), HttpStatusCode.NoContent);
        await CodeFlowAsync(elsewhere);

        var listed = await ExpectAsync(await GetAsync(browser, "/v1/me/passkeys", access), HttpStatusCode.OK);
        Assert.Equal("old phone", (string?)Assert.Single(listed["data"]!.AsArray())!["name"]);
        await ExpectAsync(await DeleteAsync(browser, $"/v1/me/passkeys/{id}", access), HttpStatusCode.NoContent);
        await ExpectAsync(await DeleteAsync(browser, $"/v1/me/passkeys/{id}", access), HttpStatusCode.NotFound, "passkey_not_found");
        await ExpectAsync(await SignInAsync(elsewhere, phone), HttpStatusCode.Forbidden, "passkey_not_accepted");
    }

    [Fact]
    public async Task An_answer_is_good_once_for_what_was_asked_and_on_this_page_alone()
    {
        using var browser = shop.Browser();
        using var phone = new SoftwareAuthenticator(shop.Process.Address);
        await shop.SignedInAsync(browser, "radia@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;
        await AddAsync(browser, access, phone, "phone");

        var (options, state) = await AskAsync(browser, "/v1/session/passkey-options", null);
        var answer = new { state, credential = phone.Get(options) };
        await ExpectAsync(await PostAsync(browser, "/v1/session/passkey", answer), HttpStatusCode.NoContent);
        await ExpectAsync(await PostAsync(browser, "/v1/session/passkey", answer), HttpStatusCode.Forbidden, "passkey_not_accepted");

        var (_, other) = await AskAsync(browser, "/v1/session/passkey-options", null);
        await ExpectAsync(
            await PostAsync(browser, "/v1/session/passkey", new { state = other, credential = phone.Get(options) }), HttpStatusCode.Forbidden, "passkey_not_accepted");
        await ExpectAsync(
            await PostAsync(browser, "/v1/session/passkey", new { state = "forged", credential = phone.Get(options) }), HttpStatusCode.Forbidden, "passkey_not_accepted");
        await ExpectAsync(
            await PostAsync(browser, "/v1/session/passkey", new { state = other, credential = "nonsense" }), HttpStatusCode.Forbidden, "passkey_not_accepted");

        using var phished = new SoftwareAuthenticator(new("https://sh0p.example"));
        var (asked, seal) = await AskAsync(browser, "/v1/me/passkey-options", access);
        await ExpectAsync(
            await SendAsync(browser, HttpMethod.Post, "/v1/me/passkeys", access, new { state = seal, credential = phished.Create(asked), name = "x" }),
            HttpStatusCode.Forbidden, "passkey_not_accepted");
    }

    [Fact]
    public async Task Nobody_adds_a_passkey_that_was_asked_of_somebody_else_or_is_somebodys_already_or_is_one_too_many()
    {
        using var ada = shop.Browser();
        using var alan = shop.Browser();
        await shop.SignedInAsync(ada, "joan@example.org");
        await shop.SignedInAsync(alan, "dorothy@example.org");
        var adas = (string)(await CodeFlowAsync(ada))["access_token"]!;
        var alans = (string)(await CodeFlowAsync(alan))["access_token"]!;
        using var phone = new SoftwareAuthenticator(shop.Process.Address);

        var (options, state) = await AskAsync(ada, "/v1/me/passkey-options", adas);
        await ExpectAsync(
            await SendAsync(alan, HttpMethod.Post, "/v1/me/passkeys", alans, new { state, credential = phone.Create(options), name = "x" }),
            HttpStatusCode.Forbidden, "passkey_not_accepted");
        await AddAsync(ada, adas, phone, "phone");
        var (again, seal) = await AskAsync(alan, "/v1/me/passkey-options", alans);
        await ExpectAsync(
            await SendAsync(alan, HttpMethod.Post, "/v1/me/passkeys", alans, new { state = seal, credential = phone.Create(again), name = "x" }),
            HttpStatusCode.Forbidden, "passkey_not_accepted");

        for (var i = 0; i < 9; i++)
        {
            using var more = new SoftwareAuthenticator(shop.Process.Address);
            await AddAsync(ada, adas, more, $"phone {i}");
        }

        using var last = new SoftwareAuthenticator(shop.Process.Address);
        var (full, sealedState) = await AskAsync(ada, "/v1/me/passkey-options", adas);
        await ExpectAsync(
            await SendAsync(ada, HttpMethod.Post, "/v1/me/passkeys", adas, new { state = sealedState, credential = last.Create(full), name = "x" }),
            HttpStatusCode.Conflict, "too_many_passkeys");
        await ExpectAsync(
            await SendAsync(ada, HttpMethod.Post, "/v1/me/passkeys", adas, new { state = sealedState, credential = last.Create(full), name = "" }),
            HttpStatusCode.UnprocessableEntity, "name_invalid");
    }

    private static async Task<string> AddAsync(HttpClient browser, string access, SoftwareAuthenticator phone, string name)
    {
        var (options, state) = await AskAsync(browser, "/v1/me/passkey-options", access);
        var made = await SendAsync(browser, HttpMethod.Post, "/v1/me/passkeys", access, new { state, credential = phone.Create(options), name });
        return (string)(await ExpectAsync(made, HttpStatusCode.Created))["id"]!;
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, SoftwareAuthenticator phone)
    {
        var (options, state) = await AskAsync(browser, "/v1/session/passkey-options", null);
        return await PostAsync(browser, "/v1/session/passkey", new { state, credential = phone.Get(options) });
    }

    private static async Task<(JsonNode Options, string State)> AskAsync(HttpClient browser, string path, string? access)
    {
        var asked = await ExpectAsync(await SendAsync(browser, HttpMethod.Post, path, access), HttpStatusCode.OK);
        return (asked["options"]!, (string)asked["state"]!);
    }
}
