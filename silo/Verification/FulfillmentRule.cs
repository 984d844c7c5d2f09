using System.Text.Json;

namespace Commerce.Verification;

/// <summary>What one location sends for an order is what it was asked to send.</summary>
internal sealed class FulfillmentRule : StreamRule
{
    public static readonly JournalRule NotOversent = new(
        "parcels-hold-what-was-asked", "A location sends or calls off no more units than it was asked for, and none that are kept back.");

    public static readonly JournalRule DeliveredOnce = new(
        "parcels-arrive-once", "What arrives was sent, and arrives once.");

    private readonly HashSet<string> _sent = [];
    private readonly Dictionary<string, long> _open = [];
    private readonly Dictionary<string, long> _withheld = [];

    public override bool Apply(string type, JsonElement e)
    {
        switch (type)
        {
            case "fulfillment_order.opened":
                foreach (var line in e.GetProperty("asked").List("lines"))
                {
                    _open[line.Text("sku")] = _open.GetValueOrDefault(line.Text("sku")) + line.Number("quantity");
                }

                break;
            case "fulfillment_order.fulfilled":
                Take(e.GetProperty("fulfillment").List("lines"));
                _sent.Add(e.GetProperty("fulfillment").Text("id"));
                break;
            case "fulfillment_order.withheld":
                GiveBack();
                foreach (var line in e.List("lines"))
                {
                    _withheld[line.Text("sku")] = line.Number("quantity");
                }

                Take(e.List("lines"));
                break;
            case "fulfillment_order.resumed":
                GiveBack();
                break;
            case "fulfillment_order.reduced":
                foreach (var line in e.List("lines"))
                {
                    Must(_withheld.Remove(line.Text("sku"), out var kept) && kept == line.Number("quantity"), NotOversent,
                        $"{line.Number("quantity")} units of {line.Text("sku")} are called off, {kept} were kept back");
                }

                break;
            case "fulfillment_order.delivered":
                Must(_sent.Contains(e.Text("fulfillment")), DeliveredOnce, $"{e.Text("fulfillment")} was not sent, or has arrived already");
                _sent.Remove(e.Text("fulfillment"));
                break;
            case "fulfillment_order.accepted":
                break;
            default:
                return false;
        }

        return true;
    }

    private void Take(IEnumerable<JsonElement> lines)
    {
        foreach (var line in lines)
        {
            var left = _open.GetValueOrDefault(line.Text("sku")) - line.Number("quantity");
            Must(left >= 0, NotOversent, $"{-left} units of {line.Text("sku")} too many");
            _open[line.Text("sku")] = left;
        }
    }

    private void GiveBack()
    {
        foreach (var (sku, quantity) in _withheld)
        {
            _open[sku] += quantity;
        }

        _withheld.Clear();
    }
}
