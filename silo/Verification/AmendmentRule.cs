using System.Text.Json;

namespace Commerce.Verification;

/// <summary>The process that changes an order: one change at a time, each with an end, and none undone that was recorded.</summary>
internal sealed class AmendmentRule : StreamRule
{
    public static readonly JournalRule OneAtATime = new(
        "order-changes-one-at-a-time", "A change of an order begins when the one before has ended.");

    public static readonly JournalRule RecordedIsFinal = new(
        "recorded-change-goes-on", "A change that the order has recorded is completed and never undone.");

    private long _change;
    private bool _isOpen;
    private bool _isRecorded;

    public override string? WaitsFor => _isOpen ? $"the end of change {_change}" : null;

    public override bool Apply(string type, JsonElement e)
    {
        switch (type)
        {
            case "order_amendment.edit_proposed":
                break;
            case "order_amendment.began":
                Must(!_isOpen && e.Number("change") == _change + 1, OneAtATime, $"{e.Number("change")} begins after {_change}");
                (_change, _isOpen, _isRecorded) = (e.Number("change"), true, false);
                break;
            case "order_amendment.planned" or "order_amendment.stock_held" or "order_amendment.backorders_withheld"
                or "order_amendment.withheld" or "order_amendment.stock_committed" or "order_amendment.confirmed"
                or "order_amendment.refund_began" or "order_amendment.refund_ended" or "order_amendment.payment_began"
                or "order_amendment.action_required" or "order_amendment.payment_authorized":
                Must(_isOpen, OneAtATime, "no change is under way");
                break;
            case "order_amendment.recorded" or "order_amendment.payment_captured":
                _isRecorded = true;
                break;
            case "order_amendment.failed":
                Must(_isOpen && !_isRecorded, RecordedIsFinal, "the order has recorded it");
                break;
            case "order_amendment.erased":
                Must(!_isOpen, OneAtATime, $"change {_change} is under way");
                break;
            case "order_amendment.completed" or "order_amendment.undone":
                Must(_isOpen, OneAtATime, "no change is under way");
                _isOpen = false;
                break;
            default:
                return false;
        }

        return true;
    }
}
