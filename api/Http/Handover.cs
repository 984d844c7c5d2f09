using Orleans.Runtime;

namespace Commerce.Http;

/// <summary>
/// Repeats a request that was under way at a silo as it left the cluster, or was turned away there because it was about to: its
/// grains have gone to another one, and whoever reads, or named his command with an <c>Idempotency-Key</c>, may ask again
/// without doing anything twice.
/// </summary>
/// <remarks>Without it every deployment would show some shoppers a 503. Any other failure is the caller's to repeat.</remarks>
internal sealed partial class Handover(ILogger<Handover> log) : IEndpointFilter
{
    /// <summary>How long to wait before each further try. The cluster knows where the grains went before it tells that a silo left.</summary>
    private static readonly TimeSpan[] _waits =
        [TimeSpan.Zero, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await next(context);
            }
            catch (OrleansMessageRejectionException left) when (tries < _waits.Length && IsRepeatable(context))
            {
                LogRepeated(left.Message);
                await Task.Delay(_waits[tries], http.RequestAborted);
            }
        }
    }

    /// <summary>Not what reads its body by itself (uploads, feeds), since that is gone, nor what has begun to answer.</summary>
    private static bool IsRepeatable(EndpointFilterInvocationContext context) =>
        context.HttpContext is { Request: var request, Response.HasStarted: false }
        && (HttpMethods.IsGet(request.Method)
            || ((request.HasJsonContentType() || request.ContentLength is null or 0)
                && context.Arguments.Any(argument => argument is CommandHeaders { Key: not null })));

    [LoggerMessage(Level = LogLevel.Information, Message = "A request is repeated, its silo has left: {Reason}")]
    private partial void LogRepeated(string reason);
}
