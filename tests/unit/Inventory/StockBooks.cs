using System.Collections.Immutable;
using Commerce.Journal;
using static Commerce.Sample;

namespace Commerce.Inventory;

/// <summary>Something that is asked of a stock line; not all of it is allowed.</summary>
internal sealed record StockCommand(string Verb, LocationId Location, HoldId Hold, int Units, int SecondsLater)
{
    public static readonly string[] Verbs =
    [
        "receive", "receive", "adjust", "count", "hold", "hold", "hold", "extend", "commit", "release", "ship", "unsell", "expire",
        "transfer", "damage", "restore", "scrap", "safety", "deny", "backorder", "preorder", "allocate", "allocate",
        "withhold", "reduce", "resume",
    ];

    public static readonly TimeSpan Ttl = TimeSpan.FromMinutes(5);
    public static readonly DateTimeOffset Release = Now.AddMinutes(10);

    // The third has stock as well, but nobody says where it is.
    private static readonly ImmutableArray<Location> Known =
        [new(new("loc-1"), "One", "GB", null, 1), new(new("loc-0"), "Nought", "NL", "3011 AA", 2)];

    public LocationId Next => new($"loc-{(Location.Value[^1] - '0' + 1) % 3}");

    public int Target => Math.Max(0, Units / 3);

    public int Change => Target + 1;

    public StockPolicy? Policy => Verb switch
    {
        "deny" => StockPolicy.Usual,
        "backorder" => new(WhenOut.Backorder, BackorderFloor: Target + 1, OrderMax: 12),
        "preorder" => new(WhenOut.Preorder, PreorderCap: Target + 2, ReleasesAt: Release, OrderMin: 2),
        _ => null,
    };

    public Decision<StockEvent> Decide(StockLine line, DateTimeOffset now) => Verb switch
    {
        "receive" => line.Receive(new(Location, Units)),
        "adjust" => line.Adjust(new(Location, Units - 6, "found")),
        "count" => line.Count(new(Location, Units)),
        "hold" => line.Hold(Coffee, new(Hold, Units, Ttl, Destination: Units % 2 == 0 ? new("NL", "3012") : null), Known, now),
        "extend" => line.Extend(new(Hold, Ttl), now),
        "commit" => line.Commit(Hold),
        "release" => line.Release(Hold, Known, now),
        "ship" => line.Ship(new(Hold, Location, Target)),
        "unsell" => line.ReleaseCommitted(new(Hold, Location, Target, Restock: Units % 2 == 0)),
        "transfer" => line.Transfer(new(Location, Next, Units)),
        "damage" => line.MoveDamaged(new(DamageAction.Damage, Location, Units, "dropped")),
        "restore" => line.MoveDamaged(new(DamageAction.Restore, Location, Units, "mended")),
        "scrap" => line.MoveDamaged(new(DamageAction.Scrap, Location, Units, "broken")),
        "safety" => line.SetSafety(new(Location, Target)),
        "allocate" => line.AllocateBackorders(Known, now),
        "withhold" => line.Withhold(new(Hold, Change, Units)),
        "reduce" => line.Reduce(Hold, Change),
        "resume" => line.Resume(Hold, Change),
        "expire" => line.Expire(now),
        _ => line.SetPolicy(Policy!),
    };
}

/// <summary>
/// The same rules as simply as they can be said: lists that are summed up and searched through for each question. It
/// decides by itself what is allowed; only which locations units came from it is told.
/// </summary>
internal sealed class StockBooks
{
    private readonly Dictionary<LocationId, (int OnHand, int Damaged, int Safety)> _shelves = [];
    private readonly Dictionary<HoldId, Promise> _promises = [];
    private StockPolicy _policy = StockPolicy.Usual;

    public int OnHand => _shelves.Values.Sum(shelf => shelf.OnHand);

    /// <summary>What a stranger may hold.</summary>
    public int PromisableAt(DateTimeOffset now) => Math.Max(0, Promisable(now, own: null));

