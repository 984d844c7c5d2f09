using Commerce.Journal;

namespace Commerce.Promotions;

/// <summary>What can happen to a promotion.</summary>
internal abstract record PromotionEvent : IJournalEvent;

[Alias("promotion.saved")]
internal sealed record PromotionSaved(PromotionDefinition Definition) : PromotionEvent;

/// <summary>
/// What can happen to a use. Each event tells all about the use, so that the newest one of a reservation is enough to
/// know it; <see cref="PromotionUses"/> finds it by the names of these members.
/// </summary>
/// <param name="Reservation">Names the use.</param>
/// <param name="Customer">A digest; see <see cref="PromotionCustomer"/>. Null: unknown.</param>
/// <param name="Discount">What it takes off.</param>
internal abstract record PromotionUseEvent(string Reservation, string? Customer, Money Discount) : PromotionEvent;

[Alias("promotion.use_reserved")]
internal sealed record UseReserved(string Reservation, string? Customer, Money Discount, DateTimeOffset ExpiresAt)
    : PromotionUseEvent(Reservation, Customer, Discount);

/// <summary>A reservation ran out.</summary>
[Alias("promotion.use_expired")]
internal sealed record UseExpired(string Reservation, string? Customer, Money Discount)
    : PromotionUseEvent(Reservation, Customer, Discount);

[Alias("promotion.use_committed")]
internal sealed record UseCommitted(string Reservation, string? Customer, Money Discount)
    : PromotionUseEvent(Reservation, Customer, Discount);

/// <summary>A reservation was given up, be it that it had run out already: it cannot be committed any more.</summary>
[Alias("promotion.use_released")]
internal sealed record UseReleased(string Reservation, string? Customer, Money Discount)
    : PromotionUseEvent(Reservation, Customer, Discount);

/// <summary>A committed use was given back.</summary>
[Alias("promotion.use_returned")]
internal sealed record UseReturned(string Reservation, string? Customer, Money Discount)
    : PromotionUseEvent(Reservation, Customer, Discount);
