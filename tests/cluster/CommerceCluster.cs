using Commerce.Hosting;
using Commerce.Journal;
using Commerce.Notifications;
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
                .AddCarts().AddCatalog().AddCheckout().AddOrders().AddPayments().AddNotifications()
                .Configure<MailOptions>(mail => mail.Folder = Outbox)
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
        await management.ForceActivationCollection(TimeSpan.Zero);
        await Eventually.TrueAsync(async () => await management.GetActivationAddress(grain) is null);
    }

    protected virtual void Configure(ISiloBuilder silo)
    {
    }
}

/// <summary>A database of its own on the installation's private PostgreSQL, or on <c>COMMERCE_TEST_DATABASE</c>'s server.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _name;

    private TestDatabase(PrivatePostgres server, string name)
    {
        (Server, _name) = (server, name);
        ConnectionString = server.ConnectionString(name);
        Source = Commerce.Database.Connect(ConnectionString);
    }

    /// <summary>The server, which tests may stop and start.</summary>
    public PrivatePostgres Server { get; }

    /// <summary>Connections.</summary>
    public NpgsqlDataSource Source { get; }

    public string ConnectionString { get; }

    /// <summary>A new database with the schema of today.</summary>
    /// <param name="folder">The installation's folder; null: that of the repository.</param>
    public static async Task<TestDatabase> CreateAsync(string? folder = null)
    {
        var server = await PrivatePostgres.StartAsync(folder ?? Repository.DataFolder);
        var name = $"test_{Guid.NewGuid():n}";
        await server.EnsureDatabaseAsync(name);
        await CommerceDatabase.MigrateAsync(server.ConnectionString(name));
        return new(server, name);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await Server.DropDatabaseAsync(_name);
        await Server.DisposeAsync();
    }
}

/// <summary>Where the repository is.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The folder for what is not in git.</summary>
    public static string DataFolder => Path.Combine(Root, ".data");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Commerce.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return folder;
    }
}

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    /// <summary>Asks until it is so; fails when it is not within the limit.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        var deadline = Environment.TickCount64 + (long)(limit ?? TimeSpan.FromSeconds(20)).TotalMilliseconds;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "It did not become so in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
