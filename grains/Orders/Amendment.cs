using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Credit;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>
/// Where the changing of an order stands: which step is to be done next, with what, and until when. Each step is
/// idempotent under the change's number, and each outcome is journaled before the next step begins.
/// </summary>
internal sealed record Amendment : IJournaledState<Amendment, AmendmentEvent>
{
    private const int EditsMax = 10;
    private const int EndedMax = 50;

    // Who buys needs one, or a few while it is being packed; operators are stopped by the order itself.
    private const int ShopperChangesMax = 200;

    public static bool IsPersonal => true;

    /// <summary>Numbers the changes; 0: none.</summary>
    public int Change { get; init; }

    public AmendmentStep Step { get; init; }

    /// <summary>What is called off; null unless this is that.</summary>
    public CancelOrder? Cancel { get; init; }

    /// <summary>What is edited; null unless this is that.</summary>
    public OrderEdit? Edit { get; init; }

    /// <summary>What is paid with; null unless something is to be paid.</summary>
    public string? PaymentMethod { get; init; }

    /// <summary>The attempt to take what is due; 0 before it began.</summary>
    public int PaymentAttempt { get; init; }

    public Money? PaymentAmount { get; init; }

    /// <summary>What the customer was told is due; null: whatever is.</summary>
    public Money? PaymentExpected { get; init; }

    /// <summary>What the customer must do; null unless something.</summary>
    public NextAction? NextAction { get; init; }

    /// <summary>The command that began the change, and its digest.</summary>
    public string? CommandId { get; init; }

    public string? Fingerprint { get; init; }

    /// <summary>Units that must not be sent, by SKU.</summary>
    public ImmutableArray<SkuQuantity> Withhold { get; init; } = [];

    /// <summary>Units that must be in stock besides, by SKU.</summary>
    public ImmutableArray<SkuQuantity> Add { get; init; } = [];

    public ImmutableArray<OpenFulfillmentOrder> Requests { get; init; } = [];

    /// <summary>Sales with units that have no stock, of SKUs that must not be sent.</summary>
    public ImmutableArray<BackorderedSale> Backorders { get; init; } = [];

    /// <summary>What is kept back: first what has no stock, then what the locations have.</summary>
    public ImmutableArray<SkuQuantity> Withheld { get; init; } = [];

    public ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations { get; init; } =
        ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty;

    /// <summary>The refund under way.</summary>
    public string? Refund { get; init; }

    public Money? RefundAmount { get; init; }

    /// <summary>Where it goes, unless to the payment.</summary>
    public CreditReturn? CreditReturn { get; init; }

    /// <summary>Gift cards and store credit that would not take back what is theirs.</summary>
    public ImmutableArray<CreditAccountId> RefusedCredits { get; init; } = [];

    /// <summary>How many refunds this change has begun.</summary>
    public int Refunds { get; init; }

    /// <summary>Whether the payment's refund did not come to be: what is owed of it stays owed.</summary>
    public bool IsRefundRefused { get; init; }

    public Rejection? Failure { get; init; }

    /// <summary>What came of the last commands.</summary>
    public ImmutableList<EndedAmendment> Ended { get; init; } = [];

    /// <summary>The last proposed edits.</summary>
    public ImmutableList<OrderEdit> Edits { get; init; } = [];

    /// <summary>Whether whom it was about is forgotten.</summary>
    public bool IsErased { get; init; }

    /// <summary>When the step is taken up again if it has no outcome; null at the end.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public DateTimeOffset? WakeAt => Deadline;

    public string Summary => Change == 0 ? "" : $"change {Change}: {Step}";

    /// <summary>Whether all that is wanted must be had: nobody gets a part of what he asked for.</summary>
    public bool IsExact => Cancel is not { Lines.IsEmpty: true, By: not OrderParty.Shopper };

    /// <summary>Forgets whom it was about, unless a change is under way.</summary>
    public Decision<AmendmentEvent> Erase() =>
        IsErased || (Change == 0 && Edits.IsEmpty) ? Decision<AmendmentEvent>.Nothing
        : IsUnderWay ? FulfillmentRejections.BeingChanged
        : new AmendmentErased();

    /// <summary>Keeps a proposal.</summary>
    public Decision<AmendmentEvent> Propose(OrderEditView view, PricedEdit edit) =>
        Find(view.Id) is null ? new EditProposed(view, edit) : Decision<AmendmentEvent>.Nothing;

    /// <summary>Begins to call off.</summary>
    public Decision<AmendmentEvent> Begin(CancelOrder? cancel, CommandHeader header, DateTimeOffset deadline) =>
        IsUnderWay ? Decision<AmendmentEvent>.Nothing
            : cancel?.By == OrderParty.Shopper && Change >= ShopperChangesMax ? OrderRejections.TooManyChanges(ShopperChangesMax)
            : new AmendmentBegan(Change + 1, cancel, null, header.Id, header.Fingerprint, deadline);

