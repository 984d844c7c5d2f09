using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;

namespace Commerce.Http;

/// <summary>
/// RFC 9110 §9.3.2: whoever asks with HEAD is told what GET would tell, without the content, which the server leaves out by
/// itself. What would go on for ever is not told so.
/// </summary>
internal static class HeadRequests
{
    private static readonly Endpoint s_refusal = new(Refuse, new(new AllowAnonymousAttribute()), "HEAD of what has no end");

    /// <summary>Finds the route of GET for it. Everything that looks at routes comes after this.</summary>
    public static void UseRoutingOfHead(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (HttpMethods.IsHead(http.Request.Method))
            {
                http.Items[typeof(HeadRequests)] = true;
                http.Request.Method = HttpMethods.Get;
            }

            return next(http);
        });
        app.UseRouting();
        app.Use((http, next) =>
        {
            if (http.Items.ContainsKey(typeof(HeadRequests)))
            {
                http.Request.Method = HttpMethods.Head;
                if (http.GetEndpoint() is { } found && IsEndless(found))
                {
                    http.SetEndpoint(s_refusal);
                }
            }

            return next(http);
        });
    }

    private static bool IsEndless(Endpoint endpoint) =>
        endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.ContentTypes.Contains("text/event-stream"));

    private static Task Refuse(HttpContext http)
    {
        (http.Response.StatusCode, http.Response.Headers.Allow) = (StatusCodes.Status405MethodNotAllowed, HttpMethods.Get);
        return Task.CompletedTask;
    }
}
