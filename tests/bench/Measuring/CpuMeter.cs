using System.Diagnostics;
using System.Globalization;

namespace Commerce.Bench;

/// <summary>Seconds of processor, by who spent them. Where silo and load share a process, they are one figure.</summary>
internal readonly record struct Cpu(double Load, double Silo, double Database)
{
    public static Cpu operator -(Cpu left, Cpu right) =>
        new(left.Load - right.Load, left.Silo - right.Silo, left.Database - right.Database);

    public static Cpu operator +(Cpu left, Cpu right) =>
        new(left.Load + right.Load, left.Silo + right.Silo, left.Database + right.Database);
}

/// <summary>Reads who used how much processor; on Linux, from <c>/proc</c>, elsewhere of this process alone.</summary>
/// <param name="server">The process of PostgreSQL whose children serve the connections; null: unknown.</param>
/// <param name="silos">Processes of the shop, if it has its own.</param>
internal sealed class CpuMeter(int? server, params int[] silos)
{
    private const double TicksPerSecond = 100;

    public Cpu Read() => new(
        Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds,
        silos.Sum(Of),
        server is { } postmaster && OperatingSystem.IsLinux() ? Tree(postmaster) : 0);

    public Cpu Since(Cpu before) => Read() - before;

    /// <summary>A server, its children and those of them that have ended.</summary>
    private static double Tree(int parent) => Directory.EnumerateDirectories("/proc")
        .Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]))
        .Select(path => Stat(path))
        .Where(stat => stat is not null && (stat.Value.Id == parent || stat.Value.Parent == parent))
        .Sum(stat => stat!.Value.Own + (stat.Value.Id == parent ? stat.Value.Ended : 0));

    private static double Of(int process) => Stat($"/proc/{process}") is { } stat ? stat.Own : 0;

    private static (int Id, int Parent, double Own, double Ended)? Stat(string folder)
    {
        try
        {
            // The name in parentheses may hold anything; fields are counted after it (proc(5)).
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (
                int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture),
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                (Number(fields[11]) + Number(fields[12])) / TicksPerSecond,
                (Number(fields[13]) + Number(fields[14])) / TicksPerSecond);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
