using Commerce.Hosting;
using Commerce.Journal;
using Commerce.Notifications;
using Commerce.Orders;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Commerce;

/// <summary>Silos in this process over a real PostgreSQL, with a database of their own.</summary>
public class CommerceCluster : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private InProcessTestCluster _cluster = null!;

    /// <summary>The way in, as a front door has it.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>The cluster itself.</summary>
    internal InProcessTestCluster Cluster => _cluster;

    /// <summary>The database itself.</summary>
    internal NpgsqlDataSource Database => _database.Source;

    internal TestDatabase TestDatabase => _database;

    /// <summary>The services of one silo.</summary>
    internal IServiceProvider Services(int silo = 0) => _cluster.Silos[silo].ServiceProvider;

    /// <summary>What the keys of this cluster's streams are kept under.</summary>
    internal const string MasterKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /// <summary>Where this cluster's mails go.</summary>
    public string Outbox { get; } = Path.Combine(Path.GetTempPath(), $"commerce-outbox-{Guid.NewGuid():n}");

    protected virtual short Silos => 1;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var builder = new InProcessTestClusterBuilder(Silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseDocuments().AddJournal();
            silo.Services.AddSingleton(_database.Source)
                .AddCarts().AddCatalog().AddCheckout().AddOrders().AddPayments().AddPromotions().AddNotifications()
                .Configure<MailOptions>(mail => mail.Folder = Outbox)
                .Configure<SecretOptions>(secrets => secrets.MasterKey = MasterKey)
                .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.Error));
            Configure(silo);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
        if (Directory.Exists(Outbox))
        {
            Directory.Delete(Outbox, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a grain's activation go away, as a crash of its silo would, and waits until it is gone.</summary>
    public async Task ForgetAsync(IAddressable grain)
    {
        var management = Grains.GetGrain<IManagementGrain>(0);
        await Eventually.TrueAsync(async () =>
        {
            // Again each time: a collection passes over a grain that is at work. And not the grain directory is asked,
            // whose cache remembers a grain until it is called again.
            await management.ForceActivationCollection(TimeSpan.Zero);
            var active = await management.GetDetailedGrainStatistics();
            return active.All(other => other.GrainId != grain.GetGrainId());
        });
    }

    /// <summary>What the gateway has given back of an order, in minor units.</summary>
    internal async Task<long[]> RefundsAsync(OrderId order)
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<long>(
            "select r.amount from sandbox_refunds r join sandbox_intents i on i.id = r.intent where i.reference = @id and r.status <> 'Failed'",
            new { id = order.Value })];
    }

    protected virtual void Configure(ISiloBuilder silo)
    {
    }
}
