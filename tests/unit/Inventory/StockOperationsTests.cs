using System.Collections.Immutable;
using Commerce.Journal;
using static Commerce.Sample;

namespace Commerce.Inventory;

/// <summary>What operators and their systems say about the warehouses.</summary>
public sealed class StockOperationsTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(20);
    private static readonly StockLine Ten = new StockLine().After(new StockReceived(Leeds, 10, null));

    [Fact]
    public void A_transfer_is_one_event_and_takes_what_nobody_was_promised()
    {
        var line = Held(4);

        Assert.Equal(
            new StockTransferred(Leeds, Rotterdam, 6, "closing", "TR 1"),
            line.Transfer(new(Leeds, Rotterdam, 6, "closing", "TR 1")).TheEvent());
        var moved = line.After(line.Transfer(new(Leeds, Rotterdam, 6)));
        Assert.Equal((4, 6, 10, 6), (moved.Locations[Leeds].OnHand, moved.Locations[Rotterdam].OnHand, moved.OnHand, moved.Available));
        Assert.Equal("stock_not_free", line.Transfer(new(Leeds, Rotterdam, 7)).Code());
        Assert.Equal("/to", line.Transfer(new(Leeds, Leeds, 1)).Rejection?.Pointer);
        Assert.Equal("/quantity", line.Transfer(new(Leeds, Rotterdam, 0)).Rejection?.Pointer);
        Assert.Equal("/reason", line.Transfer(new(Leeds, Rotterdam, 1, new('x', 201))).Rejection?.Pointer);
    }

    [Fact]
    public void Damaged_units_are_there_but_cannot_be_sold_until_they_are_restored_or_scrapped()
    {
        var line = Held(4);
        line = line.After(line.MoveDamaged(new(DamageAction.Damage, Leeds, 5, "wet")));
        Assert.Equal((10, 5, 1), (line.OnHand, line.Damaged, line.Available));

        Assert.Equal("stock_not_free", line.MoveDamaged(new(DamageAction.Damage, Leeds, 2, "wet")).Code());
        Assert.Equal("stock_not_damaged", line.MoveDamaged(new(DamageAction.Scrap, Leeds, 6, "wet")).Code());
        Assert.Equal("stock_not_damaged", line.MoveDamaged(new(DamageAction.Restore, Rotterdam, 1, "dry")).Code());
        Assert.Equal("stock_below_promised", line.Adjust(new(Leeds, -2, "lost")).Code());
        Assert.Equal("/reason", line.MoveDamaged(new(DamageAction.Scrap, Leeds, 1, "")).Rejection?.Pointer);
        line = line.After(line.MoveDamaged(new(DamageAction.Restore, Leeds, 2, "dry")));
        line = line.After(line.MoveDamaged(new(DamageAction.Scrap, Leeds, 3, "rotten")));
        Assert.Equal((7, 0, 3), (line.OnHand, line.Damaged, line.Available));
    }

    [Fact]
    public void Safety_stock_is_kept_back_and_found_again_when_it_is_lowered()
    {
        var line = Ten.After(Ten.SetSafety(new(Leeds, 8)));

        Assert.Equal((10, 2), (line.OnHand, line.Available));
        Assert.Equal("out_of_stock", line.Hold(Coffee, new(Hold, 3, Ttl), Places, Now).Code());
        var over = line.After(line.SetSafety(new(Leeds, 30)));
        Assert.Equal(0, over.Available);
        Assert.Equal(10, over.After(over.SetSafety(new(Leeds, 0))).Available);
        line.SetSafety(new(Leeds, 8)).IsNothing();
        Assert.Equal("/quantity", line.SetSafety(new(Leeds, -1)).Rejection?.Pointer);
    }

    [Fact]
    public void What_a_location_lacks_of_its_safety_stock_is_kept_back_elsewhere()
    {
        var line = Ten.After(new StockReceived(Rotterdam, 4, null), new SafetyStockSet(Rotterdam, 6, 6));

        Assert.Equal(8, line.Available);
        Assert.Equal([new(Leeds, 8)], ((StockHeld)line.Hold(Coffee, new(Hold, 8, Ttl), Places, Now).TheEvent()).Allocations);
    }

    [Fact]
    public void What_is_expected_becomes_less_when_it_is_received()
    {
        var line = Ten.After(Ten.Expect(new("PO 1", Leeds, 20, Now.AddDays(3))));
        Assert.Equal(20, Assert.Single(line.View(Coffee, 1).Incoming).Quantity);

        line = line.After(line.Receive(new(Leeds, 5, "PO 1")));
        Assert.Equal((15, 15), (line.Incoming["PO 1"].Quantity, line.OnHand));
        line = line.After(line.Receive(new(Leeds, 5, "another")));
        Assert.Equal(15, line.Incoming["PO 1"].Quantity);
        Assert.Equal(new StockReceived(Rotterdam, 40, "PO 1", 15), line.Receive(new(Rotterdam, 40, "PO 1")).TheEvent());
        line = line.After(line.Receive(new(Rotterdam, 40, "PO 1")));
        Assert.Empty(line.Incoming);
        Assert.Null(((StockReceived)line.Receive(new(Leeds, 1, "PO 1")).TheEvent()).Expected);
    }

    [Fact]
    public void An_expected_receipt_is_absolute_and_there_are_at_most_a_hundred()
    {
        var line = Ten;
        for (var i = 0; i < 100; i++)
        {
            line = line.After(line.Expect(new($"PO {i}", Leeds, 1)));
        }

        line.Expect(new("PO 7", Leeds, 1)).IsNothing();
        Assert.Equal(3, line.After(line.Expect(new("PO 7", Leeds, 3, Now))).Incoming["PO 7"].Quantity);
        Assert.Equal("too_many_for_sku", line.Expect(new("PO 100", Leeds, 1)).Code());
        line.Expect(new("PO 100", Leeds, 0)).IsNothing();
        Assert.Equal(99, line.After(line.Expect(new("PO 7", Leeds, 0))).Incoming.Count);
        Assert.Equal("/reference", line.Expect(new(" ", Leeds, 1)).Rejection?.Pointer);
        Assert.Equal("/quantity", line.Expect(new("PO 7", Leeds, -1)).Rejection?.Pointer);
    }

    [Fact]
    public void A_count_that_expects_something_else_is_refused_with_what_there_is()
    {
        var refused = Ten.Count(new(Leeds, 7, Expected: 9));

        Assert.Equal("stock_expected_differs", refused.Code());
        Assert.Contains("10 units", refused.Rejection!.Detail, StringComparison.Ordinal);
        Assert.Equal(7, Ten.After(Ten.Count(new(Leeds, 7, Expected: 10))).OnHand);
        Assert.Equal(5, Ten.After(Ten.Count(new(Rotterdam, 5, Expected: 0))).Locations[Rotterdam].OnHand);
    }

    [Fact]
    public void A_message_of_a_feed_is_taken_once_however_late_it_comes_again()
    {
        var feed = new FeedPosition("wms", 7);
        var line = Ten.After(Fed(Ten, feed, line => line.Receive(new(Leeds, 5))));
        Assert.Equal(15, line.OnHand);

        Fed(line, feed, now => now.Receive(new(Leeds, 5))).IsNothing();
        Fed(line, new("wms", 6), now => now.Count(new(Leeds, 1))).IsNothing();
        Assert.Equal(1, line.After(Fed(line, new("wms", 8), now => now.Count(new(Leeds, 1)))).OnHand);
        Assert.Equal(1, line.After(Fed(line, new("erp", 1), now => now.Count(new(Leeds, 1)))).OnHand);
        Assert.Equal(20, line.After(line.Once(null, now => now.Receive(new(Leeds, 5)))).OnHand);
    }

    [Fact]
    public void A_message_that_was_refused_was_not_taken_and_one_that_changed_nothing_was()
    {
        Assert.Equal("stock_expected_differs", Fed(Ten, new("wms", 7), line => line.Count(new(Leeds, 1, Expected: 2))).Code());
        Assert.Equal(new StockFed("wms", 7), Fed(Ten, new("wms", 7), line => line.Count(new(Leeds, 10))).TheEvent());
    }

    [Fact]
    public void A_sku_hears_of_sixteen_feeds()
    {
        var line = Ten;
        for (var i = 0; i < 16; i++)
        {
            line = line.After(Fed(line, new($"wms-{i}", 1), now => now.Receive(new(Leeds, 1))));
        }

        Assert.Equal("too_many_for_sku", Fed(line, new("wms-16", 1), now => now.Receive(new(Leeds, 1))).Code());
        Assert.Equal("/feed/source", Fed(line, new("", 1), now => now.Receive(new(Leeds, 1))).Rejection?.Pointer);
        Assert.Equal("/feed/source", Fed(line, new(new('x', 65), 1), now => now.Receive(new(Leeds, 1))).Rejection?.Pointer);
        Assert.Equal("/feed/sequence", Fed(line, new("wms-1", -1), now => now.Receive(new(Leeds, 1))).Rejection?.Pointer);
    }

    [Fact]
    public void Running_low_and_running_out_and_being_back_are_told_once_each()
    {
        var (told, sales) = (new List<StockEvent>(), 0);
        var line = Sell(Ten, 4);
        Assert.Empty(told);
        line = Sell(line, 1);
        Assert.Equal([new StockRanLow(5, 5)], told);
        line = Sell(line, 1);
        line = Do(line, line.Receive(new(Leeds, 2)));
        line = Sell(line, 5);
        Assert.Single(told);
        line = Sell(line, 1);
        Assert.Equal(new StockRanOut(0, 5), told[^1]);
        line = Do(line, line.Receive(new(Leeds, 2)));
        Assert.Equal(new StockBack(2, 5), told[^1]);
        line = Do(line, line.Receive(new(Leeds, 5)));
        Assert.Equal(3, told.Count);
        line = Do(line, line.Receive(new(Leeds, 1)));
        Assert.Equal((4, new StockReplenished(8, 5)), (told.Count, told[^1]));
        line = Do(line, line.SetSafety(new(Leeds, 3)));
        Assert.Equal((5, new StockRanLow(5, 5)), (told.Count, told[^1]));
        Do(line, line.SetPolicy(new(LowStock: 1)));
        Assert.Equal((6, new StockReplenished(5, 1)), (told.Count, told[^1]));

        StockLine Sell(StockLine from, int quantity)
        {
            var hold = HoldId.For(TheCart, ++sales);
            from = Do(from, from.Hold(Coffee, new(hold, quantity, Ttl), Places, Now));
            return Do(from, from.Commit(hold));
        }

        StockLine Do(StockLine from, Decision<StockEvent> decision)
        {
            told.AddRange(decision.Events.Where(e => e is StockRanLow or StockRanOut or StockBack or StockReplenished));
            return from.After(decision);
        }
    }

    [Fact]
    public void Holds_and_undone_checkouts_make_no_news_and_neither_does_what_was_never_plenty()
    {
        Assert.DoesNotContain(Held(10).Expire(Now + Ttl).Events, e => e is not HoldExpired);
        var sold = Held(10).After(Held(10).Commit(Hold));
        Assert.Equal(StockLevel.Out, sold.Level);
        Assert.Equal([new StockBack(10, 5)], sold.Release(Hold, Places, Now).Events[1..]);
        var last = Ten.After(new StockPolicySet(new(LowStock: 10)));
        last = last.After(last.Hold(Coffee, new(Hold, 10, Ttl), Places, Now));
        last = last.After(last.Commit(Hold));
        Assert.IsType<CommitmentReleased>(last.Release(Hold, Places, Now).TheEvent());
        Assert.IsType<StockReceived>(new StockLine().Receive(new(Leeds, 3)).TheEvent());
        Assert.Equal(StockLevel.Untold, new StockLine().After(new StockReceived(Leeds, 3, null)).Level);
    }

    private static Decision<StockEvent> Fed(StockLine line, FeedPosition feed, Func<StockLine, Decision<StockEvent>> decide) =>
        line.Once(feed, decide);

    private static StockLine Held(int quantity) => Ten.After(Ten.Hold(Coffee, new(Hold, quantity, Ttl), Places, Now));
}
