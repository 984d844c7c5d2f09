using Commerce.Identity;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Commerce.Edge;

/// <summary>
/// Which browsers may read answers of other sites' pages: those that the shop's publishable keys name, on the shop's routes
/// and on no operator's. Never with cookies.
/// </summary>
internal sealed class StorefrontCors(ApiKeys keys) : ICorsPolicyProvider
{
    private static readonly string[] Sent = ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "last-event-id", "publishable-key", "traceparent", "x-request-id"];
    private static readonly string[] Shown = ["etag", "idempotent-replayed", "location", "ratelimit", "ratelimit-policy", "retry-after", "traceresponse", "x-request-id"];

    public async Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var path = context.Request.Path;
        if (!path.StartsWithSegments("/v1") || path.StartsWithSegments("/v1/admin") || path.StartsWithSegments("/v1/session"))
        {
            return null;
        }

        var origins = await keys.OriginsAsync();
        return new CorsPolicyBuilder()
            .SetIsOriginAllowed(origins.Contains)
            .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete)
            .WithHeaders(Sent).WithExposedHeaders(Shown)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
            .Build();
    }
}
