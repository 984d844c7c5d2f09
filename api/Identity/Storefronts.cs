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
            context.Features.Set(given is [{ } secret] && await keys.KnownByAsync(secret) is { Kind: ApiKeyKind.Publishable } key
                ? new Storefront(key) : null);
        }

        var storefront = context.Features.Get<Storefront>();
        if (storefront is null && IsNamed(context.Request))
        {
            // Not 401: whose token is over gets another one, which helps nobody here.
            await Refuse("publishable_key_invalid", "Not a publishable key of this shop, or it is over.");
        }
        else if (storefront is not null && context.Request.Headers.Origin is [{ } origin] && !storefront.Key.Origins.Contains(origin))
        {
            await Refuse("origin_not_allowed", "The key is not for pages of this origin.");
        }
        else
        {
            await next(context);
        }

        Task Refuse(string code, string detail) =>
            TypedResults.Problem(ResultHttp.Problem(StatusCodes.Status403Forbidden, code, detail)).ExecuteAsync(context);
    }

    private static bool IsNamed(HttpRequest request) =>
        request.Headers[Header].Count > 0
        || request.Headers.Authorization is [{ } bearer]
            && bearer.StartsWith($"Bearer {ApiKeys.Prefix(ApiKeyKind.Publishable)}", StringComparison.OrdinalIgnoreCase);
}
