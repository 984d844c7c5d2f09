using System.Text.Json;

namespace Commerce.Verification;

/// <summary>One cart: what is being bought does not change meanwhile, and is bought once.</summary>
internal sealed class CartRule : StreamRule
{
    public static readonly JournalRule Frozen = new(
        "cart-is-frozen-at-checkout",
        "A cart does not change while it is checked out, nor after it is completed, expired or given to another.");

    public static readonly JournalRule EndsOnce = new(
        "cart-is-completed-once",
        "Only the attempt that froze a cart completes or reopens it, and nothing comes after completion.");

    private long _attempt;
    private bool _isFrozen;
    private bool _isOver;
    private bool _isMoving;

    public override string? WaitsFor => _isMoving ? "another cart to take it" : null;

    public override bool Apply(string type, JsonElement e)
    {
        switch (type)
        {
            case "cart.created" or "cart.claimed" or "cart.line_set" or "cart.line_removed" or "cart.email_set" or "cart.repriced"
                or "cart.shipping_address_set" or "cart.billing_address_set" or "cart.shipping_option_chosen"
                or "cart.code_added" or "cart.code_removed" or "cart.credit_added" or "cart.credit_removed" or "cart.merged" or "cart.abandoned" or "cart.buyer_set":
                Must(!_isFrozen && !_isOver, Frozen, $"{(_isFrozen ? $"attempt {_attempt} has it" : "it is over")}");
                break;
            case "cart.expired" or "cart.surrendered":
                Must(!_isFrozen && !_isOver, Frozen, $"{(_isFrozen ? $"attempt {_attempt} has it" : "it is over")}");
                (_isOver, _isMoving) = (true, type == "cart.surrendered");
                break;
            case "cart.erased":
                Must(!_isFrozen && !_isMoving, Frozen, $"{(_isFrozen ? $"attempt {_attempt} has it" : "another cart is taking it")}");
                _isOver = true;
                break;
            case "cart.surrender_ended":
                Must(_isMoving, Frozen, "it was not given to another");
                (_isOver, _isMoving) = (e.Flag("is_taken"), false);
                break;
            case "cart.checkout_began":
                Must(!_isFrozen && !_isOver && e.Number("attempt") > _attempt, EndsOnce, $"attempt {_attempt} has it, or it is over");
                (_isFrozen, _attempt) = (true, e.Number("attempt"));
                break;
            case "cart.checkout_ended" or "cart.completed":
                Must(_isFrozen && e.Number("attempt") == _attempt, EndsOnce,
                    $"attempt {_attempt} has it, not {e.Number("attempt")}");
                _isFrozen = false;
                _isOver |= type == "cart.completed";
                break;
            default:
                return false;
        }

        return true;
    }
}
