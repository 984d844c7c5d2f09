using Commerce.Hosting;
using Commerce.Notifications;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Commerce.Journal;

/// <summary>Silos over a database that the test owns: clusters may share one, and it outlives them.</summary>
internal sealed class JournalCluster : IAsyncDisposable
{
    private JournalCluster(InProcessTestCluster cluster, NpgsqlDataSource database) => (Silos, Database) = (cluster, database);

    public InProcessTestCluster Silos { get; }

    public IGrainFactory Grains => Silos.Client;

    /// <summary>The connections that the silos use as well.</summary>
    public NpgsqlDataSource Database { get; }

    /// <param name="outbox">Where mails go; null: nobody looks at them.</param>
    public static async Task<JournalCluster> StartAsync(
        NpgsqlDataSource database,
        short silos = 1,
        string? outbox = null,
        Action<JournalOptions>? journal = null,
        Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseDocuments().AddJournal();
            silo.Services.AddSingleton(database)
                .AddCarts().AddCatalog().AddCheckout().AddOrders().AddPayments().AddPromotions().AddNotifications()
                .Configure<SecretOptions>(secrets => secrets.MasterKey = CommerceCluster.MasterKey)
                .Configure<MailOptions>(mail => mail.Folder = outbox ?? Path.Combine(Path.GetTempPath(), "commerce-outbox-journal"))
                .Configure<JournalOptions>(options =>
                {
                    (options.Lease, options.WakeEvery) = (TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200));
                    journal?.Invoke(options);
                })
                .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(
            options => options.ResponseTimeout = TimeSpan.FromSeconds(8)));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster, database);
    }

    /// <summary>Makes grains go away, wherever they are active.</summary>
    public async Task ForgetAsync(params IAddressable[] grains)
    {
        foreach (var grain in grains)
        {
            await Silos.DeactivateAsync(grain);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Silos.StopAllSilosAsync();
        await Silos.DisposeAsync();
    }
}

/// <summary>The journal's parts without a silo, and looking into its tables.</summary>
internal static class JournalParts
{
    /// <summary>What every part needs.</summary>
    public static JournalReading NewReading(this NpgsqlDataSource database, JournalOptions? options = null) => new(
        database,
        new(new(Microsoft.Extensions.Options.Options.Create<SecretOptions>(new() { MasterKey = CommerceCluster.MasterKey }))),
        new(),
        new(new ServiceCollection().AddMetrics().BuildServiceProvider()
            .GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()),
        TimeProvider.System,
        Microsoft.Extensions.Options.Options.Create(options ?? new()),
        Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

    /// <summary>The journal of one silo.</summary>
    public static EventJournal NewJournal(this JournalReading reading) => new(
        reading.Database, reading.Keys, reading.Options, reading.Bell, reading.Metrics,
        Microsoft.Extensions.Logging.Abstractions.NullLogger<EventJournal>.Instance);

    /// <summary>Events on their way to a stream.</summary>
    public static PendingAppend Append(this EventJournal journal, string stream, long expected, params IJournalEvent[] events)
    {
        var append = new PendingAppend(stream, expected);
        Assert.True(append.TryAdd(
            [.. events.Select(e => EncodedEvent.Of(e, key: null, header: null, DateTimeOffset.UtcNow))], wakeAt: null));
        journal.Enqueue(append);
        return append;
    }

    /// <summary>An event like any other.</summary>
    public static IJournalEvent AnyEvent(string reference = "any") => new Inventory.StockReceived(Shop.Main, 1, reference);

    public static async Task<T> ScalarAsync<T>(this NpgsqlDataSource database, string sql, object? parameters = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public static async Task ExecuteAsync(this NpgsqlDataSource database, string sql, object? parameters = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public static async Task<IReadOnlyList<T>> QueryAsync<T>(this NpgsqlDataSource database, string sql, object? parameters = null)
    {
        await using var connection = await database.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    /// <summary>Sends a command until its outcome is known, always with the same id; counts how often it was not.</summary>
    public static async Task<(T Answer, int Doubts)> InsistAsync<T>(Func<Task<T>> command)
    {
        var deadline = Environment.TickCount64 + 30_000;
        for (var doubts = 0; ; doubts++)
        {
            try
            {
                return (await command(), doubts);
            }
            catch (Exception failure) when (IsInDoubt(failure) && Environment.TickCount64 < deadline)
            {
                await Task.Yield();
            }
        }

        // The last two are what a caller sees of a silo that died.
        static bool IsInDoubt(Exception failure) =>
            failure is RetryableException or TimeoutException or Orleans.Runtime.OrleansException;
    }
}

/// <summary>A database of its own for the tests of one class.</summary>
public sealed class JournalDatabase : IAsyncLifetime
{
    internal TestDatabase Test { get; private set; } = null!;

    internal NpgsqlDataSource Source => Test.Source;

    public async ValueTask InitializeAsync() => Test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => Test.DisposeAsync();
}
