using Commerce.Journal;

namespace Commerce.Credit;

/// <summary>What can happen to a gift card or to store credit: one line of its ledger each.</summary>
/// <param name="Balance">What is in it afterwards, reserved money included.</param>
internal abstract record CreditEvent(Money Balance) : IJournalEvent;

[Alias("credit.issued")]
internal sealed record CreditIssued(
    CreditKind Kind, Money Amount, Money Balance, string Reason, DateTimeOffset? ExpiresAt, string? EndsWith)
    : CreditEvent(Balance);

/// <param name="Amount">More, or less when negative.</param>
[Alias("credit.adjusted")]
internal sealed record CreditAdjusted(Money Amount, Money Balance, string Reason) : CreditEvent(Balance);

[Alias("credit.disabled")]
internal sealed record CreditDisabled(Money Balance, string Reason) : CreditEvent(Balance);

[Alias("credit.enabled")]
internal sealed record CreditEnabled(Money Balance, string Reason) : CreditEvent(Balance);

/// <summary>Its time is over. What is in it stays on the books until an operator decides.</summary>
[Alias("credit.expired")]
internal sealed record CreditExpired(Money Balance) : CreditEvent(Balance);

/// <param name="Requested">What was asked for, at least <paramref name="Amount"/>.</param>
[Alias("credit.reserved")]
internal sealed record CreditReserved(
    CreditReservationId Reservation, Money Requested, Money Amount, Money Balance, DateTimeOffset ExpiresAt)
    : CreditEvent(Balance);

[Alias("credit.reservation_released")]
internal sealed record CreditReservationReleased(CreditReservationId Reservation, Money Amount, Money Balance)
    : CreditEvent(Balance);

[Alias("credit.reservation_expired")]
internal sealed record CreditReservationExpired(CreditReservationId Reservation, Money Amount, Money Balance)
    : CreditEvent(Balance);

[Alias("credit.committed")]
internal sealed record CreditCommitted(CreditReservationId Reservation, Money Amount, Money Balance) : CreditEvent(Balance);

/// <summary>Spent money came back.</summary>
/// <param name="Left">What of the purchase stays spent.</param>
[Alias("credit.returned")]
internal sealed record CreditReturned(CreditReservationId Reservation, Money Amount, Money Left, Money Balance)
    : CreditEvent(Balance);
