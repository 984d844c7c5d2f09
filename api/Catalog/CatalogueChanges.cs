using Commerce.Live;
using Microsoft.AspNetCore.OutputCaching;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>
/// Hears which pages of the catalogue have changed, forgets them and tells those who follow them. While it cannot hear, nothing is
/// answered from memory.
/// </summary>
internal sealed partial class CatalogueChanges(
    NpgsqlDataSource database, IOutputCacheStore kept, LiveFeed followers, ILogger<CatalogueChanges> log) : BackgroundService
{
    /// <summary>What every kept page is found by.</summary>
    public const string All = "catalogue";

    // Of more changes than this it is no longer known which pages they were of: of all.
    private const int ChangesMax = 10_000;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _changedAt = [];
    private long _allChangedAt;
    private long _changes;

    /// <summary>Whether changes are heard.</summary>
    public bool IsListening { get; private set; }

    /// <summary>The number of changes until now: a page whose making begins here shows all of them.</summary>
    public long Now => Interlocked.Read(ref _changes);

    /// <summary>The number of the last change that concerns one of the keys, or all pages.</summary>
    public long LastOf(IEnumerable<string> keys)
    {
        lock (_gate)
        {
            return keys.Aggregate(_allChangedAt, (last, key) => Math.Max(last, _changedAt.GetValueOrDefault(key)));
        }
    }

    /// <summary>Whether one of the pages' keys has changed since; such a page may be of before, and is not to be kept.</summary>
    public bool HasChanged(IEnumerable<string> keys, long since) => LastOf(keys) > since;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogDeaf(failure.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), stoppingToken);
            }
            finally
            {
                IsListening = false;
            }
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        connection.Notification += (_, heard) => Forget(heard.Payload.Split(' '));
        await using var listen = connection.CreateCommand();
        listen.CommandText = $"listen {SurrogateKeys.Channel}";
        await listen.ExecuteNonQueryAsync(stop);

        // Who knows what was said before.
        ForgetAll();
        IsListening = true;
        while (true)
        {
            if (!await connection.WaitAsync(Silence, stop))
            {
                // A connection that is dead says as little as one on which nothing happens.
                await using var alive = connection.CreateCommand();
                alive.CommandText = "select 1";
                alive.CommandTimeout = (int)Silence.TotalSeconds;
                await alive.ExecuteNonQueryAsync(stop);
            }
        }
    }

    private void Forget(string[] keys)
    {
        lock (_gate)
        {
            var now = Interlocked.Increment(ref _changes);
            if (_changedAt.Count + keys.Length > ChangesMax)
            {
                _changedAt.Clear();
                _allChangedAt = now;
            }

            foreach (var key in keys)
            {
                _changedAt[key] = now;
            }
        }

        foreach (var key in keys)
        {
            Evict(key);
        }

        followers.Ring(keys);
    }

    private void ForgetAll()
    {
        lock (_gate)
        {
            _allChangedAt = Interlocked.Increment(ref _changes);
        }

        Evict(All);
        followers.RingAll();
    }

    // In memory it is done when it returns.
    private void Evict(string tag) => kept.EvictByTagAsync(tag, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of the catalogue are not heard ({Reason}): every page is read anew until they are")]
    private partial void LogDeaf(string reason);
}
