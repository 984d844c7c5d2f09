using Commerce.Demo;
using Commerce.Journal;
using Commerce.Notifications;
using Orleans.Dashboard;

namespace Commerce.Hosting;

/// <summary>The shop as one process hosts it, whoever starts the process.</summary>
internal static class ShopHost
{
    /// <summary>Registers everything a silo needs, and a front door where it serves one.</summary>
    /// <returns>What the silo was configured to be.</returns>
    public static SiloOptions AddShop(this WebApplicationBuilder builder, CommerceDatabase database)
    {
        builder.Configuration["Mail:Folder"] ??= Path.Combine(database.Folder, "outbox");
        builder.AddMasterKey(database.Folder);
        var options = builder.AddSiloOptions();
        builder.Services
            .AddSingleton(database.Source)
            .AddCarts()
            .AddCatalog()
            .AddCheckout()
            .AddOrders()
            .AddPayments()
            .AddPromotions()
            .AddNotifications();
        builder.AddTelemetry();
        builder.UseOrleans(silo => silo
            .UsePostgres()
            .UseFastFailover()
            .UseEndpoints(options)
            .AddJournal()
            // It counts every activation each time: with hundreds of thousands, once a second takes a tenth of the processor.
            .AddDashboard(dashboard => dashboard.CounterUpdateIntervalMs = 10_000)
            .AddTracing(builder.Configuration));
        if (options.ServesApi)
        {
            builder.AddOperatorKey(database.Folder);
            builder.Services.AddCommerceApi(builder.Configuration);
            if (!builder.Environment.IsProduction())
            {
                builder.Services.AddDemoCatalogue();
            }
        }
        else
        {
            builder.Services.AddCommerceHealth();
        }

        return options;
    }

    /// <summary>Maps the routes.</summary>
    public static WebApplication MapShop(this WebApplication app, SiloOptions options)
    {
        if (options.ServesApi)
        {
            app.MapCommerceApi();
        }
        else
        {
            app.MapCommerceHealth();
        }

        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
        return app;
    }
}