    /// <summary>Whether the command is allowed; if it is, it happens.</summary>
    /// <param name="decided">What the stock line made of it: where units were taken from.</param>
    public bool Take(StockCommand command, ImmutableArray<StockEvent> decided, DateTimeOffset now)
    {
        var (at, units) = (command.Location, command.Units);
        return command.Verb switch
        {
            "receive" => units >= 1 && Put(at, onHand: units),
            "adjust" => units != 6 && Loose(at) + units - 6 >= 0 && Put(at, onHand: units - 6),
            "count" => units >= 0 && Loose(at) + units - Shelf(at).OnHand >= 0 && Put(at, onHand: units - Shelf(at).OnHand),
            "transfer" => units >= 1 && units <= Loose(at) && Put(at, onHand: -units) && Put(command.Next, onHand: units),
            "damage" => units >= 1 && units <= Loose(at) && Put(at, damaged: units),
            "restore" => units >= 1 && units <= Shelf(at).Damaged && Put(at, damaged: -units),
            "scrap" => units >= 1 && units <= Shelf(at).Damaged && Put(at, onHand: -units, damaged: -units),
            "safety" => Put(at, safety: command.Target - Shelf(at).Safety),
            "hold" => Hold(command, decided, now),
            "extend" => Extend(command.Hold, now),
            "commit" => Commit(command.Hold),
            "release" => Remove(promise => promise.Key == command.Hold),
            "ship" => Uncommit(command, leaves: true),
            "unsell" => Uncommit(command, leaves: command.Units % 2 != 0),
            "expire" => Remove(promise => promise.Value.Until <= now),
            "allocate" => Allocate(decided, now),
            "withhold" => units >= 1 && Withhold(command),
            "reduce" => Decide(command, promise => promise.Change == command.Change, isOff: true),
            "resume" => Decide(command, promise => promise.Change <= command.Change, isOff: false),
            _ => (_policy = command.Policy!) is not null,
        };
    }

    private bool Hold(StockCommand command, ImmutableArray<StockEvent> decided, DateTimeOffset now)
    {
        var own = _promises.GetValueOrDefault(command.Hold);
        if (own is { Until: null })
        {
            return true;
        }

        if (command.Units < (_policy.OrderMin ?? 1) || command.Units > (_policy.OrderMax ?? int.MaxValue))
        {
            return false;
        }

        if (own?.Until > now && own.Units == command.Units)
        {
            return true;
        }

        if (command.Units > Promisable(now, command.Hold))
        {
            return false;
        }

        Remove(promise => promise.Key == command.Hold || promise.Value.Until <= now);
        var parts = decided.OfType<StockHeld>().Single().Allocations;
        Assert.Equal(command.Units, parts.Sum(part => part.Quantity));
        Assert.All(parts, part => Assert.True(
            part.Location is not { } from || part.Quantity <= Loose(from) - Shelf(from).Safety, $"{part}"));
        _promises[command.Hold] = new(now + StockCommand.Ttl, [.. parts]);
        return true;
    }

    private bool Extend(HoldId hold, DateTimeOffset now)
    {
        if (!_promises.TryGetValue(hold, out var held) || held.Until <= now)
        {
            return false;
        }

        _promises[hold] = held with { Until = held.Until is null ? null : now + StockCommand.Ttl };
        return true;
    }

    private bool Commit(HoldId hold)
    {
        if (!_promises.TryGetValue(hold, out var held))
        {
            return false;
        }

        _promises[hold] = held with { Until = null };
        return true;
    }

    private bool Uncommit(StockCommand command, bool leaves)
    {
        if (_promises.TryGetValue(command.Hold, out var sale) && sale.Until is null
            && sale.Parts.FindIndex(part => part.Location == command.Location && part.Part is null) is var i and >= 0
            && sale.Parts[i].Quantity > command.Target)
        {
            Put(command.Location, onHand: leaves ? command.Target - sale.Parts[i].Quantity : 0);
            sale.Parts[i] = sale.Parts[i] with { Quantity = command.Target };
            sale.Parts.RemoveAll(part => part.Quantity == 0);
            Remove(promise => promise.Value.Parts.Count == 0);
        }

        return true;
    }

