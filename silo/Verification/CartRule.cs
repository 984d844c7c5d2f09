using System.Text.Json;

namespace Commerce.Verification;

/// <summary>One cart: what is being bought does not change meanwhile, and is bought once.</summary>
internal sealed class CartRule : StreamRule
{
    public static readonly JournalRule Frozen = new(
        "cart-is-frozen-at-checkout", "A cart does not change while it is checked out, nor after it is completed.");

    public static readonly JournalRule EndsOnce = new(
        "cart-is-completed-once",
        "Only the attempt that froze a cart completes or reopens it, and nothing comes after completion.");

    private long _attempt;
    private bool _isFrozen;
    private bool _isCompleted;

    public override bool Apply(string type, JsonElement e)
    {
        switch (type)
        {
            case "cart.created" or "cart.line_set" or "cart.line_removed" or "cart.email_set" or "cart.repriced"
                or "cart.shipping_address_set" or "cart.billing_address_set" or "cart.shipping_option_chosen":
                Must(!_isFrozen && !_isCompleted, Frozen, $"attempt {_attempt} has it");
                break;
            case "cart.checkout_began":
                Must(!_isFrozen && !_isCompleted && e.Number("attempt") > _attempt, EndsOnce, $"attempt {_attempt} has it");
                (_isFrozen, _attempt) = (true, e.Number("attempt"));
                break;
            case "cart.checkout_ended" or "cart.completed":
                Must(_isFrozen && e.Number("attempt") == _attempt, EndsOnce,
                    $"attempt {_attempt} has it, not {e.Number("attempt")}");
                _isFrozen = false;
                _isCompleted |= type == "cart.completed";
                break;
            default:
                return false;
        }

        return true;
    }
}
