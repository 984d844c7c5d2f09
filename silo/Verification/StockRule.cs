using System.Globalization;
using System.Text.Json;

namespace Commerce.Verification;

/// <summary>
/// The stock of one SKU: what is promised is there, at each location and after each event, but for what the SKU's policy
/// lets be promised without stock.
/// </summary>
internal sealed class StockRule : StreamRule
{
    public static readonly JournalRule NotOversold = new(
        "stock-is-not-oversold",
        "Held, committed and damaged units are on hand, at each location: available is never negative.");

    public static readonly JournalRule NothingNegative = new(
        "stock-is-not-negative", "On hand, held, committed, damaged and safety stock are never negative.");

    public static readonly JournalRule WithinPolicy = new(
        "promises-without-stock-are-within-policy",
        "Units are promised without stock only as far as a backorder floor or a preorder cap allows, and never safety stock.");

    public static readonly JournalRule HeldOnce = new(
        "hold-is-made-once", "A hold is made once; it is neither open nor committed when it is made.");

    public static readonly JournalRule EndsOnce = new(
        "hold-ends-once",
        "Only an open hold is extended, released, expires or is committed, with all its units; only a sale is given back or shipped.");

    public static readonly JournalRule PartsAddUp = new(
        "allocations-add-up", "The parts of a hold or a sale add up to its quantity, with and without stock.");

    public static readonly JournalRule CountAddsUp = new(
        "count-adds-up", "A difference leads from what was thought to what is set.");

    public static readonly JournalRule AllotmentsAddUp = new(
        "allotments-add-up",
        "Units set aside for a drop are there, and no more of them held or sold; each is sold or given back by the hold that has it.");

    private readonly AllotmentBooks _allotments = new();
    private readonly Dictionary<string, Shelf> _locations = [];
    private readonly Dictionary<string, Dictionary<Part, long>> _holds = [];
    private readonly Dictionary<string, Dictionary<Part, long>> _sales = [];
    private readonly Dictionary<string, long> _withheld = [];
    private long _unstocked;
    private string _whenOut = "deny";
    private long _unstockedMax;

    public override string? WaitsFor =>
        _holds.Count > 0 ? $"the end of {_holds.Count} holds"
        : _unstocked > Withheld && Free - _allotments.SetAside > Withheld ? $"the allocation of {_unstocked} units"
        : null;

    // Neither gets stock, nor does anybody else get theirs, until a change of their order is decided.
    private long Withheld => _withheld.Values.Sum();

    private long Free => _locations.Values.Sum(shelf => shelf.OnHand - shelf.Held - shelf.Committed - shelf.Damaged - shelf.Safety);

    public override bool Apply(string type, JsonElement e)
    {
        var (location, quantity) = (e.Text("location"), e.Number("quantity"));
        switch (type)
        {
            case "stock.received":
                At(location).OnHand += quantity;
                break;
            case "stock.adjusted":
                At(location).OnHand += e.Number("delta");
                break;
            case "stock.counted":
                At(location).OnHand = Set(At(location).OnHand, e.Number("delta"), e.Number("on_hand"));
                break;
            case "stock.safety_set":
                At(location).Safety = Set(At(location).Safety, e.Number("delta"), quantity);
                break;
            case "stock.transferred":
                At(e.Text("from")).OnHand -= quantity;
                At(e.Text("to")).OnHand += quantity;
                break;
            case "stock.damaged":
                At(location).Damaged += quantity;
                break;
            case "stock.restored":
                At(location).Damaged -= quantity;
                break;
            case "stock.scrapped":
                At(location).OnHand -= quantity;
                At(location).Damaged -= quantity;
                break;
            case "stock.policy_set":
                var policy = e.GetProperty("policy");
                _whenOut = policy.Text("when_out");
                _unstockedMax = policy.Number("backorder_floor") + policy.Number("preorder_cap");
                break;
            case "stock.expected" or "stock.fed" or "stock.ran_low" or "stock.ran_out" or "stock.back_in_stock" or "stock.replenished":
                break;
            default:
                if (!ApplyToPromise(type, e) && !ApplyToAllotment(type, e))
                {
                    return false;
                }

                break;
        }

        Must(
            _allotments.SetAside == 0 || Free >= _allotments.SetAside, AllotmentsAddUp,
            $"{_allotments.SetAside} units are set aside of {Free}");

        foreach (var (name, shelf) in _locations)
        {
            Must(shelf is { OnHand: >= 0, Held: >= 0, Committed: >= 0, Damaged: >= 0, Safety: >= 0 }, NothingNegative, $"{name}: {shelf}");
            Must(shelf.OnHand >= shelf.Held + shelf.Committed + shelf.Damaged, NotOversold, $"{name}: {shelf}");
        }

        return true;
    }

