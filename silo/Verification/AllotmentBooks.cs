using System.Text.Json;

namespace Commerce.Verification;

/// <summary>Units of one SKU that are set aside for drops: whose they are, and which hold has them.</summary>
internal sealed class AllotmentBooks
{
    private readonly Dictionary<string, Allotment> _allotments = [];
    private readonly Dictionary<string, long> _has = [];

    /// <summary>Units that are set aside and that nobody holds.</summary>
    public long SetAside => _allotments.Values.Sum(allotment => allotment.Left);

    /// <summary>Takes an event in; false when it is of no known kind.</summary>
    /// <param name="fault">What is wrong with it; null: nothing.</param>
    public bool Apply(string type, JsonElement e, out string? fault)
    {
        var (drop, quantity, by) = (e.Text("drop"), e.Number("quantity"), e.Text("by"));
        fault = null;
        switch (type)
        {
            case "stock.allotted":
                Of(drop).Units = e.Number("units");
                break;
            case "stock.allotment_drawn":
                Of(drop).Held += quantity;
                Take(e.Text("hold"), -quantity, ref fault);
                break;
            case "stock.allotment_passed":
                Take(e.Text("from"), quantity, ref fault);
                Take(e.Text("to"), -quantity, ref fault);
                break;
            case "stock.allotment_returned":
                Take(by, quantity, ref fault);
                Move(drop, held: -quantity);
                break;
            case "stock.allotment_sold":
                Take(by, quantity, ref fault);
                Move(drop, held: -quantity, sold: quantity);
                break;
            case "stock.allotment_unsold":
                Take(by, -quantity, ref fault);
                Move(drop, held: quantity, sold: -quantity);
                break;
            case "stock.allotment_closed":
                fault = _allotments.Remove(drop, out var closed) && closed.Left == quantity
                    ? null
                    : $"{quantity} units are given back of {closed?.Left ?? 0}";
                break;
            default:
                return false;
        }

        if (_allotments.TryGetValue(drop, out var allotment) && allotment is { Left: < 0 } or { Held: < 0 } or { Sold: < 0 })
        {
            fault ??= $"{allotment.Held} held and {allotment.Sold} sold of {allotment.Units}";
        }

        return true;
    }

    private Allotment Of(string drop)
    {
        if (!_allotments.TryGetValue(drop, out var allotment))
        {
            _allotments[drop] = allotment = new();
        }

        return allotment;
    }

    /// <summary>Those of a drop that is over are nobody's.</summary>
    private void Move(string drop, long held = 0, long sold = 0)
    {
        if (_allotments.TryGetValue(drop, out var allotment))
        {
            (allotment.Held, allotment.Sold) = (allotment.Held + held, allotment.Sold + sold);
        }
    }

    private void Take(string hold, long units, ref string? fault)
    {
        var left = _has.GetValueOrDefault(hold) - units;
        fault = left < 0 ? $"{hold} has {left + units} units, not {units}" : fault;
        if (left <= 0)
        {
            _has.Remove(hold);
        }
        else
        {
            _has[hold] = left;
        }
    }

    private sealed class Allotment
    {
        public long Units { get; set; }

        public long Held { get; set; }

        public long Sold { get; set; }

        public long Left => Units - Held - Sold;
    }
}
