using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Shipping;
using static Commerce.Sample;

namespace Commerce.Orders;

/// <summary>What may be changed about an order, when, and what it comes to then. Two coffees at 8.99, a mug at 16.00, 3.95 shipping.</summary>
public sealed class OrderChangeTests
{
    private static readonly PlaceOrder Bought = new(
        FrozenCart(),
        Hold,
        ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty
            .Add(Coffee, [new(Leeds, 1), new(Rotterdam, 1)]).Add(Mug, [new(Leeds, 1)]),
        PaymentOf(3793, 3793));

    private static readonly Order Placed = new Order().After(new Order().Place(Bought, "H4RB0UR7", Now, Now.AddDays(7)));
    private static readonly CancelOrder Whole = new([], OrderCancelReason.Staff, true, OrderParty.Operator);

    [Fact]
    public void A_whole_order_is_called_off_with_its_shipping()
    {
        var canceled = Record(Placed, Whole, (Coffee, 2), (Mug, 1));
        var view = canceled.View(TheOrder, 2).Required;

        Assert.Equal((OrderStatus.Canceled, OrderPaymentStatus.Overcharged), (view.Status, view.PaymentStatus));
        Assert.Equal((Gbp(0), Gbp(0), Gbp(3793)), (view.Totals.Total, view.AmountDue, view.AmountOwed));
        Assert.Equal([(Coffee, 0, 2), (Mug, 0, 1)], view.Lines.Select(line => (line.Sku, line.Quantity, line.Canceled)));
        Assert.Equal(Gbp(3793), Assert.Single(view.Cancellations).Returned);
        Assert.Equal("order_canceled", canceled.Plan(Whole, TheOrder, 2, Now).Rejection?.Code);
    }

    [Fact]
    public void A_part_is_called_off_at_what_it_cost_and_shipping_stays()
    {
        var view = Record(Placed, Lines((Coffee, 1)), (Coffee, 1)).View(TheOrder, 2).Required;

        Assert.Equal((Gbp(3793 - 899), Gbp(395), Gbp(899)), (view.Totals.Total, view.Totals.Shipping, view.AmountOwed));
        Assert.Equal((OrderStatus.Open, OrderPaymentStatus.Overcharged), (view.Status, view.PaymentStatus));
    }

    [Fact]
    public void What_was_sent_is_never_called_off()
    {
        var sent = Placed.After(Placed.RecordFulfillment(Parcel("1", (Coffee, 1), (Mug, 1))));

        Assert.Equal("order_line_sent", sent.Plan(Lines((Coffee, 2)), TheOrder, 2, Now).Rejection?.Code);
        Assert.Equal("order_line_sent", sent.Plan(Lines((Mug, 1)), TheOrder, 2, Now).Rejection?.Code);
        var plan = sent.Plan(Whole, TheOrder, 2, Now).Required;
        Assert.Equal([new(Coffee, 1)], plan.Withhold);
        Assert.Equal(OrderStatus.Completed, Settled(Record(sent, Whole, (Coffee, 1))).Status);
        var all = sent.After(sent.RecordFulfillment(Parcel("2", (Coffee, 1))));
        Assert.Equal("order_fulfilled", all.Plan(Whole, TheOrder, 3, Now).Rejection?.Code);
    }

    [Fact]
    public void A_shopper_calls_off_before_anything_is_sent()
    {
        var shopper = Whole with { By = OrderParty.Shopper };
        var sent = Placed.After(Placed.RecordFulfillment(Parcel("1", (Coffee, 1))));

        Assert.Equal([new(Coffee, 2), new(Mug, 1)], Placed.Plan(shopper, TheOrder, 1, Now).Required.Withhold);
        Assert.Equal("order_in_fulfillment", sent.Plan(shopper, TheOrder, 2, Now).Rejection?.Code);
    }

    [Fact]
    public void Of_a_whole_order_only_what_the_locations_kept_back_is_called_off()
    {
        // A coffee has left, and the order does not know yet.
        var canceled = Record(Placed, Whole, (Coffee, 1), (Mug, 1));
        var sent = canceled.After(canceled.RecordFulfillment(Parcel("1", (Coffee, 1))));

        Assert.Equal((OrderStatus.Open, 1, 0), (canceled.Status, canceled.Lines[0].Quantity, canceled.Lines[1].Quantity));
        Assert.Equal(FulfillmentStatus.Fulfilled, sent.FulfillmentStatus);
        Assert.Equal("order_line_sent", Placed.Record(new RecordCancellation(1, Whole, []), Now).Code());
    }

