using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Journal;

/// <summary>
/// Calls each grain at its journaled deadline, active or not, and lets subscribers try parked streams again. Claiming a
/// stream moves its deadline a little, so any silo may do it, none does it twice, and one that dies loses nothing.
/// </summary>
internal sealed partial class WakeUps(
    NpgsqlDataSource database,
    IGrainFactory grains,
    TimeProvider time,
    IOptions<JournalOptions> options,
    ILogger<WakeUps> log)
    : BackgroundService
{
    private const int ClaimMax = 256;

    private const string ClaimDue = """
        update journal_streams s set wake_at = @again
        from (select stream from journal_streams where wake_at <= @now
              order by wake_at limit @ClaimMax for update skip locked) due
        where s.stream = due.stream
        returning s.stream
        """;

    private const string ClaimParked = """
        update journal_parked p set next_attempt = @again
        from (select subscriber, stream from journal_parked where next_attempt <= @now
              order by next_attempt limit @ClaimMax for update skip locked) due
        where p.subscriber = due.subscriber and p.stream = due.stream
        returning p.subscriber, p.stream
        """;

    private readonly SemaphoreSlim _permits = new(ClaimMax);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.WakeEvery);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await WakeAsync(stoppingToken) + await RedriveAsync(stoppingToken) >= ClaimMax)
                {
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure.Message);
            }
        }
    }

    private async Task<int> WakeAsync(CancellationToken cancellation)
    {
        var due = await ClaimAsync<string>(ClaimDue);
        foreach (var stream in due)
        {
            await CallAsync(stream, () => grains.GetGrain(StreamName.Grain(stream)).AsReference<IWakeable>().Wake(), cancellation);
        }

        return due.Count;
    }

    private async Task<int> RedriveAsync(CancellationToken cancellation)
    {
        var due = await ClaimAsync<(string Subscriber, string Stream)>(ClaimParked);
        foreach (var (subscriber, stream) in due)
        {
            var grain = GrainId.Create(subscriber, StreamName.Key(stream));
            await CallAsync(stream, () => grains.GetGrain(grain).AsReference<ISubscriber>().Redrive(stream), cancellation);
        }

        return due.Count;
    }

    private async Task<List<T>> ClaimAsync<T>(string claim)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(claim, new { now, again = now + options.Value.WakeAgainAfter, ClaimMax })).AsList();
    }

    /// <summary>Begins a call and does not wait for its answer: a slow grain keeps no other from its deadline.</summary>
    private async Task CallAsync(string stream, Func<Task> call, CancellationToken cancellation)
    {
        await _permits.WaitAsync(cancellation);
        _ = AnswerAsync();

        async Task AnswerAsync()
        {
            try
            {
                await call();
            }
            catch (Exception failure)
            {
                // It was claimed for a while only, and will be due again.
                LogNotDone(failure, stream);
            }
            finally
            {
                _permits.Release();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was due for {Stream} is not done and will be tried again")]
    private partial void LogNotDone(Exception exception, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due streams cannot be looked up: {Reason}")]
    private partial void LogFailed(string reason);
}
