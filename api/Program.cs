using Commerce;
using Commerce.Http;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Dashboard;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
var folder = DataFolder.Find(builder.Configuration, builder.Environment.ContentRootPath);
var connectionString = builder.Configuration.GetConnectionString("Commerce")
    ?? DataFolder.ReadSecret(folder, DataFolder.ConnectionStringFile);
if (connectionString is null)
{
    await Console.Error.WriteLineAsync("No database: start a silo here first, or set ConnectionStrings__Commerce.");
    return 1;
}

if (!builder.Environment.IsProduction())
{
    builder.Configuration["Operators:Key"] ??= DataFolder.ReadSecret(folder, DataFolder.OperatorKeyFile);
    builder.Configuration["Secrets:MasterKey"] ??= DataFolder.ReadSecret(folder, DataFolder.MasterKeyFile);
}

var cluster = builder.Configuration["Silo:ClusterId"] ?? "commerce";
builder.Services.AddSingleton(Database.Connect(connectionString));
builder.UseOrleansClient(client => client
    .UseAdoNetClustering((OptionsBuilder<AdoNetClusteringClientOptions> options) => options
        .Configure<NpgsqlDataSource>((clustering, database) =>
            (clustering.Invariant, clustering.DataSource) = ("Npgsql", database)))
    .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, cluster))

    // A silo that froze keeps its gateway connection open: look often who is really there.
    .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(3))
    .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(5))
    .UseConnectionRetryFilter(async (_, cancellation) =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(500), cancellation);
        return true;
    })
    .AddActivityPropagation()
    .AddDashboard());
builder.Services.AddCommerceApi(builder.Configuration);

await using var app = builder.Build();
app.MapCommerceApi();
await app.RunAsync();
return 0;
