using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using HdrHistogram;

namespace Commerce.Bench;

/// <summary>One operation by one of several callers; the number counts his operations from 0.</summary>
internal delegate Task Operation(int caller, long number);

/// <summary>Drives an operation, as fast as its callers can or as often as asked.</summary>
internal static class Load
{
    /// <summary>Every caller begins anew as soon as he has his answer.</summary>
    public static async Task<Round> ClosedAsync(int callers, TimeSpan length, Operation operation, CpuMeter cpu)
    {
        var latencies = new Latencies();
        var before = cpu.Read();
        var started = Stopwatch.GetTimestamp();
        var end = started + Ticks(length);
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var (count, now) = (0L, Stopwatch.GetTimestamp());
            for (; now < end; count++)
            {
                await operation(caller, count);
                var done = Stopwatch.GetTimestamp();
                latencies.Record(done - now);
                now = done;
            }

            return count;
        })));
        return new(counts.Sum(), Stopwatch.GetElapsedTime(started), latencies.Sum(), cpu.Since(before));
    }

    /// <summary>
    /// Operations begin when they are due, however long those before them take; each is measured from when it was due.
    /// Due ones wait for one of so many callers to be free.
    /// </summary>
    public static async Task<Round> OpenAsync(
        int callers, double perSecond, TimeSpan length, Operation operation, CpuMeter cpu)
    {
        var latencies = new Latencies();
        var due = Channel.CreateUnbounded<long>();
        var before = cpu.Read();
        var started = Stopwatch.GetTimestamp();
        var serving = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var count = 0L;
            await foreach (var at in due.Reader.ReadAllAsync())
            {
                await operation(caller, count++);
                latencies.Record(Stopwatch.GetTimestamp() - at);
            }
        })).ToArray();
        var total = (long)(perSecond * length.TotalSeconds);
        var pacing = new Thread(() =>
        {
            for (var sent = 0L; sent < total; Thread.Sleep(1))
            {
                var now = Stopwatch.GetTimestamp();
                for (; sent < total && started + Ticks(TimeSpan.FromSeconds(sent / perSecond)) is var at && at <= now; sent++)
                {
                    due.Writer.TryWrite(at);
                }
            }

            due.Writer.Complete();
        })
        {
            IsBackground = true,
            Priority = ThreadPriority.Highest,
        };
        pacing.Start();
        await Task.WhenAll(serving);
        return new(total, Stopwatch.GetElapsedTime(started), latencies.Sum(), cpu.Since(before));
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}

/// <summary>What one round came to.</summary>
/// <param name="Latency">In microseconds.</param>
internal sealed record Round(long Operations, TimeSpan Length, LongHistogram Latency, Cpu Cpu)
{
    public double PerSecond => Operations / Length.TotalSeconds;

    public double Milliseconds(double percentile) => Latency.GetValueAtPercentile(percentile) / 1000.0;
}

/// <summary>Times of operations, taken down by many threads without their waiting for each other.</summary>
internal sealed class Latencies
{
    private readonly ConcurrentDictionary<int, LongHistogram> _byThread = new();

    public void Record(long ticks)
    {
        var histogram = _byThread.GetOrAdd(Environment.CurrentManagedThreadId, _ => New());
        lock (histogram)
        {
            histogram.RecordValue(Math.Min(Math.Max(1, ticks * 1_000_000 / Stopwatch.Frequency), histogram.HighestTrackableValue));
        }
    }

    public LongHistogram Sum()
    {
        var sum = New();
        foreach (var histogram in _byThread.Values)
        {
            sum.Add(histogram);
        }

        return sum;
    }

    private static LongHistogram New() => new(TimeSpan.FromMinutes(10).Ticks / 10, 3);
}
