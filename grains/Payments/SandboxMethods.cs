using System.Collections.Frozen;

namespace Commerce.Payments;

/// <summary>
/// What becomes of a payment by its method's id: the ids that Stripe publishes for testing,
/// https://docs.stripe.com/testing.
/// </summary>
internal static class SandboxMethods
{
    private const string Challenge = "challenge";

    private static readonly FrozenDictionary<string, string> Outcomes = new Dictionary<string, string>
    {
        ["pm_card_visa"] = "",
        ["pm_card_visa_debit"] = "",
        ["pm_card_mastercard"] = "",
        ["pm_card_mastercard_debit"] = "",
        ["pm_card_amex"] = "",
        ["pm_card_discover"] = "",
        ["pm_card_diners"] = "",
        ["pm_card_jcb"] = "",
        ["pm_card_unionpay"] = "",
        ["pm_card_us"] = "",
        ["pm_card_gb"] = "",
        ["pm_card_de"] = "",
        ["pm_card_fr"] = "",
        ["pm_card_pendingRefund"] = "",
        ["pm_card_refundFail"] = "",
        ["pm_card_createDispute"] = "",
        ["pm_card_createDisputeProductNotReceived"] = "",
        ["pm_card_chargeDeclined"] = "generic_decline",
        ["pm_card_chargeDeclinedInsufficientFunds"] = "insufficient_funds",
        ["pm_card_chargeDeclinedLostCard"] = "lost_card",
        ["pm_card_chargeDeclinedStolenCard"] = "stolen_card",
        ["pm_card_chargeDeclinedExpiredCard"] = "expired_card",
        ["pm_card_chargeDeclinedIncorrectCvc"] = "incorrect_cvc",
        ["pm_card_chargeDeclinedProcessingError"] = "processing_error",
        ["pm_card_chargeDeclinedFraudulent"] = "fraudulent",
        ["pm_card_radarBlock"] = "fraudulent",
        ["pm_card_authenticationRequired"] = Challenge,
        ["pm_card_authenticationRequiredOnSetup"] = Challenge,
        ["pm_card_threeDSecure2Required"] = Challenge,
        ["pm_card_threeDSecureRequired"] = Challenge,
        ["pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"] = Challenge,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What an authorization comes to; null when there is no such method.</summary>
    public static (GatewayStatus Status, string? DeclineCode)? OutcomeOf(string method) =>
        !Outcomes.TryGetValue(Plain(method), out var outcome) ? null
        : outcome switch
        {
            "" => (GatewayStatus.Authorized, null),
            Challenge => (GatewayStatus.RequiresAction, null),
            _ => (GatewayStatus.Declined, outcome),
        };

    /// <summary>How a refund stands at first.</summary>
    public static PaymentRefundStatus RefundOf(string method) => Plain(method) switch
    {
        "pm_card_pendingRefund" => PaymentRefundStatus.Pending,
        "pm_card_refundFail" => PaymentRefundStatus.Failed,
        _ => PaymentRefundStatus.Succeeded,
    };

    /// <summary>Why a charge is disputed; null when it is not.</summary>
    public static string? DisputeOf(string method) => Plain(method) switch
    {
        "pm_card_createDispute" => "fraudulent",
        "pm_card_createDisputeProductNotReceived" => "product_not_received",
        _ => null,
    };

    // Stripe writes some of these ids with the brand in the middle.
    private static string Plain(string method) => method.Replace("pm_card_visa_c", "pm_card_c", StringComparison.Ordinal);
}
