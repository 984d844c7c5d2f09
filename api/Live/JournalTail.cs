using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Commerce.Live;

/// <summary>
/// Tells <see cref="LiveFeed"/> which carts and orders something has happened to. One query for the whole process, however many
/// listen, and none while nobody does.
/// </summary>
internal sealed partial class JournalTail(
    NpgsqlDataSource database, LiveFeed feed, IOptions<LiveOptions> options, TimeProvider time, ILogger<JournalTail> log)
    : BackgroundService
{
    // Of more changes than this at once it is quicker to let everybody look.
    private const int ChangesMax = 5_000;

    // By transactions, and only those that are over with all before them: one that commits late is not passed over.
    private const string Changes = """
        with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as xid)
        select horizon.xid, changed.stream
        from horizon left join lateral (
            select e.stream
            from unnest(array['cart', 'order']) as k(category), generate_series(0, $3 - 1) as p(partition)
            cross join lateral (
                select stream from journal_events j
                where split_part(j.stream, '/', 1) = k.category and j.partition = p.partition::smallint
                  and j.transaction_id >= $1 and j.transaction_id < horizon.xid
                limit $2) e
            limit $2) changed on true
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await feed.Somebody.WaitAsync(stoppingToken);
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogDeaf(failure);
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, stoppingToken);
            }
        }
    }

    /// <summary>From now on until nobody listens. What was before, everybody looks at himself.</summary>
    private async Task FollowAsync(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        var (seen, _) = await ReadAsync(connection, ulong.MaxValue, stop);
        feed.RingAll();
        while (feed.Somebody.IsCompleted)
        {
            await Task.Delay(options.Value.LookEvery, time, stop);
            (seen, var changed) = await ReadAsync(connection, seen, stop);
            if (changed.Count < ChangesMax)
            {
                feed.Ring(changed);
            }
            else
            {
                feed.RingAll();
            }
        }
    }

    private static async Task<(ulong Horizon, List<string> Changed)> ReadAsync(
        NpgsqlConnection connection, ulong since, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Changes, connection);
        command.Parameters.Add(new() { Value = since, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new() { Value = ChangesMax });
        command.Parameters.Add(new() { Value = (int)JournalPartitions.Count });
        var (horizon, changed) = (0UL, new List<string>());
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            horizon = rows.GetFieldValue<ulong>(0);
            if (!rows.IsDBNull(1))
            {
                changed.Add(rows.GetString(1));
            }
        }

        return (horizon, changed);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Who follows carts and orders is told nothing just now")]
    private partial void LogDeaf(Exception failure);
}
