using System.Text.Json;

namespace Commerce.Verification;

/// <summary>
/// The money of one order, attempt by attempt and after each event: captured + voided ≤ authorized ≤ asked for, and
/// refunded + on its way back ≤ captured.
/// </summary>
internal sealed class PaymentRule : StreamRule
{
    public static readonly JournalRule AttemptsInOrder = new(
        "payment-attempts-in-order",
        "An attempt to pay begins with a request, after the one before has ended without money, unless it is additional.");

    public static readonly JournalRule CapturedWithinAuthorized = new(
        "captured-within-authorized",
        "No more is captured than is authorized, nor authorized than was asked for, in that currency; and what was captured stays so.");

    public static readonly JournalRule RefundedWithinCaptured = new(
        "refunded-within-captured", "What is refunded and on its way back is no more than was captured.");

    public static readonly JournalRule OneOutcome = new(
        "payment-has-one-outcome",
        "What is captured is not declined or voided afterwards, nothing is authorized twice, and what was given up belongs to no order.");

    public static readonly JournalRule OneCallAtATime = new(
        "payment-calls-have-an-outcome",
        "Calls to the gateway are numbered upwards under keys of their own; one is made when the one before it has an outcome.");

    private readonly Dictionary<long, Attempt> _attempts = [];
    private long _lastAttempt;
    private long _lastCall;

    public override string? WaitsFor =>
        _attempts.Values.FirstOrDefault(attempt => attempt.Call > 0) is { } called ? $"the outcome of call {called.Call}"
        : _attempts.Values.Any(attempt => attempt.IsGivenUp && attempt.Capturable > 0) ? "what was given up to be let go"
        : null;

    public override bool Apply(string type, JsonElement e)
    {
        var number = e.Number("attempt");
        if (type == "payment.requested")
        {
            Request(number, e);
            return true;
        }

        if (!_attempts.TryGetValue(number, out var attempt))
        {
            Must(false, AttemptsInOrder, $"attempt {number} was not asked for; {_lastAttempt} was");
            return type.StartsWith("payment.", StringComparison.Ordinal);
        }

        switch (type)
        {
            case "payment.authorized":
                Must(attempt is { Authorized: 0, Captured: 0, IsVoided: false }, OneOutcome,
                    $"{attempt.Authorized} is authorized already, or the attempt is over");
                attempt.Authorized = e.TryGetProperty("amount", out _) && e.Amount("amount") > 0 ? e.Amount("amount") : attempt.Asked;
                Must(attempt.Authorized <= attempt.Asked, CapturedWithinAuthorized, $"{attempt.Authorized} of {attempt.Asked} is authorized");
                attempt.Answered();
                break;
            case "payment.action_required":
                Must(attempt is { Authorized: 0, IsVoided: false, IsDeclined: false }, OneOutcome, "the attempt is authorized or over");
                attempt.Answered();
                break;
            case "payment.declined":
                Must(attempt is { Authorized: 0, Captured: 0 }, OneOutcome, $"{attempt.Captured} is captured, {attempt.Authorized} authorized");
                attempt.IsDeclined = true;
                attempt.Answered();
                break;
            case "payment.captured":
                Capture(attempt, e);
                break;
            case "payment.voided":
                Void(attempt, e);
                break;
            case "payment.operation_began":
                Call(attempt, e.GetProperty("operation"));
                break;
            case "payment.operation_ended":
                Must(attempt.Call == e.Number("operation"), OneCallAtATime, $"call {e.Number("operation")} ends, {attempt.Call} was made");
                attempt.Call = 0;
                if (e.Text("refusal").Length > 0 && attempt.Refunds.TryGetValue(CallId(e.Number("operation")), out var refused))
                {
                    attempt.Refunds[CallId(e.Number("operation"))] = (refused.Amount, false);
                }

                break;
            case "payment.refund_changed":
                var refund = e.GetProperty("refund");
                attempt.Refunds[refund.Number("operation") > 0 ? CallId(refund.Number("operation")) : refund.Text("id")] =
                    (refund.Amount("amount"), refund.Text("status") != "failed");
                Must(attempt.Refunded <= attempt.Captured, RefundedWithinCaptured, $"{attempt.Refunded} of {attempt.Captured} goes back");
                break;
            case "payment.kept":
                Must(!attempt.IsGivenUp, OneOutcome, "it was given up");
                attempt.IsKept = true;
                break;
            case "payment.abandoned":
                Must(!attempt.IsKept, OneOutcome, "it belongs to an order");
                attempt.IsGivenUp = true;
                break;
            case "payment.returned":
                Must(attempt.IsGivenUp && attempt.Capturable == 0, OneOutcome, $"{attempt.Capturable} is still reserved, or it was not given up");
                break;
            case "payment.dispute_changed" or "payment.expiring" or "payment.looked":
                break;
            default:
                return false;
        }

        return true;
    }

