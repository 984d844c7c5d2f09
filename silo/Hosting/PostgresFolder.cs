using System.Diagnostics;
using System.Globalization;
using Commerce.Http;

namespace Commerce.Hosting;

/// <summary>What a private server has on disk: its data, its log, and the trace of whether it runs.</summary>
internal sealed class PostgresFolder
{
    // Where the system has no C.UTF-8, newer versions have their own; plain C knows ASCII letters only.
    private static readonly string[][] Locales =
    [
        ["--locale=C.UTF-8"],
        ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
        ["--locale=C"],
    ];

    private readonly PostgresBinaries _binaries;
    private readonly string _folder;
    private readonly string _data;
    private readonly string _log;

    public PostgresFolder(PostgresBinaries binaries, string folder)
    {
        (_binaries, _folder, _log) = (binaries, folder, Path.Combine(folder, "log"));
        _data = Of(folder, binaries.MajorVersion);
    }

    /// <summary>The versions that have data in a folder.</summary>
    public static int[] Versions(string folder) =>
        [.. Enumerable.Range(10, 90).Where(version => Directory.Exists(Of(folder, version)))];

    /// <summary>The last lines of the server's log.</summary>
    public string LastLog() =>
        File.Exists(_log) ? string.Join(Environment.NewLine, File.ReadLines(_log).TakeLast(10)) : "";

    /// <summary>Where the server listens; null: it does not run.</summary>
    public int? RunningPort()
    {
        try
        {
            return File.ReadAllLines(PidFile) is [var id, var data, var started, var port, ..]
                && IsServer(int.Parse(id, CultureInfo.InvariantCulture), [id, data, started])
                ? int.Parse(port, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception none) when (none is
            FileNotFoundException or DirectoryNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Starts the server, and its data if there is none, and waits until it is ready.</summary>
    public async Task StartAsync(int port, string password, CancellationToken cancellation)
    {
        if (!Directory.Exists(_data))
        {
            await CreateAsync(password, cancellation);
        }

        // A crash leaves the number of a process, by now perhaps another one's, or an empty file: PostgreSQL
        // starts with neither. Its shared memory, named after the folder, still keeps two servers apart.
        File.Delete(PidFile);
        if (!File.Exists(_log))
        {
            await File.WriteAllTextAsync(_log, "", cancellation);
            await _binaries.User.OwnAsync(_log);
        }

        await _binaries.LaunchAsync("-D", _data, "-w", "-t", "60", "-l", _log, "-o", $"-p {port}");
    }

    /// <summary>Stops the server, if it runs, and waits until it is gone.</summary>
    /// <param name="mode">How <c>pg_ctl</c> calls it: fast, or immediate as in a crash.</param>
    public async Task StopAsync(string mode)
    {
        if (RunningPort() is not null)
        {
            await _binaries.RunAsync("pg_ctl", ["stop", "-D", _data, "-w", "-t", "60", "-m", mode]);
        }
    }

    public override string ToString() => _data;

    /// <summary>Makes the data, all of it or nothing.</summary>
    private async Task CreateAsync(string password, CancellationToken cancellation)
    {
        var unfinished = UnfinishedFolder.Create(_data);
        DataFolder.WriteSecret(_folder, "initial-password", password);
        var passwordFile = Path.Combine(_folder, "initial-password");
        await _binaries.User.OwnAsync(unfinished.FullName, passwordFile);
        string[] arguments =
        [
            "-D", unfinished.FullName, "-U", "commerce", "-A", "scram-sha-256", "--pwfile", passwordFile,
            "-E", "UTF8",
        ];
        foreach (var locale in Locales)
        {
            try
            {
                await _binaries.RunAsync("initdb", [.. arguments, .. locale], cancellation);
                break;
            }
            catch (InvalidOperationException) when (locale != Locales[^1])
            {
                // The next one may be known here.
            }
        }

        File.Delete(passwordFile);

        // What makes it durable (fsync, synchronous_commit, full_page_writes) stays as it is by default: on.
        await File.AppendAllTextAsync(
            Path.Combine(unfinished.FullName, "postgresql.conf"),
            """

            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 300
            shared_buffers = '256MB'
            max_wal_size = '2GB'
            idle_in_transaction_session_timeout = '60s'
            jit = off

            """,
            cancellation);
        unfinished.MoveTo(_data);
    }

    /// <summary>Whether the process wrote these lines: numbers of processes are used again.</summary>
    private static bool IsServer(int processId, string[] lines)
    {
        try
        {
            // A server works in its data folder; a dead process that nobody has waited for is nowhere.
            using var process = Process.GetProcessById(processId);
            var itsFile = $"/proc/{processId}/cwd/postmaster.pid";
            return process.ProcessName == "postgres"
                && (!OperatingSystem.IsLinux()
                    || File.ReadLines(itsFile).Take(lines.Length).SequenceEqual(lines));
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    private string PidFile => Path.Combine(_data, "postmaster.pid");

    private static string Of(string folder, int version) => Path.Combine(folder, $"data-{version}");
}