    /// <summary>Begins to apply a proposed edit.</summary>
    public Decision<AmendmentEvent> Begin(OrderEditId id, CommandHeader header, DateTimeOffset now, DateTimeOffset deadline) =>
        Find(id) switch
        {
            null => OrderRejections.EditNotFound,
            { View.Status: OrderEditStatus.Applied } => OrderRejections.EditStale,
            { View.ExpiresAt: var expiry } when expiry <= now => OrderRejections.EditStale,
            _ when IsUnderWay => Decision<AmendmentEvent>.Nothing,
            _ => new AmendmentBegan(Change + 1, null, id, header.Id, header.Fingerprint, deadline),
        };

    /// <summary>Begins to take what is due.</summary>
    public Decision<AmendmentEvent> Begin(string paymentMethod, Money? expected, CommandHeader header, DateTimeOffset deadline) =>
        IsUnderWay ? Decision<AmendmentEvent>.Nothing
            : Change >= ShopperChangesMax ? OrderRejections.TooManyChanges(ShopperChangesMax)
            : new AmendmentBegan(Change + 1, null, null, header.Id, header.Fingerprint, deadline) { PaymentMethod = paymentMethod, PaymentExpected = expected };

    /// <summary>Whether a command is the one whose customer is being waited for.</summary>
    public bool IsAwaitedBy(CommandHeader header) =>
        Step == AmendmentStep.AwaitCustomer && header.Id is not null && header.Id == CommandId;

    /// <summary>Journals the outcome of the step at hand; an outcome of another step is old news.</summary>
    public Decision<AmendmentEvent> Record(AmendmentStep step, AmendmentEvent outcome) =>
        Step == step ? outcome : Decision<AmendmentEvent>.Nothing;

    /// <summary>What came of a command; null when it began nothing, or too long ago.</summary>
    public EndedAmendment? EndOf(CommandHeader header) =>
        header.Id is null ? null : Ended.Find(ended => ended.CommandId == header.Id);

    /// <summary>A proposed edit; null when it is not remembered.</summary>
    public OrderEdit? Find(OrderEditId id) => Edits.Find(edit => edit.View.Id == id);

    /// <summary>
    /// What is given back next, and where to; null: nothing. First what the payment took, then store credit, then gift
    /// cards, the last one first: whoever paid with money gets money, and credit is spent no further than it must be.
    /// </summary>
    public (Money Amount, CreditReturn? Credit)? NextRefund(OrderView order)
    {
        var paid = order.Credits.Aggregate(order.Paid - order.Refunded, (left, credit) => left - credit.Kept);
        var toPayment = Math.Min(order.AmountOwed.MinorUnits, paid.MinorUnits);
        if (toPayment > 0 && !IsRefundRefused)
        {
            return (paid with { MinorUnits = toPayment }, null);
        }

        var toCredit = order.AmountOwed.MinorUnits - toPayment;
        var credit = order.Credits.LastOrDefault(credit => credit.Kept.MinorUnits > 0 && !RefusedCredits.Contains(credit.Id));
        if (toCredit <= 0 || credit is null)
        {
            return null;
        }

        var amount = paid with { MinorUnits = Math.Min(toCredit, credit.Kept.MinorUnits) };
        return (amount, new(credit.Id, credit.Kept - amount));
    }

