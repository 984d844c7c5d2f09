using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Promotions;

/// <summary>
/// What a promotion is, how far it is used, and every decision about it. Uses that are neither under way nor recent are
/// known by number only: decisions that need them are given <see cref="PastUses"/>, read from the journal.
/// </summary>
internal sealed record Promotion : IJournaledState<Promotion, PromotionEvent>
{
    /// <summary>Uses whose end is remembered, so that deciding on the journal's facts and on newer events agree.</summary>
    internal const int RecentMax = 1_000;

    private const int ExpiredAtOnceMax = 500;

    /// <summary>Null until the first save.</summary>
    public PromotionDefinition? Definition { get; init; }

    /// <summary>Events so far, which is the version.</summary>
    public long Events { get; init; }

    /// <summary>Uses committed to orders.</summary>
    public long Used { get; init; }

    /// <summary>Minor units that committed and reserved uses take off.</summary>
    public ImmutableDictionary<Currency, long> Spent { get; init; } = ImmutableDictionary<Currency, long>.Empty;

    /// <summary>Promises under way.</summary>
    public ImmutableDictionary<string, UseReserved> Reserved { get; init; } = ImmutableDictionary<string, UseReserved>.Empty;

    /// <summary>The same promises by expiry.</summary>
    public ImmutableSortedSet<UseExpiry> Expiries { get; init; } = [];

