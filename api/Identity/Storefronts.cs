namespace Commerce.Identity;

/// <summary>The storefront that a request comes from; of the shop's own pages there is none.</summary>
internal sealed record Storefront(ApiKey Key)
{
    /// <summary>For routes to which it matters.</summary>
    public static ValueTask<Storefront?> BindAsync(HttpContext context) => new(context.Features.Get<Storefront>());
}

/// <summary>
/// Finds out which storefront asks, by its publishable key: that is a bearer token or, where somebody is signed in whose token
/// is there, a header of its own. Who copies the key of a storefront cannot use it in a page of his own.
/// </summary>
internal sealed class Storefronts(RequestDelegate next, ApiKeys keys)
{
    /// <summary>The header.</summary>
    public const string Header = "Publishable-Key";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers[Header] is { Count: > 0 } given)
        {
            if (given is not [{ } secret] || await keys.KnownByAsync(secret) is not { Kind: ApiKeyKind.Publishable } key)
            {
                await Refuse(StatusCodes.Status401Unauthorized, "publishable_key_invalid", "Not a publishable key of this shop.");
                return;
            }

            context.Features.Set(new Storefront(key));
        }

        if (context.Features.Get<Storefront>() is { } storefront && context.Request.Headers.Origin is [{ } origin]
            && !storefront.Key.Origins.Contains(origin))
        {
            await Refuse(StatusCodes.Status403Forbidden, "origin_not_allowed", "The key is not for pages of this origin.");
            return;
        }

        await next(context);

        Task Refuse(int status, string code, string detail) =>
            TypedResults.Problem(ResultHttp.Problem(status, code, detail)).ExecuteAsync(context);
    }
}
