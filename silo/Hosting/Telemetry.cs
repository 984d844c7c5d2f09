using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Commerce.Hosting;

/// <summary>Metrics for Prometheus at <c>/metrics</c>; traces and metrics to an OTLP collector where one is configured.</summary>
internal static class Telemetry
{
    /// <summary>Spans of grain calls, where somebody collects them: they cost every call a little.</summary>
    public static ISiloBuilder AddTracing(this ISiloBuilder silo, IConfiguration configuration) =>
        HasCollector(configuration) ? silo.AddActivityPropagation() : silo;

    private static bool HasCollector(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <summary>Registers OpenTelemetry. The collector is named by the usual <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var hasCollector = HasCollector(builder.Configuration);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("commerce"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("Commerce.Journal", "Microsoft.Orleans", "Npgsql")
                    .AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
                if (hasCollector)
                {
                    metrics.AddOtlpExporter();
                }
            })
            .WithTracing(tracing =>
            {
                if (hasCollector)
                {
                    tracing.AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Storage")
                        .AddAspNetCoreInstrumentation().AddNpgsql().AddOtlpExporter();
                }
            });
    }
}
