using Commerce.Carts;
using Commerce.Drops;
using Commerce.Journal;
using static Commerce.Sample;

namespace Commerce.Inventory;

public sealed class AllotmentTests
{
    private static readonly DropId Drop = EntityId.Derive<DropId>("sample");
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly HoldId Ticket = HoldId.For(TheCart, 0);
    private static readonly StockLine Ten = new StockLine().After(new StockReceived(Leeds, 10, null));

    [Fact]
    public void What_is_set_aside_cannot_be_held_by_others()
    {
        var line = Allotted(8);

        Assert.Equal((2, 8), (line.Available, line.SetAside));
        Assert.Equal("out_of_stock", line.Hold(Mug, Wanted(3, "other"), Places, Now).Code());
        Assert.Null(line.Hold(Mug, Wanted(2, "other"), Places, Now).Rejection);
    }

    [Fact]
    public void Setting_aside_is_absolute_and_all_or_nothing()
    {
        Allotted(8).Allot(Mug, Drop, 8, Now).IsNothing();
        Assert.Equal("out_of_stock", Ten.Allot(Mug, Drop, 11, Now).Code());
        Assert.Equal((5, 5), Both(Allotted(8).After(Allotted(8).Allot(Mug, Drop, 5, Now))));
        Assert.Equal("drop_units_in_use", Drawn(8, 2).Allot(Mug, Drop, 1, Now).Code());
    }

    [Fact]
    public void Several_drops_share_a_SKU()
    {
        var line = Allotted(4);

        line = line.After(line.Allot(Mug, EntityId.Derive<DropId>("other"), 6, Now));

        Assert.Equal((0, 10), Both(line));
        Assert.Equal("out_of_stock", line.Allot(Mug, EntityId.Derive<DropId>("third"), 1, Now).Code());
    }

    [Fact]
    public void A_draw_is_a_hold_that_is_repeated_without_effect()
    {
        var line = Drawn(8, 2);

        Assert.Equal((2, 6, 2), (line.Available, line.SetAside, line.Holds[Ticket].Quantity));
        line.Draw(Draws(2), Places, Now.AddMinutes(1)).IsNothing();
        Assert.Equal(new DrawView(DrawOutcome.Held, 2, Now + Ttl), line.ViewDraws(Draws(2), 1).Draws[0]);
    }

    [Fact]
    public void Nobody_is_drawn_for_behind_who_was_short()
    {
        var line = Allotted(3);
        var draws = new DrawStock(Drop, [new(CartOf(1), 2), new(CartOf(2), 2), new(CartOf(3), 1)], Ttl);

        line = line.After(line.Draw(draws, Places, Now));

        Assert.Equal(
            [DrawOutcome.Held, DrawOutcome.Short, DrawOutcome.Short], line.ViewDraws(draws, 1).Draws.Select(draw => draw.Outcome));
    }

    [Fact]
    public void An_attempt_takes_over_from_its_ticket_also_when_nothing_else_is_left()
    {
        var line = Drawn(10, 2);

        line = line.After(line.Hold(Mug, Wanted(2), Places, Now));

        Assert.Equal((0, 8, 2), (line.Available, line.SetAside, line.Held));
        Assert.False(line.Holds.ContainsKey(Ticket));
        Assert.Equal("out_of_stock", Drawn(10, 2).Hold(Mug, Wanted(3), Places, Now).Code());
        Assert.Null(Drawn(8, 2).Hold(Mug, Wanted(4), Places, Now).Rejection);
    }

    [Fact]
    public void What_an_attempt_gives_back_is_its_tickets_until_the_deadline_and_then_the_drops()
    {
        var line = Drawn(10, 2);
        line = line.After(line.Hold(Mug, Wanted(1), Places, Now));

        var before = line.After(line.Release(Hold, Places, Now + Ttl - TimeSpan.FromSeconds(1)));
        var after = line.After(line.Release(Hold, Places, Now + Ttl));

        Assert.Equal((2, Now + Ttl), (before.Holds[Ticket].Quantity, before.Holds[Ticket].ExpiresAt));
        Assert.Equal(new StockDraw(Drop, Now + Ttl, 2), before.Drawn[Ticket]);
        Assert.Equal((0, 9), Both(after));
    }