    private bool ApplyToPromise(string type, JsonElement e)
    {
        switch (type)
        {
            case "stock.held":
                Hold(e);
                break;
            case "stock.hold_extended":
                Must(_holds.ContainsKey(e.Text("hold")), EndsOnce, $"{e.Text("hold")} is not open");
                break;
            case "stock.hold_released" or "stock.hold_expired":
                End(_holds, e, held: -1);
                break;
            case "stock.committed":
                Commit(e);
                break;
            case "stock.commitment_released":
                End(_sales, e, committed: -1);
                break;
            case "stock.allocated":
                Allocate(e);
                break;
            case "stock.commitment_reduced":
                Uncommit(e, "are not sent from");
                break;
            case "stock.backorder_withheld":
                _withheld[e.Text("hold")] = e.Number("quantity");
                Must(e.Number("quantity") <= Unstocked(Sold(e)), PartsAddUp, $"more is withheld than {Unstocked(Sold(e))} units without stock");
                break;
            case "stock.backorder_resumed":
                _withheld.Remove(e.Text("hold"));
                break;
            case "stock.backorder_reduced":
                ReduceBackorder(e);
                break;
            case "stock.shipped":
                Ship(e);
                break;
            default:
                return false;
        }

        return true;
    }

    private bool ApplyToAllotment(string type, JsonElement e)
    {
        var isKnown = _allotments.Apply(type, e, out var fault);
        Must(fault is null, AllotmentsAddUp, fault ?? "");
        return isKnown;
    }

    private long Set(long was, long delta, long now)
    {
        Must(was + delta == now, CountAddsUp, $"{was} and {delta} are set to {now}");
        return now;
    }

    private void Hold(JsonElement e)
    {
        var (hold, parts) = (e.Text("hold"), Parts(e));
        Must(!_holds.ContainsKey(hold) && !_sales.ContainsKey(hold), HeldOnce, $"{hold} is there already");
        if (!_holds.TryAdd(hold, parts))
        {
            return;
        }

        Move(parts, held: 1);
        var unstocked = Unstocked(parts);
        Must(unstocked == parts.Values.Sum() || Free >= 0, WithinPolicy, $"{-Free} units of the safety stock are promised");
        Must(
            unstocked == 0 || _whenOut switch
            {
                "backorder" => _unstocked - Math.Max(0, Free) <= _unstockedMax,
                "preorder" => _unstocked <= _unstockedMax,
                _ => false,
            },
            WithinPolicy,
            $"{_unstocked} units are promised without stock: {_whenOut}, at most {_unstockedMax}");
    }

    private void Commit(JsonElement e)
    {
        var (hold, parts) = (e.Text("hold"), Parts(e));
        if (End(_holds, e, held: -1) && _sales.TryAdd(hold, parts))
        {
            Move(parts, committed: 1);
        }
    }

    private bool End(Dictionary<string, Dictionary<Part, long>> open, JsonElement e, int held = 0, int committed = 0)
    {
        var (hold, quantity) = (e.Text("hold"), e.Number("quantity"));
        var parts = open.Remove(hold, out var found) ? found : [];
        Must(found is not null && parts.Values.Sum() == quantity, EndsOnce, $"{hold} has {parts.Values.Sum()} units, not {quantity}");
        Must(!e.TryGetProperty("backordered", out var without) || without.GetInt64() == Unstocked(parts), PartsAddUp,
            $"{Unstocked(parts)} units of {hold} have no stock");
        Move(parts, held, committed);
        return found is not null;
    }

