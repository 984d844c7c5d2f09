using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Commerce.Journal;
using static Commerce.Drops.DropWorld;
using static Commerce.Sample;

namespace Commerce.Drops;

public sealed class DropTests
{
    [Fact]
    public void Who_came_first_is_admitted_first_as_far_as_there_are_units()
    {
        var world = Joined(5, Definition(units: 3));

        world.Proceed();

        Assert.Equal([1, 2, 3], world.Admitted.Select(Holder));
        Assert.Equal((TicketState.Admitted, 1, Now.AddSeconds(60)), (world.View(1).State, world.View(1).Granted, world.View(1).Deadline));
        Assert.Equal((TicketState.Waiting, 1), (world.View(4).State, world.View(4).Position));
        Assert.Equal((TicketState.Waiting, 2), (world.View(5).State, world.View(5).Position));
    }

    [Fact]
    public void No_more_are_in_the_checkout_than_may_be()
    {
        var world = Joined(5, Definition(units: 5, inCheckout: 2));

        world.Proceed();
        Assert.Equal([1, 2], world.Admitted.Select(Holder));
        world.Buy(2);

        Assert.Equal([1, 2, 3], world.Admitted.Select(Holder));
    }

    [Fact]
    public void A_holder_and_a_cart_have_one_place_however_often_they_ask()
    {
        var world = Joined(2, Definition());

        Assert.Null(world.Join(1));
        Assert.Equal("drop_already_joined", Join(world, 1, 7).Code());
        Join(world, 1, 7, isProven: true).IsNothing();
        Join(world, 7, 1).IsNothing();
        Assert.Equal(2, world.Drop.Tickets.Count);
    }

