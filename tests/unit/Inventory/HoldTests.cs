using System.Collections.Immutable;
using Commerce.Journal;
using static Commerce.Sample;

namespace Commerce.Inventory;

/// <summary>A hold is a thing of its own: it has an owner, grows, shrinks, lasts longer and ends to the second.</summary>
public sealed class HoldTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);
    private static readonly HoldId Another = HoldId.For(TheCart, 99);
    private static readonly StockLine Stock =
        new StockLine().After(new StockReceived(Leeds, 6, null), new StockReceived(Rotterdam, 4, null));

    [Theory]
    [InlineData(10)]
    [InlineData(3)]
    [InlineData(1)]
    public void Another_quantity_makes_the_hold_as_large_in_one_append(int quantity)
    {
        var line = Held(7);

        var resized = line.Hold(Coffee, new(Hold, quantity, Ttl), Places, Now.AddMinutes(1));

        Assert.Equal(new HoldReleased(Hold, 7), resized.Events[0]);
        Assert.Equal((quantity, 10 - quantity), (line.After(resized).Held, line.After(resized).Available));
        Assert.Equal(Now.AddMinutes(21), line.After(resized).Holds[Hold].ExpiresAt);
    }

    [Fact]
    public void A_hold_that_cannot_grow_stays_as_it_is_and_ones_own_units_do_not_count_against_oneself()
    {
        var line = Held(7).After(Stock.Hold(Coffee, new(Another, 1, Ttl), Places, Now));

        var refused = line.Hold(Coffee, new(Hold, 10, Ttl), Places, Now);

        Assert.Equal("out_of_stock", refused.Code());
        Assert.Equal(new ShortLine(Coffee, 10, 9), Assert.Single(refused.Rejection!.Lines));
        Assert.Equal(2, line.Availability(Coffee, null, Now).Promisable);
        Assert.Equal(9, line.Availability(Coffee, Hold, Now).Promisable);
    }

    [Fact]
    public void A_hold_belongs_to_whoever_made_it()
    {
        var line = Stock.After(Stock.Hold(Coffee, new(Hold, 2, Ttl, Owner: "checkout"), Places, Now));

        Assert.Equal("hold_of_another", line.Hold(Coffee, new(Hold, 3, Ttl, Owner: "drop"), Places, Now).Code());
        Assert.Equal("/owner", line.Hold(Coffee, new(Another, 3, Ttl, Owner: new('x', 201)), Places, Now).Rejection?.Pointer);
        var grown = line.After(line.Hold(Coffee, new(Hold, 3, Ttl), Places, Now));
        Assert.Equal("checkout", grown.ViewHold(Hold).Owner);
        Assert.Equal("checkout", grown.After(grown.Commit(Hold)).ViewHold(Hold).Owner);
    }

    [Fact]
    public void A_hold_is_extended_from_now_on_and_never_made_shorter()
    {
        var line = Held(2);

        var extended = line.After(line.Extend(new(Hold, Ttl), Now.AddMinutes(5)));

        Assert.Equal(Now.AddMinutes(25), extended.WakeAt);
        extended.Extend(new(Hold, Ttl), Now.AddMinutes(5)).IsNothing();
        extended.Extend(new(Hold, TimeSpan.FromSeconds(1)), Now.AddMinutes(6)).IsNothing();
        Assert.Equal("hold_gone", extended.Extend(new(Hold, Ttl), Now.AddMinutes(25)).Code());
        Assert.Equal("hold_gone", extended.Extend(new(Another, Ttl), Now).Code());
        line.After(line.Commit(Hold)).Extend(new(Hold, Ttl), Now).IsNothing();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void A_hold_lasts_no_longer_than_a_day(int seconds)
    {
        Assert.Equal("/ttl", Stock.Hold(Coffee, new(Hold, 1, TimeSpan.FromSeconds(seconds)), Places, Now).Rejection?.Pointer);
        Assert.Equal("/ttl", Held(1).Extend(new(Hold, TimeSpan.FromSeconds(seconds)), Now).Rejection?.Pointer);
    }

    [Fact]
    public void A_hold_ends_with_a_whole_second_and_from_then_on_its_units_are_available()
    {
        var line = Stock.After(Stock.Hold(Coffee, new(Hold, 10, TimeSpan.FromMilliseconds(1_500)), Places, Now));

        Assert.Equal(Now.AddSeconds(2), line.Holds[Hold].ExpiresAt);
        Assert.Equal(0, line.Availability(Coffee, null, Now.AddSeconds(2).AddTicks(-1)).Promisable);
        Assert.Equal(10, line.Availability(Coffee, null, Now.AddSeconds(2)).Promisable);
        Assert.Equal("out_of_stock", line.Hold(Coffee, new(Another, 1, Ttl), Places, Now.AddSeconds(2).AddTicks(-1)).Code());
        Assert.Null(line.Hold(Coffee, new(Another, 10, Ttl), Places, Now.AddSeconds(2)).Rejection);
    }

    [Fact]
    public void However_many_holds_are_due_all_their_units_are_available_and_no_more_are_swept_than_are_needed()
    {
        var line = new StockLine().After(new StockReceived(Leeds, 2_000, null));
        for (var i = 0; i < 2_000; i++)
        {
            line = line.After(line.Hold(Coffee, new(HoldId.For(TheCart, i), 1, Ttl), Places, Now));
        }

        Assert.Equal(2_000, line.Availability(Coffee, null, Now + Ttl).Promisable);
        var few = line.Hold(Coffee, new(new("hold_few"), 3, Ttl), Places, Now + Ttl);
        var many = line.Hold(Coffee, new(new("hold_many"), 1_900, Ttl), Places, Now + Ttl);

        Assert.Equal((501, 1_901), (few.Events.Length, many.Events.Length));
        Assert.Equal(100, line.After(many).Availability(Coffee, null, Now + Ttl).Promisable);
        Assert.Equal("out_of_stock", line.Hold(Coffee, new(new("hold_more"), 2_001, Ttl), Places, Now + Ttl).Code());
    }

    [Fact]
    public void Units_come_from_near_where_they_go()
    {
        var held = (StockHeld)Stock.Hold(Coffee, new(Hold, 3, Ttl, Destination: new("NL", "3012 KL")), Places, Now).TheEvent();

        Assert.Equal([new(Rotterdam, 3)], held.Allocations);
        Assert.Equal(
            "/destination/country",
            Stock.Hold(Coffee, new(Hold, 3, Ttl, Destination: new("XX")), Places, Now).Rejection?.Pointer);
    }

    [Fact]
    public void An_order_has_as_many_units_as_the_policy_lets_it_have()
    {
        var line = Stock.After(Stock.SetPolicy(new(OrderMin: 2, OrderMax: 5)));

        Assert.Equal("quantity_below_limit", line.Hold(Coffee, new(Hold, 1, Ttl), Places, Now).Code());
        Assert.Equal("quantity_above_limit", line.Hold(Coffee, new(Hold, 6, Ttl), Places, Now).Code());
        Assert.Null(line.Hold(Coffee, new(Hold, 2, Ttl), Places, Now).Rejection);
        Assert.Null(line.Hold(Coffee, new(Hold, 5, Ttl), Places, Now).Rejection);
        var availability = line.Availability(Coffee, null, Now);
        Assert.Equal((2, 5), (availability.OrderMin, availability.OrderMax));
    }

    [Fact]
    public void An_operator_gives_back_what_is_held_but_never_what_is_sold()
    {
        Assert.Equal(10, Held(4).After(Held(4).Cancel(Hold, Places, Now)).Available);
        Assert.Equal("hold_committed", Held(4).After(Held(4).Commit(Hold)).Cancel(Hold, Places, Now).Code());
        Stock.Cancel(Hold, Places, Now).IsNothing();
    }

    [Fact]
    public void A_hold_tells_its_cart_if_it_was_made_for_one()
    {
        Assert.Equal(TheCart, Hold.Cart);
        Assert.Null(new HoldId("hold_of.mine").Cart);
        Assert.Null(new HoldId("hold_drop").Cart);
    }

    private static StockLine Held(int quantity) => Stock.After(Stock.Hold(Coffee, new(Hold, quantity, Ttl), Places, Now));
}
