using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Inventory;
using CsCheck;
using static Commerce.Sample;

namespace Commerce.Orders;

/// <summary>What may come back of an order, when, and what it comes to then. Two coffees at 8.99, a mug at 16.00, 3.95 shipping.</summary>
public sealed class ReturnTests
{
    private static readonly Money None = Gbp(0);

    private static readonly Order Placed = new Order().After(new Order().Place(
        new(
            FrozenCart(),
            Hold,
            ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(Coffee, [new(Leeds, 2)]).Add(Mug, [new(Leeds, 1)]),
            PaymentOf(3793, 3793)),
        "H4RB0UR7", Now, Now.AddDays(7), TimeSpan.FromDays(30)));

    private static readonly Order Sent = Placed.After(Placed.RecordFulfillment(
        new("1", Leeds, [new(Coffee, 2), new(Mug, 1)], null, Now)));

    [Fact]
    public void What_comes_back_falls_off_the_total_and_is_owed()
    {
        var received = Receive(Approved(Sent, (Coffee, 1), (Mug, 1)), 1, new([new(Coffee, 1, ReturnCondition.Sellable)], null, false));
        var view = received.View(TheOrder, 5).Required;

        Assert.Equal((Gbp(3793 - 899), Gbp(899)), (view.Totals.Total, view.AmountOwed));
        Assert.Equal((2, 2, 1, 1), (view.Lines[0].Quantity, view.Lines[0].Fulfilled, view.Lines[0].Returned, view.Lines[0].Returnable));

        // The mug did not come, and may be sent back another time.
        Assert.Equal((ReturnStatus.Received, Gbp(899), 1), (view.Returns[0].Status, view.Returns[0].Returned, view.Lines[1].Returnable));
        Assert.Equal(Now, received.WakeAt);
    }

    [Fact]
    public void A_whole_order_comes_back_with_its_shipping_and_is_refunded_not_canceled()
    {
        var received = Receive(
            Approved(Sent, (Coffee, 2), (Mug, 1)), 1,
            new([new(Coffee, 1, ReturnCondition.Sellable), new(Coffee, 1, ReturnCondition.Unsellable), new(Mug, 1, ReturnCondition.Sellable)], Rotterdam, true));
        var settled = received.After(received.RecordPayment(
            PaymentOf(3793, 3793) with { Amounts = new(Gbp(3793), Gbp(3793), None, Gbp(3793), None, None, None, None, None, None), Version = 9 }, Now));

        Assert.Equal((Gbp(0), Gbp(3793)), (received.Totals.Total, received.Owed));
        Assert.Equal((OrderStatus.Completed, OrderPaymentStatus.Refunded, Gbp(0)), (settled.Status, settled.PaymentStatus, settled.Owed));
        Assert.Null(settled.ReturnableUntil);
    }

    [Fact]
    public void Nothing_comes_back_that_was_not_sent_or_twice()
    {
        Assert.Equal("return_exceeds_sent", Placed.Request(Wish((Coffee, 1)), Now).Code());
        Assert.Equal("return_exceeds_sent", Sent.Request(Wish((Coffee, 3)), Now).Code());
        var asked = Sent.After(Sent.Request(Wish((Coffee, 2)), Now));
        Assert.Equal("return_exceeds_sent", asked.Request(Wish((Coffee, 1)), Now).Code());
        Assert.Equal("return_not_approved", asked.Receive(1, new([new(Coffee, 1, ReturnCondition.Sellable)], null, false), Now).Code());

        var kept = asked.After(asked.Decide(1, ReturnStatus.Canceled, Now));
        Assert.Equal("return_closed", kept.Decide(1, ReturnStatus.Approved, Now).Code());
        Assert.Null(kept.Request(Wish((Coffee, 2)), Now).Rejection);

        var approved = Approved(Sent, (Coffee, 1));
        Assert.Equal("return_exceeds_expected", approved.Receive(1, new([new(Coffee, 2, ReturnCondition.Sellable)], null, false), Now).Code());
        Assert.Equal("return_exceeds_expected", approved.Receive(1, new([new(Mug, 1, ReturnCondition.Sellable)], null, false), Now).Code());
        Assert.Equal("return_not_found", approved.Receive(2, new([new(Mug, 1, ReturnCondition.Sellable)], null, false), Now).Code());
    }

    [Fact]
    public void Customers_have_the_time_they_were_given_and_operators_any()
    {
        var arrived = Sent.After(Sent.RecordDelivery("1", Now.AddDays(3)));
        Assert.Equal(Now.AddDays(33), arrived.ReturnableUntil);

        Assert.Null(arrived.Request(Wish((Coffee, 1)), Now.AddDays(33)).Rejection);
        Assert.Equal("return_too_late", arrived.Request(Wish((Coffee, 1)), Now.AddDays(33).AddSeconds(1)).Code());
        Assert.Null(arrived.Request(Wish((Coffee, 1)) with { By = OrderParty.Operator }, Now.AddDays(400)).Rejection);

        // An order of before there was such a time has that of the law.
        Assert.Equal(Now.AddDays(14), (Sent with { Placed = Sent.Placed! with { ReturnWindow = null } }).ReturnableUntil);
    }

    [Fact]
    public void Who_bought_it_is_not_forgotten_while_something_is_coming()
    {
        var approved = Approved(Sent, (Coffee, 1));

        Assert.Equal("order_open", approved.Erase(Now).Code());
        Assert.Null(approved.After(approved.Decide(1, ReturnStatus.Declined, Now)).Erase(Now).Rejection);
    }

    [Fact]
    public void In_whatever_steps_units_are_called_off_and_come_back_what_is_owed_adds_up() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[1, 2], Gen.Bool).Sample((sent, back, step, isFirst) =>
        {
            var order = Placed.After(Placed.RecordFulfillment(new("1", Leeds, sent == 0 ? [new(Mug, 1)] : [new(Coffee, sent), new(Mug, 1)], null, Now)));
            var (off, come) = (2 - sent, Math.Min(sent, back));
            order = isFirst ? CallOff(order, off) : order;
            for (var left = come; left > 0; left -= step)
            {
                var units = Math.Min(step, left);
                order = Approved(order, (Coffee, units));
                order = Receive(order, order.Returns.Length, new([new(Coffee, units, ReturnCondition.Sellable)], null, false));
            }

            order = isFirst ? order : CallOff(order, off);
            Assert.Equal(Gbp(899 * (off + come)), order.Owed);
            Assert.Equal(Gbp(3793 - (899 * (off + come))), order.Totals.Total);
        });

    private static Order CallOff(Order order, int units) => units == 0
        ? order
        : order.After(order.Record(
            new RecordCancellation(order.Change + 1, new([new(Coffee, units)], OrderCancelReason.Staff, true, OrderParty.Operator), [new(Coffee, units)]), Now));

    private static RequestReturn Wish(params (Sku Sku, int Quantity)[] lines) =>
        new([.. lines.Select(line => new ReturnLine(line.Sku, line.Quantity, ReturnReason.Unwanted))], null, OrderParty.Shopper);

    private static Order Approved(Order order, params (Sku Sku, int Quantity)[] lines)
    {
        var asked = order.After(order.Request(Wish(lines), Now));
        return asked.After(asked.Decide(asked.Returns.Length, ReturnStatus.Approved, Now));
    }

    private static Order Receive(Order order, int number, ReceiveReturn command) => order.After(order.Receive(number, command, Now));
}
