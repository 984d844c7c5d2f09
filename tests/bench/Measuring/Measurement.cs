using System.Text.Json.Serialization;

namespace Commerce.Bench;

/// <summary>Several rounds of the same.</summary>
/// <param name="Name">What was measured, with its size: <c>holds, 64 callers</c>.</param>
/// <param name="AllocatedBytes">By an operation, in the shop's process; null: not known.</param>
/// <param name="Latency">Of a steady load below the peak, measured from when each operation was due; null: not measured.</param>
internal sealed record Measurement(
    string Name, [property: JsonIgnore] IReadOnlyList<Round> Rounds, double? AllocatedBytes = null, Latency? Latency = null)
{
    public double Min => Sorted[0];

    public double Median => Sorted[Sorted.Length / 2];

    public double Max => Sorted[^1];

    /// <summary>Seconds of processor in an operation, times a million.</summary>
    public Cpu CpuMicroseconds
    {
        get
        {
            var (sum, operations) = (Rounds.Aggregate(default(Cpu), (cpu, round) => cpu + round.Cpu), Rounds.Sum(round => round.Operations));
            return new(sum.Load * 1e6 / operations, sum.Silo * 1e6 / operations, sum.Database * 1e6 / operations);
        }
    }

    private double[] Sorted => [.. Rounds.Select(round => round.PerSecond).Order()];
}

/// <summary>Milliseconds from when an operation was due until it was answered.</summary>
/// <param name="PerSecond">The load.</param>
internal sealed record Latency(double PerSecond, double P50, double P99, double P999)
{
    public static Latency Of(Round round) =>
        new(round.PerSecond, round.Milliseconds(50), round.Milliseconds(99), round.Milliseconds(99.9));
}

/// <summary>What is promised, and what came out.</summary>
/// <param name="Name">In words.</param>
/// <param name="Value">Measured in this run.</param>
/// <param name="Target">What it must reach, or must not exceed.</param>
internal sealed record Ratio(string Name, double Value, double Target, bool IsUpperLimit = false)
{
    public bool IsReached => IsUpperLimit ? Value <= Target : Value >= Target;
}
