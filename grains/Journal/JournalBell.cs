using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Journal;

/// <summary>
/// Tells readers in this process that there may be something to read. Rung by each append of this silo, and by
/// <see cref="JournalWatch"/> for those of others. A ring is a hint: whoever waits also looks from time to time.
/// </summary>
internal sealed class JournalBell
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next ring. Take it before reading, wait for it after: then none is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes everybody who waits.</summary>
    public void Ring() =>
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits for a ring taken earlier, but not for ever.</summary>
    public static async Task WaitAsync(Task ring, CancellationToken stop)
    {
        try
        {
            await ring.WaitAsync(TimeSpan.FromSeconds(1), stop);
        }
        catch (TimeoutException)
        {
            // Looking without a reason once a second costs nothing and survives any lost ring.
        }
    }
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
