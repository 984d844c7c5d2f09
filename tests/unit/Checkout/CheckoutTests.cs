using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Inventory;
using static Commerce.Sample;

namespace Commerce.Checkout;

public sealed class CheckoutTests
{
    private static readonly DateTimeOffset Deadline = Now.AddSeconds(10);
    private static readonly CheckoutProcess Begun =
        new CheckoutProcess().After(new CheckoutProcess().Begin(new("complete:1"), new("pm_card_visa"), Deadline));

    /// <summary>The way of an order: each outcome and the step that it leads to.</summary>
    private static readonly (CheckoutEvent Outcome, CheckoutStep Next)[] Way =
    [
        (new CheckoutCartFrozen(FrozenCart(), Deadline), CheckoutStep.HoldStock),
        (new CheckoutStockHeld(Deadline), CheckoutStep.AuthorizePayment),
        (new CheckoutActionRequired(PaymentOf(0), Deadline), CheckoutStep.AwaitCustomer),
        (new CheckoutPaymentAuthorized(PaymentOf(3793), Deadline), CheckoutStep.CommitStock),
        (new CheckoutStockCommitted(ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty, Deadline), CheckoutStep.PlaceOrder),
        (new CheckoutOrderPlaced(Deadline), CheckoutStep.CapturePayment),
        (new CheckoutPaymentCaptured(Deadline), CheckoutStep.CompleteCart),
        (new CheckoutCompleted(), CheckoutStep.Completed),
    ];

    [Fact]
    public void An_order_comes_about_step_by_step_and_every_step_before_the_end_has_a_deadline()
    {
        var checkout = Begun;
        Assert.Equal((1, CheckoutStep.FreezeCart), (checkout.Attempt, checkout.Step));
        foreach (var (outcome, next) in Way)
        {
            Assert.Equal(Deadline, checkout.WakeAt);

            checkout = checkout.After(checkout.Record(checkout.Step, outcome));

            Assert.Equal(next, checkout.Step);
        }

        Assert.Null(checkout.WakeAt);
    }

    [Fact]
    public void A_payment_that_needs_no_confirmation_skips_the_wait()
    {
        var checkout = Begun.After(Way[0].Outcome, Way[1].Outcome, Way[3].Outcome);

        Assert.Equal(CheckoutStep.CommitStock, checkout.Step);
    }

    [Fact]
    public void An_outcome_of_another_step_is_old_news()
    {
        foreach (var step in Enum.GetValues<CheckoutStep>().Where(step => step != Begun.Step))
        {
            Begun.Record(step, new CheckoutStockHeld(Deadline)).IsNothing();
        }
    }

    [Theory]
    [InlineData(nameof(CheckoutStep.None), true)]
    [InlineData(nameof(CheckoutStep.FreezeCart), false)]
    [InlineData(nameof(CheckoutStep.HoldStock), false)]
    [InlineData(nameof(CheckoutStep.AuthorizePayment), false)]
    [InlineData(nameof(CheckoutStep.AwaitCustomer), false)]
    [InlineData(nameof(CheckoutStep.CommitStock), false)]
    [InlineData(nameof(CheckoutStep.PlaceOrder), false)]
    [InlineData(nameof(CheckoutStep.CapturePayment), false)]
    [InlineData(nameof(CheckoutStep.CompleteCart), false)]
    [InlineData(nameof(CheckoutStep.Completed), false)]
    [InlineData(nameof(CheckoutStep.Undo), false)]
    [InlineData(nameof(CheckoutStep.Failed), true)]
    public void An_attempt_begins_only_where_none_is_under_way_or_has_succeeded(string step, bool begins)
    {
        var decision = (new CheckoutProcess { Attempt = 4, Step = Enum.Parse<CheckoutStep>(step) }).Begin(new("complete:2"), new("pm_card_visa"), Deadline);

        Assert.Null(decision.Rejection);
        Assert.Equal(begins ? [new CheckoutBegan(5, "complete:2", "pm_card_visa", Deadline)] : [], decision.Events);
    }

