using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Commerce;

/// <summary>Ready means: the database answers and the process is not on its way out.</summary>
internal sealed class Readiness(NpgsqlDataSource database, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("Starting or stopping.");
        }

        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}

/// <summary>Health for orchestrators.</summary>
public static class Health
{
    /// <summary>Registers the readiness check.</summary>
    public static IServiceCollection AddCommerceHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<Readiness>("ready");
        return services;
    }

    /// <summary>Maps <c>/health/live</c>, which looks at nothing else, and <c>/health/ready</c>.</summary>
    public static WebApplication MapCommerceHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
        return app;
    }
}
