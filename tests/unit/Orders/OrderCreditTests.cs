using System.Collections.Immutable;
using Commerce.Credit;
using Commerce.Inventory;
using static Commerce.Sample;

namespace Commerce.Orders;

/// <summary>An order of 37.93, of which a gift card pays 10.00, store credit 5.00, and a payment the rest.</summary>
public sealed class OrderCreditTests
{
    private static readonly CreditAccountId Card = EntityId.Derive<CreditAccountId>("card");
    private static readonly CreditAccountId Store = EntityId.Derive<CreditAccountId>("store");
    private static readonly CancelOrder Whole = new([], OrderCancelReason.Staff, true, OrderParty.Operator);

    private static readonly PlaceOrder Bought = new(
        FrozenCart() with
        {
            GiftCards = [new(Card, CreditKind.GiftCard, "CARD", Gbp(1000))],
            StoreCredit = new(Store, CreditKind.StoreCredit, null, Gbp(500)),
        },
        Hold,
        ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(Coffee, [new(Leeds, 2)]).Add(Mug, [new(Leeds, 1)]),
        PaymentOf(2293));

    private static readonly Order Placed = new Order().After(new Order().Place(Bought, "H4RB0UR7", Now, Now.AddDays(7)));
    private static readonly Order Paid = Placed.After(Placed.RecordPayment(PaymentOf(2293, 2293), Now));

    [Fact]
    public void Credit_and_payment_together_pay_an_order()
    {
        var (reserved, taken) = (Placed.View(TheOrder, 1).Required, Paid.View(TheOrder, 2).Required);

        Assert.Equal((OrderPaymentStatus.Authorized, Gbp(1500), Gbp(0)), (reserved.PaymentStatus, reserved.Paid, reserved.AmountDue));
        Assert.Equal((OrderPaymentStatus.Paid, Gbp(3793), Gbp(0)), (taken.PaymentStatus, taken.Paid, taken.AmountOwed));
        Assert.Equal([(Card, "CARD", 1000), (Store, null, 500)], taken.Credits.Select(credit => (credit.Id, credit.Last4, (int)credit.Amount.MinorUnits)));
        Decisions.Reread(Paid);
    }

    [Fact]
    public void An_order_that_credit_pays_alone_is_paid_and_waits_for_no_payment()
    {
        var alone = Bought with
        {
            Cart = FrozenCart() with { GiftCards = [new(Card, CreditKind.GiftCard, "CARD", Gbp(3793))] }, Payment = null,
        };

        var order = new Order().After(new Order().Place(alone, "H4RB0UR7", Now, Now.AddDays(7)));

        Assert.Equal((OrderPaymentStatus.Paid, null), (order.PaymentStatus, order.WakeAt));
        Assert.Equal(Gbp(0), order.View(TheOrder, 1).Required.AmountDue);
    }

    [Fact]
    public void Of_a_part_the_payment_gets_back_first_then_store_credit_and_the_gift_card_at_last()
    {
        // 16.00 for the mug.
        var some = Record(Paid, new(new("MUG"), 1));
        Assert.Equal([("payment", 1600)], Returned(some));

        // 26.98 with a mug and a coffee, more than the payment took.
        var more = Record(Record(Paid, new(new("MUG"), 1)), new(Coffee, 1));
        Assert.Equal([("payment", 2293), ("store", 206)], Returned(more));

        var all = Paid.After(Paid.Record(new RecordCancellation(1, Whole, [new(Coffee, 2), new(Mug, 1)]), Now));
        Assert.Equal([("payment", 2293), ("store", 500), ("card", 1000)], Returned(all));
    }

    [Fact]
    public void What_the_payment_does_not_take_back_is_not_put_on_a_card()
    {
        var all = Paid.After(Paid.Record(new RecordCancellation(1, Whole, [new(Coffee, 2), new(Mug, 1)]), Now));

        Assert.Equal([("store", 500), ("card", 1000)], Returned(all, refuses: "payment"));
        Assert.Equal([("payment", 2293), ("card", 1000)], Returned(all, refuses: "store"));
    }

    [Fact]
    public void Of_what_was_only_reserved_credit_alone_is_given_back()
    {
        var all = Placed.After(Placed.Record(new RecordCancellation(1, Whole, [new(Coffee, 2), new(Mug, 1)]), Now));
        all = all.After(all.RecordPayment(PaymentOf(0), Now));

        Assert.Equal([("store", 500), ("card", 1000)], Returned(all));
    }

    private static Order Record(Order order, OrderLineQuantity line) => order.After(order.Record(
        new RecordCancellation(order.Change + 1, Whole with { Lines = [line] }, [new(line.Line.Sku, line.Quantity)]), Now));

    /// <summary>Gives back until nothing is to give, as the process does, and says to whom.</summary>
    private static List<(string To, int Amount)> Returned(Order order, string? refuses = null)
    {
        var returned = new List<(string, int)>();
        var amendment = new Amendment().After(new Amendment().Begin(Whole, new("cancel:1"), Now));
        while (amendment.NextRefund(order.View(TheOrder, 1).Required) is var (amount, credit))
        {
            var to = credit is null ? "payment" : credit.Account == Card ? "card" : "store";
            var refusal = to == refuses ? "no" : null;
            amendment = amendment.After(new AmendmentRefundBegan($"r{amendment.Refunds}", amount, Now) { Credit = credit });
            if (credit is not null)
            {
                Assert.Equal(order.Credits.Single(spent => spent.Id == credit.Account).Kept - amount, credit.Left);
            }

            order = order.After(order.RecordRefund(new(amendment.Refund!, amount, refusal, credit?.Account), Now));
            amendment = Decisions.Reread(amendment).After(new AmendmentRefundEnded(refusal, Now));
            if (refusal is null)
            {
                returned.Add((to, (int)amount.MinorUnits));
            }
        }

        Assert.Equal(refuses is null, order.Owed.MinorUnits == 0);
        return returned;
    }
}