    [Fact]
    public void What_failed_is_undone_and_remembers_why()
    {
        var failed = Begun.After(Way[0].Outcome).After(new CheckoutFailed(CheckoutRejections.Abandoned, Deadline));
        var undone = failed.After(failed.Record(CheckoutStep.Undo, new CheckoutUndone()));

        Assert.Equal((CheckoutStep.Undo, Deadline), (failed.Step, failed.WakeAt));
        Assert.Equal((CheckoutStep.Failed, null), (undone.Step, undone.WakeAt));
        Assert.Equal("checkout_expired", undone.Failure!.Code);
    }

    [Fact]
    public void A_new_attempt_starts_from_nothing_but_its_number()
    {
        var failed = Begun.After(Way[0].Outcome, new CheckoutFailed(CheckoutRejections.Abandoned, Deadline), new CheckoutUndone());

        var again = failed.After(failed.Begin(new("complete:2"), new("pm_card_amex"), Deadline));

        Assert.Equal((2, CheckoutStep.FreezeCart, "pm_card_amex"), (again.Attempt, again.Step, again.PaymentMethod));
        Assert.Null(again.Cart);
        Assert.Null(again.Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("256")]
    public void A_payment_method_is_none_or_one(string method)
    {
        var refused = new CheckoutProcess().Begin(new("complete:1"), new(method == "256" ? new('x', 256) : method), Deadline);

        Assert.Equal(("validation_failed", "/payment_method"), (refused.Code(), refused.Rejection!.Pointer));
        Assert.Equal("", ((CheckoutBegan)new CheckoutProcess().Begin(new("complete:1"), new(null), Deadline).TheEvent()).PaymentMethod);
    }

    [Fact]
    public void Credit_is_reserved_before_the_rest_is_authorized_and_spent_before_the_order_is_placed()
    {
        var checkout = Begun.After(new CheckoutCartFrozen(Paid(by: 1000), Deadline)).After(Way[1].Outcome);
        Assert.Equal((CheckoutStep.ReserveCredit, Gbp(2793)), (checkout.Step, checkout.Cart!.AmountDue));

        checkout = checkout.After(new CheckoutCreditReserved(Deadline));
        Assert.Equal(CheckoutStep.AuthorizePayment, checkout.Step);

        checkout = checkout.After(Way[3].Outcome, Way[4].Outcome);
        Assert.Equal(CheckoutStep.CommitCredit, checkout.Step);
        Assert.Equal(CheckoutStep.PlaceOrder, Decisions.Reread(checkout.After(new CheckoutCreditCommitted(Deadline))).Step);
    }

    [Fact]
    public void Where_credit_pays_everything_nobody_is_asked_for_a_payment()
    {
        var checkout = Begun.After(new CheckoutCartFrozen(Paid(by: 3793), Deadline), Way[1].Outcome, new CheckoutCreditReserved(Deadline));
        Assert.Equal(CheckoutStep.CommitStock, checkout.Step);

        checkout = checkout.After(Way[4].Outcome, new CheckoutCreditCommitted(Deadline), Way[5].Outcome);
        Assert.Equal((CheckoutStep.CompleteCart, null), (checkout.Step, checkout.Payment));
    }

    private static CartView Paid(long by) => FrozenCart() with
    {
        GiftCards = [new(EntityId.Derive<Credit.CreditAccountId>("card"), Credit.CreditKind.GiftCard, "CARD", Gbp(by))],
    };

    [Fact]
    public void Units_are_summed_by_SKU_in_an_order_that_is_the_same_for_everybody()
    {
        var cart = FrozenCart();
        var checkout = Begun.After(new CheckoutCartFrozen(
            cart with { Lines = [cart.Lines[1], cart.Lines[0], cart.Lines[1]] }, Deadline));

        Assert.Equal([(Coffee, 2), (Mug, 2)], checkout.Units);
    }

    [Fact]
    public void A_checkout_is_read_back_from_its_snapshot_wherever_it_stands()
    {
        var checkout = Begun;
        Decisions.Reread(checkout);
        foreach (var (outcome, next) in Way)
        {
            checkout = Decisions.Reread(checkout.After(outcome));
            Assert.Equal(next, checkout.Step);
        }

        Decisions.Reread(Begun.After(new CheckoutFailed(StockRejections.Insufficient(Coffee, 2, 1), Deadline)));
    }
}
