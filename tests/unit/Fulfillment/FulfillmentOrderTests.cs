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
    public void A_fulfillment_order_is_read_back_from_its_snapshot()
    {
        Decisions.Reread(new FulfillmentOrder());
        Assert.Equal([new(Mug, 1)], Decisions.Reread(Fulfill(Open, (Coffee, 3))).Open);
    }

    private static FulfillmentOrder Fulfill(FulfillmentOrder order, params (Sku Sku, int Quantity)[] lines) =>
        order.After(order.Fulfill(
            Id, new([.. lines.Select(line => new SkuQuantity(line.Sku, line.Quantity))], null), Now));
}
