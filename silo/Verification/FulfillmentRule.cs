using System.Text.Json;

namespace Commerce.Verification;

/// <summary>What one location sends for an order is what it was asked to send.</summary>
internal sealed class FulfillmentRule : StreamRule
{
    public static readonly JournalRule NotOversent = new(
        "parcels-hold-what-was-asked", "A location sends no more units than it was asked for.");

    private readonly Dictionary<string, long> _open = [];

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
                foreach (var line in e.GetProperty("fulfillment").List("lines"))
                {
                    var left = _open.GetValueOrDefault(line.Text("sku")) - line.Number("quantity");
                    Must(left >= 0, NotOversent, $"{-left} units of {line.Text("sku")} too many");
                    _open[line.Text("sku")] = left;
                }

                break;
            default:
                return false;
        }

        return true;
    }
}
