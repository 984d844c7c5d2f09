using System.Text.Json;

namespace Commerce.Verification;

/// <summary>One order: placed once, its parts add up to the whole, and no more is paid or sent than was bought.</summary>
internal sealed class OrderRule : StreamRule
{
    public static readonly JournalRule PlacedFirst = new(
        "order-begins-when-placed", "An order begins with being placed, once.");

    public static readonly JournalRule TotalsAddUp = new(
        "order-adds-up",
        "Lines add up to items; items and shipping, less discounts and tax relief, with tax that is not included, are the total.");

    public static readonly JournalRule NotOverpaid = new(
        "order-is-not-overpaid",
        "What an order records as captured is no more than is authorized, and no more than its total.");

    public static readonly JournalRule NotOversent = new(
        "order-is-not-oversent", "No more units leave for an order than were bought.");

    private readonly Dictionary<string, long> _units = [];
    private bool _isPlaced;
    private long _total;

    public override bool Apply(string type, JsonElement e)
    {
        Must(_isPlaced == (type != "order.placed"), PlacedFirst, _isPlaced ? "it is placed already" : "it is not placed");
        switch (type)
        {
            case "order.placed":
                Place(e.GetProperty("cart"));
                break;
            case "order.payment_recorded":
                var payment = e.GetProperty("payment");
                Must(payment.Amount("captured") <= Math.Min(payment.Amount("authorized"), _total), NotOverpaid,
                    $"{payment.Amount("captured")} of {payment.Amount("authorized")} authorized for {_total}");
                break;
            case "order.fulfillment_recorded":
                foreach (var line in e.GetProperty("fulfillment").List("lines"))
                {
                    var left = _units.GetValueOrDefault(line.Text("sku")) - line.Number("quantity");
                    Must(left >= 0, NotOversent, $"{-left} units of {line.Text("sku")} too many");
                    _units[line.Text("sku")] = left;
                }

                break;
            default:
                return false;
        }

        return true;
    }

    private void Place(JsonElement cart)
    {
        var (items, tax, discount) = (0L, 0L, 0L);
        var isIncluded = cart.GetProperty("totals").Flag("tax_included");
        foreach (var line in cart.List("lines"))
        {
            var (quantity, price, total, off) =
                (line.Number("quantity"), line.Amount("unit_price"), line.Amount("total"), line.Amount("discount"));
            Must(price * quantity == total, TotalsAddUp, $"{quantity} at {price} come to {total}");
            Must(off >= 0 && off <= total, TotalsAddUp, $"{off} is taken off {total}");
            var gross = total - off - line.Amount("tax_relief") + (isIncluded ? 0 : line.Amount("tax"));
            Must(!line.TryGetProperty("gross", out _) || (line.Amount("gross") == gross && line.Amount("net") == gross - line.Amount("tax")),
                TotalsAddUp, $"{total} less {off} is {line.Amount("gross")} with {line.Amount("tax")} tax, {line.Amount("net")} without");
            (items, tax, discount) = (items + total, tax + line.Amount("tax"), discount + off);
            _units[line.Text("sku")] = _units.GetValueOrDefault(line.Text("sku")) + quantity;
        }

        Add(cart.GetProperty("totals"), items, tax, discount);
        _isPlaced = true;
    }

    private void Add(JsonElement totals, long items, long tax, long discount)
    {
        _total = totals.Amount("total");
        var (shipping, off, taxes) = (totals.Amount("shipping"), totals.Amount("shipping_discount"), totals.Amount("tax"));
        Must(items == totals.Amount("items"), TotalsAddUp, $"lines come to {items}, items are {totals.Amount("items")}");
        Must(off >= 0 && off <= shipping && discount + off == totals.Amount("discount"), TotalsAddUp,
            $"{discount} off the lines and {off} off {shipping} shipping are {totals.Amount("discount")}");
        Must(tax <= taxes, TotalsAddUp, $"the tax of the lines is {tax}, of everything {taxes}");
        Must(!totals.TryGetProperty("tax_lines", out _) || totals.List("tax_lines").Sum(part => part.Amount("amount")) == taxes,
            TotalsAddUp, $"the taxes by name are not {taxes}");
        var whole = items + shipping - discount - off - totals.Amount("tax_relief") + (totals.Flag("tax_included") ? 0 : taxes);
        Must(whole == _total && whole >= 0, TotalsAddUp, $"everything comes to {whole}, the total is {_total}");
    }
}