    private void Request(long number, JsonElement e)
    {
        var open = _attempts.Values.FirstOrDefault(attempt => !attempt.IsOver(e.Flag("is_additional")));
        Must(open is null && number > _lastAttempt, AttemptsInOrder, $"attempt {number} begins while {_lastAttempt} is open or has money");
        _attempts[number] = new(e.Amount("amount"), e.CurrencyOf("amount")) { Call = e.Number("operation") };
        _lastAttempt = Math.Max(_lastAttempt, number);
        Numbered(e.Number("operation"));
    }

    private void Capture(Attempt attempt, JsonElement e)
    {
        var (amount, currency) = (e.Amount("amount"), e.CurrencyOf("amount"));
        Must(
            amount >= attempt.Captured && amount + attempt.Voided <= attempt.Authorized && currency == attempt.Currency,
            CapturedWithinAuthorized,
            $"{amount} {currency} is captured of {attempt.Authorized} {attempt.Currency}, of which {attempt.Voided} is voided and {attempt.Captured} was captured");
        attempt.Captured = amount;
        attempt.Answered();
    }

    private void Void(Attempt attempt, JsonElement e)
    {
        var isTold = e.TryGetProperty("amount", out var amount) && amount.ValueKind == JsonValueKind.Object;
        Must(isTold || attempt.Captured == 0, OneOutcome, $"{attempt.Captured} is captured");
        attempt.Voided = isTold ? e.Amount("amount") : attempt.Authorized;
        Must(attempt.Captured + attempt.Voided <= attempt.Authorized || !isTold, OneOutcome,
            $"{attempt.Voided} is voided and {attempt.Captured} captured of {attempt.Authorized}");
        attempt.IsVoided = attempt.Capturable <= 0;
        attempt.Answered();
    }

    private void Call(Attempt attempt, JsonElement operation)
    {
        var (number, amount) = (operation.Number("number"), operation.Amount("amount"));
        Must(attempt.Call == 0, OneCallAtATime, $"call {number} is made while {attempt.Call} has no outcome");
        attempt.Call = number;
        Numbered(number);
        switch (operation.Text("verb"))
        {
            case "capture":
                Must(amount <= attempt.Capturable, CapturedWithinAuthorized, $"{amount} is asked for, {attempt.Capturable} can be captured");
                break;
            case "refund":
                attempt.Refunds[CallId(number)] = (amount, true);
                Must(attempt.Refunded <= attempt.Captured, RefundedWithinCaptured, $"{attempt.Refunded} of {attempt.Captured} goes back");
                break;
        }
    }

    /// <summary>Calls had no numbers once.</summary>
    private void Numbered(long call)
    {
        Must(call == 0 || call > _lastCall, OneCallAtATime, $"call {call} follows {_lastCall}");
        _lastCall = Math.Max(_lastCall, call);
    }

    private static string CallId(long operation) => $"#{operation}";

    private sealed class Attempt(long asked, string currency)
    {
        public long Asked => asked;

        public string Currency => currency;

        public long Authorized { get; set; }

        public long Captured { get; set; }

        public long Voided { get; set; }

        /// <summary>The call without an outcome; 0: none.</summary>
        public long Call { get; set; }

        public bool IsDeclined { get; set; }

        public bool IsVoided { get; set; }

        public bool IsKept { get; set; }

        public bool IsGivenUp { get; set; }

        /// <summary>By call, or by the gateway's id: how much, and whether it still counts.</summary>
        public Dictionary<string, (long Amount, bool Counts)> Refunds { get; } = [];

        public long Capturable => Authorized - Captured - Voided;

        public long Refunded => Refunds.Values.Where(refund => refund.Counts).Sum(refund => refund.Amount);

        public bool IsOver(bool isForMore) =>
            IsGivenUp || (IsDeclined && Authorized == 0) || (IsVoided && Captured == 0) || (isForMore && Captured > 0 && Capturable == 0);

        /// <summary>An answer to the request itself ends that call; others have an end of their own.</summary>
        public void Answered()
        {
            if (!_isAnswered)
            {
                (_isAnswered, Call) = (true, 0);
            }
        }

        private bool _isAnswered;
    }
}