    [Fact]
    public void Nobody_joins_before_it_opens_and_after_it_is_over()
    {
        var world = new DropWorld(Definition() with { OpensAt = Now.AddMinutes(1) });
        Assert.Equal("drop_not_open", Join(world, 1, 1).Code());
        Assert.Equal(Now.AddMinutes(1), world.Drop.WakeAt);

        world.Time = Now.AddMinutes(1);
        Assert.Null(world.Join(1));
        world.Change(world.Drop.Close(world.Time));

        Assert.Equal("drop_closed", Join(world, 2, 2).Code());
        Join(world, 1, 1).IsNothing();
        Assert.Equal(TicketState.SoldOut, world.View(1).State);
        Assert.Equal("drop_not_found", new Drop().Join(new(TicketOf(1), CartOf(1), 1), Now).Code());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_ticket_is_for_as_many_units_as_the_drop_lets_one_have(int quantity) =>
        Assert.Equal("quantity_out_of_range", new DropWorld(Definition()).Join(1, quantity)?.Code);

    [Fact]
    public void The_line_has_an_end()
    {
        var world = Joined(2, Definition() with { TicketsMax = 2 });

        Assert.Equal("drop_full", world.Join(3)?.Code);
    }

    [Fact]
    public void Who_does_not_buy_in_time_makes_room_for_the_next()
    {
        var world = Joined(2, Definition(units: 1));
        world.Proceed();
        Assert.Equal(Now.AddSeconds(60), world.Drop.WakeAt);

        world.Time = Now.AddSeconds(59);
        world.Wake();
        Assert.Equal(TicketState.Admitted, world.View(1).State);
        world.Time = Now.AddSeconds(60);
        world.Wake();

        Assert.Equal((TicketState.Lapsed, TicketState.Admitted), (world.View(1).State, world.View(2).State));
    }

    [Fact]
    public void Who_is_paying_at_his_deadline_may_finish_and_is_heard_of_then()
    {
        var world = Joined(2, Definition(units: 1));
        world.Proceed();
        Assert.Null(world.Hold(1));

        world.Time = Now.AddSeconds(61);
        world.Wake();
        Assert.Equal((TicketState.Admitted, TicketState.Waiting), (world.View(1).State, world.View(2).State));
        Assert.Null(world.Drop.WakeAt);
        Assert.Null(world.Commit(1));
        world.Hear();

        Assert.Equal((TicketState.Bought, DropStatus.SoldOut), (world.View(1).State, world.Drop.Status));
    }

    [Fact]
    public void A_card_that_is_declined_can_be_tried_again_until_the_deadline()
    {
        var world = Joined(2, Definition(units: 1));
        world.Proceed();

        Assert.Null(world.Hold(1));
        world.Release(1);
        world.Hear();
        Assert.Equal(TicketState.Admitted, world.View(1).State);
        world.Change(world.Stock.Hold(Mug, new(new("hold_stranger"), 99, TimeSpan.FromMinutes(1)), Places, Now));
        Assert.Null(world.Hold(1, attempt: 2));
        Assert.Null(world.Commit(1, attempt: 2));
        world.Hear();

        Assert.Equal(TicketState.Bought, world.View(1).State);
        Assert.Equal(TicketState.Waitlisted, world.View(2).State);
    }

    [Fact]
    public void When_everything_is_sold_who_is_in_line_is_on_the_waitlist_and_gets_what_comes_back()
    {
        var world = Joined(3, Definition(units: 1));
        world.Proceed();
        world.Buy(1);
        Assert.Equal((DropStatus.SoldOut, TicketState.Waitlisted, 1), (world.Drop.Status, world.View(2).State, world.View(2).Position));
        Assert.Null(world.Join(4));
        Assert.Equal(TicketState.Waitlisted, world.View(4).State);

        world.Change(world.Drop.Want(2, world.Time));
        world.Change(world.Stock.Allot(Mug, Id, 2, world.Time));
        world.Change(world.Drop.Allotted(world.Stock.ViewAllotment(Id, 1)));
        world.Proceed();

        Assert.Equal((DropStatus.Open, TicketState.Admitted, TicketState.Waiting), (world.Drop.Status, world.View(2).State, world.View(3).State));
    }

    [Fact]
    public void A_sale_that_came_to_nothing_makes_its_buyer_admitted_again()
    {
        var world = Joined(2, Definition(units: 1));
        world.Proceed();
        world.Buy(1);
        Assert.Equal(DropStatus.SoldOut, world.Drop.Status);

        world.Release(1);
        world.Hear();

        Assert.Equal((TicketState.Admitted, DropStatus.Open), (world.View(1).State, world.Drop.Status));
        Assert.Null(world.Hold(1, attempt: 2));
    }

    [Fact]
    public void Who_is_next_and_wants_more_than_is_left_gets_what_is_left()
    {
        var world = new DropWorld(Definition(units: 3));
        world.Join(1, 2);
        world.Join(2, 2);
        world.Join(3, 1);

        world.Proceed();

        Assert.Equal([1, 2], world.Admitted.Select(Holder));
        Assert.Equal((2, 1), (world.View(1).Granted, world.View(2).Granted));
        Assert.Equal(TicketState.Waiting, world.View(3).State);
    }

    [Fact]
    public void Who_leaves_gives_his_place_or_his_units_to_the_next()
    {
        var world = Joined(3, Definition(units: 1));
        world.Proceed();

        world.Change(world.Drop.Leave(TicketOf(2)));
        Assert.Equal((TicketState.Left, 1), (world.View(2).State, world.View(3).Position));
        world.Change(world.Drop.Leave(TicketOf(1)));
        world.Release(1, attempt: 0);
        world.Hear();
        world.Proceed();

        Assert.Equal((TicketState.Left, TicketState.Admitted), (world.View(1).State, world.View(3).State));
        world.Drop.Leave(TicketOf(1)).IsNothing();
        Assert.Equal("ticket_not_found", world.Drop.Leave(TicketOf(9)).Code());
    }

    [Fact]
    public void While_it_is_paused_people_line_up_and_nobody_is_admitted()
    {
        var world = Joined(1, Definition());
        world.Change(world.Drop.Pause());
        world.Proceed();
        Assert.Null(world.Join(2));
        Assert.Empty(world.Admitted);

        world.Change(world.Drop.Open(world.Time));
        world.Proceed();

        Assert.Equal([1, 2], world.Admitted.Select(Holder));
    }

    [Fact]
    public void What_is_not_held_in_time_is_held_again_after_a_crash_and_admitted_in_the_same_order()
    {
        for (var crash = 0; crash < 4; crash++)
        {
            var world = Joined(4, Definition(units: 3));

            world.Proceed(stepsMax: crash);
            Assert.NotNull(world.Drop.WakeAt);
            world.Wake();

            Assert.Equal([1, 2, 3], world.Admitted.Select(Holder));
            Assert.Equal((3, 0, 3), (world.Stock.Held, world.Drop.Free, world.Drop.Held));
        }
    }

    [Fact]
    public void Who_has_bought_before_his_admission_was_written_down_is_not_admitted_again()
    {
        var world = Joined(2, Definition(units: 1));
        world.Proceed(stepsMax: 2);
        Assert.Null(world.Hold(1));
        Assert.Null(world.Commit(1));

        world.Hear();
        world.Wake();

        Assert.Equal((TicketState.Bought, DropStatus.SoldOut), (world.View(1).State, world.Drop.Status));
        Assert.Equal((0, 1, 0), (world.Drop.Held, world.Drop.Sold, world.Drop.InCheckout));
    }

    [Fact]
    public void A_lottery_orders_those_who_came_in_time_by_a_seed_that_anybody_can_check()
    {
        var world = Joined(20, Definition(units: 5) with { Order = DropOrder.Lottery, LotterySeconds = 60 });
        world.Proceed();
        Assert.Empty(world.Admitted);
        Assert.Null(world.View(1).Position);
        var shown = world.Drop.View(Id, 1, Now);
        Assert.Null(shown.Seed);

        world.Time = Now.AddSeconds(60);
        Assert.Null(world.Join(21));
        world.Proceed();

        var drawn = world.Drop.View(Id, 1, Now);
        Assert.Equal(shown.SeedHash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(drawn.Seed!))));
        var order = Enumerable.Range(1, 20).Select(TicketOf)
            .OrderBy(ticket => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{drawn.Seed}:{ticket}"))), StringComparer.Ordinal)
            .ToList();
        Assert.Equal(order.Take(5), world.Admitted);
        Assert.NotEqual(order, Enumerable.Range(1, 20).Select(TicketOf));
        Assert.Equal(16, world.View(21).Position);
    }