    /// <summary>The same promises, counted by customer.</summary>
    public ImmutableDictionary<string, int> ReservedBy { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>How uses ended, oldest first; at most <see cref="RecentMax"/>.</summary>
    public ImmutableList<EndedUse> Recent { get; init; } = [];

    /// <summary>How each of those ended at last.</summary>
    public ImmutableDictionary<string, EndedUse> RecentById { get; init; } = ImmutableDictionary<string, EndedUse>.Empty;

    /// <summary>The version of the last event that <see cref="Recent"/> no longer has.</summary>
    public long ForgottenThrough { get; init; }

    public DateTimeOffset? WakeAt => Expiries.IsEmpty ? null : Expiries.Min.At;

    public string Summary => $"{Definition?.Status}, {Used} used, {Reserved.Count} reserved";

    /// <summary>Makes the promotion be so.</summary>
    public Decision<PromotionEvent> Save(PromotionDefinition definition)
    {
        if (PromotionRules.Check(definition) is { } rejection)
        {
            return rejection;
        }

        var normal = PromotionRules.Normalize(definition);
        return Definition is not null && PromotionRules.AreSame(Definition, normal)
            ? Decision<PromotionEvent>.Nothing
            : new PromotionSaved(normal);
    }

    /// <summary>Promises a use. Promises that have expired give theirs back first, whether or not anybody swept them.</summary>
    /// <param name="customer">Digest of the customer.</param>
    public Decision<PromotionEvent> Reserve(ReserveUse command, string? customer, PastUses past, DateTimeOffset now)
    {
        if (PromotionRules.Check(command) is { } invalid)
        {
            return invalid;
        }

        if (RecentById.TryGetValue(command.Reservation, out var ended))
        {
            return ended.End == UseEnd.Committed ? Decision<PromotionEvent>.Nothing : PromotionRejections.UseGone;
        }

        if (Reserved.TryGetValue(command.Reservation, out var held) && held.ExpiresAt > now)
        {
            return held.Discount == command.Discount && held.Customer == customer
                ? Decision<PromotionEvent>.Nothing
                : PromotionRejections.ReservationDiffers;
        }

        if (Definition is not { Status: PromotionStatus.Active })
        {
            return Definition is null ? PromotionRejections.NotFound : PromotionRejections.NotActive;
        }

        var (swept, events) = Sweep(now, command.Reservation);
        return swept.CheckLimits(customer, command.Discount, past) is { } refused
            ? refused
            : Decision<PromotionEvent>.Of(
                [.. events, new UseReserved(command.Reservation, customer, command.Discount, now + command.Ttl)]);
    }

    /// <summary>
    /// Makes a promise a use. One that expired but was not swept is good: nobody else has its place. One that was swept
    /// takes a place again if there is one.
    /// </summary>
    public Decision<PromotionEvent> Commit(string reservation, PastUses past, DateTimeOffset now)
    {
        if (Reserved.TryGetValue(reservation, out var held))
        {
            return new UseCommitted(reservation, held.Customer, held.Discount);
        }

        if (RecentById.TryGetValue(reservation, out var ended))
        {
            return ended.End == UseEnd.Committed ? Decision<PromotionEvent>.Nothing : PromotionRejections.UseGone;
        }

        switch (past.Use)
        {
            case UseCommitted:
                return Decision<PromotionEvent>.Nothing;
            case UseReserved or UseExpired:
                var (swept, events) = Sweep(now);
                return swept.CheckLimits(past.Use.Customer, past.Use.Discount, past) is { } refused
                    ? refused
                    : Decision<PromotionEvent>.Of(
                        [.. events, new UseCommitted(reservation, past.Use.Customer, past.Use.Discount)]);
            default:
                return PromotionRejections.UseGone;
        }
    }

    /// <summary>Gives back a promise or a use.</summary>
    public Decision<PromotionEvent> Release(string reservation, PastUses past)
    {
        if (Reserved.TryGetValue(reservation, out var held))
        {
            return new UseReleased(reservation, held.Customer, held.Discount);
        }

        if (RecentById.TryGetValue(reservation, out var ended))
        {
            return ended.End == UseEnd.Committed
                ? new UseReturned(reservation, ended.Customer, ended.Discount)
                : Decision<PromotionEvent>.Nothing;
        }

        return past.Use switch
        {
            UseCommitted use => new UseReturned(reservation, use.Customer, use.Discount),

            // It expired, and a commit that is late must not bring it back.
            UseReserved or UseExpired => new UseReleased(reservation, past.Use.Customer, past.Use.Discount),
            _ => Decision<PromotionEvent>.Nothing,
        };
    }

    /// <summary>Gives back what has expired, so many at a time.</summary>
    public Decision<PromotionEvent> Expire(DateTimeOffset now) => Decision<PromotionEvent>.Of([.. Sweep(now).Events]);

    /// <summary>Whether the outcome of a use can only be known from the journal.</summary>
    public bool NeedsPast(string reservation) => !Reserved.ContainsKey(reservation) && !RecentById.ContainsKey(reservation);

    /// <summary>Uses of a customer, those under way included.</summary>
    public int UsesOf(string customer, PastUses past) =>
        past.UsesOfCustomer + ReservedBy.GetValueOrDefault(customer) + EndedAfter(past.Through)
            .Where(ended => ended.Customer == customer)
            .Sum(ended => ended.End switch { UseEnd.Committed => 1, UseEnd.Returned => -1, _ => 0 });

    public Promotion Apply(PromotionEvent @event)
    {
        var next = this with { Events = Events + 1 };
        return @event switch
        {
            PromotionSaved e => next with { Definition = e.Definition },
            UseReserved e => next.WithReserved(e),
            UseExpired e => next.WithoutReserved(e.Reservation),
            UseCommitted e => next.WithoutReserved(e.Reservation).WithEnded(e, UseEnd.Committed) with { Used = Used + 1 },
            UseReleased e => next.WithoutReserved(e.Reservation).WithEnded(e, UseEnd.Released),
            UseReturned e => next.WithEnded(e, UseEnd.Returned) with { Used = Used - 1 },
            _ => throw new UnreachableException(@event.GetType().Name),
        };
    }

    /// <summary>The promise or the use, as callers see it.</summary>
    public PromotionUseView ViewUse(PromotionId id, string reservation, PastUses past) =>
        Reserved.TryGetValue(reservation, out var held) ? new(id, reservation, held.Discount, held.ExpiresAt)
        : RecentById.TryGetValue(reservation, out var ended) ? new(id, reservation, ended.Discount, null)
        : new(id, reservation, past.Use!.Discount, null);

    /// <summary>How far it is used.</summary>
    public PromotionUsage Usage() => new(
        Used,
        Reserved.Count,
        [.. Spent.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key.Code, StringComparer.Ordinal)
            .Select(pair => new Money(pair.Value, pair.Key))]);

