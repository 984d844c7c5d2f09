using System.Collections.Immutable;
using Commerce.Journal;
using static Commerce.Sample;

namespace Commerce.Inventory;

public sealed class StockLineTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);
    private static readonly StockLine TenInLeeds = new StockLine().After(new StockReceived(Leeds, 10, null));

    [Fact]
    public void A_hold_promises_units_until_it_expires()
    {
        var held = (StockHeld)TenInLeeds.Hold(Coffee, new(Hold, 4, Ttl), Places, Now).TheEvent();

        Assert.Equal((4, Now + Ttl), (held.Quantity, held.ExpiresAt));
        Assert.Equal([new(Leeds, 4)], held.Allocations);
        var line = TenInLeeds.After(held);
        Assert.Equal((10, 4, 0, 6), (line.OnHand, line.Held, line.Committed, line.Available));
        Assert.Equal(Now + Ttl, line.WakeAt);
    }

    [Fact]
    public void Repeating_a_hold_changes_nothing() => Hold_again(Held(4), 4).IsNothing();

    [Fact]
    public void More_than_is_available_is_refused_with_what_there_is()
    {
        var refused = Held(4).Hold(Coffee, new(Other(1), 7, Ttl), Places, Now);

        Assert.Equal("out_of_stock", refused.Code());
        Assert.Equal(new ShortLine(Coffee, 7, 6), Assert.Single(refused.Rejection!.Lines));
        Assert.Equal(RejectionKind.Conflict, refused.Rejection.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void A_hold_is_of_one_to_a_million_units(int quantity)
    {
        var refused = TenInLeeds.Hold(Coffee, new(Hold, quantity, Ttl), Places, Now);

        Assert.Equal(("quantity_out_of_range", "/quantity"), (refused.Code(), refused.Rejection!.Pointer));
    }

    [Fact]
    public void Units_of_expired_holds_can_be_promised_again_before_anybody_swept_them()
    {
        var line = Held(10);

        var decision = line.Hold(Coffee, new(Other(1), 10, Ttl), Places, Now + Ttl);

        Assert.Equal([new HoldExpired(Hold, 10), decision.Events[1]], decision.Events);
        Assert.Equal((10, 0), (line.After(decision).Held, line.After(decision).Available));
    }

    [Fact]
    public void The_same_hold_is_taken_anew_once_it_has_expired_however_many_others_have()
    {
        var line = new StockLine().After(new StockReceived(Leeds, 1_000, null));
        for (var i = 0; i < 600; i++)
        {
            line = line.After(line.Hold(Coffee, new(Other(i), 1, Ttl + TimeSpan.FromSeconds(i)), Places, Now));
        }

        var again = line.Hold(Coffee, new(Other(599), 1, Ttl), Places, Now + (2 * Ttl));
        line = line.After(again);

        Assert.Equal(line.Held, line.Holds.Values.Sum(hold => hold.Quantity));
        Assert.Equal(line.Holds.Count, line.Due.Values.Sum(due => due.Holds.Count));
        Assert.Equal(0, Sweep(line, Now + (5 * Ttl)).Held);
    }

    [Fact]
    public void A_hold_becomes_a_sale_from_where_it_was_held()
    {
        var line = Held(4);

        var committed = (StockCommitted)line.Commit(Hold).TheEvent();

        Assert.Equal([new(Leeds, 4)], committed.Allocations);
        var sold = line.After(committed);
        Assert.Equal((10, 0, 4, 6), (sold.OnHand, sold.Held, sold.Committed, sold.Available));
        Assert.Null(sold.WakeAt);
    }

    [Fact]
    public void A_sale_is_made_once_and_never_expires()
    {
        var line = Sold(4);

        line.Commit(Hold).IsNothing();
        line.Hold(Coffee, new(Hold, 4, Ttl), Places, Now).IsNothing();
        line.Expire(Now + TimeSpan.FromDays(1)).IsNothing();
    }

    [Fact]
    public void A_hold_that_expired_and_was_not_swept_still_becomes_a_sale()
    {
        var line = Held(10);

        Assert.Equal(10, ((StockCommitted)line.Commit(Hold).Events[0]).Quantity);
    }

    [Fact]
    public void A_hold_that_is_gone_sells_nothing() =>
        Assert.Equal("hold_gone", Sweep(Held(10), Now + Ttl).Commit(Hold).Code());

    [Fact]
    public void What_was_sold_to_an_order_that_did_not_come_to_be_is_free_again()
    {
        var line = Sold(4).After(Sold(4).Release(Hold, Places, Now));

        Assert.Equal((10, 0, 0, 10), (line.OnHand, line.Held, line.Committed, line.Available));
        line.Release(Hold, Places, Now).IsNothing();
        Assert.Equal("hold_gone", line.Commit(Hold).Code());
    }

    [Fact]
    public void A_released_hold_is_free_again_and_releasing_it_twice_is_harmless()
    {
        var line = Held(4).After(Held(4).Release(Hold, Places, Now));

        Assert.Equal((0, 10), (line.Held, line.Available));
        line.Release(Hold, Places, Now).IsNothing();
    }

    [Fact]
    public void Only_what_is_due_expires_and_at_most_five_hundred_at_once()
    {
        var line = new StockLine().After(new StockReceived(Leeds, 1_000, null));
        for (var i = 0; i < 501; i++)
        {
            line = line.After(line.Hold(Coffee, new(Other(i), 1, Ttl), Places, Now));
        }

        line.Expire(Now + Ttl - TimeSpan.FromTicks(1)).IsNothing();
        Assert.Equal(500, line.Expire(Now + Ttl).Events.Length);
        Assert.Equal(1, Sweep(line, Now + Ttl).Held);
    }

    [Fact]
    public void Sold_units_leave_where_they_were_sold_from_however_often_it_is_told()
    {
        var line = Sold(4);

        line.Ship(new(Hold, Leeds, Left: 4)).IsNothing();
        line.Ship(new(Hold, Rotterdam, Left: 0)).IsNothing();
        line.Ship(new(Other(1), Leeds, Left: 0)).IsNothing();
        var some = line.After(line.Ship(new(Hold, Leeds, Left: 1)));
        Assert.Equal((7, 1, 6), (some.OnHand, some.Committed, some.Available));
        some.Ship(new(Hold, Leeds, Left: 1)).IsNothing();
        var all = some.After(some.Ship(new(Hold, Leeds, Left: 0)));
        Assert.Equal((6, 0, 6), (all.OnHand, all.Committed, all.Available));
        Assert.Empty(all.Sales);
    }

    [Theory]
    [InlineData(0, "quantity_out_of_range")]
    [InlineData(1_000_001, "quantity_out_of_range")]
    [InlineData(1, null)]
    [InlineData(1_000_000, null)]
    public void A_receipt_is_of_one_to_a_million_units(int quantity, string? code) =>
        Assert.Equal(code, TenInLeeds.Receive(new(Leeds, quantity)).Rejection?.Code);

    [Fact]
    public void An_adjustment_needs_a_reason_and_a_difference_and_leaves_what_is_promised()
    {
        var line = Held(4);

        Assert.Equal("/delta", line.Adjust(new(Leeds, 0, "found")).Rejection?.Pointer);
        Assert.Equal("/reason", line.Adjust(new(Leeds, 1, " ")).Rejection?.Pointer);
        Assert.Equal("/reason", line.Adjust(new(Leeds, 1, new('x', 201))).Rejection?.Pointer);
        Assert.Equal("stock_below_promised", line.Adjust(new(Leeds, -7, "broken")).Code());
        Assert.Equal("stock_below_promised", line.Adjust(new(Rotterdam, -1, "broken")).Code());
        Assert.Equal(0, line.After(line.Adjust(new(Leeds, -6, "broken"))).Available);
    }

    [Fact]
    public void A_count_sets_what_a_location_has_and_leaves_what_is_promised()
    {
        var line = Held(4);

        Assert.Equal(new StockCounted(Leeds, 7, -3, null), line.Count(new(Leeds, 7)).TheEvent());
        Assert.Equal("stock_below_promised", line.Count(new(Leeds, 3)).Code());
        Assert.Equal("/on_hand", line.Count(new(Leeds, -1)).Rejection?.Pointer);
        Assert.Equal("/on_hand", line.Count(new(Leeds, 100_000_001)).Rejection?.Pointer);
        line.Count(new(Leeds, 10)).IsNothing();
        Assert.Equal(new StockCounted(Rotterdam, 0, 0, null), line.Count(new(Rotterdam, 0)).TheEvent());
    }

    [Fact]
    public void References_are_bounded_because_they_are_journaled_for_ever()
    {
        var tooLong = new string('x', 201);

        Assert.Equal("/reference", TenInLeeds.Receive(new(Leeds, 1, tooLong)).Rejection?.Pointer);
        Assert.Equal("/reference", TenInLeeds.Adjust(new(Leeds, 1, "found", tooLong)).Rejection?.Pointer);
        Assert.Equal("/reference", TenInLeeds.Count(new(Leeds, 1, tooLong)).Rejection?.Pointer);
    }

    [Fact]
    public void No_correction_makes_the_sum_overflow()
    {
        var line = new StockLine();
        for (var i = 0; i < 10; i++)
        {
            line = line.After(line.Count(new(new($"loft-{i}"), 100_000_000)));
        }

        Assert.Equal(1_000_000_000, line.OnHand);
        Assert.Equal("quantity_out_of_range", line.Count(new(Leeds, 1)).Code());
        Assert.Equal("quantity_out_of_range", line.Adjust(new(Leeds, 1, "found")).Code());
        Assert.Equal("quantity_out_of_range", line.Receive(new(Leeds, 1)).Code());
    }

    [Fact]
    public void Operators_see_the_holds_that_expire_soonest_first_and_at_most_a_hundred()
    {
        var line = new StockLine().After(new StockReceived(Leeds, 1_000, null));
        for (var i = 0; i < 101; i++)
        {
            line = line.After(line.Hold(Coffee, new(Other(i), 1, Ttl - TimeSpan.FromSeconds(i)), Places, Now));
        }

        var view = line.View(Coffee, 102);

        Assert.Equal(100, view.Holds.Length);
        Assert.Equal(Other(100), view.Holds[0].Id);
        Assert.Equal((1_000, 101, 899, 0), (view.OnHand, view.Held, view.Available, view.Committed));
    }

    [Theory]
    [InlineData(true, 10, 9)]
    [InlineData(false, 7, 6)]
    public void What_was_sold_and_is_not_sent_after_all_can_be_sold_again_or_is_gone(bool restock, int onHand, int available)
    {
        var line = Sold(4);

        line.ReleaseCommitted(new(Hold, Leeds, Left: 4, restock)).IsNothing();
        line.ReleaseCommitted(new(Hold, Rotterdam, Left: 0, restock)).IsNothing();
        line.ReleaseCommitted(new(Other(1), Leeds, Left: 0, restock)).IsNothing();
        var some = line.After(line.ReleaseCommitted(new(Hold, Leeds, Left: 1, restock)));

        Assert.Equal((onHand, 1, available), (some.OnHand, some.Committed, some.Available));
        some.ReleaseCommitted(new(Hold, Leeds, Left: 1, restock)).IsNothing();
        some.ReleaseCommitted(new(Hold, Leeds, Left: 3, restock)).IsNothing();
        Assert.Empty(some.After(some.Ship(new(Hold, Leeds, Left: 0))).Sales);
        Assert.Empty(some.After(some.ReleaseCommitted(new(Hold, Leeds, Left: -1, restock))).Sales);
    }

    private static StockLine Held(int quantity) =>
        TenInLeeds.After(TenInLeeds.Hold(Coffee, new(Hold, quantity, Ttl), Places, Now));

    private static StockLine Sold(int quantity) =>
        Held(quantity).After(Held(quantity).Commit(Hold));

    private static StockLine Sweep(StockLine line, DateTimeOffset now) => line.After(line.Expire(now));

    private static Decision<StockEvent> Hold_again(StockLine line, int quantity) =>
        line.Hold(Coffee, new(Hold, quantity, Ttl), Places, Now.AddMinutes(1));

    private static HoldId Other(int number) => HoldId.For(TheCart, number + 2);
}
