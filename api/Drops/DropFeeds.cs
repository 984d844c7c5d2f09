using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Commerce.Drops;

/// <summary>How many may listen to drops in this process, and how soon they hear; section <c>Drops</c>.</summary>
public sealed class DropFeedOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Drops";

    /// <summary>Connections that are kept open, of all drops together.</summary>
    [Range(1, 1_000_000)]
    public int ListenersMax { get; set; } = 120_000;

    /// <summary>Of one ticket.</summary>
    [Range(1, 100)]
    public int ListenersPerTicketMax { get; set; } = 3;

    /// <summary>Of the whole of one drop, by anybody: places are more important to those who have one.</summary>
    [Range(1, 1_000_000)]
    public int WatchersMax { get; set; } = 10_000;

    /// <summary>How often those are told at most, since a drop changes with everybody who joins.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan WatchersHearEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a drop that somebody listens to is looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Tickets whose position is looked at each time. What becomes of a ticket is told at once; with more listeners than
    /// this, how the line moves on is told them in turn.
    /// </summary>
    [Range(1, 100_000)]
    public int PositionsPerLook { get; set; } = 1_000;

    /// <summary>Nobody hears nothing for longer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan HeartbeatEvery { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// Those who listen to drops in this process: however many they are, each drop is looked at by one <see cref="DropFeed"/>.
/// </summary>
internal sealed partial class DropFeeds(
    IGrainFactory grains,
    NpgsqlDataSource database,
    IOptions<DropFeedOptions> options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<DropFeeds> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DropId, DropFeed> _feeds = [];
    private int _listeners;

    /// <summary>Begins to listen to a ticket; null when as many do as may.</summary>
    public DropListener<TicketView>? Listen(DropId drop, TicketId ticket) => Begin(drop, feed => feed.Add(ticket));

    /// <summary>Begins to listen to a drop; null when as many do as may.</summary>
    public DropListener<DropView>? Listen(DropId drop) => Begin(
        drop, feed => feed.Watchers < options.Value.WatchersMax ? feed.Add() : null);

    private DropListener<T>? Begin<T>(DropId drop, Func<DropFeed, DropListener<T>?> add)
        where T : class
    {
        lock (_lock)
        {
            if (_listeners >= options.Value.ListenersMax || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return null;
            }

            if (!_feeds.TryGetValue(drop, out var feed))
            {
                feed = _feeds[drop] = new(drop, grains, database, options.Value, time);
                _ = RunAsync(feed);
            }

            if (add(feed) is not { } listener)
            {
                return null;
            }

            _listeners++;
            listener.OnEnd(() =>
            {
                lock (_lock)
                {
                    _listeners--;
                    feed.Remove(listener);
                }
            });
            return listener;
        }
    }

    private async Task RunAsync(DropFeed feed)
    {
        // Not within the lock, which is held where this begins.
        await Task.Yield();
        while (!lifetime.ApplicationStopping.IsCancellationRequested && !IsOver(feed))
        {
            try
            {
                await feed.LookAsync(lifetime.ApplicationStopping);
                await Task.Delay(options.Value.LookEvery, time, lifetime.ApplicationStopping);
            }
            catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                // Whatever it is passes: who listens goes on listening, and is then told what is so.
                LogFailure(failure, feed.Drop);
                feed.LookAtAll();
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
        }

        feed.End();
    }

    private bool IsOver(DropFeed feed)
    {
        lock (_lock)
        {
            return feed.IsEmpty && _feeds.Remove(feed.Drop);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Drop {Drop} cannot be looked at just now")]
    private partial void LogFailure(Exception failure, DropId drop);
}
