using Commerce;
using Commerce.Demo;
using Commerce.Hosting;
using Commerce.Journal;
using Commerce.Notifications;
using Commerce.Verification;
using Orleans.Dashboard;

var builder = WebApplication.CreateBuilder(args);
if (VerifyJournal.IsAskedBy(args))
{
    return await VerifyJournal.RunAsync(builder.Configuration, builder.Environment);
}

builder.WebHost.UseStaticWebAssets();
await using var database = await CommerceDatabase.OpenOrExplainAsync(builder.Configuration, builder.Environment);
if (database is null)
{
    return 1;
}

builder.Configuration["Mail:Folder"] ??= Path.Combine(database.Folder, "outbox");
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
    .AddActivityPropagation()
    .AddDashboard());
if (options.ServesApi)
{
    builder.AddOperatorKey(database.Folder);
    builder.Services.AddCommerceApi();
    if (!builder.Environment.IsProduction())
    {
        builder.Services.AddDemoCatalogue();
    }
}
else
{
    builder.Services.AddCommerceHealth();
}

await using var app = builder.Build();
if (options.ServesApi)
{
    app.MapCommerceApi();
}
else
{
    app.MapCommerceHealth();
}

app.MapPrometheusScrapingEndpoint("/metrics");
app.PrintAddressesWhenStarted(database);
await app.RunAsync();
return 0;
