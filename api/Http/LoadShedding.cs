using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Commerce.Http;

/// <summary>How much this process takes on at once; section <c>Load</c>. The rest is told at once to come again.</summary>
public sealed class LoadOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Load";

    /// <summary>Requests that read, at once.</summary>
    [Range(1, 100_000)]
    public int ReadsMax { get; set; } = 1_024;

    /// <summary>Requests that change something, at once.</summary>
    [Range(1, 100_000)]
    public int ChangesMax { get; set; } = 256;

    /// <summary>Carts being created, at once: fewer, so that whoever is inside gets through the door before others come in.</summary>
    [Range(1, 100_000)]
    public int ArrivalsMax { get; set; } = 64;

    /// <summary>Requests of operators, at once: they get in however many shoppers there are.</summary>
    [Range(1, 100_000)]
    public int OperatorsMax { get; set; } = 256;

    /// <summary>How many may wait for their turn, of each kind.</summary>
    [Range(0, 100_000)]
    public int WaitingMax { get; set; } = 64;

    /// <summary>What somebody is told to wait before he comes again: a random number of whole seconds up to this.</summary>
    [Range(1, 60)]
    public int RetryAfterMax { get; set; } = 5;
}

/// <summary>
/// Refuses early what would only wait: a refusal costs a small part of what it refuses, so a process under many times its
/// load does as much useful work as it can, and reads go on when changes are refused.
/// </summary>
/// <remarks>A turn is taken when the whole request is there, so that slow senders keep nobody out.</remarks>
internal sealed class LoadShedding : IEndpointFilter, IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _turns;
    private readonly int _retryAfterMax;

    public LoadShedding(IOptions<LoadOptions> options)
    {
        var load = options.Value;
        _retryAfterMax = load.RetryAfterMax;
        _turns = PartitionedRateLimiter.Create<HttpContext, Kind>(http => RateLimitPartition.GetConcurrencyLimiter(
            KindOf(http.Request),
            kind => new()
            {
                PermitLimit = kind switch
                {
                    Kind.Read => load.ReadsMax,
                    Kind.Arrival => load.ArrivalsMax,
                    Kind.Operator => load.OperatorsMax,
                    _ => load.ChangesMax,
                },
                QueueLimit = load.WaitingMax,
            }));
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        using var turn = await _turns.AcquireAsync(http, cancellationToken: http.RequestAborted);
        if (turn.IsAcquired)
        {
            return await next(context);
        }

        return Refuse(http);
    }

    /// <summary>Tells somebody to come again, and not all of them at the same moment.</summary>
    public ProblemHttpResult Refuse(HttpContext http)
    {
        var seconds = 1 + ((uint)http.TraceIdentifier.GetHashCode(StringComparison.Ordinal) % (uint)_retryAfterMax);
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(ResultHttp.Problem(
            StatusCodes.Status503ServiceUnavailable, "overloaded", "Too much is going on just now. Nothing was done.",
            isRetryable: true));
    }

    public void Dispose() => _turns.Dispose();

    private static Kind KindOf(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/admin", StringComparison.Ordinal) ? Kind.Operator
        : HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? Kind.Read
        : request.Path == "/v1/carts" ? Kind.Arrival
        : Kind.Change;

    private enum Kind
    {
        Read,
        Change,
        Arrival,
        Operator,
    }
}
