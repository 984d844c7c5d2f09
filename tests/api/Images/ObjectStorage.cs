using System.Diagnostics;
using System.Net.Sockets;
using Commerce.Hosting;

namespace Commerce.Images;

/// <summary>
/// s3rver: object storage that speaks S3 as a process of its own. It comes from npm's registry, by a lock file of its own, so that
/// the pages know nothing of it.
/// </summary>
public sealed class ObjectStorage : IAsyncLifetime
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-s3-").FullName;
    private Process? _server;

    /// <summary>What the machine lacks; null: nothing.</summary>
    public string? Missing { get; private set; }

    /// <summary>Settings of a shop that keeps its pictures here.</summary>
    internal ImageOptions Options { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (ChildProcess.Find("npm") is not { } npm || ChildProcess.Find("node") is not { } node)
        {
            Missing = "Node is not installed with npm.";
            return;
        }

        var program = Path.Combine(Repository.Root, "tests", "api", "Images", "s3rver");
        if (!File.Exists(Path.Combine(program, "node_modules", ".package-lock.json")))
        {
            try
            {
                await ChildProcess.RunAsync(
                    "npm ci", [npm, "ci", "--prefix", program, "--no-audit", "--no-fund", "--ignore-scripts"], InstallLimit, default);
            }
            catch (InvalidOperationException refused)
            {
                Missing = $"npm gets no s3rver: {refused.Message}";
                return;
            }
        }

        // It takes any port and says which.
        _server = Process.Start(new ProcessStartInfo(
            node, [Path.Combine(program, "node_modules", "s3rver", "bin", "s3rver.js"), "--directory", _folder, "--address", "127.0.0.1", "--port", "0", "--configure-bucket", "pictures"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = "";
        while (!said.Contains("listening on", StringComparison.Ordinal))
        {
            said = await _server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await _server.StandardError.ReadToEndAsync());
        }

        _ = _server.StandardOutput.ReadToEndAsync();
        _ = _server.StandardError.ReadToEndAsync();
        var port = said[(said.LastIndexOf(':') + 1)..].Trim();
        Options = new()
        {
            Endpoint = new($"http://127.0.0.1:{port}"), Bucket = "pictures", AccessKey = "S3RVER", SecretKey = "S3RVER",
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A port where nobody answers.</summary>
    public static int NobodysPort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
