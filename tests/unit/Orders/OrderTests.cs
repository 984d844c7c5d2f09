using System.Collections.Immutable;
using Commerce.Fulfillment;
using Commerce.Inventory;
using static Commerce.Sample;

namespace Commerce.Orders;

public sealed class OrderTests
{
    private static readonly PlaceOrder Bought = new(
        FrozenCart(),
        Hold,
        ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty
            .Add(Coffee, [new(Leeds, 1), new(Rotterdam, 1)]).Add(Mug, [new(Leeds, 1)]),
        PaymentOf(3793));

    private static readonly Order Placed = new Order().After(new Order().Place(Bought, "H4RB0UR7", Now));

    [Fact]
    public void A_parcel_that_has_arrived_is_told_once_and_changes_neither_what_is_sent_nor_what_is_paid()
    {
        var sent = Placed.After(Placed.RecordFulfillment(Parcel("1", (Coffee, 1))));
        var arrived = sent.After(sent.RecordDelivery("1", Now.AddDays(2)));

        Assert.Equal((Now.AddDays(2), "order.delivered"), (arrived.Fulfillments[0].DeliveredAt, arrived.Timeline[^1].Kind));
        Assert.Equal((sent.FulfillmentStatus, sent.Revision, sent.Due), (arrived.FulfillmentStatus, arrived.Revision, arrived.Due));
        arrived.RecordDelivery("1", Now.AddDays(3)).IsNothing();
        sent.RecordDelivery("2", Now).IsNothing();
        Assert.Equal("order_not_found", new Order().RecordDelivery("1", Now).Code());
    }

    [Fact]
    public void An_order_is_placed_once_and_keeps_its_number()
    {
        Placed.Place(Bought, "ANOTHER1", Now.AddDays(1)).IsNothing();

        var view = Placed.View(TheOrder, 1).Required;
        Assert.Equal(("H4RB0UR7", Now, "ada@example.org"), (view.Number, view.PlacedAt, view.Email));
        Assert.Equal([(Coffee, 2, 0), (Mug, 1, 0)], view.Lines.Select(line => (line.Sku, line.Quantity, line.Fulfilled)));
        Assert.Equal(FrozenCart().Totals, view.Totals);
        Assert.Equal("order.placed", Assert.Single(view.Timeline).Kind);
    }

    [Fact]
    public void What_was_never_placed_is_not_found()
    {
        var order = new Order();

        Assert.Equal("order_not_found", order.View(TheOrder, 0).Rejection?.Code);
        Assert.Equal("order_not_found", order.RecordPayment(PaymentOf(1), Now).Code());
        Assert.Equal("order_not_found", order.RecordFulfillment(Parcel("1", (Coffee, 1))).Code());
    }

    // authorized, captured, coffees sent, mugs sent: the three axes
    [Theory]
    [InlineData(0, 0, 0, 0, OrderStatus.Open, OrderPaymentStatus.Unpaid, FulfillmentStatus.Unfulfilled)]
    [InlineData(3793, 0, 0, 0, OrderStatus.Open, OrderPaymentStatus.Authorized, FulfillmentStatus.Unfulfilled)]
    [InlineData(3793, 3792, 0, 0, OrderStatus.Open, OrderPaymentStatus.Authorized, FulfillmentStatus.Unfulfilled)]
    [InlineData(3793, 3793, 0, 0, OrderStatus.Open, OrderPaymentStatus.Paid, FulfillmentStatus.Unfulfilled)]
    [InlineData(3793, 3793, 1, 0, OrderStatus.Open, OrderPaymentStatus.Paid, FulfillmentStatus.PartiallyFulfilled)]
    [InlineData(3793, 3793, 2, 0, OrderStatus.Open, OrderPaymentStatus.Paid, FulfillmentStatus.PartiallyFulfilled)]
    [InlineData(3793, 3793, 2, 1, OrderStatus.Completed, OrderPaymentStatus.Paid, FulfillmentStatus.Fulfilled)]
    [InlineData(3793, 0, 2, 1, OrderStatus.Open, OrderPaymentStatus.Authorized, FulfillmentStatus.Fulfilled)]
    public void Each_axis_is_derived_from_facts(
        long authorized,
        long captured,
        int coffees,
        int mugs,
        OrderStatus status,
        OrderPaymentStatus payment,
        FulfillmentStatus fulfillment)
    {
        var order = Placed.After(Placed.RecordPayment(PaymentOf(authorized, captured), Now));
        order = coffees == 0 ? order : order.After(order.RecordFulfillment(Parcel("1", (Coffee, coffees))));
        order = mugs == 0 ? order : order.After(order.RecordFulfillment(Parcel("2", (Mug, mugs))));

        Assert.Equal((status, payment, fulfillment), (order.Status, order.PaymentStatus, order.FulfillmentStatus));
    }

    [Fact]
    public void A_payment_that_is_known_and_a_parcel_that_is_known_are_no_news()
    {
        Placed.RecordPayment(PaymentOf(3793), Now.AddDays(1)).IsNothing();
        var order = Placed.After(Placed.RecordFulfillment(Parcel("1", (Coffee, 1))));

        order.RecordFulfillment(Parcel("1", (Coffee, 1))).IsNothing();
    }

    [Fact]
    public void Lines_show_what_was_sent_over_all_parcels()
    {
        var order = Placed
            .After(Placed.RecordFulfillment(Parcel("1", (Coffee, 1), (Mug, 1))));
        order = order.After(order.RecordFulfillment(Parcel("2", (Coffee, 1))));

        Assert.Equal([2, 1], order.View(TheOrder, 3).Required.Lines.Select(line => line.Fulfilled));
        Assert.Equal(2, order.View(TheOrder, 3).Required.Fulfillments.Length);
    }

    [Fact]
    public void The_timeline_is_bounded_and_tells_no_personal_data()
    {
        var order = Placed;
        for (var i = 0; i < 150; i++)
        {
            order = order.After(order.RecordFulfillment(Parcel($"{i}", (Coffee, 1))));
        }

        Assert.Equal(100, order.Timeline.Length);
        Assert.DoesNotContain(order.Timeline, entry => entry.Detail.Contains("Ada", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_commitment_is_for_other_grains_and_not_for_shoppers() =>
        Assert.DoesNotContain("hold", System.Text.Json.JsonSerializer.Serialize(
            Placed.View(TheOrder, 1).Required, CommerceJson.Stored), StringComparison.Ordinal);

    [Fact]
    public void An_order_is_read_back_from_its_snapshot()
    {
        var order = Placed.After(Placed.RecordPayment(PaymentOf(3793, 3793), Now));

        var reread = Decisions.Reread(order.After(order.RecordFulfillment(Parcel("1", (Coffee, 2), (Mug, 1)))));

        Assert.Equal((OrderStatus.Completed, 3793), (reread.Status, reread.Paid.MinorUnits));
    }

    private static FulfillmentView Parcel(string id, params (Sku Sku, int Quantity)[] lines) =>
        new(id, Leeds, [.. lines.Select(line => new SkuQuantity(line.Sku, line.Quantity))], null, Now);
}
