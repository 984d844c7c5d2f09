using System.Collections.Immutable;
using Commerce.Journal;
using static Commerce.Sample;

namespace Commerce.Inventory;

/// <summary>What is sold without stock: how much, and who gets it when it comes.</summary>
public sealed class BackorderTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);
    private static readonly DateTimeOffset Release = Now.AddDays(10);
    private static readonly StockPolicy Floor5 = new(WhenOut.Backorder, BackorderFloor: 5);
    private static readonly StockLine Three = new StockLine()
        .After(new StockReceived(Leeds, 3, null), new StockPolicySet(Floor5));

    [Fact]
    public void A_hold_takes_what_is_there_and_waits_for_the_rest()
    {
        var held = (StockHeld)Three.Hold(Coffee, new(Hold, 5, Ttl), Places, Now).TheEvent();

        Assert.Equal([new(Leeds, 3), new(null, 2)], held.Allocations);
        var line = Three.After(held);
        Assert.Equal((3, 5, 2, -2), (line.OnHand, line.Held, line.Backordered, line.Available));
        Assert.Equal((3, 0), (line.Locations[Leeds].Held, line.Locations[Leeds].Free));
    }

    [Fact]
    public void Available_goes_as_far_below_nothing_as_the_floor()
    {
        var line = Take(Three, 1, 6);

        Assert.Equal(2, line.Availability(Coffee, null, Now).Promisable);
        Assert.Equal("out_of_stock", line.Hold(Coffee, new(Nth(2), 3, Ttl), Places, Now).Code());
        Assert.Equal(-5, Take(line, 2, 2).Available);
        Assert.Equal(AvailabilityStatus.OutOfStock, Take(line, 2, 2).Availability(Coffee, null, Now).Status);
    }

    [Fact]
    public void What_arrives_goes_to_those_who_wait_the_oldest_first()
    {
        var line = Take(Take(Take(Three, 1, 4), 2, 2), 3, 1);
        line = line.After(line.Commit(Nth(2)));
        Assert.Equal(Now + Ttl, line.WakeAt);

        line = line.After(line.Receive(new(Rotterdam, 2)));

        Assert.True(line.WakeAt < Now);
        var decision = line.AllocateBackorders(Places, Now);
        Assert.Equal(2, decision.Events.Length);
        var first = Assert.IsType<StockAllocated>(decision.Events[0]);
        var second = Assert.IsType<StockAllocated>(decision.Events[1]);
        Assert.Equal((Nth(1), false), (first.Hold, first.IsCommitted));
        Assert.Equal([new(Rotterdam, 1, 1)], first.Allocations);
        Assert.Equal((Nth(2), true), (second.Hold, second.IsCommitted));
        line = line.After(decision);
        Assert.Equal([new(Leeds, 3), new(Rotterdam, 1, 1)], line.ViewHold(Nth(1)).Allocations);
        Assert.Equal([new(Rotterdam, 1, 1), new(null, 1)], line.ViewHold(Nth(2)).Allocations);
        Assert.Equal((2, -2, Now + Ttl), (line.Backordered, line.Available, line.WakeAt));
        line.AllocateBackorders(Places, Now).IsNothing();

        line = line.After(line.Receive(new(Leeds, 9)));
        line = line.After(line.AllocateBackorders(Places, Now));
        Assert.Equal([new(Rotterdam, 1, 1), new(Leeds, 1, 2)], line.ViewHold(Nth(2)).Allocations);
        Assert.Equal((0, 7), (line.Backordered, line.Available));
    }

    [Fact]
    public void What_waits_for_stock_is_nobody_elses_even_before_it_is_allocated()
    {
        var line = Take(Three, 1, 5).After(new StockReceived(Leeds, 2, null), new StockPolicySet(StockPolicy.Usual));

        Assert.Equal("out_of_stock", line.Hold(Coffee, new(Nth(2), 1, Ttl), Places, Now).Code());
        Assert.Equal(0, line.Available);
    }

    [Fact]
    public void Each_part_is_sent_from_where_and_when_it_came()
    {
        var line = Take(Three, 1, 5);
        line = line.After(line.Commit(Nth(1)));
        line = line.After(line.Receive(new(Leeds, 2)));
        line = line.After(line.AllocateBackorders(Places, Now));

        var sent = line.After(line.Ship(new(Nth(1), Leeds, Left: 0)));
        Assert.Equal((2, 2), (sent.OnHand, sent.Committed));
        sent.Ship(new(Nth(1), Leeds, Left: 0)).IsNothing();
        var all = sent.After(sent.Ship(new(Nth(1), Leeds, Left: 0, Part: 1)));
        Assert.Equal((0, 0), (all.OnHand, all.Committed));
        Assert.Empty(all.Sales);
    }

    [Fact]
    public void A_part_that_has_left_gives_its_number_to_no_other()
    {
        var line = Take(Three, 1, 8);
        line = line.After(line.Receive(new(Leeds, 1)));
        line = line.After(line.AllocateBackorders(Places, Now));
        line = line.After(line.Commit(Nth(1)));
        line = line.After(line.Ship(new(Nth(1), Leeds, Left: 0, Part: 1)));
        line = line.After(line.Receive(new(Leeds, 2)));
        line = line.After(line.AllocateBackorders(Places, Now));
        line = line.After(line.Ship(new(Nth(1), Leeds, Left: 0, Part: 2)));
        line = line.After(line.Receive(new(Leeds, 9)));
        line = line.After(line.AllocateBackorders(Places, Now));

        Assert.Equal([new(Leeds, 3), new(Leeds, 2, 3)], line.ViewHold(Nth(1)).Allocations);
        line.Ship(new(Nth(1), Leeds, Left: 0, Part: 1)).IsNothing();
    }

    [Fact]
    public void Who_takes_fewer_keeps_the_place_in_the_line()
    {
        var line = Take(Take(Three, 1, 6), 2, 2);

        line = line.After(line.Hold(Coffee, new(Nth(1), 5, Ttl), Places, Now));
        line = line.After(line.Receive(new(Leeds, 2)));

        Assert.Equal(Nth(1), ((StockAllocated)line.AllocateBackorders(Places, Now).TheEvent()).Hold);
    }

    [Fact]
    public void What_is_given_back_goes_to_those_who_wait()
    {
        var line = Take(Take(Three, 1, 3), 2, 2);

        line = line.After(line.Release(Nth(1), Places, Now));

        Assert.Equal((3, 1), (line.Free, line.Available));
        line = line.After(line.AllocateBackorders(Places, Now));
        Assert.Equal([new(Leeds, 2, 1)], line.ViewHold(Nth(2)).Allocations);
    }

    [Fact]
    public void A_promise_without_stock_that_ends_leaves_nothing_behind()
    {
        var line = Take(Three, 1, 5);

        Assert.Equal(new HoldReleased(Nth(1), 5, 2), line.Release(Nth(1), Places, Now).TheEvent());
        Assert.Equal(new HoldExpired(Nth(1), 5, 2), line.Expire(Now + Ttl).TheEvent());
        var sold = line.After(line.Commit(Nth(1)));
        Assert.Equal(new CommitmentReleased(Nth(1), 5, 2), sold.Release(Nth(1), Places, Now).Events[0]);
        Assert.Equal((0, 3), (sold.After(sold.Release(Nth(1), Places, Now)).Backordered, sold.After(sold.Release(Nth(1), Places, Now)).Available));
        Assert.Empty(line.After(line.Expire(Now + Ttl)).Waiting);
    }

    [Fact]
    public void What_a_change_of_the_order_withholds_gets_no_stock_until_the_change_comes_to_nothing()
    {
        var line = Take(Three, 1, 5);
        line = line.After(line.Commit(Nth(1)));

        line = line.After(line.Withhold(new(Nth(1), Change: 1, Quantity: 9)));

        Assert.Equal((2, 2), (line.ViewBackorder(Nth(1)).Withheld, line.Backordered));
        line.Withhold(new(Nth(1), 1, 9)).IsNothing();
        line = line.After(line.Receive(new(Leeds, 4)));
        Assert.Null(line.WakeAt);
        line.AllocateBackorders(Places, Now).IsNothing();
        Assert.Equal(2, line.Available);

        line = line.After(line.Resume(Nth(1), 1));
        Assert.Equal("order_change_over", line.Withhold(new(Nth(1), 1, 1)).Code());
        line.Resume(Nth(1), 1).IsNothing();
        line.Reduce(Nth(1), 1).IsNothing();
        Assert.True(line.WakeAt < Now);
        Assert.Equal([new(Leeds, 2, 1)], ((StockAllocated)line.AllocateBackorders(Places, Now).TheEvent()).Allocations);
    }

    [Fact]
    public void What_a_change_has_called_off_is_sold_to_nobody_and_the_rest_keeps_its_place()
    {
        var line = Take(Take(Three, 1, 6), 2, 2);
        line = line.After(line.Commit(Nth(1)));
        line = line.After(line.Withhold(new(Nth(1), 1, 2)));

        line = line.After(line.Reduce(Nth(1), 1));

        Assert.Equal((4, 3, -3), (line.Committed, line.Backordered, line.Available));
        Assert.Equal([new(Leeds, 3), new(null, 1)], line.ViewHold(Nth(1)).Allocations);
        line.Reduce(Nth(1), 1).IsNothing();
        line = line.After(line.Receive(new(Leeds, 1)));
        Assert.Equal(Nth(1), ((StockAllocated)line.AllocateBackorders(Places, Now).TheEvent()).Hold);
    }

    [Fact]
    public void What_comes_while_a_change_is_decided_is_not_given_to_those_behind()
    {
        var line = Take(Take(Three, 1, 5), 2, 2);
        line = line.After(line.Commit(Nth(1)));
        line = line.After(line.Withhold(new(Nth(1), 1, 2)));

        line = line.After(line.Receive(new(Leeds, 2)));

        Assert.Equal(Now + Ttl, line.WakeAt);
        line.AllocateBackorders(Places, Now).IsNothing();
        var resumed = line.After(line.Resume(Nth(1), 1));
        Assert.Equal(Nth(1), ((StockAllocated)resumed.AllocateBackorders(Places, Now).TheEvent()).Hold);
        var reduced = line.After(line.Reduce(Nth(1), 1));
        Assert.Equal(Nth(2), ((StockAllocated)reduced.AllocateBackorders(Places, Now).TheEvent()).Hold);
    }

    [Fact]
    public void A_sale_of_which_everything_is_called_off_is_over()
    {
        var line = Take(new StockLine().After(new StockPolicySet(Floor5)), 1, 5);
        line = line.After(line.Commit(Nth(1)));
        line = line.After(line.Withhold(new(Nth(1), 3, 5)));
        line = line.After(line.Reduce(Nth(1), 3));

        Assert.Equal((0, 0, 0), (line.Committed, line.Backordered, line.Available));
        Assert.Empty(line.Sales);
        Assert.Empty(line.Waiting);
        Assert.Empty(line.ViewBackorder(Nth(1)).Allocations);
        line.Withhold(new(Nth(1), 3, 5)).IsNothing();
    }

    [Fact]
    public void A_change_that_came_to_nothing_before_it_was_heard_of_withholds_nothing()
    {
        var line = Take(Three, 1, 5);
        line = line.After(line.Commit(Nth(1)));
        line = line.After(line.Resume(Nth(1), 1));

        Assert.Equal("order_change_over", line.Withhold(new(Nth(1), 1, 2)).Code());
        Assert.Equal(2, line.After(line.Withhold(new(Nth(1), 2, 2))).Withheld);
    }

    [Fact]
    public void Some_are_allocated_at_a_time_and_the_line_asks_to_be_called_again()
    {
        var line = new StockLine().After(new StockPolicySet(new(WhenOut.Backorder, BackorderFloor: 1_000)));
        for (var i = 1; i <= 600; i++)
        {
            line = Take(line, i, 1);
        }

        line = line.After(line.Receive(new(Leeds, 600)));
        var some = line.AllocateBackorders(Places, Now);
        Assert.Equal(500, some.Events.Length);
        Assert.True(line.After(some).WakeAt < Now);
        Assert.Equal(100, line.After(some).AllocateBackorders(Places, Now).Events.Length);
    }

    [Fact]
    public void Before_the_release_everything_is_a_preorder_and_none_is_sent()
    {
        var line = new StockLine().After(
            new StockReceived(Leeds, 50, null), new StockPolicySet(new(WhenOut.Preorder, PreorderCap: 4, ReleasesAt: Release)));

        var availability = line.Availability(Coffee, null, Now);
        Assert.Equal((AvailabilityStatus.Preorder, 4, Release), (availability.Status, availability.Promisable, availability.ReleasesAt));
        line = Take(line, 1, 3);

        Assert.Equal([new(null, 3)], line.ViewHold(Nth(1)).Allocations);
        Assert.Equal("out_of_stock", line.Hold(Coffee, new(Nth(2), 2, Ttl), Places, Now).Code());
        line = line.After(line.Commit(Nth(1)));
        line.AllocateBackorders(Places, Release.AddTicks(-1)).IsNothing();
        Assert.Equal(Release, line.WakeAt);
        line = line.After(line.AllocateBackorders(Places, Release));
        Assert.Equal([new(Leeds, 3, 1)], line.ViewHold(Nth(1)).Allocations);
        availability = line.Availability(Coffee, null, Release);
        Assert.Equal((AvailabilityStatus.InStock, 47, null), (availability.Status, availability.Promisable, availability.ReleasesAt));
    }

    [Fact]
    public void Shoppers_are_told_what_they_can_have()
    {
        Assert.Equal(AvailabilityStatus.LowStock, Three.Availability(Coffee, null, Now).Status);
        Assert.Equal(AvailabilityStatus.Backorder, Take(Three, 1, 3).Availability(Coffee, null, Now).Status);
        Assert.Equal(
            AvailabilityStatus.InStock, Three.After(new StockPolicySet(new(LowStock: 2))).Availability(Coffee, null, Now).Status);
        var discontinued = Three.After(new StockPolicySet(new(WhenOut.Discontinue)));
        Assert.False(discontinued.Availability(Coffee, null, Now).IsDiscontinued);
        Assert.True(Take(discontinued, 1, 3).Availability(Coffee, null, Now).IsDiscontinued);
        var expected = Three.After(new StockExpected("PO 1", Leeds, 5, Now.AddDays(3)), new StockExpected("PO 2", Leeds, 5, Now.AddDays(2)));
        Assert.Equal(Now.AddDays(2), expected.Availability(Coffee, null, Now).RestockAt);
    }

    [Theory]
    [InlineData(WhenOut.Deny, 1, 0, false, null, null, 5, "/backorder_floor")]
    [InlineData(WhenOut.Backorder, 0, 0, false, null, null, 5, "/backorder_floor")]
    [InlineData(WhenOut.Backorder, 1_000_001, 0, false, null, null, 5, "/backorder_floor")]
    [InlineData(WhenOut.Preorder, 0, 0, true, null, null, 5, "/preorder_cap")]
    [InlineData(WhenOut.Preorder, 0, 9, false, null, null, 5, "/releases_at")]
    [InlineData(WhenOut.Deny, 0, 0, true, null, null, 5, "/releases_at")]
    [InlineData(WhenOut.Deny, 0, 0, false, 0, null, 5, "/order_min")]
    [InlineData(WhenOut.Deny, 0, 0, false, null, 0, 5, "/order_max")]
    [InlineData(WhenOut.Deny, 0, 0, false, 3, 2, 5, "/order_max")]
    [InlineData(WhenOut.Deny, 0, 0, false, null, null, -1, "/low_stock")]
    [InlineData(WhenOut.Preorder, 0, 9, true, 1, 1, 0, null)]
    [InlineData(WhenOut.Backorder, 9, 0, false, null, null, 0, null)]
    public void A_policy_says_what_belongs_to_it_and_nothing_else(
        WhenOut whenOut, int floor, int cap, bool isReleased, int? min, int? max, int low, string? pointer) =>
        Assert.Equal(
            pointer,
            Three.SetPolicy(new(whenOut, floor, cap, isReleased ? Release : null, min, max, low)).Rejection?.Pointer);

    private static StockLine Take(StockLine line, int number, int quantity) =>
        line.After(line.Hold(Coffee, new(Nth(number), quantity, Ttl), Places, Now));

    private static HoldId Nth(int number) => HoldId.For(TheCart, number);
}