    public Amendment Apply(AmendmentEvent @event) => @event switch
    {
        EditProposed e => this with { Edits = [.. Edits.Add(new(e.View, e.Edit)).TakeLast(EditsMax)] },
        AmendmentBegan e => new()
        {
            Change = e.Change, Cancel = e.Cancel, Edit = e.Edit is { } id ? Find(id) : null,
            CommandId = e.CommandId, Fingerprint = e.Fingerprint, Ended = Ended, Edits = Edits, Deadline = e.Deadline,
            PaymentMethod = e.PaymentMethod, PaymentExpected = e.PaymentExpected,
            Step = e.PaymentMethod is not null ? AmendmentStep.PlanPayment
                : e.Cancel is null && e.Edit is null ? AmendmentStep.SettlePayment
                : AmendmentStep.PlanChange,
        },
        AmendmentPaymentBegan e => this with
        {
            PaymentAttempt = e.Attempt, PaymentAmount = e.Amount, Step = AmendmentStep.AuthorizePayment, Deadline = e.Deadline,
        },
        AmendmentActionRequired e => this with
        {
            NextAction = e.NextAction, Step = AmendmentStep.AwaitCustomer, Deadline = e.Deadline,
        },
        AmendmentPaymentAuthorized e => this with
        {
            NextAction = null, Step = AmendmentStep.CapturePayment, Deadline = e.Deadline,
        },
        AmendmentPaymentCaptured e => this with { Step = AmendmentStep.SettlePayment, Deadline = e.Deadline },
        AmendmentPlanned e => this with
        {
            Withhold = e.Withhold, Add = e.Add, Requests = e.Requests, Deadline = e.Deadline,
            Backorders = e.Backorders ?? [],
            Step = e.Add.IsEmpty ? Withholding(e.Backorders ?? []) : AmendmentStep.HoldStock,
        },
        AmendmentStockHeld e => this with { Step = Withholding(Backorders), Deadline = e.Deadline },
        AmendmentBackordersWithheld e => this with
        {
            Withheld = e.Withheld, Requests = e.Requests, Step = AmendmentStep.WithholdUnits, Deadline = e.Deadline,
        },
        AmendmentWithheld e => this with
        {
            Withheld = e.Withheld, Deadline = e.Deadline,
            Step = Add.IsEmpty ? AmendmentStep.RecordChange : AmendmentStep.CommitStock,
        },
        AmendmentStockCommitted e => this with
        {
            Allocations = e.Allocations, Step = AmendmentStep.RecordChange, Deadline = e.Deadline,
        },
        AmendmentRecorded e => this with
        {
            Step = AmendmentStep.ConfirmUnits, Deadline = e.Deadline,
            Edits = Edit is null ? Edits : Edits.Replace(Edit, Edit with { View = Edit.View with { Status = OrderEditStatus.Applied } }),
        },
        AmendmentConfirmed e => this with { Step = AmendmentStep.SettlePayment, Deadline = e.Deadline },
        AmendmentRefundBegan e => this with
        {
            Step = AmendmentStep.RefundPayment, Refund = e.Refund, RefundAmount = e.Amount, Refunds = Refunds + 1,
            CreditReturn = e.Credit,
            Deadline = e.Deadline,
        },
        AmendmentRefundEnded e => this with
        {
            Step = AmendmentStep.SettlePayment, Refund = null, RefundAmount = null, CreditReturn = null, Deadline = e.Deadline,
            IsRefundRefused = IsRefundRefused || (CreditReturn is null && e.Refusal is not null),
            RefusedCredits = CreditReturn is { } credit && e.Refusal is not null ? RefusedCredits.Add(credit.Account) : RefusedCredits,
        },
        AmendmentCompleted e => End(AmendmentStep.Completed, null, e.OrderVersion),
        AmendmentFailed e => this with { Step = AmendmentStep.Undo, Failure = e.Failure, Deadline = e.Deadline },
        AmendmentErased => StreamKey.Forget(this) with { Edits = [], IsErased = true },
        AmendmentUndone => End(AmendmentStep.Failed, Failure, null),
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    private bool IsUnderWay => Step is not (AmendmentStep.None or AmendmentStep.Completed or AmendmentStep.Failed);

    /// <summary>First what has no stock, if there is any: nobody has touched it.</summary>
    private static AmendmentStep Withholding(ImmutableArray<BackorderedSale> backorders) =>
        backorders.IsEmpty ? AmendmentStep.WithholdUnits : AmendmentStep.WithholdBackorders;

    private Amendment End(AmendmentStep step, Rejection? failure, long? orderVersion) => this with
    {
        Step = step,
        Deadline = null,
        Ended = CommandId is null
            ? Ended
            : [.. Ended.Add(new(CommandId, Fingerprint, failure, orderVersion)).TakeLast(EndedMax)],
    };
}

/// <summary>What a gift card or store credit gets back.</summary>
/// <param name="Left">Of what was spent, what stays spent.</param>
internal sealed record CreditReturn(CreditAccountId Account, Money Left);

/// <summary>A sale with units that have no stock.</summary>
internal sealed record BackorderedSale(Sku Sku, HoldId Hold);

/// <summary>A proposed edit: what was shown, and what it rests on.</summary>
internal sealed record OrderEdit(OrderEditView View, PricedEdit Edit);

/// <summary>What came of a command.</summary>
/// <param name="Failure">Why nothing was changed; null when it was.</param>
/// <param name="OrderVersion">The order as it was answered; null when nothing was changed.</param>
internal sealed record EndedAmendment(string CommandId, string? Fingerprint, Rejection? Failure, long? OrderVersion);

/// <summary>What is to be done next.</summary>
internal enum AmendmentStep
{
    None = 0,
    PlanChange = 1,
    HoldStock = 2,
    WithholdUnits = 3,
    CommitStock = 4,
    RecordChange = 5,
    ConfirmUnits = 6,
    SettlePayment = 7,
    RefundPayment = 8,
    Completed = 9,
    Undo = 10,
    Failed = 11,
    PlanPayment = 12,
    AuthorizePayment = 13,
    AwaitCustomer = 14,
    CapturePayment = 15,
    WithholdBackorders = 16,
}
