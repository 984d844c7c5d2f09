using System.Collections.Immutable;

namespace Commerce.Credit;

/// <summary>
/// Money that the shop owes to whoever has a gift card, or to a customer as store credit; keyed by
/// <see cref="CreditAccountId"/>. It exists once issued, and holds one currency for ever.
/// </summary>
/// <remarks>
/// balance = what is in it; reserved = promised to checkouts under way; available = balance − reserved, never negative in
/// any prefix of the journal.
/// </remarks>
[Alias("commerce.ICreditAccount")]
public interface ICreditAccountGrain : IGrainWithStringKey
{
    /// <summary>
    /// Puts money in. A gift card is issued once: the same again changes nothing, another amount is refused. Store credit is
    /// added to: safe to repeat only with a command id.
    /// </summary>
    [Alias("Issue")]
    Task<Result<CreditAccountView>> Issue(IssueCredit command, CommandHeader header);

    /// <summary>Corrects the balance by a difference. Refused below what is reserved.</summary>
    [Alias("Adjust")]
    Task<Result<CreditAccountView>> Adjust(AdjustCredit command, CommandHeader header);

    /// <summary>Locks or unlocks it. Absolute. What is reserved already can still be committed.</summary>
    [Alias("SetStatus")]
    Task<Result<CreditAccountView>> SetStatus(SetCreditStatus command, CommandHeader header);

    /// <summary>
    /// Promises money to a checkout until a deadline. Repeating it with the same amount changes nothing and answers what was
    /// reserved.
    /// </summary>
    /// <returns>
    /// The reservation, which may be of less than was asked for when that is allowed, and never of nothing; refused with
    /// <c>credit_insufficient</c>, or <c>credit_reserved</c> when other checkouts have what is missing.
    /// </returns>
    [Alias("Reserve")]
    Task<Result<CreditReservationView>> Reserve(ReserveCredit command, CancellationToken cancellation = default);

    /// <summary>
    /// Spends what was reserved. Terminal and repeatable. One that ran out is good while nobody else has its money.
    /// </summary>
    /// <returns>The reservation; refused with <c>credit_reservation_gone</c>.</returns>
    [Alias("Commit")]
    Task<Result<CreditReservationView>> Commit(CreditReservationId reservation, CancellationToken cancellation = default);

    /// <summary>
    /// Gives back all that was reserved, or spent by a checkout that was undone. Repeatable; nothing happens when it is gone
    /// or never was.
    /// </summary>
    [Alias("Release")]
    Task<Result<CreditAccountView>> Release(CreditReservationId reservation, CancellationToken cancellation = default);

    /// <summary>Gives back a part of what was spent. Absolute, so repeatable.</summary>
    /// <returns>The account; refused with <c>credit_reservation_gone</c> for what was never spent, or 500 purchases ago.</returns>
    [Alias("Return")]
    Task<Result<CreditAccountView>> Return(ReturnCredit command, CancellationToken cancellation = default);

    /// <summary>The account as it is; refused with 404 when nothing was ever issued.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<Result<CreditAccountView>> Read(CancellationToken cancellation = default);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <summary>Whose money it is.</summary>
[GenerateSerializer, Alias("commerce.CreditKind")]
public enum CreditKind
{
    /// <summary>Whoever knows the code.</summary>
    GiftCard = 0,

    /// <summary>One customer.</summary>
    StoreCredit = 1,
}

/// <param name="Amount">1 to 1,000,000,000 minor units.</param>
/// <param name="Reason">Why, 1 to 200 characters; no personal data.</param>
/// <param name="ExpiresAt">From when on nothing can be reserved; null: never. Gift cards only, in the future.</param>
/// <param name="EndsWith">The last 4 characters of a gift card's code, by which people tell cards apart; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("commerce.IssueCredit")]
public sealed record IssueCredit(
    [property: Id(0)] CreditKind Kind,
    [property: Id(1)] Money Amount,
    [property: Id(2)] string Reason,
    [property: Id(3)] DateTimeOffset? ExpiresAt = null,
    [property: Id(4)] string? EndsWith = null);

/// <param name="Amount">More or less, at most 1,000,000,000 minor units either way; not 0.</param>
/// <param name="Reason">Why, 1 to 200 characters; no personal data.</param>
[GenerateSerializer, Immutable, Alias("commerce.AdjustCredit")]
public sealed record AdjustCredit([property: Id(0)] Money Amount, [property: Id(1)] string Reason);

/// <param name="IsDisabled">Whether nothing can be reserved from now on.</param>
/// <param name="Reason">Why, 1 to 200 characters; no personal data.</param>
[GenerateSerializer, Immutable, Alias("commerce.SetCreditStatus")]
public sealed record SetCreditStatus([property: Id(0)] bool IsDisabled, [property: Id(1)] string Reason);

/// <param name="Reservation">Chosen by the caller; names the promise.</param>
/// <param name="Amount">1 to 1,000,000,000 minor units.</param>
/// <param name="Ttl">How long the promise lasts, 1 second to 24 hours.</param>
/// <param name="AllowsPart">Whether less will do, when there is not so much.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReserveCredit")]
public sealed record ReserveCredit(
    [property: Id(0)] CreditReservationId Reservation,
    [property: Id(1)] Money Amount,
    [property: Id(2)] TimeSpan Ttl,
    [property: Id(3)] bool AllowsPart = false);

/// <param name="Left">Of what was spent, what stays spent; what is beyond that is given back.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReturnCredit")]
public sealed record ReturnCredit([property: Id(0)] CreditReservationId Reservation, [property: Id(1)] Money Left);

/// <summary>A gift card or store credit.</summary>
/// <param name="Balance">What is in it, reserved money included.</param>
/// <param name="Reserved">Promised to checkouts under way.</param>
/// <param name="Available">What could be reserved now; nothing unless active.</param>
/// <param name="ExpiresAt">From when on nothing can be reserved; null: never.</param>
/// <param name="EndsWith">The last 4 characters of a gift card's code; null for store credit.</param>
/// <param name="Reservations">Open ones, soonest expiry first; at most 100 are shown.</param>
[GenerateSerializer, Immutable, Alias("commerce.CreditAccountView")]
public sealed record CreditAccountView(
    [property: Id(0)] CreditAccountId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] CreditKind Kind,
    [property: Id(3)] CreditStatus Status,
    [property: Id(4)] Money Balance,
    [property: Id(5)] Money Reserved,
    [property: Id(6)] Money Available,
    [property: Id(7)] DateTimeOffset? ExpiresAt,
    [property: Id(8)] string? EndsWith,
    [property: Id(9)] ImmutableArray<CreditReservationView> Reservations);

