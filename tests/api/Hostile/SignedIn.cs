using System.Net;
using static Commerce.Identity.SignInShop;

namespace Commerce.Hostile;

/// <summary>Somebody with an account who has signed in to the storefront, and what must never be found anywhere.</summary>
internal sealed record SignedIn(string Email, string Password, string Access, string Refresh, string Cookie)
{
    /// <summary>What makes a shop its own authority with one storefront.</summary>
    public static IReadOnlyList<(string Key, string Value)> Settings { get; } =
        [("SignIn__Clients__0__Id", Client), ("SignIn__Clients__0__RedirectUris__0", Return)];

    /// <summary>Registers, proves the address, signs in, gets tokens.</summary>
    public static async Task<SignedIn> AsNewAsync(RunningShop shop, string email)
    {
        (await shop.PostAsync("/v1/accounts", new { email, password = Identity.SignInShop.Password })).Expect(HttpStatusCode.Accepted);
        string? code = null;
        await shop.EventuallyAsync(() => Task.FromResult((code = FindCode(shop.Mails, email, "verify-email")) is not null));
        (await shop.PostAsync("/v1/accounts/verify-email", new { email, code })).Expect(HttpStatusCode.NoContent);
        return await AgainAsync(shop, email, Identity.SignInShop.Password);
    }

    /// <summary>Signs in with a password.</summary>
    public static async Task<SignedIn> AgainAsync(RunningShop shop, string email, string password)
    {
        var cookies = new CookieContainer();
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies };
        using var browser = new HttpClient(handler) { BaseAddress = shop.Address };
        await ExpectAsync(await PostAsync(browser, "/v1/session", new { email, password }), HttpStatusCode.NoContent);
        var tokens = await CodeFlowAsync(browser);
        return new(
            email, password, (string)tokens["access_token"]!, (string)tokens["refresh_token"]!,
            string.Concat(cookies.GetAllCookies().Select(cookie => cookie.Value)));
    }
}
