using CsCheck;
using static Commerce.Sample;

namespace Commerce.Fulfillment;

public sealed class FulfillmentOrderTests
{
    private static readonly FulfillmentOrderId Id = EntityId.Derive<FulfillmentOrderId>("sample");
    private static readonly OpenFulfillmentOrder Asked =
        new(TheOrder, "H4RB0UR7", Leeds, Hold, [new(Coffee, 3), new(Mug, 1)]);

    private static readonly FulfillmentOrder Open = new FulfillmentOrder().After(new FulfillmentOrder().OpenFor(Asked, Now));

    [Fact]
    public void A_fulfillment_order_is_opened_once()
    {
        Open.OpenFor(Asked with { OrderNumber = "ANOTHER1" }, Now).IsNothing();
        Assert.Equal(FulfillmentOrderStatus.Open, Open.Status);
        Assert.Equal(Asked.Lines, Open.Open);
    }

    [Fact]
    public void What_was_never_opened_is_not_found()
    {
        Assert.Equal("fulfillment_order_not_found", new FulfillmentOrder().Fulfill(Id, new([], null), Now).Code());
        Assert.Equal("fulfillment_order_not_found", new FulfillmentOrder().View(Id, 0).Rejection?.Code);
    }

    [Fact]
    public void No_lines_means_everything_that_is_open()
    {
        var some = Fulfill(Open, (Coffee, 2));
        var all = Fulfill(some);

        Assert.Equal([new(Coffee, 1), new(Mug, 1)], some.Open);
        Assert.Equal([new(Coffee, 1), new(Mug, 1)], all.Fulfillments[1].Lines);
        Assert.Equal((FulfillmentOrderStatus.InProgress, FulfillmentOrderStatus.Closed), (some.Status, all.Status));
        Assert.Empty(all.Open);
    }

    [Fact]
    public void A_parcel_arrives_once_and_neither_before_it_was_sent_nor_in_the_future()
    {
        var sent = Fulfill(Open, (Coffee, 2));
        var parcel = sent.Fulfillments[0].Id;

        Assert.Equal("fulfillment_not_found", sent.Deliver("another", null, Now).Code());
        Assert.Equal("validation_failed", sent.Deliver(parcel, Now.AddMinutes(-1), Now).Code());
        Assert.Equal("validation_failed", sent.Deliver(parcel, Now.AddMinutes(2), Now.AddMinutes(1)).Code());
        var arrived = sent.After(sent.Deliver(parcel, null, Now.AddDays(2)));

        Assert.Equal(Now.AddDays(2), arrived.Fulfillments[0].DeliveredAt);
        arrived.Deliver(parcel, null, Now.AddDays(3)).IsNothing();
        Assert.Equal(sent.Open, arrived.Open);
    }

    [Fact]
    public void Lines_of_one_SKU_are_summed_before_they_are_checked()
    {
        Assert.Equal([new(Coffee, 3)], Fulfill(Open, (Coffee, 1), (Coffee, 2)).Fulfillments[0].Lines);
        Assert.Equal("fulfillment_exceeds_open", Open.Fulfill(Id, new([new(Coffee, 2), new(Coffee, 2)], null), Now).Code());
    }