    [Fact]
    public void Several_locations_may_keep_back_units_of_one_SKU() =>
        Assert.Equal(OrderStatus.Canceled, Record(Placed, Whole, (Coffee, 1), (Mug, 1), (Coffee, 1)).Status);

    [Fact]
    public void A_change_is_recorded_once()
    {
        var canceled = Record(Placed, Lines((Coffee, 1)), (Coffee, 1));

        canceled.Record(new RecordCancellation(1, Lines((Coffee, 1)), [new(Coffee, 1)]), Now).IsNothing();
        Assert.Equal(2, Record(canceled, Lines((Coffee, 1)), (Coffee, 1)).Cancellations.Length);
    }

    [Theory]
    [InlineData("TEA", 1, "order_line_unknown", "/lines/0/line")]
    [InlineData("MUG", 0, "quantity_out_of_range", "/lines/0/quantity")]
    [InlineData("MUG", -1, "quantity_out_of_range", "/lines/0/quantity")]
    [InlineData("MUG", 2, "order_line_sent", "/lines")]
    public void Lines_that_cannot_be_called_off_are_refused(string line, int quantity, string code, string pointer)
    {
        var refused = Placed.Plan(Lines((new(line), quantity)), TheOrder, 1, Now).Rejection!;

        Assert.Equal((code, pointer), (refused.Code, refused.Pointer));
    }

    [Fact]
    public void The_same_line_twice_is_refused_and_so_is_an_order_that_never_was()
    {
        Assert.Equal("order_lines_malformed", Placed.Plan(Lines((Coffee, 1), (Coffee, 1)), TheOrder, 1, Now).Rejection?.Code);
        Assert.Equal("order_not_found", new Order().Plan(Whole, TheOrder, 0, Now).Rejection?.Code);
        Assert.Equal("order_not_found", new Order().Plan(Edit(), TheOrder, 0, Now).Rejection?.Code);
    }

    [Fact]
    public void Money_that_is_owed_is_owed_until_it_is_given_back()
    {
        var canceled = Record(Placed, Whole, (Coffee, 2), (Mug, 1));
        var refunded = canceled.After(canceled.RecordRefund(new("r1", Gbp(3793), null), Now));

        refunded.RecordRefund(new("r1", Gbp(3793), null), Now).IsNothing();
        Assert.Equal((OrderPaymentStatus.Refunded, Gbp(0)), (refunded.PaymentStatus, refunded.Owed));
        var refused = canceled.After(canceled.RecordRefund(new("r1", Gbp(3793), "card_closed"), Now));
        Assert.Equal((OrderPaymentStatus.Overcharged, Gbp(3793)), (refused.PaymentStatus, refused.Owed));
        Assert.Contains(refused.Timeline, entry => entry.Kind == "order.refund_refused");
    }

    [Fact]
    public void Money_that_comes_after_all_is_over_is_looked_after_at_once()
    {
        var unpaid = Unpaid();
        var canceled = Record(unpaid, Whole with { By = OrderParty.System }, (Coffee, 2), (Mug, 1));
        Assert.Null(canceled.WakeAt);

        var paid = canceled.After(canceled.RecordPayment(PaymentOf(3793, 3793), Now.AddDays(9)));
        var reserved = canceled.After(canceled.RecordPayment(PaymentOf(3793), Now.AddDays(9)));

        Assert.Equal((Now.AddDays(9), Now.AddDays(9)), (paid.WakeAt, reserved.WakeAt));
        var due = (OrderActionDue)paid.LookAfter(Now.AddDays(9), Now.AddDays(10)).TheEvent();
        Assert.Equal((false, true), (due.IsUnpaid, due.IsUnsettled));
        Assert.Equal(Now.AddDays(10), paid.After(due).WakeAt);
        Assert.Null(reserved.After(reserved.RecordPayment(PaymentOf(0), Now.AddDays(10))).WakeAt);
    }

    [Fact]
    public void An_order_without_money_in_sight_is_due_at_its_deadline()
    {
        var unpaid = Unpaid();

        Assert.Equal(Now.AddDays(7), unpaid.WakeAt);
        unpaid.LookAfter(Now.AddDays(7).AddTicks(-1), Now).IsNothing();
        Assert.True(((OrderActionDue)unpaid.LookAfter(Now.AddDays(7), Now.AddDays(8)).TheEvent()).IsUnpaid);
        Assert.Null(Placed.WakeAt);
        Assert.Null(unpaid.After(unpaid.RecordPayment(PaymentOf(3793), Now)).WakeAt);
        Assert.Equal("order_paid", Placed.Plan(Whole with { By = OrderParty.System }, TheOrder, 1, Now).Rejection?.Code);
    }

