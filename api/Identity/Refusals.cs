using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Commerce.Identity;

/// <summary>What somebody is told who may not: one answer for every way in.</summary>
internal sealed class Refusals : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var scope = policy.Requirements.OfType<Need>().LastOrDefault()?.Scope;
        if (authorizeResult.Challenged)
        {
            // A browser asks for the key of a page by itself, and should do so for no other.
            context.Response.Headers.WWWAuthenticate = context.Request.Path.StartsWithSegments("/dashboard")
                ? "Bearer, Basic realm=\"operators\"" : "Bearer";
            return Write(context, StatusCodes.Status401Unauthorized, "unauthenticated", "Say who you are: an access token or a key is needed.");
        }

        // RFC 6750 §3.1.
        context.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";
        return Write(context, StatusCodes.Status403Forbidden, "forbidden", $"This needs the scope {scope}.");
    }

    private static Task Write(HttpContext context, int status, string code, string detail) =>
        TypedResults.Problem(ResultHttp.Problem(status, code, detail)).ExecuteAsync(context);
}