    [Fact]
    public void A_ticket_that_lapses_is_the_drops_at_once_and_nobody_elses_also_before_it_is_swept()
    {
        var line = Drawn(10, 2);

        Assert.Equal(0, line.Availability(Mug, null, Now + Ttl).Promisable);
        Assert.Equal(0, line.Availability(Mug, Hold, Now + Ttl).Promisable);
        Assert.Equal("out_of_stock", line.Hold(Mug, Wanted(1, "other"), Places, Now + Ttl).Code());
        Assert.Equal((0, 10), Both(line.After(line.Expire(Now + Ttl))));
        Assert.Equal(new AllotmentReturned(Drop, Ticket, Ticket, 2, false), line.Expire(Now + Ttl).Events[^1]);
    }

    [Fact]
    public void Who_has_a_ticket_sees_its_units_as_available()
    {
        Assert.Equal(2, Drawn(10, 2).Availability(Mug, HoldId.For(TheCart, 0), Now).Promisable);
        Assert.Equal(2, Drawn(10, 2).Availability(Mug, Hold, Now).Promisable);
        Assert.Equal(0, Drawn(10, 2).Availability(Mug, HoldId.For(CartOf(2), 0), Now).Promisable);
    }

    [Fact]
    public void A_sale_takes_from_the_allotment_and_gives_back_what_it_left()
    {
        var line = Drawn(10, 2);
        line = line.After(line.Hold(Mug, Wanted(1), Places, Now));

        line = line.After(line.Commit(Hold));

        Assert.Equal((1, 9, 0), (line.Committed, line.SetAside, line.Held));
        Assert.Empty(line.Drawn);
        Assert.Equal(new DrawView(DrawOutcome.Sold, 1, null), line.ViewDraws(Draws(2), 1).Draws[0]);
        line.Draw(Draws(2), Places, Now).IsNothing();
    }

    [Fact]
    public void A_sale_that_came_to_nothing_is_its_tickets_again()
    {
        var sold = Drawn(10, 2);
        sold = sold.After(sold.Hold(Mug, Wanted(2), Places, Now));
        sold = sold.After(sold.Commit(Hold));

        var undone = sold.After(sold.Release(Hold, Places, Now.AddMinutes(1)));
        var late = sold.After(sold.Release(Hold, Places, Now + Ttl));

        Assert.Equal((2, 8, 0), (undone.Holds[Ticket].Quantity, undone.SetAside, undone.Available));
        Assert.Equal((0, 10), Both(late));
    }

    [Fact]
    public void What_is_left_when_an_allotment_ends_is_everybodys()
    {
        var line = Drawn(10, 2);

        line = line.After(line.CloseAllotment(Drop));

        Assert.Equal((8, 0), Both(line));
        Assert.Equal((10, 0), Both(line.After(line.Expire(Now + Ttl))));
        line.CloseAllotment(Drop).IsNothing();
        Assert.Equal(DrawOutcome.Held, line.ViewDraws(Draws(2), 1).Draws[0].Outcome);
    }

    [Fact]
    public void Nothing_may_be_corrected_below_what_is_set_aside()
    {
        var line = Allotted(8);

        Assert.Equal("stock_below_set_aside", line.Adjust(new(Leeds, -3, "lost")).Code());
        Assert.Equal("stock_below_set_aside", line.Count(new(Leeds, 7)).Code());
        Assert.Equal("stock_below_set_aside", line.MoveDamaged(new(DamageAction.Damage, Leeds, 3, "dropped")).Code());
        Assert.Equal("stock_below_set_aside", line.SetSafety(new(Leeds, 3)).Code());
        Assert.Null(line.Adjust(new(Leeds, -2, "lost")).Rejection);
    }

    [Fact]
    public void A_tickets_hold_is_not_held_or_extended_by_its_name()
    {
        Assert.Equal("hold_of_another", Drawn(10, 2).Hold(Mug, new(Ticket, 5, Ttl), Places, Now).Code());
        Assert.Equal("hold_of_another", Drawn(10, 2).Extend(new(Ticket, TimeSpan.FromHours(1)), Now).Code());
    }

    private static CartId CartOf(int number) => EntityId.Derive<CartId>($"cart {number}");

    private static DrawStock Draws(int units) => new(Drop, [new(TheCart, units)], Ttl);

    private static HoldStock Wanted(int units, string? by = null) =>
        new(by is null ? Hold : new($"hold_{by}"), units, TimeSpan.FromMinutes(20));

    private static StockLine Allotted(int units) => Ten.After(Ten.Allot(Mug, Drop, units, Now));

    private static StockLine Drawn(int units, int drawn) => Allotted(units).After(Allotted(units).Draw(Draws(drawn), Places, Now));

    private static (int Available, int SetAside) Both(StockLine line) => (line.Available, line.SetAside);
}