    [Fact]
    public void Money_that_is_no_longer_in_sight_sets_a_new_deadline()
    {
        var gone = Placed.After(Placed.RecordPayment(PaymentOf(0), Now.AddDays(8), Now.AddDays(15)));

        Assert.Equal((OrderPaymentStatus.Unpaid, Now.AddDays(15)), (gone.PaymentStatus, gone.WakeAt));
        Assert.Equal(Gbp(3793), gone.Due);
    }

    [Fact]
    public void An_edit_changes_units_at_their_prices_and_adds_lines_at_todays()
    {
        var tea = Added("TEA", 500, 2);
        var edit = Edit((Coffee, 3), (Mug, 0)) with { Add = [tea] };

        var plan = Placed.Plan(edit, TheOrder, 1, Now).Required;

        Assert.Equal([new(Mug, 1)], plan.Withhold);
        Assert.Equal([new(Coffee, 1), new(new("TEA"), 2)], plan.Add);
        Assert.Equal(Gbp((3 * 899) + 1000 + 395), plan.After.Totals.Total);
        Assert.Equal(Gbp(3793), plan.Before.Totals.Total);
        Assert.Equal((Gbp(299), Gbp(0)), (plan.After.AmountDue, plan.After.AmountOwed));
        var edited = Placed.After(Record(edit));
        Assert.Equal(plan.After.Totals, edited.Totals);
        Assert.Equal(OrderPaymentStatus.PartiallyPaid, edited.PaymentStatus);
        Assert.Equal([(Coffee, 3, 0), (Mug, 0, 1), (new("TEA"), 2, 0)],
            edited.View(TheOrder, 2).Required.Lines.Select(line => (line.Sku, line.Quantity, line.Canceled)));
        Decisions.Reread(edited);
    }

    [Fact]
    public void What_an_edit_adds_is_asked_of_the_locations_that_have_it()
    {
        var command = new RecordEdit(
            4, EntityId.Derive<OrderEditId>("edit"), Edit((Coffee, 3)), HoldId.For(TheOrder, 4),
            ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(Coffee, [new(Leeds, 1)]));

        var edited = (OrderEdited)Placed.Record(command, TheOrder, Now).TheEvent();

        var request = Assert.Single(edited.Requests);
        Assert.Equal((Leeds, HoldId.For(TheOrder, 4)), (request.Location, request.Hold));
        Assert.DoesNotContain(FulfillmentPlan.IdOf(request), Placed.Requests.Select(FulfillmentPlan.IdOf));
        Assert.Equal(3, Placed.After(edited).Requests.Length);
    }

    [Fact]
    public void Units_taken_off_after_an_edit_are_worth_their_share_of_the_new_whole()
    {
        var raised = Placed.After(Record(Edit((Coffee, 3))));

        var all = Record(raised, Whole, (Coffee, 3), (Mug, 1));

        Assert.Equal((Gbp(0), OrderStatus.Canceled), (all.Totals.Total, all.Status));
        Assert.Equal(raised.Totals.Total, all.Cancellations[0].Returned);
    }

    [Fact]
    public void Address_and_shipping_can_be_changed_within_the_country()
    {
        var moved = Ada with { Line1 = "1 Whitehall", City = "Leeds", PostalCode = "LS1 1AA" };
        var express = new ShippingOption("express", "Express", Gbp(795), 1, 1);

        var edited = Placed.After(Record(Edit() with { ShippingAddress = moved, ShippingOption = express, ShippingTaxes = [new("VAT", 0.2m)] }));

        var view = edited.View(TheOrder, 2).Required;
        Assert.Equal((moved, "express", Gbp(3793 + 400)), (view.ShippingAddress, view.ShippingOption.Id, view.Totals.Total));
        Assert.Equal("order_country_fixed", Code(Edit() with { ShippingAddress = moved with { Country = "FR", PostalCode = "75001" } }));
        Assert.Equal("validation_failed", Code(Edit() with { ShippingAddress = moved with { City = "" } }));
        Assert.DoesNotContain(view.Timeline, entry => entry.Detail.Contains("Whitehall", StringComparison.Ordinal));
    }

