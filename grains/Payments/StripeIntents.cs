using System.Collections.Immutable;
using Stripe;

namespace Commerce.Payments;

/// <summary>Reads Stripe's objects as what they mean to a payment.</summary>
internal static class StripeIntents
{
    /// <summary>Metadata: the order.</summary>
    public const string OrderKey = "order_id";

    /// <summary>Metadata: the attempt's number.</summary>
    public const string AttemptKey = "attempt";

    /// <summary>Metadata: the key of the call that made the intent.</summary>
    public const string CallKey = "call";

    /// <summary>Metadata of a refund: the number of our call.</summary>
    public const string OperationKey = "operation";

    public static GatewayIntent Read(PaymentIntent intent)
    {
        var charge = intent.LatestCharge;
        var reserved = intent.Status is "requires_capture" or "succeeded" || charge is { Status: "succeeded" }
            ? charge?.Amount ?? intent.Amount
            : 0;
        var card = charge?.PaymentMethodDetails?.Card;
        return new(intent.Id, Status(intent.Status), Amount(intent.Amount))
        {
            Authorized = Amount(reserved),
            Capturable = Amount(intent.Status == "requires_capture" ? intent.AmountCapturable : 0),
            Captured = Amount(intent.AmountReceived),
            DeclineCode = intent.LastPaymentError is { } error ? error.DeclineCode ?? error.Code : null,
            NextAction = Next(intent),
            CaptureBefore = card?.CaptureBefore is { } end && end > DateTime.UnixEpoch ? new DateTimeOffset(end.ToUniversalTime()) : null,
            CanCaptureAgain = card?.Multicapture?.Status == "available",
            Reference = Metadata(intent.Metadata, OrderKey),
            Attempt = int.TryParse(Metadata(intent.Metadata, AttemptKey), out var attempt) ? attempt : 0,
        };

        Money Amount(long amount) => StripeMoney.From(amount, intent.Currency);
    }

    public static GatewayRefund Read(Refund refund) => new(
        refund.Id,
        StripeMoney.From(refund.Amount, refund.Currency),
        refund.Status switch
        {
            "succeeded" => PaymentRefundStatus.Succeeded,
            "failed" or "canceled" => PaymentRefundStatus.Failed,
            _ => PaymentRefundStatus.Pending,
        },
        int.TryParse(Metadata(refund.Metadata, OperationKey), out var operation) ? operation : 0,
        refund.FailureReason);

    /// <summary>
    /// The refunds of an intent. Stripe also writes down as a refund what it lets go when less is captured than was
    /// reserved; nobody is given that money back.
    /// </summary>
    public static ImmutableArray<GatewayRefund> Read(PaymentIntent intent, IEnumerable<Refund> refunds)
    {
        var oldestFirst = refunds.OrderBy(refund => refund.Created).ToList();
        var released = intent.LatestCharge is { Captured: true } charge ? charge.Amount - charge.AmountCaptured : 0;
        if (released > 0)
        {
            oldestFirst.Remove(oldestFirst.FirstOrDefault(
                refund => refund.Amount == released && Metadata(refund.Metadata, OperationKey) is null)!);
        }

        return [.. oldestFirst.Select(Read)];
    }

    public static GatewayDispute Read(Dispute dispute) => new(
        dispute.Id,
        StripeMoney.From(dispute.Amount, dispute.Currency),
        dispute.Status switch
        {
            "lost" => PaymentDisputeStatus.Lost,
            "needs_response" or "under_review" => PaymentDisputeStatus.Open,
            "warning_needs_response" or "warning_under_review" => PaymentDisputeStatus.Inquiry,
            _ => PaymentDisputeStatus.Won,
        },
        dispute.Reason);

    private static GatewayStatus Status(string status) => status switch
    {
        "requires_capture" => GatewayStatus.Authorized,
        "succeeded" => GatewayStatus.Captured,
        "canceled" => GatewayStatus.Voided,
        "requires_payment_method" => GatewayStatus.Declined,
        _ => GatewayStatus.RequiresAction,
    };

    private static NextAction? Next(PaymentIntent intent) => intent switch
    {
        { NextAction: { Type: "redirect_to_url", RedirectToUrl.Url: { } url } } => new("redirect_to_url", url),
        { NextAction.Type: { } type } => new(type, ""),

        // Nothing for the customer to do: somebody else is not done yet.
        { Status: "processing" or "requires_confirmation" } => new("wait", ""),
        _ => null,
    };

    private static string? Metadata(Dictionary<string, string>? metadata, string key) => metadata?.GetValueOrDefault(key);
}
