using static Commerce.Sample;

namespace Commerce.Payments;

public sealed class PaymentTests
{
    private const string Id = "ord_1";
    private static readonly PaymentClock Clock = new(Now, TimeSpan.FromHours(24));
    private static readonly NextAction Challenge = new("redirect_to_url", "/v1/sandbox/challenges/pi_1");
    private static readonly AuthorizePayment First = new(1, Gbp(3793), "pm_card_visa");
    private static readonly Payment Requested = new Payment().After(new Payment().Request(Id, First, Clock));

    /// <summary>Every status and every answer of the gateway, with what is made of it; anything else is no news.</summary>
    public static TheoryData<PaymentStatus, string, PaymentStatus> Transitions()
    {
        var table = new Dictionary<(PaymentStatus, GatewayStatus), PaymentStatus>
        {
            [(PaymentStatus.Pending, GatewayStatus.Authorized)] = PaymentStatus.Authorized,
            [(PaymentStatus.Pending, GatewayStatus.RequiresAction)] = PaymentStatus.RequiresAction,
            [(PaymentStatus.Pending, GatewayStatus.Declined)] = PaymentStatus.Declined,
            [(PaymentStatus.Pending, GatewayStatus.MethodUnknown)] = PaymentStatus.Declined,
            [(PaymentStatus.Pending, GatewayStatus.Captured)] = PaymentStatus.Paid,
            [(PaymentStatus.Pending, GatewayStatus.Voided)] = PaymentStatus.Voided,
            [(PaymentStatus.RequiresAction, GatewayStatus.Authorized)] = PaymentStatus.Authorized,
            [(PaymentStatus.RequiresAction, GatewayStatus.Declined)] = PaymentStatus.Declined,
            [(PaymentStatus.RequiresAction, GatewayStatus.MethodUnknown)] = PaymentStatus.Declined,
            [(PaymentStatus.RequiresAction, GatewayStatus.Captured)] = PaymentStatus.Paid,
            [(PaymentStatus.RequiresAction, GatewayStatus.Voided)] = PaymentStatus.Voided,
            [(PaymentStatus.Authorized, GatewayStatus.Captured)] = PaymentStatus.Paid,
            [(PaymentStatus.Authorized, GatewayStatus.Voided)] = PaymentStatus.Voided,

            // Money that moved in spite of our belief moved.
            [(PaymentStatus.Declined, GatewayStatus.Authorized)] = PaymentStatus.Authorized,
            [(PaymentStatus.Declined, GatewayStatus.Captured)] = PaymentStatus.Paid,
            [(PaymentStatus.Declined, GatewayStatus.Voided)] = PaymentStatus.Voided,
            [(PaymentStatus.Voided, GatewayStatus.Captured)] = PaymentStatus.Paid,
        };
        var data = new TheoryData<PaymentStatus, string, PaymentStatus>();
        foreach (var from in Enum.GetValues<PaymentStatus>())
        {
            foreach (var answer in Enum.GetValues<GatewayStatus>())
            {
                data.Add(from, answer.ToString(), table.GetValueOrDefault((from, answer), from));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Every_answer_in_every_status_has_one_outcome(
        PaymentStatus from, string answer, PaymentStatus expected)
    {
        var payment = In(from);

        var decision = payment.Learn(1, Told(Enum.Parse<GatewayStatus>(answer)), Clock);

        Assert.Null(decision.Rejection);
        Assert.Equal(expected, payment.After(decision).Last!.Status);
        Assert.Empty(payment.After(decision).Learn(1, Told(Enum.Parse<GatewayStatus>(answer)), Clock).Events);
    }

    [Fact]
    public void An_attempt_is_journaled_with_its_key_before_the_gateway_is_asked_and_repeating_it_is_harmless()
    {
        Assert.Equal((1, PaymentStatus.Pending, Gbp(3793)), (Requested.Last!.Number, Requested.Last.Status, Requested.Last.Amount));
        Assert.Equal("ord_1/1/1", Requested.Last.Pending!.Key);
        Requested.Request(Id, First, Clock).IsNothing();
    }

    [Fact]
    public void An_attempt_stands_for_one_amount_and_one_method()
    {
        Assert.Equal("payment_attempt_unknown", Requested.Request(Id, First with { Amount = Gbp(1) }, Clock).Code());
        Assert.Equal("payment_attempt_unknown", Requested.Request(Id, First with { Method = "pm_card_amex" }, Clock).Code());
    }

    [Theory]
    [InlineData(PaymentStatus.Pending, false)]
    [InlineData(PaymentStatus.RequiresAction, false)]
    [InlineData(PaymentStatus.Authorized, false)]
    [InlineData(PaymentStatus.Paid, false)]
    [InlineData(PaymentStatus.Declined, true)]
    [InlineData(PaymentStatus.Voided, true)]
    public void Another_attempt_begins_only_when_the_last_is_over(PaymentStatus status, bool begins)
    {
        var decision = In(status).Request(Id, First with { Attempt = 2 }, Clock);

        Assert.Equal(begins ? null : "payment_attempt_unknown", decision.Rejection?.Code);
        Assert.Equal(begins ? 1 : 0, decision.Events.Length);
        Assert.Equal("payment_attempt_unknown", In(PaymentStatus.Voided).Request(Id, First with { Attempt = 0 }, Clock).Code());
    }

    [Fact]
    public void An_additional_payment_may_stand_beside_one_that_was_taken_and_no_other()
    {
        var more = new AuthorizePayment(2, Gbp(100), "pm_card_visa", IsAdditional: true);

        Assert.Single(In(PaymentStatus.Paid).Request(Id, more, Clock).Events);
        Assert.Equal("payment_attempt_unknown", In(PaymentStatus.Authorized).Request(Id, more, Clock).Code());
        Assert.Equal(
            "payment_attempt_unknown",
            In(PaymentStatus.Paid).Request(Id, more with { Amount = new(100, Euros) }, Clock).Code());
    }

    [Fact]
    public void Nothing_is_not_an_amount_to_pay()
    {
        Assert.Equal("payment_attempt_unknown", new Payment().Request(Id, First with { Amount = Gbp(0) }, Clock).Code());
        Assert.Equal("payment_attempt_unknown", new Payment().Request(Id, First with { Amount = Gbp(-1) }, Clock).Code());
    }

    [Fact]
    public void Answers_about_another_attempt_are_refused() => Assert.Equal(
        "payment_attempt_unknown", Requested.Learn(2, Told(GatewayStatus.Authorized), Clock).Code());

    [Fact]
    public void A_new_attempt_starts_from_nothing()
    {
        var declined = In(PaymentStatus.Declined);

        var last = declined.After(declined.Request(Id, new(2, Gbp(100), "pm_card_amex"), Clock)).Last!;

        Assert.Equal((2, PaymentStatus.Pending, null, null), (last.Number, last.Status, last.Intent, last.DeclineCode));
    }

    [Fact]
    public void Callers_see_what_is_reserved_and_taken()
    {
        Assert.Equal("payment_not_found", new Payment().Outcome(1, 0).Rejection?.Code);
        Assert.Equal((0, 0), Amounts(PaymentStatus.Pending));
        Assert.Equal((0, 0), Amounts(PaymentStatus.RequiresAction));
        Assert.Equal((3793, 0), Amounts(PaymentStatus.Authorized));
        Assert.Equal((3793, 3793), Amounts(PaymentStatus.Paid));
        Assert.Equal((0, 0), Amounts(PaymentStatus.Voided));
        Assert.Equal(Challenge, View(In(PaymentStatus.RequiresAction)).NextAction);
        Assert.Null(View(In(PaymentStatus.Authorized)).NextAction);
    }

    [Fact]
    public void Callers_see_why_a_payment_was_refused()
    {
        var declined = In(PaymentStatus.Declined).Outcome(1, 3).Rejection!;
        var unknown = Requested.After(Requested.Learn(1, Told(GatewayStatus.MethodUnknown), Clock)).Outcome(1, 3).Rejection!;

        Assert.Equal((RejectionKind.PaymentDeclined, "payment_declined"), (declined.Kind, declined.Code));
        Assert.Contains("insufficient_funds", declined.Detail, StringComparison.Ordinal);
        Assert.Equal((RejectionKind.Invalid, "payment_method_unknown"), (unknown.Kind, unknown.Code));
    }

    [Fact]
    public void A_payment_is_read_back_from_its_snapshot() =>
        Assert.All(Enum.GetValues<PaymentStatus>(), status => Decisions.Reread(In(status)));

    [Fact]
    public void What_was_journaled_before_there_were_operations_means_the_same()
    {
        var old = new Payment().After(
            new PaymentRequested(1, Gbp(3793), "pm_card_visa"), new PaymentAuthorized(1, "pi_1"), new PaymentCaptured(1, Gbp(3793)));
        var voided = new Payment().After(
            new PaymentRequested(1, Gbp(3793), "pm_card_visa"), new PaymentAuthorized(1, "pi_1"), new PaymentVoided(1));

        Assert.Equal((PaymentStatus.Paid, 3793L), (old.Last!.Status, old.Last.Captured.MinorUnits));
        Assert.Equal((PaymentStatus.Voided, 3793L, null), (voided.Last!.Status, voided.Last.Voided.MinorUnits, voided.WakeAt));
    }

    [Fact]
    public void A_reservation_is_taken_in_parts_only_where_the_card_allows_it()
    {
        var once = In(PaymentStatus.Authorized);
        var often = Requested.After(Requested.Learn(1, Told(GatewayStatus.Authorized) with { CanCaptureAgain = true }, Clock));

        Assert.Equal("payment_capture_is_final", once.Take(Id, new(1000, IsFinal: false), Clock).Code());
        Assert.Equal("payment_amount_invalid", once.Take(Id, new(3794), Clock).Code());
        Assert.Equal("payment_amount_invalid", once.Take(Id, new(0), Clock).Code());
        var began = Assert.IsType<PaymentOperationBegan>(often.Take(Id, new(1000, IsFinal: false), Clock).TheEvent());
        Assert.Equal(("ord_1/1/2", false, 1000), (began.Operation.Key, began.Operation.IsFinal, began.Operation.Amount.MinorUnits));

        var part = Concluded(often, began, Told(GatewayStatus.Authorized) with { Captured = Gbp(1000), Capturable = Gbp(2793) });
        Assert.Equal((PaymentStatus.Authorized, 1000, 2793), Taken(part));

        var last = Assert.IsType<PaymentOperationBegan>(part.Take(Id, new(500), Clock).TheEvent());
        var end = Concluded(part, last, Told(GatewayStatus.Captured) with { Captured = Gbp(1500), Capturable = Gbp(0) });
        Assert.Equal((PaymentStatus.Paid, 1500, 0), Taken(end));
        Assert.Equal(2293, View(end).Amounts!.Voided.MinorUnits);
    }

    [Fact]
    public void No_more_is_given_back_than_was_taken_and_is_neither_refunded_nor_on_its_way_nor_disputed()
    {
        var paid = In(PaymentStatus.Paid);
        var one = (PaymentOperationBegan)paid.Refund(Id, new(1000), "one", Clock).TheEvent();
        var pending = Concluded(paid, one, null, new("re_1", Gbp(1000), PaymentRefundStatus.Pending));
        var disputed = pending.After(pending.Learn(
            1, Told(GatewayStatus.Captured) with { Disputes = [new("du_1", Gbp(793), PaymentDisputeStatus.Open, "fraudulent")] }, Clock));

        Assert.Equal("refund_exceeds_captured", disputed.Refund(Id, new(2001), "two", Clock).Code());
        Assert.Single(disputed.Refund(Id, new(2000), "two", Clock).Events);
        Assert.Equal("payment_amount_invalid", disputed.Refund(Id, new(0), "two", Clock).Code());
        Assert.Equal(
            (3793, 0, 1000, 793),
            (View(disputed).Amounts!.Captured.MinorUnits, View(disputed).Amounts!.Refunded.MinorUnits,
                View(disputed).Amounts!.RefundedPending.MinorUnits, View(disputed).Amounts!.Disputed.MinorUnits));
    }

    [Fact]
    public void A_refund_is_made_once_however_often_and_late_it_is_asked_for()
    {
        var paid = In(PaymentStatus.Paid);
        var one = (PaymentOperationBegan)paid.Refund(Id, new(1000), "one", Clock).TheEvent();
        var refunded = Concluded(paid, one, null, new("re_1", Gbp(1000), PaymentRefundStatus.Succeeded));

        refunded.Refund(Id, new(1000), "one", Clock).IsNothing();
        refunded.Refund(Id, new(9999), "one", Clock).IsNothing();
        Assert.Single(refunded.Refund(Id, new(1000), "another", Clock).Events);
    }

    [Fact]
    public void A_refund_that_comes_back_can_be_made_again()
    {
        var paid = In(PaymentStatus.Paid);
        var one = (PaymentOperationBegan)paid.Refund(Id, new(3793), "one", Clock).TheEvent();
        var refunded = Concluded(paid, one, null, new("re_1", Gbp(3793), PaymentRefundStatus.Succeeded));

        var failed = refunded.After(refunded.Learn(
            1,
            Told(GatewayStatus.Captured) with { Refunds = [new("re_1", Gbp(3793), PaymentRefundStatus.Failed, 2, "lost_or_stolen_card")] },
            Clock));

        Assert.Equal("lost_or_stolen_card", failed.Whole(9).Required.Refunds!.Value.Single().FailureCode);
        Assert.Single(failed.Refund(Id, new(), "two", Clock).Events);
    }

    [Fact]
    public void Whatever_comes_of_an_attempt_that_was_given_up_goes_back_and_the_customer_is_told_once()
    {
        var asked = In(PaymentStatus.RequiresAction);
        var given = asked.After(asked.Abandon(1, Clock));
        Assert.NotNull(given.WakeAt);

        var late = given.After(given.Learn(1, Told(GatewayStatus.Authorized), Clock));
        Assert.Equal(0, View(late).Authorized.MinorUnits);
        var let = (PaymentOperationBegan)late.Remedy(Id, 1, Clock).TheEvent();
        Assert.Equal(PaymentVerb.Void, let.Operation.Verb);
        var gone = Concluded(late, let, Told(GatewayStatus.Voided));

        var told = Assert.IsType<PaymentReturned>(gone.Remedy(Id, 1, Clock).TheEvent());
        Assert.Equal(Gbp(3793), told.Amount);
        gone.After(told).Remedy(Id, 1, Clock).IsNothing();
        Assert.Null(gone.After(told).WakeAt);
    }

    [Fact]
    public void An_attempt_that_is_given_up_while_authorized_goes_back_without_a_word()
    {
        var authorized = In(PaymentStatus.Authorized);
        var given = authorized.After(authorized.Abandon(1, Clock));
        var let = (PaymentOperationBegan)given.Remedy(Id, 1, Clock).TheEvent();

        var gone = Concluded(given, let, Told(GatewayStatus.Voided));

        gone.Remedy(Id, 1, Clock).IsNothing();
        Assert.Null(gone.WakeAt);
    }

    [Fact]
    public void A_cancellation_that_comes_too_late_becomes_a_refund_at_once()
    {
        var asked = In(PaymentStatus.RequiresAction);
        var given = asked.After(asked.Abandon(1, Clock));
        var let = (PaymentOperationBegan)given.Remedy(Id, 1, Clock).TheEvent();

        var taken = given.After(let);
        taken = taken.After(taken.Conclude(1, 2, new(Told(GatewayStatus.Captured), "payment_intent_unexpected_state"), Clock));

        var back = Assert.IsType<PaymentOperationBegan>(taken.Remedy(Id, 1, Clock).TheEvent());
        Assert.Equal((PaymentVerb.Refund, Gbp(3793)), (back.Operation.Verb, back.Operation.Amount));
    }

    [Fact]
    public void What_the_gateway_refuses_to_give_back_is_tried_again_after_a_while()
    {
        var paid = In(PaymentStatus.Paid);
        var given = paid.After(new PaymentAbandoned(1, Now));
        var back = (PaymentOperationBegan)given.Remedy(Id, 1, Clock).TheEvent();

        var refused = given.After(back);
        refused = refused.After(refused.Conclude(1, 2, new(null, "insufficient_balance"), Clock));

        refused.Remedy(Id, 1, Clock).IsNothing();
        Assert.Equal(Now + TimeSpan.FromHours(1), refused.WakeAt);
        Assert.Single(refused.Remedy(Id, 1, Clock with { Now = Now + TimeSpan.FromHours(1) }).Events);
    }

    [Fact]
    public void A_payment_that_belongs_to_an_order_is_not_given_up()
    {
        var authorized = In(PaymentStatus.Authorized);

        var kept = authorized.After(authorized.Keep(Id, 1, Clock));

        Assert.Equal("payment_captured", kept.Abandon(1, Clock).Code());
        Assert.Equal("payment_not_authorized", In(PaymentStatus.Declined).Keep(Id, 1, Clock).Code());
    }

    [Fact]
    public void What_is_reserved_for_an_order_and_left_to_an_operator_is_taken_or_let_go_and_never_given_up()
    {
        var authorized = In(PaymentStatus.Authorized);

        var kept = authorized.After(authorized.KeepReserved(1));

        kept.KeepReserved(1).IsNothing();
        Assert.Equal("payment_captured", kept.Abandon(1, Clock).Code());
        Assert.Equal(PaymentVerb.Capture, ((PaymentOperationBegan)kept.Take(Id, new(null), Clock).TheEvent()).Operation.Verb);
        Assert.Equal(PaymentVerb.Void, ((PaymentOperationBegan)kept.Release(Id, Clock).TheEvent()).Operation.Verb);
        Assert.Equal("payment_not_authorized", In(PaymentStatus.Declined).KeepReserved(1).Code());
        Assert.Equal("payment_not_authorized", authorized.After(authorized.Abandon(1, Clock)).KeepReserved(1).Code());
    }

    [Fact]
    public void The_end_of_a_reservation_is_a_deadline_that_is_noticed_once()
    {
        var end = Now + TimeSpan.FromDays(7);
        var authorized = Requested.After(Requested.Learn(1, Told(GatewayStatus.Authorized) with { CaptureBefore = end }, Clock));
        var near = Clock with { Now = end - TimeSpan.FromHours(24) };

        Assert.Equal(near.Now, authorized.WakeAt);
        authorized.Notice(1, Clock).IsNothing();
        var noticed = authorized.After(authorized.Notice(1, near));
        noticed.Notice(1, near).IsNothing();
        Assert.Equal(end, noticed.WakeAt);

        var ended = noticed.After(noticed.Learn(
            1, Told(GatewayStatus.Voided), Clock with { Now = end }));
        Assert.Equal((PaymentStatus.Voided, null), (ended.Last!.Status, ended.WakeAt));
    }

    [Fact]
    public void A_call_without_an_outcome_has_a_deadline() => Assert.Equal(Now + TimeSpan.FromSeconds(10), Requested.WakeAt);

    private static Payment Concluded(Payment before, PaymentOperationBegan began, GatewayIntent? intent, GatewayRefund? refund = null)
    {
        var asked = before.After(began);
        return asked.After(asked.Conclude(1, began.Operation.Number, new(intent, Refund: refund), Clock));
    }

    private static (PaymentStatus Status, long Captured, long Capturable) Taken(Payment payment) =>
        (payment.Last!.Status, payment.Last.Captured.MinorUnits, payment.Last.Capturable.MinorUnits);

    /// <summary>An answer of the gateway, with the amounts that go with its status.</summary>
    private static GatewayIntent Told(GatewayStatus status) => new("pi_1", status, Gbp(3793))
    {
        Authorized = Gbp(status is GatewayStatus.Authorized or GatewayStatus.Captured or GatewayStatus.Voided ? 3793 : 0),
        Capturable = Gbp(status == GatewayStatus.Authorized ? 3793 : 0),
        Captured = Gbp(status == GatewayStatus.Captured ? 3793 : 0),
        DeclineCode = "insufficient_funds",
        NextAction = Challenge,
    };

    private static PaymentView View(Payment payment) => payment.Outcome(1, 9).Required;

    private static (long Authorized, long Captured) Amounts(PaymentStatus status)
    {
        var view = View(In(status));
        return (view.Authorized.MinorUnits, view.Captured.MinorUnits);
    }

    private static Payment In(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => Requested,
        PaymentStatus.RequiresAction => Requested.After(new PaymentActionRequired(1, "pi_1", Challenge)),
        PaymentStatus.Authorized => Requested.After(new PaymentAuthorized(1, "pi_1")),
        PaymentStatus.Paid => Requested.After(new PaymentAuthorized(1, "pi_1"), new PaymentCaptured(1, Gbp(3793))),
        PaymentStatus.Declined => Requested.After(new PaymentDeclined(1, "pi_1", "insufficient_funds")),
        _ => Requested.After(new PaymentAuthorized(1, "pi_1"), new PaymentVoided(1)),
    };
}
