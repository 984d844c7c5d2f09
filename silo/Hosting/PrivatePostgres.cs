using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Commerce.Http;
using Npgsql;

namespace Commerce.Hosting;

/// <summary>
/// A PostgreSQL of this installation's own, for development and tests: loopback only, durable, and shared by all
/// processes that use the same folder. It outlives a process that is killed and is adopted by the next; the last one
/// that leaves in good order stops it.
/// </summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly PostgresBinaries _binaries;
    private readonly string _folder;
    private readonly string _data;
    private readonly string _password;
    private readonly FileStream _user;
    private int _port;

    private PrivatePostgres(PostgresBinaries binaries, string folder, string data, string password, FileStream user) =>
        (_binaries, _folder, _data, _password, _user) = (binaries, folder, data, password, user);

    /// <summary>Whether the server was running already.</summary>
    public bool WasAdopted { get; private set; }

    /// <summary>Starts the folder's server, or finds it running.</summary>
    /// <param name="dataFolder">The installation's folder; the server's files go into a folder beneath.</param>
    /// <param name="candidates">Where to look for the server's programs; null: where systems have them.</param>
    /// <exception cref="InvalidOperationException">It cannot be started; the message says what to do.</exception>
    public static async Task<PrivatePostgres> StartAsync(string dataFolder, IEnumerable<string>? candidates = null)
    {
        var folder = Reachable(Path.GetFullPath(dataFolder));
        Directory.CreateDirectory(folder);
        var binaries = await PostgresBinaries.FindAsync(Path.Combine(folder, "..", "postgres-programs"), candidates);
        using var starting = await LockAsync(Path.Combine(folder, "start.lock"), FileShare.None);
        var data = Path.Combine(folder, $"data-{await binaries.MajorVersionAsync()}");
        var password = DataFolder.ReadSecret(folder, "password")
            ?? DataFolder.WriteSecret(folder, "password", RandomNumberGenerator.GetHexString(32, lowercase: true));
        var user = await LockAsync(Path.Combine(folder, "users.lock"), FileShare.Read);
        var server = new PrivatePostgres(binaries, folder, data, password, user);
        try
        {
            await server.StartAsync();
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
    public async Task EnsureDatabaseAsync(string name)
    {
        try
        {
            await ExecuteAsync($"create database \"{name}\"");
        }
        catch (PostgresException exists) when (exists.SqlState is
            PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Somebody was first.
        }
    }

    /// <summary>Removes a database and whoever is connected to it.</summary>
    public Task DropDatabaseAsync(string name) => ExecuteAsync($"drop database if exists \"{name}\" with (force)");

    /// <summary>Stops the server unless another process uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        using var starting = await LockAsync(Path.Combine(_folder, "start.lock"), FileShare.None);
        await _user.DisposeAsync();
        if (TryLock(Path.Combine(_folder, "users.lock"), FileShare.None) is { } last)
        {
            await StopAsync(immediately: false);
            await last.DisposeAsync();
        }
    }

    /// <summary>Stops the server whoever uses it: what an outage is made of.</summary>
    public Task StopAsync(bool immediately) =>
        _binaries.RunAsync("pg_ctl", "stop", "-D", _data, "-w", "-m", immediately ? "immediate" : "fast");

    /// <summary>Starts the server again after <see cref="StopAsync"/>, on the same port.</summary>
    public async Task StartAsync()
    {
        if (!File.Exists(Path.Combine(_data, "PG_VERSION")))
        {
            await CreateAsync();
        }

        var portFile = Path.Combine(_folder, "port");
        _port = File.Exists(portFile) ? int.Parse(await File.ReadAllTextAsync(portFile), CultureInfo.InvariantCulture) : FreePort();
        WasAdopted = await IsRunningAsync();
        if (WasAdopted)
        {
            await WaitAsync();
            return;
        }

        if (!IsFree(_port))
        {
            _port = FreePort();
        }

        await File.WriteAllTextAsync(portFile, _port.ToString(CultureInfo.InvariantCulture));
        try
        {
            // pg_ctl gives the server a session of its own, so Ctrl+C in our terminal does not reach it.
            await _binaries.RunAsync("pg_ctl", "start", "-D", _data, "-w", "-t", "60", "-l", LogFile, "-o", $"-p {_port}");
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidOperationException($"The private PostgreSQL does not start.{Environment.NewLine}{LastLog()}", failure);
        }

        await WaitAsync();
    }

    private string LogFile => Path.Combine(_folder, "log");

    private async Task CreateAsync()
    {
        var file = DataFolder.WriteSecret(_folder, "initial-password", _password);
        await OwnAsync();
        string[] arguments = ["-D", _data, "-U", "commerce", "-A", "scram-sha-256", "--pwfile", Path.Combine(_folder, "initial-password"), "-E", "UTF8"];
        try
        {
            await _binaries.RunAsync("initdb", [.. arguments, "--locale=C.UTF-8"]);
        }
        catch (InvalidOperationException)
        {
            await _binaries.RunAsync("initdb", [.. arguments, "--locale=C"]);
        }

        File.Delete(Path.Combine(_folder, "initial-password"));
        _ = file;

        // Loopback only. What makes it durable (fsync, synchronous_commit, full_page_writes) stays at its default: on.
        await File.AppendAllTextAsync(Path.Combine(_data, "postgresql.conf"), """

            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 300
            shared_buffers = '256MB'
            max_wal_size = '2GB'
            idle_in_transaction_session_timeout = '60s'
            jit = off
            """);
    }

    /// <summary>Gives the folder to the user that the server runs as.</summary>
    private async Task OwnAsync()
    {
        if (_binaries.User is { } user)
        {
            await PostgresBinaries.RunProgramAsync("chown", ["-R", user, _folder]);
        }
    }

    private async Task<bool> IsRunningAsync()
    {
        try
        {
            await _binaries.RunAsync("pg_ctl", "status", "-D", _data);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task WaitAsync()
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                await ExecuteAsync("select 1");
                return;
            }
            catch (NpgsqlException) when (Environment.TickCount64 < deadline)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
            catch (NpgsqlException failure)
            {
                throw new InvalidOperationException($"The private PostgreSQL does not answer.{Environment.NewLine}{LastLog()}", failure);
            }
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string LastLog() =>
        File.Exists(LogFile) ? string.Join(Environment.NewLine, File.ReadLines(LogFile).TakeLast(10)) : "";

    private static async Task<FileStream> LockAsync(string path, FileShare share)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            if (TryLock(path, share) is { } taken)
            {
                return taken;
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new InvalidOperationException($"Another process has {path} for too long.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>An open file is the lock: exclusive with <see cref="FileShare.None"/>, shared with <see cref="FileShare.Read"/>.</summary>
    private static FileStream? TryLock(string path, FileShare share)
    {
        try
        {
            if (!File.Exists(path))
            {
                using var created = File.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            }

            return new FileStream(path, FileMode.Open, FileAccess.Read, share);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// The folder beneath, unless the server's user cannot get there, as in root's home: then one that it can, which
    /// always is the same for the same installation.
    /// </summary>
    private static string Reachable(string dataFolder)
    {
        Directory.CreateDirectory(dataFolder);
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess || IsOpen(new(dataFolder)))
        {
            return Path.Combine(dataFolder, "postgres");
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)).AsSpan(0, 6));
        return $"/var/tmp/commerce-{hash}/postgres";

        static bool IsOpen(DirectoryInfo? folder) =>
            folder is null || (folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute) && IsOpen(folder.Parent));
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
