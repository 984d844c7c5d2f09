using Commerce.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Commerce.Bench;

/// <summary>
/// The shop in this process, composed as the silo's program composes it, with two routes more: one that does nothing, to
/// compare with, and one that tells what the process has allocated.
/// </summary>
internal sealed class HostedShop : IAsyncDisposable
{
    /// <summary>Answers 200 and nothing else, behind everything that stands before every route.</summary>
    public const string Empty = "/bench/empty";

    /// <summary>Bytes that the process has allocated since it started.</summary>
    public const string Allocated = "/bench/allocated";

    /// <summary>The operator's key of every shop that is measured.</summary>
    public const string OperatorKey = "op_bench_q3mT0zvXJrC5yVw8KdLh";

    private readonly CommerceDatabase _database;

    private HostedShop(WebApplication app, CommerceDatabase database) => (App, _database) = (app, database);

    public WebApplication App { get; }

    public IGrainFactory Grains => App.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Starts it and returns when the silo is a member of its cluster.</summary>
    /// <param name="settings">As on the silo's command line.</param>
    public static async Task<HostedShop> StartAsync(string[] settings)
    {
        // The settings of a process in production: no demonstration catalogue, nothing that only developers want.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = settings,
            EnvironmentName = Environments.Production,
            ContentRootPath = Path.GetDirectoryName(typeof(ShopHost).Assembly.Location)!,
        });
        builder.Configuration["Operators:Key"] = OperatorKey;
        foreach (var limit in new[] { "Reads", "Changes", "Operators", "SignIns", "Mails", "Guesses" })
        {
            // Everybody comes from one address.
            builder.Configuration[$"Edge:Limits:{limit}PerMinute"] = "1000000000";
        }

        builder.Configuration["Secrets:MasterKey"] = "6gkEDiGIRoT+Wd7Y1W+KGKuH5t6CQ5mdEEvogSxklDY=";
        var database = await CommerceDatabase.OpenOrExplainAsync(builder.Configuration, builder.Environment)
            ?? throw new InvalidOperationException("The database cannot be used.");
        var options = builder.AddShop(database);
        var app = builder.Build();
        app.MapShop(options);
        app.MapGet(Empty, () => TypedResults.Ok());
        app.MapGet(Allocated, () => GC.GetTotalAllocatedBytes());
        await app.StartAsync();
        return new(app, database);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        await _database.DisposeAsync();
    }
}