    /// <summary>Units of a promise that had no stock have some now.</summary>
    private void Allocate(JsonElement e)
    {
        var (hold, isSale) = (e.Text("hold"), e.Flag("is_committed"));
        var parts = (isSale ? _sales : _holds).GetValueOrDefault(hold) ?? [];
        var come = PartsOf(e);
        var left = Unstocked(parts) - come.Values.Sum();
        Must(left >= _withheld.GetValueOrDefault(hold) && Unstocked(come) == 0, PartsAddUp, $"{come.Values.Sum()} units come for {Unstocked(parts)} of {hold}");
        Move(come, held: isSale ? 0 : 1, committed: isSale ? 1 : 0);
        Must(Free >= 0, WithinPolicy, $"{-Free} units of the safety stock are promised");
        _unstocked -= come.Values.Sum();
        parts[Part.WithoutStock] = left;
        foreach (var (part, units) in come)
        {
            parts[part] = parts.GetValueOrDefault(part) + units;
        }
    }

    private void Ship(JsonElement e)
    {
        At(e.Text("location")).OnHand -= e.Number("quantity");
        Uncommit(e, "leave");
    }

    /// <summary>Just what was withheld is not sold any more.</summary>
    private void ReduceBackorder(JsonElement e)
    {
        var (hold, quantity) = (e.Text("hold"), e.Number("quantity"));
        Must(_withheld.Remove(hold, out var withheld) && withheld == quantity, EndsOnce, $"{quantity} units of {hold} are called off, {withheld} are withheld");
        var parts = Sold(e);
        _unstocked -= Math.Min(quantity, Unstocked(parts));
        parts[Part.WithoutStock] = Unstocked(parts) - quantity;
        if (parts.Values.All(left => left <= 0))
        {
            _sales.Remove(hold);
        }
    }

    private Dictionary<Part, long> Sold(JsonElement e) => _sales.GetValueOrDefault(e.Text("hold")) ?? [];

    private void Uncommit(JsonElement e, string verb)
    {
        var (hold, quantity) = (e.Text("hold"), e.Number("quantity"));
        var part = Part.Of(e);
        var parts = _sales.GetValueOrDefault(hold) ?? [];
        var has = parts.GetValueOrDefault(part);
        Must(quantity > 0 && quantity <= has, EndsOnce, $"{quantity} units {verb} {part.Location} of {has} sold under {hold}");
        At(part.Location).Committed -= Math.Min(quantity, has);
        parts[part] = has - quantity;
        if (parts.Values.All(left => left <= 0))
        {
            _sales.Remove(hold);
        }
    }

    private Dictionary<Part, long> Parts(JsonElement e)
    {
        var parts = PartsOf(e);
        Must(parts.Values.Sum() == e.Number("quantity") && parts.Values.All(units => units > 0), PartsAddUp,
            $"{string.Join(" + ", parts.Values)} are not {e.Number("quantity")} units");
        return parts;
    }

    private static Dictionary<Part, long> PartsOf(JsonElement e)
    {
        var parts = new Dictionary<Part, long>();
        foreach (var entry in e.List("allocations"))
        {
            parts[Part.Of(entry)] = parts.GetValueOrDefault(Part.Of(entry)) + entry.Number("quantity");
        }

        return parts;
    }

    private static long Unstocked(Dictionary<Part, long> parts) => parts.GetValueOrDefault(Part.WithoutStock);

    private void Move(Dictionary<Part, long> parts, int held = 0, int committed = 0)
    {
        _unstocked += (held + committed) * Unstocked(parts);
        foreach (var (part, units) in parts.Where(pair => pair.Key != Part.WithoutStock))
        {
            At(part.Location).Held += held * units;
            At(part.Location).Committed += committed * units;
        }
    }

    private Shelf At(string location)
    {
        if (!_locations.TryGetValue(location, out var shelf))
        {
            _locations[location] = shelf = new();
        }

        return shelf;
    }

    /// <summary>Which units of a promise: where, and which allocation there.</summary>
    private readonly record struct Part(string Location, long Number)
    {
        public static readonly Part WithoutStock = new("", 0);

        public static Part Of(JsonElement e) => new(e.Text("location"), e.Number("part"));
    }

    private sealed class Shelf
    {
        public long OnHand { get; set; }

        public long Held { get; set; }

        public long Committed { get; set; }

        public long Damaged { get; set; }

        public long Safety { get; set; }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{OnHand} on hand, {Held} held, {Committed} committed, {Damaged} damaged, {Safety} safety");
    }
}