    private bool Withhold(StockCommand command)
    {
        if (!_promises.TryGetValue(command.Hold, out var sale) || sale.Until is not null)
        {
            return true;
        }

        if (command.Change > sale.Change)
        {
            _promises[command.Hold] = sale with { Change = command.Change, IsOver = false, Withheld = Math.Min(command.Units, sale.Stockless) };
            return true;
        }

        return command.Change == sale.Change && !sale.IsOver;
    }

    private bool Decide(StockCommand command, Func<Promise, bool> isMeant, bool isOff)
    {
        if (!_promises.TryGetValue(command.Hold, out var sale) || sale.Until is not null || !isMeant(sale)
            || (sale.Change == command.Change && sale.IsOver) || (isOff && sale.Withheld == 0))
        {
            return true;
        }

        var left = sale.Stockless - (isOff ? sale.Withheld : 0);
        sale.Parts.RemoveAll(part => part.Location is null);
        sale.Parts.AddRange(left > 0 ? [new Allocation(null, left)] : []);
        _promises[command.Hold] = sale with { Change = command.Change, IsOver = true, Withheld = 0 };
        return Remove(promise => promise.Value.Parts.Count == 0);
    }

    private bool Allocate(ImmutableArray<StockEvent> decided, DateTimeOffset now)
    {
        foreach (var allocated in decided.Cast<StockAllocated>())
        {
            var promise = _promises[allocated.Hold];
            Assert.Equal(promise.Until is null, allocated.IsCommitted);
            var left = promise.Stockless - allocated.Allocations.Sum(part => part.Quantity);
            Assert.True(left >= promise.Withheld);
            promise.Parts.RemoveAll(part => part.Location is null);
            promise.Parts.AddRange(allocated.Allocations);
            promise.Parts.AddRange(left > 0 ? [new Allocation(null, left)] : []);
        }

        Assert.True(now < _policy.ReleasesAt || Free(_promises.Values) <= _promises.Values.Sum(p => p.Withheld)
            || _promises.Values.All(p => p.Stockless == p.Withheld));
        return true;
    }

    private bool Remove(Func<KeyValuePair<HoldId, Promise>, bool> which)
    {
        foreach (var gone in _promises.Where(which).ToList())
        {
            _promises.Remove(gone.Key);
        }

        return true;
    }

    private bool Put(LocationId location, int onHand = 0, int damaged = 0, int safety = 0)
    {
        var there = Shelf(location);
        _shelves[location] = (there.OnHand + onHand, there.Damaged + damaged, there.Safety + safety);
        return true;
    }

    private (int OnHand, int Damaged, int Safety) Shelf(LocationId location) => _shelves.GetValueOrDefault(location);

    private int Loose(LocationId location) => Shelf(location).OnHand - Shelf(location).Damaged
        - _promises.Values.Sum(promise => promise.Parts.Where(part => part.Location == location).Sum(part => part.Quantity));

    private int Free(IEnumerable<Promise> promises) => Math.Max(0, _shelves.Values.Sum(shelf => shelf.OnHand - shelf.Damaged - shelf.Safety)
        - promises.Sum(promise => promise.Units - promise.Stockless));

    private int Promisable(DateTimeOffset now, HoldId? own)
    {
        var counting = _promises.Where(p => p.Key != own && !(p.Value.Until <= now)).Select(p => p.Value).ToList();
        var stockless = counting.Sum(promise => promise.Stockless);
        return now < _policy.ReleasesAt
            ? _policy.PreorderCap - stockless
            : Free(counting) - stockless + _policy.BackorderFloor;
    }

    /// <param name="Until">Null: a sale.</param>
    private sealed record Promise(
        DateTimeOffset? Until, List<Allocation> Parts, int Withheld = 0, int Change = 0, bool IsOver = false)
    {
        public int Units => Parts.Sum(part => part.Quantity);

        public int Stockless => Parts.Where(part => part.Location is null).Sum(part => part.Quantity);
    }
}
