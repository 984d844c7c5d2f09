using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Journal;

/// <summary>
/// Tells readers in this process that there is something to read for them. Rung by each append of this silo for those who
/// want its events, and by <see cref="JournalWatch"/> for what others appended. A ring is a hint: whoever waits also looks
/// from time to time.
/// </summary>
internal sealed class JournalBell
{
    private readonly ConcurrentDictionary<JournalListener, bool> _listeners = [];

    /// <summary>Adds somebody who wants these events of these partitions.</summary>
    public JournalListener Listen(IEnumerable<WantedEvents> wanted, params IEnumerable<short> partitions)
    {
        // Whole grain types by their name, others by the types of their events: no name of one is a name of the other.
        var names = wanted.SelectMany(each => each.Types.Length == 0 ? [each.Category] : each.Types);
        var listener = new JournalListener(this, names.ToFrozenSet(StringComparer.Ordinal), partitions.ToFrozenSet());
        _listeners[listener] = true;
        return listener;
    }

    /// <summary>Wakes everybody who waits.</summary>
    public void Ring()
    {
        foreach (var listener in _listeners.Keys)
        {
            listener.Ring();
        }
    }

    /// <summary>Wakes those who wait for what was appended.</summary>
    public void Ring(IReadOnlyList<PendingAppend> appended)
    {
        var kinds = new HashSet<(short Partition, string Category, string Type)>();
        foreach (var append in appended)
        {
            string? last = null;
            foreach (var row in append.Rows)
            {
                if (!ReferenceEquals(row.Type, last))
                {
                    kinds.Add((append.Partition, append.Category, last = row.Type));
                }
            }
        }

        foreach (var listener in _listeners.Keys)
        {
            if (!listener.IsRung && kinds.Any(kind => listener.Wants(kind.Partition, kind.Category, kind.Type)))
            {
                listener.Ring();
            }
        }
    }

    /// <summary>Forgets somebody.</summary>
    public void Remove(JournalListener listener) => _listeners.TryRemove(listener, out _);
}

/// <summary>One who waits for events.</summary>
internal sealed class JournalListener(JournalBell bell, FrozenSet<string> wanted, FrozenSet<short> partitions) : IDisposable
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether there is something that has not been looked for.</summary>
    public bool IsRung => Volatile.Read(ref _next).Task.IsCompleted;

    public bool Wants(short partition, string category, string type) =>
        partitions.Contains(partition) && (wanted.Contains(type) || wanted.Contains(category));

    public void Ring() => Volatile.Read(ref _next).TrySetResult();

    /// <summary>
    /// Waits for the next ring, but not for ever: looking without a reason once a second costs little and survives any lost
    /// ring. Whoever comes back must look, since the ring is used up.
    /// </summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        try
        {
            await Volatile.Read(ref _next).Task.WaitAsync(TimeSpan.FromSeconds(1), stop);
        }
        catch (TimeoutException)
        {
            // Nobody rang.
        }

        // Before looking, so that a ring during the look counts for the next.
        Volatile.Write(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public void Dispose() => bell.Remove(this);
}

/// <summary>
/// Rings the bell for what others committed. One cheap query for the whole process: the last position drawn, and the
/// oldest transaction in flight, since an event becomes readable only when nothing older is open.
/// </summary>
/// <remarks>No <c>NOTIFY</c> in the append: it takes a lock on the whole database at each commit.</remarks>
internal sealed partial class JournalWatch(
    NpgsqlDataSource database, JournalBell bell, IOptions<JournalOptions> options, ILogger<JournalWatch> log)
    : BackgroundService
{
    private const string Look =
        "select last_value, pg_snapshot_xmin(pg_current_snapshot()) from journal_events_position_seq";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = (Position: 0L, Horizon: 0UL);
        using var timer = new PeriodicTimer(options.Value.PollEvery);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var command = database.CreateCommand(Look);
                await using var reader = await command.ExecuteReaderAsync(stoppingToken);
                await reader.ReadAsync(stoppingToken);
                var now = (reader.GetInt64(0), reader.GetFieldValue<ulong>(1));
                if (now != seen)
                {
                    seen = now;
                    bell.Ring();
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogCannotLook(failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal cannot be watched: {Reason}")]
    private partial void LogCannotLook(string reason);
}
