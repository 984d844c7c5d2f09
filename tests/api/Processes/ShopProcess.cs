using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Commerce.Processes;

/// <summary>A silo or a front door as a real process, that can be killed, frozen and started again on the same port.</summary>
internal sealed class ShopProcess : IAsyncDisposable
{
    /// <summary>The operator key of every process that tests start.</summary>
    public const string OperatorKey = "op_test_0123456789abcdef0123";

    private static int s_ports = Environment.ProcessId * 97 % 18_000;

    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly ConcurrentQueue<string> _output = new();
    private Process _process = null!;

    private ShopProcess(string program, int port, IReadOnlyDictionary<string, string> settings) =>
        (_program, _settings, Address) = (program, settings, new($"http://127.0.0.1:{port}"));

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What it printed, for the message of a test that fails.</summary>
    public string Output => string.Join(Environment.NewLine, _output.TakeLast(60));

    /// <summary>All that it printed.</summary>
    public string Log => string.Join(Environment.NewLine, _output);

    /// <summary>Starts a silo and waits until it is ready.</summary>
    public static Task<ShopProcess> SiloAsync(
        string folder, string? connectionString, params (string Key, string Value)[] settings) =>
        StartAsync("silo/Commerce.Silo", folder, connectionString, [Port("Silo__SiloPort"), Port("Silo__GatewayPort"), .. settings]);

    /// <summary>Starts a front door and waits until it is ready.</summary>
    public static Task<ShopProcess> ApiAsync(string folder, string? connectionString) =>
        StartAsync("api/Commerce.Api", folder, connectionString, []);

    /// <summary>Starts a silo that cannot start as it is configured; what it printed.</summary>
    public static async Task<string> RefusalAsync(string folder, string connectionString, params (string Key, string Value)[] settings)
    {
        await using var refused = New(
            "silo/Commerce.Silo", folder, connectionString, [Port("Silo__SiloPort"), Port("Silo__GatewayPort"), .. settings]);
        refused.Begin();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await refused._process.WaitForExitAsync(patience.Token);
        Assert.NotEqual(0, refused._process.ExitCode);
        return refused.Output;
    }

    /// <summary>Starts it again, with the same settings, on the same port.</summary>
    public async Task StartAsync()
    {
        Begin();
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(2) };
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(_process.HasExited, $"It ended at once.{Environment.NewLine}{Output}");
                try
                {
                    using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                    return ready.IsSuccessStatusCode;
                }
                catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            TimeSpan.FromMinutes(2));
    }

    /// <summary>Runs the program's own check of the journal; its exit code and what it printed.</summary>
    public async Task<(int ExitCode, string Report)> VerifyAsync()
    {
        using var verifier = Process.Start(Command("verify-journal"))!;
        var report = verifier.StandardOutput.ReadToEndAsync();
        var errors = await verifier.StandardError.ReadToEndAsync();
        await verifier.WaitForExitAsync();
        return (verifier.ExitCode, await report + errors);
    }

    /// <summary><c>kill -9</c>, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop in good order, and waits until it has.</summary>
    public async Task StopAsync()
    {
        Signal("TERM");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
    }

    /// <summary>Sends a signal by name: STOP freezes the process, CONT lets it go on.</summary>
    public void Signal(string name) =>
        Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("CONT");
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Begin()
    {
        _process = new() { StartInfo = Command("--urls", Address.ToString()) };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [_program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(_program),
        };
        foreach (var (key, value) in _settings)
        {
            start.Environment[key] = value;
        }

        return start;
    }

    private static async Task<ShopProcess> StartAsync(
        string project, string folder, string? connectionString, (string Key, string Value)[] settings)
    {
        var process = New(project, folder, connectionString, settings);
        try
        {
            await process.StartAsync();
            return process;
        }
        catch
        {
            // Nobody has it, so nobody else would end it.
            await process.DisposeAsync();
            throw;
        }
    }

    private static ShopProcess New(
        string project, string folder, string? connectionString, (string Key, string Value)[] settings)
    {
        var parts = project.Split('/');
        var built = Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "api", "bin"), AppContext.BaseDirectory);
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Data__Folder"] = folder,
            ["Mail__Folder"] = Path.Combine(folder, "outbox"),
            ["Operators__Key"] = OperatorKey,
            ["Logging__LogLevel__Default"] = "Warning",

            // Of many processes on few processors none should spin while it waits for work: a fifth of what a quiet shop costs.
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        };

        // All tests come from one address.
        foreach (var limit in new[] { "Reads", "Changes", "Pictures", "Operators", "SignIns", "Mails", "Guesses" })
        {
            environment[$"Edge__Limits__{limit}PerMinute"] = "1000000";
        }

        if (connectionString is not null)
        {
            environment["ConnectionStrings__Commerce"] = connectionString;
        }

        var port = FreePort();
        foreach (var (key, value) in settings)
        {
            environment[key] = value.Replace("{port}", $"{port}", StringComparison.Ordinal);
        }

        return new(Path.Combine(Repository.Root, parts[0], "bin", built, parts[1] + ".dll"), port, environment);
    }

    private static (string Key, string Value) Port(string setting) => (setting, $"{FreePort()}");

    /// <summary>
    /// A port that nobody listens at, each time another one, below those that the system gives to whoever calls out: one of
    /// those may be taken again before the process has started.
    /// </summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = 12_000 + (Interlocked.Increment(ref s_ports) % 18_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's; the next one.
            }
        }
    }
}
