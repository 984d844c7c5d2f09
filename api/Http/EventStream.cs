using System.Net.ServerSentEvents;

namespace Commerce.Http;

/// <summary>What all our server-sent events have in common (WHATWG HTML §9.2).</summary>
internal static class EventStream
{
    /// <summary>The id of the last event that the client has seen; null: none.</summary>
    public static string? LastEventId(HttpContext http) =>
        http.Request.Headers["Last-Event-ID"] is [{ Length: <= 100 } id] ? id : null;

    /// <summary>
    /// Ends when the caller leaves, and for somebody who is signed in after a while: his sign-in may have been ended, and when he
    /// comes again he shows who he is.
    /// </summary>
    public static CancellationToken Lasting(HttpContext http, TimeSpan signedInFor)
    {
        if (http.User.Identity?.IsAuthenticated != true)
        {
            return http.RequestAborted;
        }

        var limited = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        http.Response.RegisterForDispose(limited);
        limited.CancelAfter(signedInFor);
        return limited.Token;
    }

    /// <summary>What stands there now, unless it was told before; and when to come again, should the stream end.</summary>
    /// <param name="told">The id of the last event that the client has seen.</param>
    public static SseItem<T?> First<T>(T now, string kind, string id, string? told)
        where T : class
    {
        // Not everybody at the same moment, should the process end.
        var again = TimeSpan.FromMilliseconds(1_000 + (Environment.TickCount64 % 4_000));
        return id == told
            ? Heartbeat<T>() with { ReconnectionInterval = again }
            : new(now, kind) { EventId = id, ReconnectionInterval = again };
    }

    /// <summary>Says that the connection is alive.</summary>
    public static SseItem<T?> Heartbeat<T>()
        where T : class => new(null, "heartbeat");

    /// <summary>The answer when as many listen as may.</summary>
    public static ProblemHttpResult Full(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "5";
        return TypedResults.Problem(ResultHttp.Problem(
            StatusCodes.Status503ServiceUnavailable,
            "too_many_listeners",
            "As many are listening as may. The same can be read without.",
            isRetryable: true));
    }
}
