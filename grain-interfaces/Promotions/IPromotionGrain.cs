using System.Collections.Immutable;

namespace Commerce.Promotions;

/// <summary>One promotion, keyed by <see cref="PromotionId"/>. It exists from its first save.</summary>
/// <remarks>
/// used = committed to orders; reserved = promised to checkouts under way. used + reserved never exceeds the limits that
/// held when each was promised.
/// </remarks>
[Alias("commerce.IPromotion")]
public interface IPromotionGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the promotion be as described. Absolute: saving the same twice is harmless. Takes the code for this
    /// promotion and lets go of its former one. Limits below what is used already promise nothing more.
    /// </summary>
    /// <returns>The promotion, or one of <see cref="PromotionRejections"/> with the promotion unchanged.</returns>
    [Alias("Save")]
    Task<Result<PromotionView>> Save(
        PromotionDefinition definition, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The promotion; refused with 404 when it was never saved.</summary>
    [Alias("Read")]
    Task<Result<PromotionView>> Read(CancellationToken cancellation = default);

    /// <summary>What a cart needs to know to apply it; a hint, since the next reservation may come before yours.</summary>
    /// <param name="customer">E-mail address or customer id; null: not known yet.</param>
    /// <returns>Null when it was never saved.</returns>
    [Alias("Candidate")]
    Task<PromotionCandidate?> Candidate(string? customer, CancellationToken cancellation = default);

    /// <summary>Promises a use to a checkout until it expires. Repeating it with the same content changes nothing.</summary>
    /// <returns>
    /// The use, or <c>promotion_used_up</c>, <c>promotion_used_by_customer</c>, <c>promotion_budget_spent</c>,
    /// <c>promotion_not_active</c>.
    /// </returns>
    [Alias("Reserve")]
    Task<Result<PromotionUseView>> Reserve(ReserveUse command, CancellationToken cancellation = default);

    /// <summary>
    /// Turns a reservation into a use. Repeatable. One that expired is committed nevertheless if the limits still allow.
    /// </summary>
    /// <returns>The use; refused with <c>promotion_use_gone</c> when it was released or never was, or as reserving is.</returns>
    [Alias("Commit")]
    Task<Result<PromotionUseView>> Commit(string reservation, CancellationToken cancellation = default);

    /// <summary>
    /// Gives back a reservation or a use, be it that the order did not come to be or that it was cancelled. Repeatable
    /// at any time; nothing happens when there is none. It is final: what was released cannot be committed any more.
    /// </summary>
    [Alias("Release")]
    Task<Result<PromotionUsage>> Release(string reservation, CancellationToken cancellation = default);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Reservation">Chosen by the caller; names the use. 1 to 100 visible ASCII characters.</param>
/// <param name="Customer">
/// E-mail address or customer id, at most 320 characters; case and surrounding spaces do not matter, and only a digest is
/// kept. Null only if the promotion has no limit per customer.
/// </param>
/// <param name="Discount">What it takes off this order, 0 or more.</param>
/// <param name="Ttl">How long the promise lasts, at most 24 hours.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReserveUse")]
public sealed record ReserveUse(
    [property: Id(0)] string Reservation,
    [property: Id(1)] string? Customer,
    [property: Id(2)] Money Discount,
    [property: Id(3)] TimeSpan Ttl);

/// <summary>One use of a promotion.</summary>
/// <param name="Discount">What it takes off.</param>
/// <param name="ExpiresAt">When the promise ends; null: it is committed.</param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionUseView")]
public sealed record PromotionUseView(
    [property: Id(0)] PromotionId Promotion,
    [property: Id(1)] string Reservation,
    [property: Id(2)] Money Discount,
    [property: Id(3)] DateTimeOffset? ExpiresAt);

/// <summary>How far a promotion is used.</summary>
/// <param name="Used">Committed to orders.</param>
/// <param name="Reserved">Promised to checkouts under way.</param>
/// <param name="Spent">What both take off, per currency.</param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionUsage")]
public sealed record PromotionUsage(
    [property: Id(0)] long Used, [property: Id(1)] int Reserved, [property: Id(2)] ImmutableArray<Money> Spent);

/// <summary>A promotion as operators see it; members as in <see cref="PromotionDefinition"/>.</summary>
/// <param name="Version">The ETag: rises with every change, uses included.</param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionView")]
public sealed record PromotionView(
    [property: Id(0)] PromotionId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] string Title,
    [property: Id(3)] string? Code,
    [property: Id(4)] PromotionStatus Status,
    [property: Id(5)] PromotionAction Action,
    [property: Id(6)] PromotionConditions? Conditions,
    [property: Id(7)] int Priority,
    [property: Id(8)] PromotionStacking Stacking,
    [property: Id(9)] string? Group,
    [property: Id(10)] PromotionLimits? Limits,
    [property: Id(11)] PromotionUsage Usage);

