using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Commerce.Journal;

/// <summary>What every journal reader needs.</summary>
internal sealed record JournalReading(
    NpgsqlDataSource Database,
    StreamKeys Keys,
    JournalBell Bell,
    JournalMetrics Metrics,
    TimeProvider Time,
    Microsoft.Extensions.Options.IOptions<JournalOptions> Options,
    ILoggerFactory Logs);

/// <summary>
/// Turns events into rows of PostgreSQL, in batches, on one silo at a time. The rows and the cursor commit together,
/// so every event takes effect exactly once, whatever dies or freezes in between.
/// </summary>
/// <remarks>
/// A batch that cannot be applied is tried again for ever: a read model never skips. What tells of a person is null in what it
/// reads: lists have nothing personal, and who makes them needs no key.
/// </remarks>
internal abstract partial class JournalReader(JournalReading reading) : BackgroundService
{
    private static readonly short[] AllPartitions = [.. Enumerable.Range(0, JournalPartitions.Count).Select(i => (short)i)];
    private readonly JournalConnection _connection = new(reading.Database);
    private readonly ILogger _log = reading.Logs.CreateLogger<JournalReader>();

    /// <summary>Names the reader's cursors; changing it reads everything again.</summary>
    protected abstract string Name { get; }

    /// <summary>What it reads.</summary>
    protected abstract WantedEvents[] Wanted { get; }

    /// <summary>Called before the first of all events are applied, in their transaction: empties what is counted up.</summary>
    protected virtual Task BeginAsync(NpgsqlConnection connection) => Task.CompletedTask;

    /// <summary>Applies events inside the transaction that also moves the cursor.</summary>
    protected abstract Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events);

    /// <summary>Streams that are short by nature, whole; see <see cref="EventJournal.ReadStreamsAsync"/>.</summary>
    protected static Task<ILookup<string, JournalEvent>> ReadStreamsAsync(NpgsqlConnection connection, IEnumerable<JournalEvent> of) =>
        EventJournal.ReadStreamsAsync(connection, of.Select(e => e.Stream));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = new JournalLease(reading.Database, "reader/" + Name, reading.Options.Value.Lease);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await lease.HoldAsync(stoppingToken))
                {
                    await ReadAsync(lease, stoppingToken);
                }
                else
                {
                    await Task.Delay(reading.Options.Value.Lease / 5, stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure, Name);
                await _connection.CloseAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(500), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                await _connection.CloseAsync();
                await lease.ReleaseAsync();
                return;
            }
        }
    }

    private async Task ReadAsync(JournalLease lease, CancellationToken stop)
    {
        using var listener = reading.Bell.Listen(Wanted, AllPartitions);
        var cursors = await JournalCursor.LoadAsync(reading.Database, Name, stop);
        var (saved, savedAt, hasMore) = (cursors.ToArray(), Environment.TickCount64, true);
        var isNew = cursors.All(cursor => cursor == default);
        while (await lease.HoldAsync(stop))
        {
            if (!hasMore)
            {
                await Task.Delay(reading.Options.Value.ReadEvery, stop);
                await listener.WaitAsync(stop);
            }

            (var events, hasMore) = await JournalCursor.ReadAsync(
                await _connection.GetAsync(stop), cursors, AllPartitions, Wanted, reading.Options.Value.ReadBatchMax, stop);
            var isLate = Environment.TickCount64 - savedAt >= reading.Options.Value.SaveEvery.TotalMilliseconds;
            if (saved.AsSpan().SequenceEqual(cursors) || (events.Count == 0 && !isLate))
            {
                // What was passed over is passed over again after a crash.
                continue;
            }

            await using var writing = await reading.Database.OpenConnectionAsync(stop);
            await using var transaction = await writing.BeginTransactionAsync(stop);
            if (!await lease.ConfirmAsync(writing))
            {
                return;
            }

            if (isNew)
            {
                await BeginAsync(writing);
            }

            if (events.Count > 0)
            {
                await ApplyAsync(writing, events.ConvertAll(read => read.Closed()));
                reading.Metrics.ReaderLag(Name, reading.Time.GetUtcNow() - events[^1].RecordedAt);
            }

            await JournalCursor.SaveAsync(
                writing, Name, AllPartitions.Select(partition => KeyValuePair.Create(partition, cursors[partition])));
            await transaction.CommitAsync(stop);
            (saved, savedAt, isNew) = (cursors.ToArray(), Environment.TickCount64, false);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reader {Reader} failed and starts again")]
    private partial void LogFailed(Exception exception, string reader);
}
