using static Commerce.Sample;

namespace Commerce.Payments;

public sealed class PaymentTests
{
    private static readonly NextAction Challenge = new("redirect_to_url", "/v1/sandbox/challenges/pi_1");
    private static readonly AuthorizePayment First = new(1, Gbp(3793), "pm_card_visa");
    private static readonly Payment Requested = new Payment().After(new Payment().Request(First));

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

            // Money that was taken in spite of our belief was taken.
            [(PaymentStatus.Declined, GatewayStatus.Captured)] = PaymentStatus.Paid,
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

        var decision = payment.Learn(1, new("pi_1", Enum.Parse<GatewayStatus>(answer), "insufficient_funds", Challenge));

        Assert.Null(decision.Rejection);
        Assert.Equal(from == expected ? 0 : 1, decision.Events.Length);
        Assert.Equal(expected, payment.After(decision).Status);
    }

    [Fact]
    public void An_attempt_is_journaled_before_the_gateway_is_asked_and_repeating_it_is_harmless()
    {
        Assert.Equal((1, PaymentStatus.Pending, Gbp(3793)), (Requested.Attempt, Requested.Status, Requested.Amount));
        Requested.Request(First).IsNothing();
    }

    [Fact]
    public void An_attempt_stands_for_one_amount_and_one_method()
    {
        Assert.Equal("payment_attempt_unknown", Requested.Request(First with { Amount = Gbp(1) }).Code());
        Assert.Equal("payment_attempt_unknown", Requested.Request(First with { Method = "pm_card_amex" }).Code());
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
        var decision = In(status).Request(First with { Attempt = 2 });

        Assert.Equal(begins ? null : "payment_attempt_unknown", decision.Rejection?.Code);
        Assert.Equal(begins ? 1 : 0, decision.Events.Length);
        Assert.Equal("payment_attempt_unknown", In(PaymentStatus.Voided).Request(First with { Attempt = 0 }).Code());
    }

    [Fact]
    public void Nothing_is_not_an_amount_to_pay()
    {
        Assert.Equal("payment_attempt_unknown", new Payment().Request(First with { Amount = Gbp(0) }).Code());
        Assert.Equal("payment_attempt_unknown", new Payment().Request(First with { Amount = Gbp(-1) }).Code());
    }

    [Fact]
    public void Answers_about_another_attempt_are_refused() => Assert.Equal(
        "payment_attempt_unknown", Requested.Learn(2, new("pi_1", GatewayStatus.Authorized)).Code());

    [Fact]
    public void A_new_attempt_starts_from_nothing()
    {
        var payment = In(PaymentStatus.Declined);

        payment = payment.After(payment.Request(new(2, Gbp(100), "pm_card_amex")));

        Assert.Equal((2, PaymentStatus.Pending, null, null), (payment.Attempt, payment.Status, payment.Intent, payment.DeclineCode));
    }

    [Fact]
    public void Callers_see_what_is_reserved_and_taken()
    {
        Assert.Equal("payment_not_found", new Payment().View().Rejection?.Code);
        Assert.Equal((0, 0), Amounts(PaymentStatus.Pending));
        Assert.Equal((0, 0), Amounts(PaymentStatus.RequiresAction));
        Assert.Equal((3793, 0), Amounts(PaymentStatus.Authorized));
        Assert.Equal((3793, 3793), Amounts(PaymentStatus.Paid));
        Assert.Equal((0, 0), Amounts(PaymentStatus.Voided));
        Assert.Equal(Challenge, In(PaymentStatus.RequiresAction).View().Required.NextAction);
        Assert.Null(In(PaymentStatus.Authorized).View().Required.NextAction);
    }

    [Fact]
    public void Callers_see_why_a_payment_was_refused()
    {
        var declined = In(PaymentStatus.Declined).View().Rejection!;
        var unknown = Requested.After(Requested.Learn(1, new("", GatewayStatus.MethodUnknown))).View().Rejection!;

        Assert.Equal((RejectionKind.PaymentDeclined, "payment_declined"), (declined.Kind, declined.Code));
        Assert.Contains("insufficient_funds", declined.Detail, StringComparison.Ordinal);
        Assert.Equal((RejectionKind.Invalid, "payment_method_unknown"), (unknown.Kind, unknown.Code));
    }

    [Fact]
    public void A_payment_is_read_back_from_its_snapshot() =>
        Assert.All(Enum.GetValues<PaymentStatus>(), status => Assert.Equal(In(status), Decisions.Reread(In(status))));

    private static (long Authorized, long Captured) Amounts(PaymentStatus status)
    {
        var view = In(status).View().Required;
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
