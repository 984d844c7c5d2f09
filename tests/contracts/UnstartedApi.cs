using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace Commerce;

/// <summary>The front door with everything mapped and nothing running: enough to see what it would serve.</summary>
internal static class UnstartedApi
{
    public static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton(NpgsqlDataSource.Create("Host=nowhere"));
        builder.Configuration["Secrets:MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        builder.UseOrleansClient(client => client.UseLocalhostClustering().AddDashboard());
        builder.Services.AddCommerceApi(builder.Configuration);
        var app = builder.Build();
        app.UseRouting();
        app.MapCommerceApi();
#pragma warning disable ASP0014 // Tells the descriptions which endpoints there are, as starting would.
        app.UseEndpoints(_ => { });
#pragma warning restore ASP0014
        return app;
    }
}
