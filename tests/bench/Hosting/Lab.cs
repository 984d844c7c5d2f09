using System.Diagnostics;
using Commerce.Verification;
using Npgsql;

namespace Commerce.Bench;

/// <summary>A database of a scenario's own on a private PostgreSQL with durable settings, and what runs on it.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private const int WarmUpsMax = 30;
    private static readonly TimeSpan WarmUpMin = TimeSpan.FromSeconds(20);

    private readonly TestDatabase _database;

    private Lab(TestDatabase database, BenchOptions options, int? server) =>
        (_database, Options, Server) = (database, options, server);

    public BenchOptions Options { get; }

    public NpgsqlDataSource Database => _database.Source;

    public string ConnectionString => _database.ConnectionString;

    /// <summary>The process of PostgreSQL; null: unknown.</summary>
    public int? Server { get; }

    /// <summary>The meter of a scenario that has no other process.</summary>
    public CpuMeter Cpu => new(Server);

    /// <summary>Where the shops keep what is their own.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("commerce-bench-").FullName;

    public static async Task<Lab> OpenAsync(BenchOptions options)
    {
        var database = await TestDatabase.CreateAsync();
        await using var command = database.Source.CreateCommand("select pg_backend_pid()");
        return new(database, options, Parent((int)(await command.ExecuteScalarAsync())!));
    }

    /// <summary>Settings of a silo on this database.</summary>
    public string[] Settings(string cluster = "bench", string? urls = null) =>
    [
        $"--ConnectionStrings:Commerce={ConnectionString}", $"--Data:Folder={Folder}", $"--Silo:ClusterId={cluster}",
        $"--Urls={urls ?? "http://127.0.0.1:0"}", "--Logging:LogLevel:Default=Warning",
    ];

    /// <summary>The same thing round after round, once it is warm.</summary>
    /// <param name="processes">That share the work: each compiles all of it, from a part of the calls.</param>
    public Task<Measurement> RoundsAsync(
        string name, int callers, Operation operation, CpuMeter? cpu = null, Func<Task<long>>? allocated = null, int processes = 1) =>
        RoundsAsync(name, callers, () => Task.FromResult(operation), cpu, allocated, processes);

    /// <summary>The same, each round on something new.</summary>
    public async Task<Measurement> RoundsAsync(
        string name, int callers, Func<Task<Operation>> fresh, CpuMeter? cpu = null, Func<Task<long>>? allocated = null, int processes = 1)
    {
        var meter = cpu ?? Cpu;
        await WarmUpAsync(callers, fresh, meter, processes);
        var before = allocated is null ? GC.GetTotalAllocatedBytes() : await allocated();
        var rounds = new List<Round>();
        for (var i = 0; i < Options.Rounds; i++)
        {
            rounds.Add(await Load.ClosedAsync(callers, Options.Round, await fresh(), meter));
        }

        var after = allocated is null ? GC.GetTotalAllocatedBytes() : await allocated();
        return new(name, rounds, (after - before) / (double)rounds.Sum(round => round.Operations));
    }

    /// <summary>
    /// Until it has not become faster three times in a row, and for some time, since what is called rarely is compiled late:
    /// by then everything is compiled as it stays.
    /// </summary>
    private async Task WarmUpAsync(int callers, Func<Task<Operation>> fresh, CpuMeter meter, int processes)
    {
        var (best, since, started) = (0.0, 0, Stopwatch.GetTimestamp());
        for (var i = 0; i < WarmUpsMax * processes && (since < 3 || Stopwatch.GetElapsedTime(started) < WarmUpMin * processes); i++)
        {
            var rate = (await Load.ClosedAsync(callers, Options.Round, await fresh(), meter)).PerSecond;
            (best, since) = rate > best * 1.03 ? (rate, 0) : (best, since + 1);
        }
    }

    /// <summary>How long it takes at a steady part of its peak.</summary>
    public async Task<Measurement> WithLatencyAsync(
        Measurement measured, int callers, Operation operation, double ofPeak = 0.7, CpuMeter? cpu = null) => measured with
        {
            Latency = Latency.Of(await Load.OpenAsync(
                callers, measured.Median * ofPeak, Options.Round * Options.Rounds, operation, cpu ?? Cpu)),
        };

    /// <summary>Proves the journal's invariants by other code than the grains'.</summary>
    public async Task VerifyAsync(Report report)
    {
        await using var analyze = Database.CreateCommand("vacuum (analyze)");
        analyze.CommandTimeout = 600;
        await analyze.ExecuteNonQueryAsync();
        var verified = await JournalVerifier.RunAsync(Database);
        report.IsInOrder = verified.First is null;
        report.Verified = verified.ToString().ReplaceLineEndings(" ").Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static int? Parent(int process)
    {
        var path = $"/proc/{process}/stat";
        var text = File.Exists(path) ? File.ReadAllText(path) : null;
        return text is null ? null : int.Parse(
            text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
