using System.Text.Json;

namespace Commerce.Verification;

/// <summary>The money of one order: captured ≤ authorized ≤ asked for, in each attempt and after each event.</summary>
internal sealed class PaymentRule : StreamRule
{
    public static readonly JournalRule AttemptsInOrder = new(
        "payment-attempts-in-order",
        "An attempt to pay begins with a request, after the one before has ended without money.");

    public static readonly JournalRule CapturedWithinAuthorized = new(
        "captured-within-authorized", "No more is captured than is authorized, in the currency that was asked for.");

    public static readonly JournalRule OneOutcome = new(
        "payment-has-one-outcome",
        "What is captured is not declined or voided afterwards, and nothing is authorized twice.");

    private long _attempt;
    private long _asked;
    private long _authorized;
    private long _captured;
    private string _currency = "";
    private bool _isOver = true;

    public override bool Apply(string type, JsonElement e)
    {
        if (type == "payment.requested")
        {
            Must(_isOver && e.Number("attempt") > _attempt, AttemptsInOrder,
                $"attempt {e.Number("attempt")} begins while {_attempt} is open or has money");
            (_attempt, _asked, _authorized, _captured) = (e.Number("attempt"), e.Amount("amount"), 0, 0);
            (_currency, _isOver) = (e.CurrencyOf("amount"), false);
            return true;
        }

        Must(e.Number("attempt") == _attempt && _attempt > 0, AttemptsInOrder,
            $"attempt {e.Number("attempt")} was not asked for; {_attempt} was");
        switch (type)
        {
            case "payment.authorized":
                Must(!_isOver && _authorized == 0, OneOutcome, $"{_authorized} is authorized already, or the attempt is over");
                _authorized = _asked;
                break;
            case "payment.action_required":
                Must(!_isOver && _authorized == 0, OneOutcome, $"{_authorized} is authorized already, or the attempt is over");
                break;
            case "payment.declined" or "payment.voided":
                Must(_captured == 0, OneOutcome, $"{_captured} is captured");
                (_authorized, _isOver) = (0, true);
                break;
            case "payment.captured":
                _captured += e.Amount("amount");
                Must(_captured <= _authorized && e.CurrencyOf("amount") == _currency, CapturedWithinAuthorized,
                    $"{_captured} {e.CurrencyOf("amount")} is captured of {_authorized} {_currency}");
                _isOver = false;
                break;
            default:
                return false;
        }

        return true;
    }
}