    [Fact]
    public void The_pace_is_told_once_it_is_known()
    {
        var world = Joined(30, Definition(units: 50, inCheckout: 5));
        world.Proceed();
        Assert.Null(world.View(30).EstimateSeconds);

        for (var holder = 1; holder <= 5; holder++)
        {
            world.Time = world.Time.AddSeconds(2);
            world.Buy(holder);
        }

        Assert.Equal(5 * 60 / 10, world.Drop.View(Id, 1, world.Time).AdmittedPerMinute);
        Assert.Equal(41, world.View(30).EstimateSeconds);
        Assert.Null(world.View(6).EstimateSeconds);
    }

    [Fact]
    public void A_place_costs_the_same_however_long_the_line_is()
    {
        const int Joins = 2_000;
        var drop = Joined(1, Definition(units: 1) with { TicketsMax = 200_000 }).Drop;
        var times = new List<TimeSpan>();
        for (var round = 0; round < 20; round++)
        {
            var joins = Enumerable.Range(round * Joins, Joins).Select(i =>
                new JoinDrop(EntityId.Derive<TicketId>($"t{i}"), EntityId.Derive<Carts.CartId>($"c{i}"), 1)).ToArray();
            var clock = Stopwatch.StartNew();
            foreach (var join in joins)
            {
                drop = drop.After(drop.Join(join, Now));
                _ = drop.ViewTicket(Id, join.Ticket, 1, Now);
            }

            times.Add(clock.Elapsed);
        }

        Assert.Equal(20 * Joins + 1, drop.Line.Count);

        // The quickest of the first and of the last rounds, whatever else the machine had to do.
        Assert.InRange(times[^5..].Min() / times[1..5].Min(), 0, 5);
    }

    [Theory]
    [InlineData("/title")]
    [InlineData("/units")]
    [InlineData("/quantity_max")]
    [InlineData("/lottery_seconds")]
    [InlineData("/hold_seconds")]
    [InlineData("/in_checkout_max")]
    [InlineData("/tickets_max")]
    public void A_drop_that_cannot_be_is_refused(string pointer)
    {
        var definition = pointer switch
        {
            "/title" => Definition() with { Title = "" },
            "/units" => Definition() with { Units = 0 },
            "/quantity_max" => Definition() with { QuantityMax = 101 },
            "/lottery_seconds" => Definition() with { LotterySeconds = 5 },
            "/hold_seconds" => Definition() with { HoldSeconds = 1 },
            "/in_checkout_max" => Definition() with { InCheckoutMax = 0 },
            _ => Definition() with { TicketsMax = 0 },
        };

        Assert.Equal(pointer, new Drop().Plan(definition, Seed, Now).Rejection?.Pointer);
    }

    private static DropWorld Joined(int holders, DropDefinition definition)
    {
        var world = new DropWorld(definition);
        for (var holder = 1; holder <= holders; holder++)
        {
            Assert.Null(world.Join(holder));
        }

        return world;
    }

    private static Decision<DropEvent> Join(DropWorld world, int holder, int cart, bool isProven = false) =>
        world.Drop.Join(new(TicketOf(holder), CartOf(cart), 1, isProven), world.Time);

    private static int Holder(TicketId ticket) => Enumerable.Range(1, 50).First(holder => TicketOf(holder) == ticket);
}
