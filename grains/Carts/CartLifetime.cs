using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Carts;

/// <summary>How a cart ends without being bought: left alone for too long, or taken over by another.</summary>
internal sealed partial record Cart
{
    private const int SourcesMax = 20;
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan EmptyLifetime = TimeSpan.FromHours(6);
    private static readonly TimeSpan AnonymousLifetime = TimeSpan.FromDays(30);
    private static readonly TimeSpan KnownLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan SurrenderRetry = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whole hours, so that a cart in use does not move its deadline with every change. Never while it is checked out:
    /// then money may be attached, and the checkout has deadlines of its own.
    /// </summary>
    public DateTimeOffset? WakeAt => (Status, TouchedAt) switch
    {
        (CartStatus.Merged, { } touched) when IsSurrendering => touched + SurrenderRetry,
        (CartStatus.Active, { } touched) when CanBeAbandoned => UpToTheHour(touched + AbandonedAfter),
        (CartStatus.Active, { } touched) => UpToTheHour(touched + Lifetime),
        _ => null,
    };

    private TimeSpan Lifetime => Lines.IsEmpty ? EmptyLifetime : Email is null ? AnonymousLifetime : KnownLifetime;

    private bool CanBeAbandoned => !IsAbandoned && Email is not null && !Lines.IsEmpty;

    /// <summary>What time has done to it.</summary>
    public Decision<CartEvent> Age(DateTimeOffset now)
    {
        if (Status != CartStatus.Active || TouchedAt is not { } touched)
        {
            return Decision<CartEvent>.Nothing;
        }

        return now >= touched + Lifetime ? new CartExpired()
            : CanBeAbandoned && now >= touched + AbandonedAfter ? new CartAbandoned()
            : Decision<CartEvent>.Nothing;
    }

    /// <summary>Gives all it has to another cart.</summary>
    public Decision<CartEvent> Surrender(CartId target) =>
        Status == CartStatus.Merged && MergedInto == target
            ? Decision<CartEvent>.Nothing
            : Refuse() ?? (Decision<CartEvent>)new CartSurrendered(target);

    /// <summary>The other cart has everything, or would not have it.</summary>
    public Decision<CartEvent> EndSurrender(CartId target, bool isTaken) =>
        IsSurrendering && MergedInto == target ? new CartSurrenderEnded(target, isTaken) : Decision<CartEvent>.Nothing;

    /// <summary>Takes what another cart surrendered.</summary>
    public Decision<CartEvent> Take(CartId source, CartContents contents, CartOptions limits)
    {
        if (Sources.Contains(source))
        {
            return Decision<CartEvent>.Nothing;
        }

        if (Refuse() is { } closed)
        {
            return closed;
        }

        if (Currency != contents.Currency)
        {
            return CartRejections.SourceCurrencyDiffers;
        }

        var all = contents.Lines.Aggregate(Lines, (lines, line) => Add(lines, line, limits));
        return all.Length > limits.LinesMax || Sources.Count >= SourcesMax
            ? CartRejections.TooManyLines(limits.LinesMax)
            : new CartMerged(
                source,
                [.. all.Except(Lines)],
                Email ?? contents.Email,
                ShippingAddress ?? contents.ShippingAddress,
                ShippingAddress is null ? contents.BillingAddress : BillingAddress,
                [.. Codes.Union(contents.Codes).Take(CodesMax)])
            {
                Credits = CartCredits.Merged(Credits, contents.Credits),
            };
    }

    /// <summary>What another cart would take.</summary>
    public CartContents Contents() => new(
        Currency!.Value,
        [.. Lines.Select(line => new CartContentsLine(line.Offer, line.Quantity, line.Attributes))],
        Email,
        ShippingAddress,
        BillingAddress,
        Codes)
    {
        Credits = Credits,
    };

    /// <summary>Units of the same line add up, as far as one SKU may have that many.</summary>
    private static ImmutableArray<CartLine> Add(ImmutableArray<CartLine> lines, CartContentsLine more, CartOptions limits)
    {
        var line = new CartLine(more.Offer, more.Quantity, more.Attributes);
        var there = lines.FirstOrDefault(there => there.Id == line.Id);
        var room = limits.UnitsPerLineMax - lines.Where(other => other.Offer.Sku == more.Offer.Sku).Sum(other => other.Quantity);
        var added = Math.Min(more.Quantity, room);
        return added <= 0 ? lines : With(lines, line with { Quantity = (there?.Quantity ?? 0) + added });
    }

    private static DateTimeOffset UpToTheHour(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour) + TimeSpan.TicksPerHour, TimeSpan.Zero);
}
