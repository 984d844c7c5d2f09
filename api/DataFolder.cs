namespace Commerce.Http;

/// <summary>
/// Where an installation keeps what is its own: <c>Data:Folder</c>, or <c>.data</c> beside the solution, or beside the
/// program.
/// </summary>
public static class DataFolder
{
    /// <summary>How a front door in another process finds the private PostgreSQL.</summary>
    public const string ConnectionStringFile = "connection-string";

    /// <summary>The operator key of development.</summary>
    public const string OperatorKeyFile = "operator-key";

    /// <summary>The master key of development; see <see cref="SecretOptions"/>.</summary>
    public const string MasterKeyFile = "master-key";

    /// <summary>The folder, which is created if need be.</summary>
    public static string Find(IConfiguration configuration, string contentRoot)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var root = new DirectoryInfo(contentRoot);
        for (var parent = root; parent is not null; parent = parent.Parent)
        {
            if (File.Exists(Path.Combine(parent.FullName, "Commerce.sln")))
            {
                root = parent;
                break;
            }
        }

        var folder = Path.GetFullPath(configuration["Data:Folder"] ?? Path.Combine(root.FullName, ".data"));
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Reads what was written; null when it was not.</summary>
    public static string? ReadSecret(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>Writes a file that only its owner can read, and returns what was written.</summary>
    public static string WriteSecret(string folder, string name, string value)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(Path.Combine(folder, name), options);
        writer.Write(value);
        return value;
    }
}
