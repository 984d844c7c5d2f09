using System.Net;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Commerce.Edge;

/// <summary>Registers what stands before every route.</summary>
internal static class EdgeRegistration
{
    private const int BodyBytesMax = 1 << 20;

    public static IServiceCollection AddEdge(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<EdgeOptions>().BindConfiguration(EdgeOptions.Section).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<RateLimitOptions>()
            .BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<RateLimits>();
        services.AddCors().AddSingleton<ICorsPolicyProvider, StorefrontCors>();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<EdgeOptions>>((timeouts, edge) => timeouts.DefaultPolicy = new()
        {
            Timeout = edge.Value.AnswerWithin,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = TellThatItTookTooLong,
        });
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<EdgeOptions>>(Trust);
        return services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            var limits = options.Limits;
            limits.MaxRequestBodySize = BodyBytesMax;
            limits.MaxRequestHeaderCount = 64;
            limits.MaxRequestHeadersTotalSize = 16 * 1024;

            // Whoever sends slower than this holds a connection and does not want to buy.
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        });
    }

    public static void UseEdge(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<EdgeMiddleware>();
    }

    /// <summary>Once it is known which route, and, where that is to count, who calls.</summary>
    /// <param name="paths">Whatever is beneath one of these.</param>
    public static void UseRateLimits(this WebApplication app, params string[] paths)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.UseWhen(
            context => paths.Any(path => context.Request.Path.StartsWithSegments(path)),
            limited => limited.Use(limits.InvokeAsync));
    }

    private static Task TellThatItTookTooLong(HttpContext http)
    {
        // It is the request that was given up, not its answer.
        http.RequestAborted = CancellationToken.None;
        http.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(ResultHttp.Problem(
            StatusCodes.Status503ServiceUnavailable,
            "temporarily_unavailable",
            "The outcome is not known. Send the same request with the same Idempotency-Key again.",
            isRetryable: true)).ExecuteAsync(http);
    }

    private static void Trust(ForwardedHeadersOptions forwarded, IOptions<EdgeOptions> edge)
    {
        forwarded.ForwardedHeaders = edge.Value.KnownProxies is []
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = edge.Value.ProxiesMax;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in edge.Value.KnownProxies)
        {
            forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.TryParse(proxy, out var network)
                ? network
                : new(IPAddress.Parse(proxy), IPAddress.Parse(proxy).GetAddressBytes().Length * 8));
        }
    }
}
