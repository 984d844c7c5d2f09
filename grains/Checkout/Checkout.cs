using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Commerce.Carts;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;

namespace Commerce.Checkout;

/// <summary>
/// Where a checkout stands: which step is to be done next, with what, and until when. Each step is idempotent under the
/// attempt's number, so doing it again after a crash is right; each outcome is journaled before the next step begins.
/// </summary>
internal sealed partial record CheckoutProcess : IJournaledState<CheckoutProcess, CheckoutEvent>
{
    private const int AttemptsMax = 50;

    public static bool IsPersonal => true;

    /// <summary>Numbers the attempts to buy the cart; 0: none.</summary>
    public int Attempt { get; init; }

    public CheckoutStep Step { get; init; }

    /// <summary>The command that began the attempt.</summary>
    public string? CommandId { get; init; }

    /// <summary>The digest of that command.</summary>
    public string? Fingerprint { get; init; }

    public string PaymentMethod { get; init; } = "";

    /// <summary>How the cart is to be frozen.</summary>
    public FreezeCart Freeze { get; init; } = new(0);

    /// <summary>What came of the attempts that failed, by the command that began them.</summary>
    public ImmutableDictionary<string, EndedAttempt> Ended { get; init; } = ImmutableDictionary<string, EndedAttempt>.Empty;

    /// <summary>The order's version that the first answer showed; null until completed.</summary>
    public long? OrderVersion { get; init; }

    /// <summary>What is being bought, since the cart was frozen.</summary>
    public CartView? Cart { get; init; }

    /// <summary>Since the customer has to act, or the money is reserved.</summary>
    public PaymentView? Payment { get; init; }

    /// <summary>By SKU, since the stock is committed.</summary>
    public ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations { get; init; } =
        ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty;

    /// <summary>Whether who bought is forgotten.</summary>
    public bool IsErased { get; init; }

    /// <summary>Why the attempt failed.</summary>
    public Rejection? Failure { get; init; }

    /// <summary>When the step is taken up again if it has no outcome; null at the end.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public DateTimeOffset? WakeAt => Deadline;

    public string Summary => Attempt == 0 ? "" : $"attempt {Attempt}: {Step}";

