using System.Collections.Immutable;
using Commerce.Checkout;

namespace Commerce.Processes;

/// <summary>
/// The checkout as a list of everything it writes: for each step of the saga the effects of its calls, at participants
/// and at the gateway, and then the outcome that it journals. A process can die before and after each of them.
/// </summary>
internal static class CrashPoints
{
    /// <summary>Each step; one that can end in several ways has a line for each.</summary>
    public static readonly ImmutableArray<SagaStep> Steps =
    [
        new(CheckoutStep.AuthorizePayment, Journey.Challenged,
            [new("gateway", "RequiresAction"), new("payment", "payment.action_required")], "checkout.action_required"),
        new(CheckoutStep.AwaitCustomer, Journey.Confirmed,
            [new("payment", "payment.authorized")], "checkout.payment_authorized"),
        new(CheckoutStep.AwaitCustomer, Journey.PaidOtherwise, [], "checkout.failed"),
        new(CheckoutStep.Undo, Journey.PaidOtherwise,
            [
                new("payment", "payment.abandoned"), new("payment", "payment.operation_began"), new("gateway", "Voided"),
                new("payment", "payment.voided"), new("credit-account", "credit.reservation_released"),
                new("promotion", "promotion.use_released"), new("stock-line", "stock.hold_released"),
                new("cart", "cart.checkout_ended"),
            ],
            "checkout.undone"),
        new(CheckoutStep.None, Journey.Bought, [], "checkout.began"),
        new(CheckoutStep.FreezeCart, Journey.Bought, [new("cart", "cart.checkout_began")], "checkout.cart_frozen"),
        new(CheckoutStep.HoldStock, Journey.Bought, [new("stock-line", "stock.held")], "checkout.stock_held"),
        new(CheckoutStep.ReservePromotions, Journey.Bought,
            [new("promotion", "promotion.use_reserved")], "checkout.promotions_reserved"),
        new(CheckoutStep.ReserveCredit, Journey.Bought, [new("credit-account", "credit.reserved")], "checkout.credit_reserved"),
        new(CheckoutStep.AuthorizePayment, Journey.Bought,
            [new("payment", "payment.requested"), new("gateway", "Authorized"), new("payment", "payment.authorized")],
            "checkout.payment_authorized"),
        new(CheckoutStep.AuthorizePayment, Journey.Declined,
            [new("gateway", "Declined"), new("payment", "payment.declined")], "checkout.failed"),
        new(CheckoutStep.CommitStock, Journey.Bought, [new("stock-line", "stock.committed")], "checkout.stock_committed"),
        new(CheckoutStep.CommitPromotions, Journey.Bought,
            [new("promotion", "promotion.use_committed")], "checkout.promotions_committed"),
        new(CheckoutStep.CommitCredit, Journey.Bought, [new("credit-account", "credit.committed")], "checkout.credit_committed"),
        new(CheckoutStep.PlaceOrder, Journey.Bought, [new("order", "order.placed")], "checkout.order_placed"),
        new(CheckoutStep.CapturePayment, Journey.Bought,
            [
                new("payment", "payment.operation_began"), new("gateway", "Captured"), new("payment", "payment.captured"),
                new("order", "order.payment_recorded"),
            ],
            "checkout.payment_captured"),
        new(CheckoutStep.CompleteCart, Journey.Bought, [new("cart", "cart.completed")], "checkout.completed"),
    ];

    /// <summary>The promotion that every cart has a use of.</summary>
    public const string Promotion = "promo_01h455vb4pex5vsknk084sn02q";

    /// <summary>Where nothing is done any more.</summary>
    public static readonly ImmutableHashSet<CheckoutStep> Ends = [CheckoutStep.Completed, CheckoutStep.Failed];

    /// <summary>Steps that only journal: no call, so nothing before and after it.</summary>
    public static readonly ImmutableHashSet<CheckoutStep> WithoutCalls = [CheckoutStep.None];

    /// <summary>All points at which the process is killed.</summary>
    public static IEnumerable<CrashPoint> All()
    {
        foreach (var step in Steps)
        {
            for (var call = 0; call < step.Calls.Length; call++)
            {
                if (call == 0)
                {
                    yield return new(step, step.Calls[call], CrashMoment.BeforeCall);
                }

                var isLast = call == step.Calls.Length - 1;
                yield return new(step, step.Calls[call], isLast ? CrashMoment.AfterCall : CrashMoment.BetweenCalls);
            }

            yield return new(step, new("checkout", step.Append), CrashMoment.BeforeAppend);
            yield return new(step, new("checkout", step.Append), CrashMoment.AfterAppend);
        }
    }
}

/// <summary>A step, what it does elsewhere, and what it journals then.</summary>
internal sealed record SagaStep(CheckoutStep Step, Journey Journey, ImmutableArray<Effect> Calls, string Append);

/// <summary>A write that must be durable before the saga goes on.</summary>
/// <param name="Owner">The kind of stream, or the gateway's ledger.</param>
/// <param name="Type">The event, or the status that the gateway notes.</param>
internal sealed record Effect(string Owner, string Type)
{
    /// <summary>Where it is written for a cart of one SKU that a gift card pays in part.</summary>
    public string StreamOf(string cart, string sku, string card) => Owner switch
    {
        "cart" or "checkout" => $"{Owner}/{cart}",
        "stock-line" => $"{Owner}/{sku}",
        "credit-account" => $"{Owner}/{card}",
        "promotion" => $"{Owner}/{CrashPoints.Promotion}",
        _ => $"{Owner}/ord_{cart["cart_".Length..]}",
    };
}

/// <summary>When the process dies.</summary>
internal enum CrashMoment
{
    /// <summary>The first call was made and came to nothing.</summary>
    BeforeCall,

    /// <summary>One of several calls took effect, and its answer was lost.</summary>
    BetweenCalls,

    /// <summary>The last call took effect, and its answer was lost.</summary>
    AfterCall,

    /// <summary>The outcome was on its way to the journal and came to nothing.</summary>
    BeforeAppend,

    /// <summary>The journal has the outcome, and nobody was told.</summary>
    AfterAppend,
}

/// <summary>One row of the table.</summary>
internal sealed record CrashPoint(SagaStep Step, Effect Effect, CrashMoment Moment)
{
    /// <summary>Whether the write takes effect although its process is dead.</summary>
    public bool IsDurable => Moment is CrashMoment.AfterCall or CrashMoment.BetweenCalls or CrashMoment.AfterAppend;

    /// <summary>Whether there must be an order although the shopper never came back; otherwise there must be nothing.</summary>
    public bool BecomesOrder => Step.Journey switch
    {
        Journey.Confirmed => true,
        Journey.Bought => Step.Step != CheckoutStep.None || IsDurable,
        _ => false,
    };
}

/// <summary>What the shopper does.</summary>
internal enum Journey
{
    /// <summary>Pays at once.</summary>
    Bought,

    /// <summary>Pays with a card that is declined.</summary>
    Declined,

    /// <summary>Is asked to confirm and goes away.</summary>
    Challenged,

    /// <summary>Is asked to confirm, and does.</summary>
    Confirmed,

    /// <summary>Is asked to confirm, and takes another card instead.</summary>
    PaidOtherwise,
}