    [Fact]
    public void No_more_is_sent_than_is_open_and_nothing_that_was_not_asked_for()
    {
        Assert.Equal("fulfillment_exceeds_open", Open.Fulfill(Id, new([new(Mug, 2)], null), Now).Code());
        Assert.Equal("fulfillment_exceeds_open", Open.Fulfill(Id, new([new(new("TEA"), 1)], null), Now).Code());
        Assert.Equal("fulfillment_order_closed", Fulfill(Open).Fulfill(Id, new([], null), Now).Code());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void A_line_is_of_one_to_a_million_units(int quantity) => Assert.Equal(
        "/lines", Open.Fulfill(Id, new([new(Coffee, quantity)], null), Now).Rejection?.Pointer);

    [Theory]
    [InlineData("", "RM1", null, "/tracking/carrier")]
    [InlineData(null, "RM1", null, "/tracking/carrier")]
    [InlineData("Royal Mail", "", null, "/tracking/number")]
    [InlineData("Royal Mail", null, null, "/tracking/number")]
    [InlineData("Royal Mail", "RM1", "javascript:alert(1)", "/tracking/url")]
    [InlineData("Royal Mail", "RM1", "/track/RM1", "/tracking/url")]
    [InlineData("Royal Mail", "RM1", "ftp://example.org/RM1", "/tracking/url")]
    [InlineData("Royal Mail", "RM1", "https://example.org/RM1", null)]
    [InlineData("Royal Mail", "RM1", null, null)]
    public void A_parcel_can_be_followed_or_is_refused(string? carrier, string? number, string? url, string? pointer) =>
        Assert.Equal(pointer, Open.Fulfill(Id, new([], new(carrier!, number!, url)), Now).Rejection?.Pointer);

    [Fact]
    public void Parcels_are_numbered_within_their_order()
    {
        var order = Fulfill(Fulfill(Open, (Coffee, 1)), (Coffee, 1));

        Assert.Equal([$"{Id}.1", $"{Id}.2"], order.Fulfillments.Select(parcel => parcel.Id));
        Assert.All(order.Fulfillments, parcel => Assert.Equal((Leeds, Now), (parcel.Location, parcel.At)));
    }

    [Fact]
    public void What_a_change_keeps_back_is_not_sent_until_it_is_decided()
    {
        var some = Fulfill(Open, (Coffee, 1));
        var kept = some.After(some.Withhold(new(1, [new(Coffee, 9), new(new("TEA"), 1)])));

        Assert.Equal([new(Coffee, 2)], kept.Withheld);
        Assert.Equal([new(Mug, 1)], kept.Open);
        kept.Withhold(new(1, [new(Mug, 1)])).IsNothing();
        Assert.Equal("fulfillment_exceeds_open", kept.Fulfill(Id, new([new(Coffee, 1)], null), Now).Code());
        Assert.Equal("order_being_changed", Fulfill(kept, (Mug, 1)).Fulfill(Id, new([], null), Now).Code());
        var reduced = kept.After(kept.Reduce(1, restock: true, Now));
        Assert.Equal([new(Coffee, 0)], ((FulfillmentReduced)kept.Reduce(1, restock: true, Now).TheEvent()).Left);
        Assert.Equal([new(Coffee, 2)], reduced.Canceled);
        Assert.Equal(FulfillmentOrderStatus.InProgress, reduced.Status);
        reduced.Reduce(1, restock: true, Now).IsNothing();
        Assert.Equal(FulfillmentOrderStatus.Closed, Fulfill(reduced).Status);
    }

    [Fact]
    public void A_change_that_came_to_nothing_keeps_nothing_back_and_cannot_come_again()
    {
        var kept = Open.After(Open.Withhold(new(1, [new(Coffee, 3)])));
        var resumed = kept.After(kept.Resume(1));

        Assert.Equal(Open.Open, resumed.Open);
        resumed.Resume(1).IsNothing();
        Assert.Equal("order_change_over", resumed.Withhold(new(1, [new(Coffee, 3)])).Code());
        Assert.Equal("order_change_over", Open.After(Open.Resume(2)).Withhold(new(1, [new(Coffee, 3)])).Code());
        resumed.Reduce(1, restock: true, Now).IsNothing();
        Assert.Single(resumed.After(resumed.Withhold(new(2, [new(Coffee, 1)]))).Withheld);
    }

    [Fact]
    public void A_change_that_finds_nothing_is_remembered_all_the_same()
    {
        var nothing = Open.After(Open.Withhold(new(1, [new(new("TEA"), 1)])));

        nothing.Withhold(new(1, [new(new("TEA"), 1)])).IsNothing();
        nothing.Reduce(1, restock: true, Now).IsNothing();
        Assert.Equal(Open.Open, nothing.Open);
    }

    [Fact]
    public void A_location_that_has_begun_is_not_stopped_by_a_shopper()
    {
        var accepted = Open.After(Open.Accept(Now));

        accepted.Accept(Now.AddDays(1)).IsNothing();
        Assert.Equal(FulfillmentOrderStatus.InProgress, accepted.Status);
        Assert.Equal("fulfillment_order_begun", accepted.Withhold(new(1, [new(Coffee, 3)], OnlyUntouched: true)).Code());
        Assert.Equal("fulfillment_order_begun", Fulfill(Open, (Mug, 1)).Withhold(new(1, [new(Coffee, 3)], OnlyUntouched: true)).Code());
        Assert.Equal(FulfillmentOrderStatus.Canceled, Canceled(accepted).Status);
    }

    [Fact]
    public void Every_unit_is_sent_or_called_off_or_open_and_never_two_of_these() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 1], Gen.Int[1, 3], Gen.Int[1, 4]).Array[0, 40].Sample(
            steps =>
            {
                var order = Open;
                foreach (var (verb, sku, units, change) in steps)
                {
                    SkuQuantity line = new(sku == 0 ? Coffee : Mug, units);
                    var decision = verb switch
                    {
                        0 => order.Fulfill(Id, new([line], null), Now),
                        1 => order.Withhold(new(change, [line], OnlyUntouched: units == 3)),
                        2 => order.Reduce(change, restock: true, Now),
                        3 => order.Resume(change),
                        _ => order.Accept(Now),
                    };
                    order = order.After([.. decision.Events]);
                    foreach (var asked in Asked.Lines)
                    {
                        int[] parts =
                        [
                            order.Fulfillments.Sum(parcel => Units(parcel.Lines, asked.Sku)),
                            Units(order.Canceled, asked.Sku), Units(order.Withheld, asked.Sku), Units(order.Open, asked.Sku),
                        ];
                        Assert.All(parts, part => Assert.True(part >= 0));
                        Assert.Equal(asked.Quantity, parts.Sum());
                    }
                }

                Decisions.Reread(order);
            },
            iter: 500);

    [Fact]
    public void A_fulfillment_order_is_read_back_from_its_snapshot()
    {
        Decisions.Reread(new FulfillmentOrder());
        Assert.Equal([new(Mug, 1)], Decisions.Reread(Fulfill(Open, (Coffee, 3))).Open);
    }

    private static int Units(IEnumerable<SkuQuantity> lines, Sku sku) =>
        lines.Where(line => line.Sku == sku).Sum(line => line.Quantity);

    private static FulfillmentOrder Canceled(FulfillmentOrder order)
    {
        var kept = order.After(order.Withhold(new(order.Change + 1, order.Open)));
        return kept.After(kept.Reduce(kept.Change, restock: true, Now));
    }

    private static FulfillmentOrder Fulfill(FulfillmentOrder order, params (Sku Sku, int Quantity)[] lines) =>
        order.After(order.Fulfill(
            Id, new([.. lines.Select(line => new SkuQuantity(line.Sku, line.Quantity))], null), Now));
}