    /// <summary>Units by SKU, in an order that is the same for everybody.</summary>
    [JsonIgnore]
    public IEnumerable<(Sku Sku, int Quantity)> Units =>
        Cart!.Lines.GroupBy(line => line.Sku).OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Sum(line => line.Quantity)));

    private bool HasCredit => Cart!.Credits.Any();

    private CheckoutStep AfterPromotions => HasCredit ? CheckoutStep.ReserveCredit : CheckoutStep.AuthorizePayment;

    /// <summary>Where gift cards and store credit pay everything, nobody is asked for more.</summary>
    private CheckoutStep AfterCredit => Cart!.AmountDue.MinorUnits > 0 ? CheckoutStep.AuthorizePayment : CheckoutStep.CommitStock;

    private CheckoutStep AfterCommits => HasCredit ? CheckoutStep.CommitCredit : CheckoutStep.PlaceOrder;

    /// <summary>Begins an attempt, unless one is under way or has succeeded.</summary>
    public Decision<CheckoutEvent> Begin(CommandHeader header, CompleteCheckout command, DateTimeOffset deadline)
    {
        if (command.PaymentMethod is not null && !IsPaymentMethod(command.PaymentMethod))
        {
            return CheckoutRejections.MethodMalformed;
        }

        if (IsErased)
        {
            return CartRejections.Expired;
        }

        if (Step is not (CheckoutStep.None or CheckoutStep.Failed))
        {
            return Decision<CheckoutEvent>.Nothing;
        }

        return Attempt >= AttemptsMax
            ? CheckoutRejections.TooManyAttempts(AttemptsMax)
            : new CheckoutBegan(Attempt + 1, header.Id, command.PaymentMethod ?? "", deadline)
            {
                Fingerprint = header.Fingerprint,
                AcceptPriceChanges = command.AcceptPriceChanges,
                ExpectedTotal = command.ExpectedTotal,
                ExpectedAmountDue = command.ExpectedAmountDue,
            };
    }

    /// <summary>What the command was answered whose attempt failed; null when it began none, or not one that failed.</summary>
    public Rejection? FailureOf(CommandHeader header) =>
        header.Id is null || !Ended.TryGetValue(header.Id, out var ended) ? null
        : ended.Fingerprint == header.Fingerprint ? ended.Failure
        : Rejection.IdempotencyMismatch;

    /// <summary>Whether this can be a gateway's id of a payment method. No number of a card is one.</summary>
    public static bool IsPaymentMethod(string? text) => text is { Length: <= 255 } && PaymentMethodId().IsMatch(text);

    /// <summary>Forgets who bought, unless that is going on.</summary>
    public Decision<CheckoutEvent> Erase() =>
        IsErased ? Decision<CheckoutEvent>.Nothing
        : Step is CheckoutStep.Completed or CheckoutStep.Failed ? new CheckoutErased()
        : Step == CheckoutStep.None ? Decision<CheckoutEvent>.Nothing
        : CartRejections.CheckingOut;

    /// <summary>Journals the outcome of the step at hand; an outcome of another step is old news.</summary>
    public Decision<CheckoutEvent> Record(CheckoutStep step, CheckoutEvent outcome) =>
        Step == step ? outcome : Decision<CheckoutEvent>.Nothing;

    [GeneratedRegex(@"\A[a-z]{2,20}_[A-Za-z0-9_-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex PaymentMethodId();

    public CheckoutProcess Apply(CheckoutEvent @event) => @event switch
    {
        CheckoutBegan e => new()
        {
            Attempt = e.Attempt, CommandId = e.CommandId, Fingerprint = e.Fingerprint, PaymentMethod = e.PaymentMethod,
            Step = CheckoutStep.FreezeCart, Deadline = e.Deadline, Ended = Ended,
            Freeze = new(e.Attempt, e.AcceptPriceChanges, e.ExpectedTotal, e.ExpectedAmountDue),
        },
        CheckoutCartFrozen e => this with { Step = CheckoutStep.HoldStock, Cart = e.Cart, Deadline = e.Deadline },
        CheckoutStockHeld e => this with
        {
            Step = Cart!.Promotions.IsEmpty ? AfterPromotions : CheckoutStep.ReservePromotions,
            Deadline = e.Deadline,
        },
        CheckoutPromotionsReserved e => this with { Step = AfterPromotions, Deadline = e.Deadline },
        CheckoutCreditReserved e => this with { Step = AfterCredit, Deadline = e.Deadline },
        CheckoutActionRequired e => this with
        {
            Step = CheckoutStep.AwaitCustomer, Payment = e.Payment, Deadline = e.Deadline,
        },
        CheckoutPaymentAuthorized e => this with
        {
            Step = CheckoutStep.CommitStock, Payment = e.Payment, Deadline = e.Deadline,
        },
        CheckoutStockCommitted e => this with
        {
            Step = Cart!.Promotions.IsEmpty ? AfterCommits : CheckoutStep.CommitPromotions,
            Allocations = e.Allocations,
            Deadline = e.Deadline,
        },
        CheckoutPromotionsCommitted e => this with { Step = AfterCommits, Deadline = e.Deadline },
        CheckoutCreditCommitted e => this with { Step = CheckoutStep.PlaceOrder, Deadline = e.Deadline },
        CheckoutOrderPlaced e => this with
        {
            Step = Payment is null ? CheckoutStep.CompleteCart : CheckoutStep.CapturePayment, Deadline = e.Deadline,
        },
        CheckoutPaymentCaptured e => this with { Step = CheckoutStep.CompleteCart, Deadline = e.Deadline },
        CheckoutCompleted e => this with { Step = CheckoutStep.Completed, OrderVersion = e.OrderVersion, Deadline = null },
        CheckoutFailed e => this with { Step = CheckoutStep.Undo, Failure = e.Failure, Deadline = e.Deadline },
        CheckoutErased => StreamKey.Forget(this) with { IsErased = true },
        CheckoutUndone => this with
        {
            Step = CheckoutStep.Failed, Deadline = null,
            Ended = CommandId is null ? Ended : Ended.SetItem(CommandId, new(Fingerprint, Failure!)),
        },
        _ => throw new UnreachableException(@event.GetType().Name),
    };
}

/// <summary>What a command was answered that began an attempt which failed.</summary>
internal sealed record EndedAttempt(string? Fingerprint, Rejection Failure);

/// <summary>What is to be done next.</summary>
internal enum CheckoutStep
{
    None = 0,
    FreezeCart = 1,
    HoldStock = 2,
    AuthorizePayment = 3,
    AwaitCustomer = 4,
    CommitStock = 5,
    PlaceOrder = 6,
    CapturePayment = 7,
    CompleteCart = 8,
    Completed = 9,
    Undo = 10,
    Failed = 11,
    ReservePromotions = 12,
    CommitPromotions = 13,
    ReserveCredit = 14,
    CommitCredit = 15,
}

/// <summary>What can happen to a checkout.</summary>
internal abstract record CheckoutEvent : IJournalEvent;

[Alias("checkout.began")]
internal sealed record CheckoutBegan(
    int Attempt, string? CommandId, string PaymentMethod, DateTimeOffset Deadline) : CheckoutEvent
{
    public string? Fingerprint { get; init; }

    public bool AcceptPriceChanges { get; init; }

    public Money? ExpectedTotal { get; init; }

    public Money? ExpectedAmountDue { get; init; }
}

[Alias("checkout.cart_frozen")]
internal sealed record CheckoutCartFrozen(CartView Cart, DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.stock_held")]
internal sealed record CheckoutStockHeld(DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.promotions_reserved")]
internal sealed record CheckoutPromotionsReserved(DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.credit_reserved")]
internal sealed record CheckoutCreditReserved(DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.action_required")]
internal sealed record CheckoutActionRequired(PaymentView Payment, DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.payment_authorized")]
internal sealed record CheckoutPaymentAuthorized(PaymentView Payment, DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.stock_committed")]
internal sealed record CheckoutStockCommitted(
    ImmutableDictionary<Sku, ImmutableArray<Allocation>> Allocations, DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.promotions_committed")]
internal sealed record CheckoutPromotionsCommitted(DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.credit_committed")]
internal sealed record CheckoutCreditCommitted(DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.order_placed")]
internal sealed record CheckoutOrderPlaced(DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.payment_captured")]
internal sealed record CheckoutPaymentCaptured(DateTimeOffset Deadline) : CheckoutEvent;

[Alias("checkout.completed")]
internal sealed record CheckoutCompleted(long? OrderVersion = null) : CheckoutEvent;

[Alias("checkout.failed")]
internal sealed record CheckoutFailed(Rejection Failure, DateTimeOffset Deadline) : CheckoutEvent;

/// <summary>Who bought is forgotten.</summary>
[Alias("checkout.erased")]
internal sealed record CheckoutErased : CheckoutEvent;

[Alias("checkout.undone")]
internal sealed record CheckoutUndone : CheckoutEvent;