/// <summary>Whether credit can be used.</summary>
[GenerateSerializer, Alias("commerce.CreditStatus")]
public enum CreditStatus
{
    /// <summary>It can.</summary>
    Active = 0,

    /// <summary>An operator has locked it.</summary>
    Disabled = 1,

    /// <summary>Its time is over.</summary>
    Expired = 2,
}

/// <summary>A promise of money.</summary>
/// <param name="Amount">What is reserved or spent.</param>
/// <param name="IsCommitted">Whether it is spent.</param>
/// <param name="ExpiresAt">When the promise ends; null once spent.</param>
[GenerateSerializer, Immutable, Alias("commerce.CreditReservationView")]
public sealed record CreditReservationView(
    [property: Id(0)] CreditReservationId Id,
    [property: Id(1)] Money Amount,
    [property: Id(2)] bool IsCommitted,
    [property: Id(3)] DateTimeOffset? ExpiresAt);

/// <summary>Every way credit can say no. Codes are public API: add, never rename.</summary>
public static class CreditRejections
{
    /// <summary>Nothing was ever issued under this id.</summary>
    public static readonly Rejection NotFound =
        new(RejectionKind.NotFound, "credit_account_not_found", "There is no such gift card or store credit.");

    /// <summary>For shoppers, whatever is wrong with a code: who tries codes learns nothing.</summary>
    public static readonly Rejection GiftCardUnusable =
        new(RejectionKind.NotFound, "gift_card_unusable", "No gift card that can be used has this code.", "/code");

    /// <summary>The card was issued with another amount or date.</summary>
    public static readonly Rejection Exists =
        new(RejectionKind.Conflict, "credit_account_exists", "It was issued before, with other content.");

    /// <summary>An account holds one currency.</summary>
    public static Rejection CurrencyDiffers(Currency currency) =>
        Rejection.Invalid("/amount/currency", $"This credit is in {currency}.", "credit_currency_differs");

    /// <summary>An operator has locked it.</summary>
    public static readonly Rejection Disabled = new(RejectionKind.Conflict, "credit_disabled", "This credit is disabled.");

    /// <summary>Its time is over.</summary>
    public static readonly Rejection Expired = new(RejectionKind.Conflict, "credit_expired", "This credit has expired.");

    /// <summary>There is not so much in it.</summary>
    public static Rejection Insufficient(Money requested, Money balance) =>
        new(RejectionKind.Conflict, "credit_insufficient", $"{balance} of {requested} are there.", "/amount");

    /// <summary>There would be enough, had other checkouts not reserved it.</summary>
    public static Rejection HeldByOthers(Money requested, Money available) =>
        new(RejectionKind.Conflict, "credit_reserved", $"{available} of {requested} are not reserved by others.", "/amount");

    /// <summary>The correction would leave less than is promised.</summary>
    public static Rejection BelowReserved(Money reserved) =>
        new(RejectionKind.Conflict, "credit_below_reserved", $"{reserved} of the balance are reserved.", "/amount");

    /// <summary>The reservation exists with another amount.</summary>
    public static Rejection ReservationDiffers(Money amount) =>
        new(RejectionKind.Conflict, "credit_reservation_differs", $"The reservation exists for {amount}.", "/amount");

    /// <summary>The reservation ran out and its money is somebody else's, or it never was.</summary>
    public static readonly Rejection ReservationGone =
        new(RejectionKind.Conflict, "credit_reservation_gone", "The reservation is gone.");

    /// <summary>Nobody has so many checkouts under way, except those who try to block a card.</summary>
    public static Rejection TooManyReservations(int maximum) =>
        new(RejectionKind.Conflict, "credit_too_many_reservations", $"At most {maximum} reservations at a time.");
}
