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
internal static class LoadShedding
{
    private const string Prefix = "/v1";

    public static IServiceCollection AddLoadShedding(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<LoadOptions>().BindConfiguration(LoadOptions.Section).ValidateDataAnnotations();
        services.AddRateLimiter(_ => { });
        services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>().Configure<IOptions<LoadOptions>>((limiter, load) =>
        {
            var limits = load.Value;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Kind>(http => KindOf(http.Request) switch
            {
                Kind.Unlimited => RateLimitPartition.GetNoLimiter(Kind.Unlimited),
                var kind => RateLimitPartition.GetConcurrencyLimiter(kind, _ => new()
                {
                    PermitLimit = kind switch
                    {
                        Kind.Read => limits.ReadsMax,
                        Kind.Arrival => limits.ArrivalsMax,
                        Kind.Operator => limits.OperatorsMax,
                        _ => limits.ChangesMax,
                    },
                    QueueLimit = limits.WaitingMax,
                }),
            });
            limiter.OnRejected = (rejected, _) => RefuseAsync(rejected.HttpContext, limits.RetryAfterMax);
        });
        return services;
    }

    private static Kind KindOf(HttpRequest request)
    {
        // What is not of the shop itself (its health, its pages) is asked for by those who look after it.
        if (!request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var rest))
        {
            return Kind.Unlimited;
        }

        return rest.StartsWithSegments("/admin", StringComparison.Ordinal) ? Kind.Operator
            : HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? Kind.Read
            : rest == "/carts" ? Kind.Arrival
            : Kind.Change;
    }

    private static ValueTask RefuseAsync(HttpContext http, int retryAfterMax)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;

        // Not all at the same moment.
        var seconds = 1 + (int)((uint)http.TraceIdentifier.GetHashCode(StringComparison.Ordinal) % (uint)retryAfterMax);
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new(http.Response.WriteAsJsonAsync(
            ResultHttp.Problem(
                StatusCodes.Status503ServiceUnavailable, "overloaded", "Too much is going on just now. Nothing was done.",
                isRetryable: true),
            options: null,
            contentType: "application/problem+json"));
    }

    private enum Kind
    {
        Unlimited,
        Read,
        Change,
        Arrival,
        Operator,
    }
}