/// <summary>A promotion as a cart looks at it.</summary>
/// <param name="IsUsedUp">Whether all uses are taken.</param>
/// <param name="IsUsedByCustomer">Whether this customer's are; false while the customer is not known.</param>
/// <param name="BudgetLeft">What it may still take off, per currency; null: it has no budget to keep to.</param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionCandidate")]
public sealed record PromotionCandidate(
    [property: Id(0)] PromotionId Id,
    [property: Id(1)] PromotionDefinition Definition,
    [property: Id(2)] bool IsUsedUp = false,
    [property: Id(3)] bool IsUsedByCustomer = false,
    [property: Id(4)] ImmutableArray<Money>? BudgetLeft = null);

/// <summary>Every way a promotion can say no. Codes are public API: add, never rename.</summary>
public static class PromotionRejections
{
    /// <summary>It was never saved.</summary>
    public static readonly Rejection NotFound =
        new(RejectionKind.NotFound, "promotion_not_found", "There is no such promotion.");

    /// <summary>Another promotion has the code.</summary>
    public static readonly Rejection CodeTaken =
        new(RejectionKind.Conflict, "promotion_code_taken", "Another promotion has this code.", "/code");

    /// <summary>An operator paused it.</summary>
    public static readonly Rejection NotActive =
        new(RejectionKind.Conflict, "promotion_not_active", "The promotion is not active.");

    /// <summary>All uses are taken.</summary>
    public static readonly Rejection UsedUp =
        new(RejectionKind.Conflict, "promotion_used_up", "The promotion has been used as often as it may be.");

    /// <summary>All uses of this customer are taken.</summary>
    public static readonly Rejection UsedByCustomer = new(
        RejectionKind.Conflict, "promotion_used_by_customer", "The customer has used the promotion as often as one may.");

    /// <summary>The promotion counts uses per customer, and no customer was given.</summary>
    public static readonly Rejection CustomerMissing =
        Rejection.Invalid("/customer", "The promotion is limited per customer, so one is needed.", "promotion_customer_missing");

    /// <summary>It would cost more than it may.</summary>
    public static readonly Rejection BudgetSpent =
        new(RejectionKind.Conflict, "promotion_budget_spent", "The promotion's budget does not suffice any more.");

    /// <summary>The reservation exists with another content.</summary>
    public static readonly Rejection ReservationDiffers =
        new(RejectionKind.Conflict, "promotion_reservation_differs", "The reservation exists for another discount or customer.");

    /// <summary>It was released, or never was.</summary>
    public static readonly Rejection UseGone =
        new(RejectionKind.Conflict, "promotion_use_gone", "The reservation was released, or never was.");

    /// <summary>Too many promotions would apply by themselves.</summary>
    public static Rejection TooManyAutomatic(int maximum) => new(
        RejectionKind.Conflict, "promotion_too_many_automatic", $"At most {maximum} active promotions apply without a code.");
}
