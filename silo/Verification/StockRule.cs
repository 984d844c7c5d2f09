using System.Text.Json;

namespace Commerce.Verification;

/// <summary>The stock of one SKU: what is promised is there, at each location and after each event.</summary>
internal sealed class StockRule : StreamRule
{
    public static readonly JournalRule NotOversold = new(
        "stock-is-not-oversold",
        "Held and committed units are on hand, at each location: available is never negative.");

    public static readonly JournalRule NothingNegative = new(
        "stock-is-not-negative", "On hand, held and committed are never negative.");

    public static readonly JournalRule HeldOnce = new(
        "hold-is-made-once", "A hold is made once; it is neither open nor committed when it is made.");

    public static readonly JournalRule EndsOnce = new(
        "hold-ends-once",
        "Only an open hold is released, expires or is committed, with all its units; only a commitment is given back or shipped.");

    public static readonly JournalRule PartsAddUp = new(
        "allocations-add-up", "The units at the locations of a hold or commitment add up to its quantity.");

    public static readonly JournalRule CountAddsUp = new(
        "count-adds-up", "A count's difference leads from what was thought to what was counted.");

    private readonly Dictionary<string, Bucket> _locations = [];
    private readonly Dictionary<string, Dictionary<string, long>> _holds = [];
    private readonly Dictionary<string, Dictionary<string, long>> _commitments = [];

    public override string? WaitsFor => _holds.Count > 0 ? $"the end of {_holds.Count} holds" : null;

    public override bool Apply(string type, JsonElement e)
    {
        switch (type)
        {
            case "stock.received":
                At(e.Text("location")).OnHand += e.Number("quantity");
                break;
            case "stock.adjusted":
                At(e.Text("location")).OnHand += e.Number("delta");
                break;
            case "stock.counted":
                Count(e);
                break;
            case "stock.held":
                Hold(e);
                break;
            case "stock.hold_released" or "stock.hold_expired":
                End(_holds, e, -1, 0);
                break;
            case "stock.committed":
                Commit(e);
                break;
            case "stock.commitment_released":
                End(_commitments, e, 0, -1);
                break;
            case "stock.shipped":
                Ship(e);
                break;
            default:
                return false;
        }

        foreach (var (name, there) in _locations)
        {
            Must(there.OnHand >= 0 && there.Held >= 0 && there.Committed >= 0, NothingNegative, $"{name}: {there}");
            Must(there.OnHand >= there.Held + there.Committed, NotOversold, $"{name}: {there}");
        }

        return true;
    }

    private void Count(JsonElement e)
    {
        var there = At(e.Text("location"));
        Must(there.OnHand + e.Number("delta") == e.Number("on_hand"), CountAddsUp,
            $"{there.OnHand} and {e.Number("delta")} are counted as {e.Number("on_hand")}");
        there.OnHand = e.Number("on_hand");
    }

    private void Hold(JsonElement e)
    {
        var (hold, parts) = (e.Text("hold"), Parts(e));
        Must(!_holds.ContainsKey(hold) && !_commitments.ContainsKey(hold), HeldOnce, $"{hold} is there already");
        if (_holds.TryAdd(hold, parts))
        {
            Move(parts, held: 1);
        }
    }

    private void Commit(JsonElement e)
    {
        var (hold, parts) = (e.Text("hold"), Parts(e));
        if (End(_holds, e, -1, 0) && _commitments.TryAdd(hold, parts))
        {
            Move(parts, committed: 1);
        }
    }

    private bool End(Dictionary<string, Dictionary<string, long>> open, JsonElement e, int held, int committed)
    {
        var (hold, quantity) = (e.Text("hold"), e.Number("quantity"));
        var has = open.Remove(hold, out var parts) ? parts.Values.Sum() : 0;
        Must(parts is not null && has == quantity, EndsOnce, $"{hold} has {has} units, not {quantity}");
        Move(parts ?? [], held, committed);
        return parts is not null;
    }

    private void Ship(JsonElement e)
    {
        var (hold, location, quantity) = (e.Text("hold"), e.Text("location"), e.Number("quantity"));
        var parts = _commitments.GetValueOrDefault(hold) ?? [];
        var has = parts.GetValueOrDefault(location);
        Must(quantity > 0 && quantity <= has, EndsOnce, $"{quantity} units leave {location} of {has} committed under {hold}");
        At(location).OnHand -= quantity;
        At(location).Committed -= Math.Min(quantity, has);
        parts[location] = has - quantity;
        if (parts.Values.All(left => left <= 0))
        {
            _commitments.Remove(hold);
        }
    }

    private Dictionary<string, long> Parts(JsonElement e)
    {
        var parts = new Dictionary<string, long>();
        foreach (var part in e.List("allocations"))
        {
            parts[part.Text("location")] = parts.GetValueOrDefault(part.Text("location")) + part.Number("quantity");
        }

        Must(parts.Values.Sum() == e.Number("quantity") && parts.Values.All(units => units > 0), PartsAddUp,
            $"{string.Join(" + ", parts.Values)} are not {e.Number("quantity")} units");
        return parts;
    }

    private void Move(Dictionary<string, long> parts, int held = 0, int committed = 0)
    {
        foreach (var (location, quantity) in parts)
        {
            At(location).Held += held * quantity;
            At(location).Committed += committed * quantity;
        }
    }

    private Bucket At(string location)
    {
        if (!_locations.TryGetValue(location, out var there))
        {
            _locations[location] = there = new();
        }

        return there;
    }

    private sealed class Bucket
    {
        public long OnHand { get; set; }

        public long Held { get; set; }

        public long Committed { get; set; }

        public override string ToString() => $"{OnHand} on hand, {Held} held, {Committed} committed";
    }
}
