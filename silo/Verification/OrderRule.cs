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
        "What an order records as captured is no more than is authorized, and with credit no more than its total.");

    public static readonly JournalRule ChangesAddUp = new(
        "order-changes-add-up", "What an order's total falls by when units are called off is what it said, and it is never negative.");

    public static readonly JournalRule NotOverrefunded = new(
        "order-is-not-overrefunded", "No more is given back for an order than was taken, to the payment and to each credit.");

    public static readonly JournalRule NotOversent = new(
        "order-is-not-oversent", "No more units leave for an order than were bought.");

    public static readonly JournalRule ReturnedOnce = new(
        "units-come-back-once", "No more units of a line come back than were to, once, and none that did not leave.");

    private readonly Dictionary<string, long> _units = [];
    private readonly Dictionary<string, long> _sent = [];
    private readonly Dictionary<long, Dictionary<string, long>> _coming = [];
    private readonly Dictionary<string, long> _lines = [];
    private readonly Dictionary<string, long> _credits = [];
    private readonly Dictionary<string, long> _refunded = [];
    private bool _isPlaced;
    private long _total;
    private long _left;
    private long _captured;
    private long _change;

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
                _captured = payment.Amount("captured");
                var due = _total - _credits.Values.Sum();
                Must(payment.Amount("captured") <= Math.Min(payment.Amount("authorized"), due), NotOverpaid,
                    $"{payment.Amount("captured")} of {payment.Amount("authorized")} authorized for {due}");
                break;
            case "order.fulfillment_recorded":
                foreach (var line in e.GetProperty("fulfillment").List("lines"))
                {
                    var left = _units.GetValueOrDefault(line.Text("sku")) - line.Number("quantity");
                    Must(left >= 0, NotOversent, $"{-left} units of {line.Text("sku")} too many");
                    _units[line.Text("sku")] = left;
                    _sent[line.Text("sku")] = _sent.GetValueOrDefault(line.Text("sku")) + line.Number("quantity");
                }

                break;
            case "order.return_requested":
                Must(_coming.TryAdd(e.Number("return"), e.List("lines").ToDictionary(line => line.Text("line"), line => line.Number("quantity"))),
                    ReturnedOnce, $"there is a return {e.Number("return")}");
                break;
            case "order.return_decided":
                if (e.Text("status") != "approved")
                {
                    _coming[e.Number("return")] = [];
                }

                break;
            case "order.return_received":
                Return(e);
                break;
            case "order.delivery_recorded":
                break;
            case "order.lines_canceled":
                Begin(e);
                foreach (var line in e.List("canceled"))
                {
                    // Of a line with attributes, what stands before the tilde.
                    var sku = line.Text("line").Split('~')[0];
                    _lines[line.Text("line")] = _lines.GetValueOrDefault(line.Text("line")) - line.Number("quantity");
                    var left = _units.GetValueOrDefault(sku) - line.Number("quantity");
                    Must(left >= 0, NotOversent, $"{-left} units of {sku} are called off and sent");
                    _units[sku] = left;
                }

                _left -= e.Amount("returned");
                Must(_left >= 0 && e.Amount("returned") >= 0, ChangesAddUp, $"{e.Amount("returned")} are returned, {_left} left");
                break;
            case "order.edited":
                Begin(e);
                Edit(e);
                break;
            case "order.refunded":
                Refund(e.Text("credit"), e.Amount("amount"));
                break;
            case "order.refund_refused" or "order.action_due" or "order.noted" or "order.erased":
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>To a gift card or store credit, or, without a name, to the payment.</summary>
    private void Refund(string credit, long amount)
    {
        var refunded = _refunded[credit] = _refunded.GetValueOrDefault(credit) + amount;
        var taken = credit.Length == 0 ? _captured : _credits.GetValueOrDefault(credit);
        Must(refunded <= taken, NotOverrefunded, $"{refunded} are given back of {taken}{(credit.Length == 0 ? "" : $" to {credit}")}");
    }

    private void Return(JsonElement e)
    {
        _ = _coming.Remove(e.Number("return"), out var coming);
        _coming[e.Number("return")] = [];
        foreach (var line in e.List("received"))
        {
            var (id, sku) = (line.Text("line"), line.Text("line").Split('~')[0]);
            var expected = coming?.GetValueOrDefault(id) ?? 0;
            Must(line.Number("quantity") <= expected, ReturnedOnce, $"{line.Number("quantity")} units of {id} came, {expected} were to");
            var sent = _sent[sku] = _sent.GetValueOrDefault(sku) - line.Number("quantity");
            Must(sent >= 0, ReturnedOnce, $"{-sent} units of {sku} came back that did not leave");
            coming?[id] = expected - line.Number("quantity");
        }

        foreach (var line in e.List("restocked"))
        {
            var back = e.List("received").Where(part => part.Text("line").Split('~')[0] == line.Text("sku") && part.Text("condition") == "sellable");
            Must(back.Sum(part => part.Number("quantity")) == line.Number("quantity"), ReturnedOnce,
                $"{line.Number("quantity")} units of {line.Text("sku")} are sold again");
        }

        _left -= e.Amount("returned");
        Must(_left >= 0 && e.Amount("returned") >= 0, ChangesAddUp, $"{e.Amount("returned")} are returned, {_left} left");
    }

    private void Begin(JsonElement e)
    {
        Must(e.Number("change") > _change, ChangesAddUp, $"change {e.Number("change")} comes after {_change}");
        _change = e.Number("change");
    }

    private void Edit(JsonElement e)
    {
        foreach (var line in e.List("lines"))
        {
            var id = line.Text("line");
            var more = line.Number("quantity") - _lines.GetValueOrDefault(id);
            _lines[id] = line.Number("quantity");
            _units[id.Split('~')[0]] = _units.GetValueOrDefault(id.Split('~')[0]) + more;
        }

        foreach (var line in e.List("added"))
        {
            Count(line);
        }

        _left += e.Amount("difference");
        _total = Math.Max(_total, _left);
        Must(_left >= 0, ChangesAddUp, $"the order comes to {_left}");
    }

    private void Count(JsonElement line)
    {
        _units[line.Text("sku")] = _units.GetValueOrDefault(line.Text("sku")) + line.Number("quantity");
        _lines[line.Text("id") is { Length: > 0 } id ? id : line.Text("sku")] = line.Number("quantity");
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
            Count(line);
        }

        Add(cart.GetProperty("totals"), items, tax, discount);
        foreach (var (account, amount) in cart.Credits())
        {
            _credits[account] = _credits.GetValueOrDefault(account) + amount;
        }

        Must(_credits.Values.Sum() <= _total, NotOverpaid, $"credit pays {_credits.Values.Sum()} of {_total}");
        (_isPlaced, _left) = (true, _total);
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
