using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Commerce.Bench;

/// <summary>What a scenario found: a table for people, JSON for tools.</summary>
internal sealed class Report(string scenario)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public string Scenario { get; } = scenario;

    public List<Measurement> Measurements { get; } = [];

    public List<Ratio> Ratios { get; } = [];

    /// <summary>Facts that are neither.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What the checker of the journal said; null: it has nothing to check. A result counts only if it is in order.</summary>
    public string? Verified { get; set; }

    public bool IsInOrder { get; set; } = true;

    /// <summary>Whether everything holds that is promised.</summary>
    public bool IsReached => IsInOrder && Ratios.TrueForAll(ratio => ratio.IsReached);

    public Measurement Add(Measurement measurement)
    {
        Measurements.Add(measurement);
        Console.Error.WriteLine(Line(measurement));
        return measurement;
    }

    public void Require(string name, double value, double target, bool isUpperLimit = false) =>
        Ratios.Add(new(name, value, target, isUpperLimit));

    public void Print()
    {
        Console.WriteLine($"""

            {Scenario}
            {"",-44}{"per second",28}{"due to answered, ms",26}{"CPU µs an operation",28}{"bytes",9}
            {"",-44}{"min",8}{"median",10}{"max",10}{"p50",10}{"p99",8}{"p99.9",8}{"load",10}{"silo",9}{"database",9}
            """);
        foreach (var measurement in Measurements)
        {
            Console.WriteLine(Line(measurement));
        }

        foreach (var ratio in Ratios)
        {
            Console.WriteLine(Invariant(
                $"{(ratio.IsReached ? "  reached " : "! MISSED  ")}{ratio.Name}: {ratio.Value:0.###} (must be {(ratio.IsUpperLimit ? "≤" : "≥")} {ratio.Target:0.####})"));
        }

        Notes.ForEach(Console.WriteLine);
        if (Verified is not null)
        {
            Console.WriteLine($"{(IsInOrder ? "  journal:" : "! JOURNAL:")} {Verified}");
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static string Line(Measurement m)
    {
        var cpu = m.CpuMicroseconds;
        var latency = m.Latency is { } l ? Invariant($"{l.P50,10:0.0}{l.P99,8:0.0}{l.P999,8:0.0}") : new string(' ', 26);
        return Invariant(
            $"{m.Name,-44}{m.Min,8:0}{m.Median,10:0}{m.Max,10:0}{latency}{cpu.Load,10:0.0}{cpu.Silo,9:0.0}{cpu.Database,9:0.0}{m.AllocatedBytes,9:0}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
