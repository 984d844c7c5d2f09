using System.Runtime.Versioning;

namespace Commerce.Hosting;

/// <summary>Who a PostgreSQL server runs as: whoever runs us, but never root, which it refuses.</summary>
internal sealed class ServerUser
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly string _owner;
    private readonly string[] _prefix;

    private ServerUser(string owner, string[] prefix) => (_owner, _prefix) = (owner, prefix);

    /// <summary>Whether we are root and the server is not.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool IsOther => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();

    /// <exception cref="InvalidOperationException">We are root and cannot be anybody else.</exception>
    public static ServerUser Find()
    {
        if (!IsOther)
        {
            return new("", []);
        }

        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).ToList();
        var user = users.Find(user => user[0] == "postgres") ?? users.Find(user => user[0] == "nobody");
        if (user is [var name, _, var id, var group, ..])
        {
            if (ChildProcess.Find("setpriv") is { } setpriv)
            {
                string[] prefix = [setpriv, "--reuid", id, "--regid", group, "--clear-groups", "--"];
                return new($"{id}:{group}", prefix);
            }

            if (ChildProcess.Find("runuser") is { } runuser)
            {
                return new($"{id}:{group}", [runuser, "-u", name, "--"]);
            }
        }

        throw new InvalidOperationException(
            "PostgreSQL does not run as root: install util-linux (setpriv, runuser) and add a user postgres, "
            + "or start as another user, or set ConnectionStrings__Commerce.");
    }

    /// <summary>The command that runs this one as the server's user.</summary>
    public string[] Command(string program, params IEnumerable<string> arguments) =>
        [.. _prefix, program, .. arguments];

    /// <summary>Gives files, and folders with all that is in them, to the server's user.</summary>
    public Task OwnAsync(params IEnumerable<string> paths) => IsOther
        ? ChildProcess.RunAsync("chown", ["chown", "-R", _owner, .. paths], Limit, CancellationToken.None)
        : Task.CompletedTask;

    /// <summary>Lets the server's user read a folder and run what is in it.</summary>
    public static Task ShowAsync(string folder) => IsOther
        ? ChildProcess.RunAsync("chmod", ["chmod", "-R", "a+rX", folder], Limit, CancellationToken.None)
        : Task.CompletedTask;
}
