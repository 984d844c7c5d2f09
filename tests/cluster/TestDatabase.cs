using Commerce.Hosting;
using Dapper;
using Npgsql;

namespace Commerce;

/// <summary>A database of its own on the installation's private PostgreSQL.</summary>
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

    /// <summary>The tables, of any schema, in which a text is found.</summary>
    public async Task<IReadOnlyList<string>> TablesWithAsync(string text)
    {
        await using var connection = await Source.OpenConnectionAsync();
        var found = new List<string>();
        foreach (var table in await connection.QueryAsync<string>(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
        {
            if (await connection.ExecuteScalarAsync<bool>($"select exists (select from {table} t where position(@text in t::text) > 0)", new { text }))
            {
                found.Add(table);
            }
        }

        return found;
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
