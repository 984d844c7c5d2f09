using System.Text.Json;

namespace Commerce.Verification;

/// <summary>The process that turns one cart into one order: no order without stock and money, and an end to each attempt.</summary>
internal sealed class CheckoutRule : StreamRule
{
    public static readonly JournalRule AttemptsInOrder = new(
        "checkout-attempts-in-order",
        "Attempts to check out are numbered without gaps, and each begins when the one before is undone.");

    public static readonly JournalRule OrderNeedsStockAndMoney = new(
        "checkout-has-stock-and-money-before-order",
        "An order is placed after what credit leaves to pay is authorized and its stock committed, in that attempt.");

    public static readonly JournalRule CreditCommitted = new(
        "checkout-commits-reserved-credit",
        "Credit that an attempt has reserved is spent before its order is placed; only what is reserved is spent.");

    public static readonly JournalRule UsesCommitted = new(
        "checkout-commits-promotions-before-order",
        "An order is placed after the uses of promotions that its attempt reserved are committed.");

    public static readonly JournalRule OrderIsFinal = new(
        "checkout-cannot-fail-after-order",
        "After the order is placed the checkout only goes on; after its end nothing happens.");

    private long _attempt;
    private bool _isOpen;
    private bool _isFailed;
    private bool _isPaid;
    private bool _isCommitted;
    private bool _hasReservedUses;
    private bool _isOrdered;
    private bool _isCompleted;
    private bool _hasReservedCredit;
    private bool _isDue;

    public override string? WaitsFor => _isOpen ? $"the end of attempt {_attempt}" : null;

    public override bool Apply(string type, JsonElement e)
    {
        if (type == "checkout.erased")
        {
            Must(!_isOpen, AttemptsInOrder, $"attempt {_attempt} is under way");
            _isCompleted = true;
            return true;
        }

        Must(!_isCompleted, OrderIsFinal, "the checkout is completed, or who bought is forgotten");
        if (type != "checkout.began")
        {
            Must(_isOpen, AttemptsInOrder, "no attempt is under way");
        }

        switch (type)
        {
            case "checkout.began":
                Must(!_isOpen && e.Number("attempt") == _attempt + 1, AttemptsInOrder,
                    $"attempt {e.Number("attempt")} begins after {_attempt}{(_isOpen ? ", which has not ended" : "")}");
                _attempt = e.Number("attempt");
                (_isOpen, _isFailed, _isPaid, _isCommitted, _hasReservedUses, _hasReservedCredit) = (true, false, false, false, false, false);
                break;
            case "checkout.cart_frozen":
                var cart = e.GetProperty("cart");
                _isDue = cart.GetProperty("totals").Amount("total") > cart.Credits().Sum(credit => credit.Amount);
                break;
            case "checkout.credit_reserved":
                _hasReservedCredit = true;
                break;
            case "checkout.credit_committed":
                Must(_hasReservedCredit, CreditCommitted, "no credit is reserved");
                _hasReservedCredit = false;
                break;
            case "checkout.stock_held" or "checkout.action_required" or "checkout.payment_captured":
                break;
            case "checkout.payment_authorized":
                _isPaid = true;
                break;
            case "checkout.promotions_reserved":
                _hasReservedUses = true;
                break;
            case "checkout.promotions_committed":
                Must(_hasReservedUses, UsesCommitted, "no use of a promotion is reserved");
                _hasReservedUses = false;
                break;
            case "checkout.stock_committed":
                _isCommitted = true;
                break;
            case "checkout.order_placed":
                Must(!_hasReservedUses, UsesCommitted, "uses of promotions are reserved and not committed");
                Must(!_hasReservedCredit, CreditCommitted, "credit is reserved and not committed");
                Must((_isPaid || !_isDue) && _isCommitted && !_isFailed, OrderNeedsStockAndMoney,
                    $"money {(_isPaid ? "authorized" : "missing")}, stock {(_isCommitted ? "committed" : "missing")}");
                _isOrdered = true;
                break;
            case "checkout.failed":
                Must(!_isOrdered, OrderIsFinal, "the order is placed");
                _isFailed = true;
                break;
            case "checkout.undone":
                Must(_isFailed && !_isOrdered, OrderIsFinal, "nothing has failed, or the order is placed");
                _isOpen = false;
                break;
            case "checkout.completed":
                Must(_isOrdered, OrderNeedsStockAndMoney, "there is no order");
                (_isOpen, _isCompleted) = (false, true);
                break;
            default:
                return false;
        }

        return true;
    }
}
