using System.ComponentModel.DataAnnotations;
using Commerce.Edge;
using Microsoft.Extensions.Options;

namespace Commerce.Live;

/// <summary>How many may follow carts, orders and availability in this process, and how soon they hear; section <c>Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Live";

    /// <summary>Connections that are kept open.</summary>
    [Range(1, 1_000_000)]
    public int ListenersMax { get; set; } = 50_000;

    /// <summary>Of one caller: a customer, or an address, which many shoppers may have.</summary>
    [Range(1, 1_000_000)]
    public int ListenersPerCallerMax { get; set; } = 100;

    /// <summary>How often the journal is looked at while somebody listens.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often one listener is told something at most; what changes faster is told as it then is.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan TellEvery { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long somebody who is signed in follows before he has to show again who he is: his sign-in may have been ended
    /// meanwhile. His browser does so by itself and misses nothing.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan SignedInFor { get; set; } = TimeSpan.FromSeconds(55);

    /// <summary>Nobody hears nothing for longer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan HeartbeatEvery { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// Those who follow something in this process. Each waits until one of the things he follows has changed, and then looks
/// himself: with the rights he has, and for the newest.
/// </summary>
internal sealed class LiveFeed
{
    private readonly LiveOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<LiveListener>> _followers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _callers = new(StringComparer.Ordinal);
    private TaskCompletionSource _somebody = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _listeners;
    private bool _isOver;

    public LiveFeed(IOptions<LiveOptions> options, IHostApplicationLifetime lifetime)
    {
        _options = options.Value;
        lifetime.ApplicationStopping.Register(End);
    }

    /// <summary>Becomes true when somebody listens.</summary>
    public Task Somebody
    {
        get
        {
            lock (_lock)
            {
                return _somebody.Task;
            }
        }
    }

    /// <summary>Begins to listen; null when as many do as may.</summary>
    /// <param name="followed">Names of streams of the journal, or surrogate keys of the catalogue.</param>
    public LiveListener? Listen(HttpContext http, params IEnumerable<string> followed)
    {
        var caller = RateLimits.CallerOf(http, Limit.Reads);
        lock (_lock)
        {
            var others = _callers.GetValueOrDefault(caller);
            if (_isOver || _listeners >= _options.ListenersMax || others >= _options.ListenersPerCallerMax)
            {
                return null;
            }

            var listener = new LiveListener(this, caller, [.. followed]);
            (_listeners, _callers[caller]) = (_listeners + 1, others + 1);
            foreach (var name in listener.Followed)
            {
                (_followers.TryGetValue(name, out var followers) ? followers : _followers[name] = []).Add(listener);
            }

            _somebody.TrySetResult();
            return listener;
        }
    }

    /// <summary>Wakes those who follow one of these.</summary>
    public void Ring(IEnumerable<string> changed)
    {
        lock (_lock)
        {
            foreach (var name in changed)
            {
                foreach (var listener in _followers.GetValueOrDefault(name) ?? [])
                {
                    listener.Ring();
                }
            }
        }
    }

    /// <summary>Wakes everybody: it is not known what has changed.</summary>
    public void RingAll()
    {
        lock (_lock)
        {
            foreach (var listener in _followers.Values.SelectMany(followers => followers))
            {
                listener.Ring();
            }
        }
    }

    public void Remove(LiveListener listener)
    {
        lock (_lock)
        {
            foreach (var name in listener.Followed)
            {
                if (_followers.TryGetValue(name, out var followers) && followers.Remove(listener) && followers.Count == 0)
                {
                    _followers.Remove(name);
                }
            }

            if (--_callers[listener.Caller] == 0)
            {
                _callers.Remove(listener.Caller);
            }

            if (--_listeners == 0 && !_isOver)
            {
                _somebody = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Ends every stream, so that its client comes again, to another process.</summary>
    private void End()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (var listener in _followers.Values.SelectMany(followers => followers))
            {
                listener.End();
            }
        }
    }
}

/// <summary>What a listener wakes up for.</summary>
internal enum Wake
{
    /// <summary>Something he follows may have changed.</summary>
    Change,

    /// <summary>Nothing has, for as long as he may hear nothing.</summary>
    Heartbeat,

    /// <summary>He has left, or the process ends.</summary>
    End,
}

/// <summary>Somebody who follows something.</summary>
internal sealed class LiveListener(LiveFeed feed, string caller, HashSet<string> followed) : IDisposable
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isOver;
    private int _isRemoved;

    public string Caller => caller;

    public IReadOnlyCollection<string> Followed => followed;

    public void Ring() => _next.TrySetResult();

    public void End()
    {
        _isOver = true;
        Ring();
    }

    public async ValueTask<Wake> WaitAsync(TimeSpan heartbeat, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await _next.Task.WaitAsync(heartbeat, time, cancellation);

            // Before he looks, so that a ring during the look counts for the next.
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _isOver ? Wake.End : Wake.Change;
        }
        catch (TimeoutException)
        {
            return Wake.Heartbeat;
        }
        catch (OperationCanceledException)
        {
            return Wake.End;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isRemoved, 1) == 0)
        {
            feed.Remove(this);
        }
    }
}
