using System.Buffers;
using System.Diagnostics;
using Commerce.Payments;
using Microsoft.Extensions.Options;

namespace Commerce.Edge;

/// <summary>
/// The outermost of the front door: names each request, refuses what no route would take, and has every answer say what a
/// browser or a cache may do with it.
/// </summary>
internal sealed class EdgeMiddleware(RequestDelegate next, IOptions<EdgeOptions> options, IOptions<StripePageOptions> stripe)
{
    private const string RequestId = "X-Request-Id";
    private const int RequestIdLengthMax = 64;

    // For answers that are no pages: whatever one of them says, a browser runs nothing of it and shows it in no frame.
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";
    private const string Picture = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
    private const string Photograph = "default-src 'none'; sandbox; frame-ancestors 'none'";
    private const string OwnPage =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // The shop's own pages, and their files, of which one runs by itself. Pictures of products may be anywhere.
    private const string Page =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // With Stripe's form, which is a frame of Stripe's so that the shop sees no card number: https://docs.stripe.com/security/guide
    private const string PayingPage =
        "default-src 'none'; script-src 'self' https://js.stripe.com https://*.js.stripe.com; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; style-src 'self'; img-src 'self' https:; connect-src 'self' https://api.stripe.com; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // Pages of libraries, which bring scripts and styles of their own in the page.
    private const string ForeignPage =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly SearchValues<char> RequestIdLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // Made once, and not for each request.
    private Func<object, Task>? _complete;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers[RequestId] is [{ Length: >= 1 and <= RequestIdLengthMax } given]
            && !given.AsSpan().ContainsAnyExcept(RequestIdLetters))
        {
            context.TraceIdentifier = given;
        }

        context.Response.OnStarting(_complete ??= Complete, context);
        return Refuse(context.Request) is { } refusal ? TypedResults.Problem(refusal).ExecuteAsync(context) : next(context);
    }

    private Microsoft.AspNetCore.Mvc.ProblemDetails? Refuse(HttpRequest request)
    {
        if (request.QueryString is { HasValue: true, Value: { } query }
            && (query.Length > options.Value.QueryLengthMax || query.AsSpan().Count('&') >= options.Value.QueryMembersMax))
        {
            return ResultHttp.Problem(StatusCodes.Status414UriTooLong, "query_too_long", "The query string is too long.");
        }

        // No text in PostgreSQL has one; refused there, it may leave a statement half prepared for whoever uses it next.
        if (request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
        {
            return ResultHttp.Problem(StatusCodes.Status400BadRequest, "malformed_request", "A text has a character that cannot be stored.");
        }

        // RFC 8259 §8.1: between systems JSON is UTF-8.
        return request.ContentType is { } type && type.Contains("charset", StringComparison.OrdinalIgnoreCase)
            && !(Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out var media)
                && media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            ? ResultHttp.Problem(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Bodies are encoded in UTF-8.")
            : null;
    }

    private static bool IsForeign(PathString path) =>
        path.StartsWithSegments("/docs") || path.StartsWithSegments("/scalar") || path.StartsWithSegments("/dashboard");

    private Task Complete(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers[RequestId] = context.TraceIdentifier;
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } trace })
        {
            // W3C Trace Context level 2.
            headers["traceresponse"] = trace;
        }

        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = stripe.Value.PublishableKey is null
            ? "camera=(), geolocation=(), microphone=(), payment=()"
            : "camera=(), geolocation=(), microphone=(), payment=(self \"https://js.stripe.com\")";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        var path = context.Request.Path;
        var (isPicture, isPhotograph) = (path.StartsWithSegments("/images"), path.StartsWithSegments("/media"));
        headers["Cross-Origin-Resource-Policy"] = isPicture || isPhotograph ? "cross-origin" : "same-origin";
        headers.ContentSecurityPolicy = isPicture ? Picture
            : isPhotograph ? Photograph
            : path.StartsWithSegments("/sign-in") ? OwnPage
            : path.StartsWithSegments(StorefrontPages.Folder) || context.GetEndpoint()?.Metadata.GetMetadata<ShopPage>() is not null
                ? stripe.Value.PublishableKey is null ? Page : PayingPage
            : IsForeign(path) ? ForeignPage
            : Nothing;
        if (context.Request.IsHttps)
        {
            // RFC 6797; half a year.
            headers.StrictTransportSecurity = "max-age=15552000";
        }

        if (headers.CacheControl.Count == 0 && (path.StartsWithSegments("/v1") || path.StartsWithSegments("/connect") || isPhotograph))
        {
            // Whoever knows that an answer is for everybody says so.
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
