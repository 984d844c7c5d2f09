using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Dapper;
using Npgsql;

namespace Commerce.Drops;

/// <summary>
/// What one drop tells those who listen in this process. It learns from the drop's journal which tickets have changed, asks
/// the drop for those that somebody listens to, and for the others in turn, since their positions move on.
/// </summary>
internal sealed class DropFeed(
    DropId drop, IGrainFactory grains, NpgsqlDataSource database, DropFeedOptions options, TimeProvider time)
{
    private const int PageSize = 1_000;

    /// <summary>What happened to tickets that are in line already.</summary>
    private const string Changes = """
        select version, type, data::text as data from journal_events
        where stream = @stream and version > @after and type <> 'drop.joined' order by version limit @limit
        """;

    private static readonly ImmutableHashSet<string> OfEverybody =
    [
        "drop.opened", "drop.paused", "drop.resumed", "drop.drawn", "drop.sold_out", "drop.restocked", "drop.closed",
    ];

    private readonly Lock _lock = new();
    private readonly Dictionary<TicketId, Place> _places = [];
    private readonly HashSet<DropListener<DropView>> _watching = [];
    private readonly Queue<TicketId> _inTurn = new();
    private readonly HashSet<TicketId> _queued = [];
    private readonly HashSet<TicketId> _new = [];
    private bool _hasNewWatcher;
    private (long Version, long At) _shown;
    private bool _isAllDue = true;
    private long _version;
    private long _lastHeartbeat = time.GetTimestamp();

    public DropId Drop => drop;

    /// <summary>Those who listen to the drop itself.</summary>
    public int Watchers => _watching.Count;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _places.Count == 0 && _watching.Count == 0;
            }
        }
    }

    public DropListener<TicketView>? Add(TicketId ticket)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(ticket, out var place))
            {
                place = _places[ticket] = new();
                if (_queued.Add(ticket))
                {
                    _inTurn.Enqueue(ticket);
                }
            }

            if (place.Listeners.Count >= options.ListenersPerTicketMax)
            {
                return null;
            }

            var listener = new DropListener<TicketView>(ticket);
            place.Listeners.Add(listener);
            _new.Add(ticket);
            return listener;
        }
    }

    public DropListener<DropView> Add()
    {
        lock (_lock)
        {
            var listener = new DropListener<DropView>(null);
            _watching.Add(listener);
            _hasNewWatcher = true;
            return listener;
        }
    }

    public void Remove(object listener)
    {
        lock (_lock)
        {
            if (listener is DropListener<TicketView> { Ticket: { } ticket } ofTicket && _places.TryGetValue(ticket, out var place))
            {
                place.Listeners.Remove(ofTicket);
                if (place.Listeners.Count == 0)
                {
                    _places.Remove(ticket);
                }
            }
            else if (listener is DropListener<DropView> ofDrop)
            {
                _watching.Remove(ofDrop);
            }
        }
    }

    /// <summary>Something was missed, or may have been.</summary>
    public void LookAtAll() => _isAllDue = true;

    /// <summary>Looks once at what is new, and tells it.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var grain = grains.GetDrop(drop);
        var now = (await grain.Read(cancellation)).Value;
        if (now is not null)
        {
            Tell(now);
            var isAllDue = _isAllDue;
            var changed = isAllDue ? [] : await ChangedAsync(now.Version, cancellation);
            foreach (var page in Due(isAllDue || _isAllDue, changed).Chunk(IDropGrain.TicketsReadMax))
            {
                foreach (var ticket in await grain.ReadTickets([.. page], cancellation))
                {
                    Tell(ticket);
                }
            }

            (_version, _isAllDue) = (now.Version, false);
        }

        if (time.GetElapsedTime(_lastHeartbeat) >= options.HeartbeatEvery)
        {
            _lastHeartbeat = time.GetTimestamp();
            Each(listener => listener.Beat(), listener => listener.Beat());
        }
    }

    /// <summary>Ends every stream, so that its client comes again, to another process.</summary>
    public void End() => Each(listener => listener.End(), listener => listener.End());

    /// <summary>Tickets that something has happened to up to a version; sets that all are due when it concerns all.</summary>
    private async Task<HashSet<TicketId>> ChangedAsync(long version, CancellationToken cancellation)
    {
        var changed = new HashSet<TicketId>();
        for (var after = _version; after < version;)
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var rows = (await connection.QueryAsync<(long Version, string Type, string Data)>(new CommandDefinition(
                Changes, new { stream = $"drop/{drop}", after, limit = PageSize }, cancellationToken: cancellation))).AsList();
            foreach (var (_, type, data) in rows)
            {
                _isAllDue |= OfEverybody.Contains(type);
                changed.UnionWith(TicketsOf(JsonElement.Parse(data)));
            }

            after = rows.Count == PageSize ? rows[^1].Version : version;
        }

        return changed;
    }

    private static IEnumerable<TicketId> TicketsOf(JsonElement e)
    {
        var named = e.TryGetProperty("ticket", out var one) ? [one]
            : e.TryGetProperty("tickets", out var many) ? many.EnumerateArray().AsEnumerable()
            : [];
        foreach (var name in named)
        {
            var text = name.ValueKind == JsonValueKind.String ? name : name.GetProperty("ticket");
            yield return TicketId.Parse(text.GetString()!, null);
        }
    }

    private List<TicketId> Due(bool isAll, HashSet<TicketId> changed)
    {
        lock (_lock)
        {
            if (isAll)
            {
                _new.Clear();
                return [.. _places.Keys];
            }

            changed.UnionWith(_new);
            _new.Clear();
            changed.IntersectWith(_places.Keys);
            for (var looks = Math.Min(options.PositionsPerLook, _inTurn.Count); looks > 0; looks--)
            {
                var ticket = _inTurn.Dequeue();
                if (_places.TryGetValue(ticket, out var place))
                {
                    _inTurn.Enqueue(ticket);
                    if (place.Last is not { Position: null })
                    {
                        changed.Add(ticket);
                    }
                }
                else
                {
                    _queued.Remove(ticket);
                }
            }

            return [.. changed];
        }
    }

    /// <summary>Tells those who watch the drop, unless it is as it was told, or was told a moment ago.</summary>
    private void Tell(DropView now)
    {
        lock (_lock)
        {
            var isNew = now.Version != _shown.Version && time.GetElapsedTime(_shown.At) >= options.WatchersHearEvery;
            if (!isNew && !_hasNewWatcher)
            {
                return;
            }

            (_shown, _hasNewWatcher) = ((now.Version, time.GetTimestamp()), false);
            foreach (var listener in _watching)
            {
                listener.Tell(now);
            }
        }
    }

    private void Tell(TicketView ticket)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(ticket.Id, out var place))
            {
                place.Last = ticket;
                foreach (var listener in place.Listeners)
                {
                    listener.Tell(ticket);
                }
            }
        }
    }

    private void Each(Action<DropListener<TicketView>> ofTicket, Action<DropListener<DropView>> ofDrop)
    {
        lock (_lock)
        {
            foreach (var listener in _places.Values.SelectMany(place => place.Listeners))
            {
                ofTicket(listener);
            }

            foreach (var listener in _watching)
            {
                ofDrop(listener);
            }
        }
    }

    /// <summary>Those who listen to one ticket, and what they were told last.</summary>
    private sealed class Place
    {
        public List<DropListener<TicketView>> Listeners { get; } = [];

        public TicketView? Last { get; set; }
    }
}

/// <summary>Somebody who listens: he is told the newest, and never more than he takes in.</summary>
/// <param name="ticket">Whom he listens to; null: to the drop.</param>
internal sealed class DropListener<T>(TicketId? ticket) : IDisposable
    where T : class
{
    private readonly Channel<T?> _news = Channel.CreateBounded<T?>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private Action? _onEnd;

    public TicketId? Ticket => ticket;

    /// <summary>What is done when he stops listening.</summary>
    public void OnEnd(Action end) => _onEnd = end;

    /// <summary>Whether there is something to read; false when it is over.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation)
    {
        try
        {
            return await _news.Reader.WaitToReadAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Takes the newest; null is a heartbeat.</summary>
    public bool TryRead(out T? news) => _news.Reader.TryRead(out news);

    public void Tell(T news) => _news.Writer.TryWrite(news);

    /// <summary>Lets him know that he is connected, unless there is something better to tell.</summary>
    public void Beat()
    {
        if (_news.Reader.Count == 0)
        {
            _news.Writer.TryWrite(null);
        }
    }

    public void End() => _news.Writer.TryComplete();

    public void Dispose() => Interlocked.Exchange(ref _onEnd, null)?.Invoke();
}
