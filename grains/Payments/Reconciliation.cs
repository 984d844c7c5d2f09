using System.Collections.Immutable;
using Commerce.Orders;

namespace Commerce.Payments;

/// <summary>What one side has of an attempt, in the words both sides share.</summary>
/// <param name="Refunded">Given back or on its way.</param>
/// <param name="Disputed">Held by the bank or lost to it.</param>
internal sealed record Booked(Currency Currency, long Authorized, long Captured, long Refunded, long Disputed)
{
    public static Booked Of(GatewayIntent intent) => new(
        intent.Amount.Currency,
        intent.Authorized.MinorUnits,
        intent.Captured.MinorUnits,
        (intent.Refunds ?? []).Where(refund => refund.Status != PaymentRefundStatus.Failed).Sum(refund => refund.Amount.MinorUnits),
        (intent.Disputes ?? []).Where(dispute => dispute.Status is PaymentDisputeStatus.Open or PaymentDisputeStatus.Lost)
            .Sum(dispute => dispute.Amount.MinorUnits));

    public static Booked Of(PaymentView payment, PaymentAttemptView attempt) => new(
        attempt.Amount.Currency,
        attempt.Authorized.MinorUnits,
        attempt.Captured.MinorUnits,
        (payment.Refunds ?? []).Where(refund => refund.Attempt == attempt.Attempt && refund.Status != PaymentRefundStatus.Failed)
            .Sum(refund => refund.Amount.MinorUnits),
        (payment.Disputes ?? []).Where(dispute => dispute.Attempt == attempt.Attempt
                && dispute.Status is PaymentDisputeStatus.Open or PaymentDisputeStatus.Lost)
            .Sum(dispute => dispute.Amount.MinorUnits));

    /// <summary>How the other side differs.</summary>
    public IEnumerable<ReconciliationDifference> Against(Booked theirs, OrderId order, int attempt, string intent)
    {
        var ours = this;
        if (ours.Currency != theirs.Currency)
        {
            return [new(ReconciliationKind.Currency, order, attempt, intent, ours.Currency.Code, theirs.Currency.Code)];
        }

        (ReconciliationKind Kind, long Ours, long Theirs)[] amounts =
        [
            (ReconciliationKind.Authorized, ours.Authorized, theirs.Authorized),
            (ReconciliationKind.Captured, ours.Captured, theirs.Captured),
            (ReconciliationKind.Refunded, ours.Refunded, theirs.Refunded),
            (ReconciliationKind.Disputed, ours.Disputed, theirs.Disputed),
        ];
        return amounts.Where(amount => amount.Ours != amount.Theirs).Select(amount => new ReconciliationDifference(
            amount.Kind, order, attempt, intent, new Money(amount.Ours, ours.Currency).ToString(),
            new Money(amount.Theirs, ours.Currency).ToString()));
    }
}

/// <summary>What a period may be.</summary>
internal static class Reconciliation
{
    /// <summary>Attempts and intents that one report looks at.</summary>
    public const int PaymentsMax = 10_000;

    /// <summary>Differences that one report holds.</summary>
    public const int DifferencesMax = 1_000;

    /// <summary>How long the outcome of a call may be unknown before it is reported.</summary>
    public static readonly TimeSpan UnresolvedFor = TimeSpan.FromMinutes(5);

    /// <summary>Why a period cannot be compared; null when it can.</summary>
    public static Rejection? Check(ReconciliationPeriod period) =>
        period.To > period.From && period.To - period.From <= TimeSpan.FromDays(31)
            ? null
            : Rejection.Invalid("/to", "A period ends after it begins, within 31 days.", "period_invalid");
}