    /// <summary>The promotion as a cart looks at it.</summary>
    public PromotionCandidate Candidate(PromotionId id, string? customer, PastUses past, DateTimeOffset now)
    {
        var limits = Definition!.Limits;
        var swept = Sweep(now).Swept;
        return new(
            id,
            Definition,
            swept.Used + swept.Reserved.Count >= limits?.UsesMax,
            customer is not null && swept.UsesOf(customer, past) >= limits?.UsesPerCustomerMax,
            limits?.Budget is not { } budget ? null
                : [.. budget.Select(whole => whole with { MinorUnits = whole.MinorUnits - swept.SpentIn(whole.Currency) })]);
    }

    private Rejection? CheckLimits(string? customer, Money discount, PastUses past)
    {
        if (Definition?.Limits is not { } limits)
        {
            return null;
        }

        if (Used + Reserved.Count >= limits.UsesMax)
        {
            return PromotionRejections.UsedUp;
        }

        if (limits.UsesPerCustomerMax is { } most && (customer is null || UsesOf(customer, past) >= most))
        {
            return customer is null ? PromotionRejections.CustomerMissing : PromotionRejections.UsedByCustomer;
        }

        return limits.Budget is { } budget
            && SpentIn(discount.Currency) + discount.MinorUnits > (PromotionActions.In(budget, discount.Currency) ?? 0)
                ? PromotionRejections.BudgetSpent
                : null;
    }

    private long SpentIn(Currency currency) => Spent.GetValueOrDefault(currency);

    private IEnumerable<EndedUse> EndedAfter(long version)
    {
        for (var i = Recent.Count - 1; i >= 0 && Recent[i].Version > version; i--)
        {
            yield return Recent[i];
        }
    }

    /// <summary>Without what has expired; with an expired reservation that is about to be made again among it.</summary>
    private (Promotion Swept, IReadOnlyList<PromotionEvent> Events) Sweep(DateTimeOffset now, string? again = null)
    {
        List<PromotionEvent> events = [.. Expiries.TakeWhile(expiry => expiry.At <= now).Take(ExpiredAtOnceMax)
            .Select(expiry => Expired(expiry.Reservation))];
        var swept = events.Aggregate(this, (promotion, expired) => promotion.Apply(expired));
        if (again is not null && swept.Reserved.ContainsKey(again))
        {
            events.Add(Expired(again));
            swept = swept.Apply(events[^1]);
        }

        return (swept, events);
    }

    private UseExpired Expired(string reservation) =>
        new(reservation, Reserved[reservation].Customer, Reserved[reservation].Discount);

    private Promotion WithReserved(UseReserved use) => WithSpent(use.Discount, 1) with
    {
        Reserved = Reserved.SetItem(use.Reservation, use),
        Expiries = Expiries.Add(new(use.ExpiresAt, use.Reservation)),
        ReservedBy = Count(use.Customer, 1),
    };

    private Promotion WithoutReserved(string reservation) => !Reserved.TryGetValue(reservation, out var use)
        ? this
        : WithSpent(use.Discount, -1) with
        {
            Reserved = Reserved.Remove(reservation),
            Expiries = Expiries.Remove(new(use.ExpiresAt, reservation)),
            ReservedBy = Count(use.Customer, -1),
        };

    private Promotion WithEnded(PromotionUseEvent use, UseEnd end)
    {
        var ended = new EndedUse(Events, use.Reservation, use.Customer, use.Discount, end);
        var next = end == UseEnd.Released ? this : WithSpent(use.Discount, end == UseEnd.Committed ? 1 : -1);
        var (recent, byId, forgotten) = (Recent.Add(ended), RecentById.SetItem(use.Reservation, ended), ForgottenThrough);
        if (recent.Count > RecentMax)
        {
            var oldest = recent[0];
            recent = recent.RemoveAt(0);
            byId = byId[oldest.Reservation].Version == oldest.Version ? byId.Remove(oldest.Reservation) : byId;
            forgotten = oldest.Version;
        }

        return next with { Recent = recent, RecentById = byId, ForgottenThrough = forgotten };
    }

    private Promotion WithSpent(Money discount, int sign) => this with
    {
        Spent = Spent.SetItem(discount.Currency, checked(SpentIn(discount.Currency) + (sign * discount.MinorUnits))),
    };

    private ImmutableDictionary<string, int> Count(string? customer, int change)
    {
        if (customer is null)
        {
            return ReservedBy;
        }

        var count = ReservedBy.GetValueOrDefault(customer) + change;
        return count == 0 ? ReservedBy.Remove(customer) : ReservedBy.SetItem(customer, count);
    }
}