    [Fact]
    public void Edits_that_cannot_be_are_refused()
    {
        var coffee = Added(Coffee.Value, 899, 1);
        var sent = Placed.After(Placed.RecordFulfillment(Parcel("1", (Coffee, 2))));

        Assert.Equal("order_edit_empty", Code(Edit()));
        Assert.Equal("order_edit_empty", Code(Edit((Coffee, 2)) with { ShippingAddress = Ada }));
        Assert.Equal("order_edit_cancels", Code(Edit((Coffee, 0), (Mug, 0))));
        Assert.Equal("order_line_exists", Code(Edit() with { Add = [coffee] }));
        Assert.Equal("quantity_out_of_range", Code(Edit((Coffee, 1_000_001))));
        Assert.Equal("quantity_out_of_range", Code(Edit() with { Add = [coffee with { Quantity = 0, Id = new Sku("TEA") }] }));
        Assert.Equal("order_edit_stale", Code(Edit((Coffee, 1)) with { Revision = 2 }));
        Assert.Equal("order_line_sent", sent.Plan(Edit((Coffee, 1)), TheOrder, 2, Now).Rejection?.Code);
        Assert.Equal("order_edit_stale", sent.Plan(Edit((Mug, 0)) with { Revision = Placed.Revision }, TheOrder, 2, Now).Rejection?.Code);
    }

    [Fact]
    public void Nobody_changes_an_order_for_ever()
    {
        var order = Placed;
        for (var i = 0; i < 100; i++)
        {
            order = order.After(order.Record(new RecordEdit(
                i + 1, EntityId.Derive<OrderEditId>($"{i}"), Edit((Coffee, (i % 2) + 3)), Hold,
                ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty), TheOrder, Now));
        }

        Assert.Equal("order_too_many_changes", order.Plan(Whole, TheOrder, 101, Now).Rejection?.Code);
    }

    [Fact]
    public void Remarks_are_bounded_and_for_operators_only()
    {
        var order = Placed;
        for (var i = 0; i < 50; i++)
        {
            order = order.After(order.AddNote("Rang Ada: wants it wrapped.", Now));
        }

        Assert.Equal("order_too_many_notes", order.AddNote("one more", Now).Code());
        Assert.Equal("/text", Placed.AddNote(" ", Now).Rejection?.Pointer);
        Assert.Equal("/text", Placed.AddNote(new('x', 1_001), Now).Rejection?.Pointer);
        Assert.DoesNotContain("wrapped", System.Text.Json.JsonSerializer.Serialize(
            order.View(TheOrder, 51).Required, CommerceJson.Stored), StringComparison.Ordinal);
    }

    private static string? Code(PricedEdit edit) => Placed.Plan(edit, TheOrder, 1, Now).Rejection?.Code;

    private static CartLineView Added(string sku, long price, int quantity) => new(
        new(sku), EntityId.Derive<Catalog.ProductId>(sku), "Tea", null, quantity, Gbp(price), Gbp(price * quantity),
        Gbp(price * quantity / 6), 0.2m, null);

    private static Order Unpaid() =>
        new Order().After(new Order().Place(Bought with { Payment = PaymentOf(0) }, "H4RB0UR7", Now, Now.AddDays(7)));

    private static Order Settled(Order order) =>
        order.Owed.MinorUnits == 0 ? order : order.After(order.RecordRefund(new("r", order.Owed, null), Now));

    private static CancelOrder Lines(params (Sku Sku, int Quantity)[] lines) =>
        Whole with { Lines = [.. lines.Select(line => new OrderLineQuantity(line.Sku, line.Quantity))] };

    private static PricedEdit Edit(params (Sku Sku, int Quantity)[] lines) =>
        new([.. lines.Select(line => new OrderLineQuantity(line.Sku, line.Quantity))], [], null, null, []);

    private static Journal.Decision<OrderEvent> Record(PricedEdit edit) => Placed.Record(
        new RecordEdit(1, EntityId.Derive<OrderEditId>("edit"), edit, Hold, ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty),
        TheOrder,
        Now);

    private static Order Record(Order order, CancelOrder cancel, params (Sku Sku, int Quantity)[] withheld) => order.After(order.Record(
        new RecordCancellation(order.Change + 1, cancel, [.. withheld.Select(line => new SkuQuantity(line.Sku, line.Quantity))]), Now));

    private static FulfillmentView Parcel(string id, params (Sku Sku, int Quantity)[] lines) =>
        new(id, Leeds, [.. lines.Select(line => new SkuQuantity(line.Sku, line.Quantity))], null, Now);
}
