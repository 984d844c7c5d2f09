using System.Globalization;

namespace Commerce.Bench;

/// <summary>What may be said on the command line.</summary>
/// <param name="Rounds">How often each thing is measured, 1 or more.</param>
/// <param name="Round">How long each time.</param>
/// <param name="Callers">How many at once, where a scenario has several such sizes; null: all of its own.</param>
/// <param name="Minutes">How long a scenario lasts that lasts long.</param>
/// <param name="Json">Where the result goes for tools; null: nowhere.</param>
internal sealed record BenchOptions(int Rounds, TimeSpan Round, int[]? Callers, int Minutes, string? Json)
{
    /// <summary>Null when it cannot be understood.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        var options = new BenchOptions(5, TimeSpan.FromSeconds(2), null, 30, null);
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out var rounds) && rounds > 0:
                    options = options with { Rounds = rounds };
                    break;
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds > 0:
                    options = options with { Round = TimeSpan.FromSeconds(seconds) };
                    break;
                case "--callers" when value.Split(',') is var sizes
                    && sizes.All(size => int.TryParse(size, CultureInfo.InvariantCulture, out var callers) && callers > 0):
                    options = options with { Callers = [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))] };
                    break;
                case "--minutes" when int.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes > 0:
                    options = options with { Minutes = minutes };
                    break;
                case "--json" when value.Length > 0:
                    options = options with { Json = value };
                    break;
                default:
                    return null;
            }
        }

        return args.Length == 0 ? null : options;
    }
}
