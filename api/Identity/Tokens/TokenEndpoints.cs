using Commerce.Identity.Accounts;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Commerce.Identity.Tokens;

/// <summary>
/// What of OAuth 2 and OpenID Connect is for us to decide: who is signed in, and what his tokens say. The protocol is
/// OpenIddict's.
/// </summary>
internal static class TokenEndpoints
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void MapTokens(this WebApplication app)
    {
        var connect = app.MapGroup("/connect").ExcludeFromDescription().AllowAnonymous();
        connect.MapMethods("/authorize", [HttpMethods.Get, HttpMethods.Post], Authorize);
        connect.MapPost("/token", Exchange);
        connect.MapMethods("/end-session", [HttpMethods.Get, HttpMethods.Post], EndSession);
        connect.MapMethods("/userinfo", [HttpMethods.Get, HttpMethods.Post], WhoIsIt);
    }

    private static async Task<IResult> Authorize(
        HttpContext http, UserManager<Account> accounts, AccountPrincipals principals, IOptions<SignInOptions> options)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new BadHttpRequestException("Not an authorization request.");
        var signedIn = await http.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        var account = signedIn.Principal is { } known ? await accounts.GetUserAsync(known) : null;
        var isTooOld = request.MaxAge is { } age
            && !(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() - SignInDoor.ProvedAt(signedIn.Properties) <= TimeSpan.FromSeconds(age));
        if (account is null || account.IsLocked || isTooOld || request.HasPromptValue(PromptValues.Login))
        {
            return request.HasPromptValue(PromptValues.None)
                ? Refuse(Errors.LoginRequired, "Nobody is signed in.")
                : Results.Redirect($"{options.Value.Page}?return_url={Uri.EscapeDataString(Again(http.Request))}");
        }

        return Results.SignIn(await principals.NewAsync(account, request, Device.Of(http.Request.Headers.UserAgent.ToString())), authenticationScheme: Scheme);
    }

    private static async Task<IResult> Exchange(HttpContext http, AccountPrincipals principals)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new BadHttpRequestException("Not a token request.");
        if (request.IsClientCredentialsGrantType())
        {
            return Results.SignIn(principals.Service(request), authenticationScheme: Scheme);
        }

        var issued = await http.AuthenticateAsync(Scheme);
        return issued.Principal is { } before && await principals.AgainAsync(before) is { } principal
            ? Results.SignIn(principal, authenticationScheme: Scheme)
            : Refuse(Errors.InvalidGrant, "This account cannot sign in.");
    }

    private static async Task<IResult> EndSession(HttpContext http, SignInManager<Account> signIn, Sessions sessions)
    {
        // The hint is an identity token of the session: it ends with what was issued for it.
        var hint = await http.AuthenticateAsync(Scheme);
        if (hint.Principal is { } principal
            && principal.GetClaim(Claims.Subject) is { } subject && principal.GetClaim(Principals.Session) is { } session)
        {
            await sessions.EndAsync(subject, session);
        }

        await signIn.SignOutAsync();
        return Results.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [Scheme]);
    }

    private static async Task<IResult> WhoIsIt(HttpContext http, UserManager<Account> accounts)
    {
        var token = await http.AuthenticateAsync(Scheme);
        if (token.Principal?.GetClaim(Claims.Subject) is not { } subject || await accounts.FindByIdAsync(subject) is not { } account)
        {
            return Results.Challenge(authenticationSchemes: [Scheme]);
        }

        var claims = new Dictionary<string, object> { [Claims.Subject] = subject };
        if (token.Principal.HasScope(OpenIddictConstants.Scopes.Email) && account.Email is { } email)
        {
            (claims[Claims.Email], claims[Claims.EmailVerified]) = (email, account.EmailConfirmed);
        }

        return Results.Json(claims);
    }

    /// <summary>The same request once more, without what asked for a new sign-in.</summary>
    private static string Again(HttpRequest request)
    {
        var parameters = (request.HasFormContentType ? request.Form : (IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>>)request.Query)
            .Where(parameter => parameter.Key is not (Parameters.Prompt or Parameters.MaxAge));
        return request.PathBase + request.Path + QueryString.Create(parameters);
    }

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [Scheme]);
}
