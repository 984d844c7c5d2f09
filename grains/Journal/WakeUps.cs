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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.WakeEvery);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await WakeAsync() + await RedriveAsync() >= ClaimMax && !stoppingToken.IsCancellationRequested)
                {
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure.Message);
            }
        }
    }

    private async Task<int> WakeAsync()
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync();
        var due = (await connection.QueryAsync<string>(
            ClaimDue, new { now, again = now + options.Value.WakeAgainAfter, ClaimMax })).AsList();
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (stream, _) =>
            await CallAsync(stream, () => grains.GetGrain(StreamName.Grain(stream)).AsReference<IWakeable>().Wake()));
        return due.Count;
    }

    private async Task<int> RedriveAsync()
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync();
        var due = (await connection.QueryAsync<(string Subscriber, string Stream)>(
            ClaimParked, new { now, again = now + options.Value.WakeAgainAfter, ClaimMax })).AsList();
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (parked, _) =>
            await CallAsync(parked.Stream, () => grains
                .GetGrain(GrainId.Create(parked.Subscriber, StreamName.Key(parked.Stream)))
                .AsReference<ISubscriber>().Redrive(parked.Stream)));
        return due.Count;
    }

    private async Task CallAsync(string stream, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception failure)
        {
            // One grain that cannot do what is due must not keep the others from theirs; it is claimed again later.
            LogNotDone(failure, stream);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was due for {Stream} is not done and will be tried again")]
    private partial void LogNotDone(Exception exception, string stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due streams cannot be looked up: {Reason}")]
    private partial void LogFailed(string reason);
}
