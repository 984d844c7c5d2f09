using Commerce.Http;
using DbUp;
using Npgsql;

namespace Commerce.Hosting;

/// <summary>The database of the shop: the configured one, or a private PostgreSQL that this process starts.</summary>
internal sealed class CommerceDatabase : IAsyncDisposable
{
    private const long MigrationLock = 0x636f6d6d65726365;
    private readonly PrivatePostgres? _private;

    private CommerceDatabase(NpgsqlDataSource source, string folder, string connectionString, PrivatePostgres? own)
    {
        (Source, Folder, ConnectionString, _private) = (source, folder, connectionString, own);
    }

    /// <summary>Connections.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Where this installation keeps its own files.</summary>
    public string Folder { get; }

    /// <summary>How other processes reach the same database.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether the database was started for development.</summary>
    public bool IsPrivate => _private is not null;

    /// <summary>Opens the database; null, and a line that says why, when it cannot.</summary>
    /// <param name="isMigrated">Whether its schema is brought up to date; who only looks leaves it as it is.</param>
    public static async Task<CommerceDatabase?> OpenOrExplainAsync(
        IConfiguration configuration, IHostEnvironment environment, bool isMigrated = true)
    {
        try
        {
            return await OpenAsync(configuration, environment, isMigrated);
        }
        catch (Exception unusable) when (unusable is InvalidOperationException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync($"The database cannot be used. {unusable.Message}");
            return null;
        }
    }

    private static async Task<CommerceDatabase> OpenAsync(
        IConfiguration configuration, IHostEnvironment environment, bool isMigrated)
    {
        var folder = DataFolder.Find(configuration, environment.ContentRootPath);
        if (configuration.GetConnectionString("Commerce") is { Length: > 0 } configured)
        {
            return await OpenAsync(configured, folder, null, isMigrated);
        }

        var own = await PrivatePostgres.StartAsync(folder);
        await own.EnsureDatabaseAsync("commerce");
        DataFolder.WriteSecret(folder, DataFolder.ConnectionStringFile, own.ConnectionString("commerce"));
        return await OpenAsync(own.ConnectionString("commerce"), folder, own, isMigrated);
    }

    // An index over a large journal takes minutes; who appends meanwhile waits.
    private static readonly TimeSpan MigrationTimeout = TimeSpan.FromHours(2);

    /// <summary>Runs the migrations that the database has not had. One process at a time; the others wait.</summary>
    public static async Task MigrateAsync(string connectionString)
    {
        // Not pooled: a connection that goes back to a pool keeps its lock until somebody uses it again.
        await using var guard = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = (int)MigrationTimeout.TotalSeconds }.ConnectionString);
        await guard.OpenAsync();
        await using var take = new NpgsqlCommand($"select pg_advisory_lock({MigrationLock})", guard);
        await take.ExecuteNonQueryAsync();
        var result = DeployChanges.To.PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(CommerceDatabase).Assembly, name => name.StartsWith("sql/", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .WithExecutionTimeout(MigrationTimeout)
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed.", result.Error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_private is not null)
        {
            await _private.DisposeAsync();
        }
    }

    private static async Task<CommerceDatabase> OpenAsync(
        string connectionString, string folder, PrivatePostgres? own, bool isMigrated)
    {
        if (isMigrated)
        {
            await MigrateAsync(connectionString);
        }

        return new(Database.Connect(connectionString), folder, connectionString, own);
    }
}
