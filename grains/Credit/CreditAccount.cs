using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Commerce.Journal;

namespace Commerce.Credit;

/// <summary>What a gift card or store credit remembers and every decision about it. No clock, no I/O, no Orleans runtime.</summary>
internal sealed partial record CreditAccount : IJournaledState<CreditAccount, CreditEvent>
{
    // Purchases whose money can still come back by their name, and promises that ran out and may yet be kept.
    private const int SpentMax = 500;
    private const int LapsedMax = 100;

    /// <summary>Null until issued, as is the currency.</summary>
    public CreditKind? Kind { get; init; }

    public Currency? Currency { get; init; }

    /// <summary>What a gift card was issued with, to know a repetition.</summary>
    public long Issued { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? EndsWith { get; init; }

    public bool IsDisabled { get; init; }

    /// <summary>Whether it was journaled that the time is over; what may be done is decided by the time itself.</summary>
    public bool IsExpired { get; init; }

    /// <summary>Minor units that are in it, reserved ones included.</summary>
    public long Balance { get; init; }

    /// <summary>Minor units promised to checkouts under way.</summary>
    public long Reserved { get; init; }

    public ImmutableDictionary<CreditReservationId, CreditReservation> Reservations { get; init; } =
        ImmutableDictionary<CreditReservationId, CreditReservation>.Empty;

    /// <summary>The same by expiry.</summary>
    public ImmutableSortedSet<CreditReservationExpiry> Expiries { get; init; } = [];

    /// <summary>The last purchases, oldest first.</summary>
    public ImmutableList<CreditPurchase> Spent { get; init; } = [];

    /// <summary>The last promises that ran out, oldest first.</summary>
    public ImmutableList<CreditPurchase> Lapsed { get; init; } = [];

    public DateTimeOffset? WakeAt => (Expiries.IsEmpty ? null : (DateTimeOffset?)Expiries.Min.At, IsExpired ? null : ExpiresAt) switch
    {
        ({ } reservation, { } account) => reservation < account ? reservation : account,
        var (reservation, account) => reservation ?? account,
    };

    public string Summary => Kind is null ? "" : $"{Kind}, {Money(Balance)}, of which {Money(Reserved)} reserved";

    [JsonIgnore]
    private long Available => Balance - Reserved;

    public CreditAccount Apply(CreditEvent @event) => @event switch
    {
        CreditIssued e => this with
        {
            Kind = e.Kind, Currency = e.Amount.Currency, Issued = Kind is null ? e.Amount.MinorUnits : Issued,
            Balance = e.Balance.MinorUnits, ExpiresAt = e.ExpiresAt, EndsWith = e.EndsWith,
        },
        CreditAdjusted e => this with { Balance = e.Balance.MinorUnits },
        CreditDisabled => this with { IsDisabled = true },
        CreditEnabled => this with { IsDisabled = false },
        CreditExpired => this with { IsExpired = true },
        CreditReserved e => this with
        {
            Reserved = Reserved + e.Amount.MinorUnits,
            Reservations = Reservations.SetItem(
                e.Reservation, new(e.Requested.MinorUnits, e.Amount.MinorUnits, e.ExpiresAt)),
            Expiries = Expiries.Add(new(e.ExpiresAt, e.Reservation)),
            Lapsed = Lapsed.RemoveAll(purchase => purchase.Reservation == e.Reservation),
        },
        CreditReservationReleased e => Without(e.Reservation),
        CreditReservationExpired e => Without(e.Reservation) with
        {
            Lapsed = Bounded(Lapsed.Add(new(e.Reservation, e.Amount.MinorUnits)), LapsedMax),
        },
        CreditCommitted e => Without(e.Reservation) with
        {
            Balance = e.Balance.MinorUnits,
            Spent = Bounded(Spent.Add(new(e.Reservation, e.Amount.MinorUnits)), SpentMax),
        },
        CreditReturned e => this with
        {
            Balance = e.Balance.MinorUnits,
            Spent = Spent.SetItem(
                Spent.FindIndex(purchase => purchase.Reservation == e.Reservation), new(e.Reservation, e.Left.MinorUnits)),
        },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>A reservation that is open or spent, as its owner sees it.</summary>
    public CreditReservationView ViewReservation(CreditReservationId id) =>
        Reservations.TryGetValue(id, out var there)
            ? new(id, Money(there.Amount), false, there.ExpiresAt)
            : new(id, Money(Spent.Find(purchase => purchase.Reservation == id)!.Amount), true, null);

    /// <summary>The account as operators see it.</summary>
    public Result<CreditAccountView> View(CreditAccountId id, long version, DateTimeOffset now) => Kind is not { } kind
        ? CreditRejections.NotFound
        : new CreditAccountView(
            id,
            version,
            kind,
            StatusAt(now),
            Money(Balance),
            Money(Reserved),
            Money(StatusAt(now) == CreditStatus.Active ? Available : 0),
            ExpiresAt,
            EndsWith,
            [.. Expiries.Take(100).Select(expiry => ViewReservation(expiry.Reservation))]);

    private CreditStatus StatusAt(DateTimeOffset now) =>
        IsDisabled ? CreditStatus.Disabled : ExpiresAt <= now ? CreditStatus.Expired : CreditStatus.Active;

    /// <summary>The same with a promise less, whether open or run out.</summary>
    private CreditAccount Without(CreditReservationId reservation) =>
        Reservations.TryGetValue(reservation, out var there)
            ? this with
            {
                Reserved = Reserved - there.Amount,
                Reservations = Reservations.Remove(reservation),
                Expiries = Expiries.Remove(new(there.ExpiresAt, reservation)),
            }
            : this with { Lapsed = Lapsed.RemoveAll(purchase => purchase.Reservation == reservation) };

    private static ImmutableList<CreditPurchase> Bounded(ImmutableList<CreditPurchase> list, int maximum) =>
        list.Count > maximum ? list.RemoveAt(0) : list;

    private Money Money(long minorUnits) => new(minorUnits, Currency!.Value);
}

/// <summary>A promise under way, in minor units.</summary>
/// <param name="Requested">What was asked for.</param>
/// <param name="Amount">What is promised.</param>
internal sealed record CreditReservation(long Requested, long Amount, DateTimeOffset ExpiresAt);

/// <summary>When a promise ends.</summary>
internal readonly record struct CreditReservationExpiry(DateTimeOffset At, CreditReservationId Reservation)
    : IComparable<CreditReservationExpiry>
{
    public int CompareTo(CreditReservationExpiry other) =>
        At.CompareTo(other.At) is var order and not 0 ? order : Reservation.CompareTo(other.Reservation);
}

/// <summary>Minor units of a promise that is over: spent, or run out.</summary>
internal sealed record CreditPurchase(CreditReservationId Reservation, long Amount);
