using System.Collections.Immutable;
using static Commerce.Sample;

namespace Commerce.Carts;

public sealed class CartLifetimeTests
{
    private static readonly CartOptions Limits = new() { LinesMax = 4, UnitsPerLineMax = 10 };
    private static readonly CartId Other = EntityId.Derive<CartId>("other");
    private static readonly Cart Empty = new Cart().After(new CartCreated(Pounds) { At = Now });
    private static readonly Cart Filled = Empty.After(new CartLineSet(OfferOf(Coffee), 2) { At = Now });
    private static readonly Cart Known = Filled.After(new CartEmailSet("ada@example.org") { At = Now });

    [Fact]
    public void A_cart_expires_after_six_hours_empty_thirty_days_unknown_ninety_days_known()
    {
        (Cart Cart, TimeSpan Lifetime)[] carts =
            [(Empty, TimeSpan.FromHours(6)), (Filled, TimeSpan.FromDays(30)), (Known with { IsAbandoned = true }, TimeSpan.FromDays(90))];

        Assert.All(carts, ended =>
        {
            var (cart, lifetime) = ended;
            cart.Age(Now + lifetime - TimeSpan.FromSeconds(1)).IsNothing();
            Assert.IsType<CartExpired>(cart.Age(Now + lifetime).TheEvent());
            Assert.InRange(cart.WakeAt!.Value, Now + lifetime, Now + lifetime + TimeSpan.FromHours(1));
        });
    }

    [Fact]
    public void An_expired_cart_takes_nothing_and_is_gone_for_ever()
    {
        var expired = Filled.After(new CartExpired());

        Assert.Equal("cart_expired", expired.SetLine(Coffee, 0, null, Limits).Code());
        Assert.Null(expired.WakeAt);
        expired.Age(Now + TimeSpan.FromDays(900)).IsNothing();
    }

    [Fact]
    public void A_cart_that_is_being_checked_out_never_expires()
    {
        var locked = Known.After(new CartCheckoutBegan(1) { At = Now });

        Assert.Null(locked.WakeAt);
        locked.Age(Now + TimeSpan.FromDays(900)).IsNothing();
    }

    [Fact]
    public void That_a_known_cart_was_abandoned_is_told_once_until_somebody_touches_it()
    {
        var later = Now + TimeSpan.FromHours(1);

        Filled.Age(later).IsNothing();
        Known.Age(later - TimeSpan.FromSeconds(1)).IsNothing();
        var told = Known.After(Known.Age(later));
        told.Age(later).IsNothing();
        Assert.Equal(Now, told.TouchedAt);
        var touched = told.After(new CartLineSet(OfferOf(Mug), 1) { At = later });
        Assert.IsType<CartAbandoned>(touched.Age(later + TimeSpan.FromHours(1)).TheEvent());
    }

    [Fact]
    public void Changes_within_an_hour_do_not_move_the_deadline()
    {
        var again = Known.After(new CartLineSet(OfferOf(Mug), 1) { At = Now + TimeSpan.FromMinutes(5) });

        Assert.Equal(Known.WakeAt, again.WakeAt);
    }

    [Fact]
    public void A_merge_is_one_event_that_adds_units_up_and_fills_what_is_missing()
    {
        var source = Known.After(new CartLineSet(OfferOf(Mug, 1600), 3), new CartShippingAddressSet(Ada), new CartCodeAdded("A"));

        var merged = Filled.After(Filled.Take(Other, source.Contents(), Limits).TheEvent());

        Assert.Equal([(Coffee, 4), (Mug, 3)], merged.Lines.Select(line => (line.Offer.Sku, line.Quantity)));
        Assert.Equal(("ada@example.org", Ada, "A"), (merged.Email, merged.ShippingAddress, Assert.Single(merged.Codes)));
        merged.Take(Other, source.Contents(), Limits).IsNothing();
    }

    [Fact]
    public void A_merge_keeps_what_the_target_has_and_never_exceeds_its_limits()
    {
        var target = Known.After(new CartLineSet(OfferOf(Coffee), 9));
        var source = Filled.After(new CartEmailSet("eve@example.org"));

        var merged = target.After(target.Take(Other, source.Contents(), Limits).TheEvent());

        Assert.Equal(("ada@example.org", 10), (merged.Email, Assert.Single(merged.Lines).Quantity));
        var full = Enumerable.Range(0, 4).Aggregate(Empty, (cart, i) => cart.After(new CartLineSet(OfferOf(new($"SKU-{i}")), 1)));
        Assert.Equal("cart_too_many_lines", full.Take(Other, source.Contents(), Limits).Code());
        Assert.Equal("cart_currency_differs", full.Take(Other, source.Contents() with { Currency = Euros }, Limits).Code());
    }

    [Fact]
    public void A_cart_that_was_surrendered_points_to_the_other_until_that_refuses_it()
    {
        var surrendered = Filled.After(Filled.Surrender(Other).TheEvent());

        surrendered.Surrender(Other).IsNothing();
        Assert.Equal("cart_merged", surrendered.SetLine(Coffee, 0, null, Limits).Code());
        Assert.Equal("cart_merged", surrendered.Surrender(TheCart).Code());
        Assert.Equal((CartStatus.Merged, Other), (surrendered.View(TheCart, 3, Facts).Status, surrendered.View(TheCart, 3, Facts).MergedInto!.Value));
        Assert.NotNull(surrendered.WakeAt ?? surrendered.TouchedAt);
        Assert.Null(surrendered.After(surrendered.EndSurrender(Other, isTaken: true)).WakeAt);
        var back = surrendered.After(surrendered.EndSurrender(Other, isTaken: false));
        Assert.Equal((CartStatus.Active, 2), (back.Status, Assert.Single(back.Lines).Quantity));
    }

    [Fact]
    public void Carts_from_before_lifetimes_do_not_expire()
    {
        var old = new Cart().After(new CartCreated(Pounds));

        Assert.Null(old.WakeAt);
        old.Age(Now + TimeSpan.FromDays(900)).IsNothing();
    }
}
