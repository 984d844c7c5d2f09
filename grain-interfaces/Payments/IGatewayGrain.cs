using System.Collections.Immutable;
using Commerce.Orders;

namespace Commerce.Payments;

/// <summary>Speaks to the payment gateway where it is not about one payment that is known. Changes nothing.</summary>
[Alias("commerce.IGateway")]
public interface IGatewayGrain : IGrainWithStringKey
{
    /// <summary>The order that an intent of the gateway belongs to; null when it is none of ours.</summary>
    [Alias("OrderOf"), ResponseTimeout("00:00:30")]
    Task<OrderId?> OrderOf(string intent);

    /// <summary>
    /// What is the same for every id of one means of payment, as a card's number is without being told; null when the
    /// gateway has no such method, or knows no such thing of it.
    /// </summary>
    [Alias("FingerprintOf"), ResponseTimeout("00:00:30")]
    Task<string?> FingerprintOf(string method);

    /// <summary>
    /// Compares what we believe of the payments of a period with what the gateway says. What looks different is looked
    /// at again on both sides before it is reported, so that payments under way are none.
    /// </summary>
    /// <returns>The differences; refused with <c>period_invalid</c>.</returns>
    [Alias("Reconcile"), ResponseTimeout("00:05:00")]
    Task<Result<ReconciliationReport>> Reconcile(ReconciliationPeriod period);
}

/// <summary>Payments that began in [from, to).</summary>
/// <param name="To">After <paramref name="From"/>, by 31 days at most.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReconciliationPeriod")]
public sealed record ReconciliationPeriod([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset To);

/// <summary>What a comparison found.</summary>
/// <param name="Payments">Attempts of ours that were compared.</param>
/// <param name="Intents">Intents of the gateway that were compared.</param>
/// <param name="IsComplete">False when there was more than one report may hold: ask for shorter periods.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReconciliationReport")]
public sealed record ReconciliationReport(
    [property: Id(0)] DateTimeOffset From,
    [property: Id(1)] DateTimeOffset To,
    [property: Id(2)] int Payments,
    [property: Id(3)] int Intents,
    [property: Id(4)] bool IsComplete,
    [property: Id(5)] ImmutableArray<ReconciliationDifference> Differences);

/// <summary>One thing that we and the gateway see differently.</summary>
/// <param name="OrderId">Whose payment; null when the gateway has what we know nothing of.</param>
/// <param name="Intent">The gateway's id; null when we have what the gateway knows nothing of.</param>
/// <param name="Ours">What we believe, as text; null: nothing.</param>
/// <param name="Theirs">What the gateway says; null: nothing.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReconciliationDifference")]
public sealed record ReconciliationDifference(
    [property: Id(0)] ReconciliationKind Kind,
    [property: Id(1)] OrderId? OrderId,
    [property: Id(2)] int Attempt,
    [property: Id(3)] string? Intent,
    [property: Id(4)] string? Ours,
    [property: Id(5)] string? Theirs);

/// <summary>How a payment differs.</summary>
[GenerateSerializer, Alias("commerce.ReconciliationKind")]
public enum ReconciliationKind
{
    /// <summary>The gateway does not know it.</summary>
    MissingAtGateway = 0,

    /// <summary>We do not know it.</summary>
    MissingHere = 1,

    /// <summary>Another currency.</summary>
    Currency = 2,

    /// <summary>Another amount is reserved.</summary>
    Authorized = 3,

    /// <summary>Another amount was taken.</summary>
    Captured = 4,

    /// <summary>Another amount was given back.</summary>
    Refunded = 5,

    /// <summary>Another amount is disputed or lost.</summary>
    Disputed = 6,

    /// <summary>The outcome of a call has not been known for long.</summary>
    Unresolved = 7,
}
