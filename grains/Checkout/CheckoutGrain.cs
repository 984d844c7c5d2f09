using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Customers;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Orders;
using Commerce.Payments;
using Microsoft.Extensions.Options;

namespace Commerce.Checkout;

/// <summary>
/// Runs <see cref="CheckoutProcess"/>: does the step at hand, journals its outcome, goes on. HTTP, the gateway and the
/// wake-up service all end up in <see cref="Advance"/>, one at a time, so it makes no difference who drives.
/// </summary>
/// <remarks>
/// Up to <see cref="CommitStock"/> every step can be undone and the compensation stands beneath it; from there on
/// nothing can fail any more, only be late.
/// </remarks>
[GrainType("checkout"), OfOnePurchase]
internal sealed partial class CheckoutGrain(
    IOptions<CheckoutOptions> options, TimeProvider time, ILogger<CheckoutGrain> log)
    : JournaledActor<CheckoutProcess, CheckoutEvent>, ICheckoutGrain, IIncomingGrainCallFilter
{
    private CartId CartId => new(this.GetPrimaryKeyString());

    private OrderId OrderId => EntityId.Twin<CartId, OrderId>(CartId);

    /// <summary>Names all that this attempt has reserved anywhere.</summary>
    private HoldId HoldId => HoldId.For(CartId, State.Attempt);

    /// <summary>How long that is reserved: until the customer has confirmed, and what comes after.</summary>
    private TimeSpan Ttl => options.Value.ChallengeDeadline + options.Value.HoldMargin;

    /// <summary>Who may not see the cart may not buy it, and learns nothing of whether somebody has.</summary>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (Ownership.Caller is not null)
        {
            await GrainFactory.GetCart(CartId).GetState();
        }

        await context.Invoke();
    }

    public async Task<Result<CheckoutOutcome>> Complete(CompleteCheckout command, CommandHeader header)
    {
        if (State.Step == CheckoutStep.AwaitCustomer && State.PaymentMethod != command.PaymentMethod
            && CheckoutProcess.IsPaymentMethod(command.PaymentMethod) && !IsKnown(header))
        {
            // The customer pays by other means instead of confirming: this attempt ends, the next begins.
            await Record(CheckoutStep.AwaitCustomer, new CheckoutFailed(CheckoutRejections.Abandoned, Deadline()));
        }

        if (State.Attempt == 0 && await GrainFactory.GetCart(CartId).GetState() is { Version: 0 })
        {
            // Nothing is journaled for carts that never were. Not read, since the cart would take that for having been shown.
            return CartRejections.NotFound;
        }

        await Advance();
        if (State.FailureOf(header) is { } failed)
        {
            return ReferenceEquals(failed, Rejection.IdempotencyMismatch) ? failed : Result<CheckoutOutcome>.Repeated(failed);
        }

        var begun = await Commit(checkout => checkout.Begin(header, command, Deadline()), checkout => checkout.Attempt, header);
        if (!begun.IsAccepted)
        {
            return begun.Rejection!;
        }

        var isOver = State.Step == CheckoutStep.Completed;
        var outcome = await Resume(intent: null);
        return begun.IsRepeated && isOver ? Result<CheckoutOutcome>.Repeated(outcome.Required) : outcome;
    }

    public async Task<Result<CheckoutOutcome>> Resume(string? intent)
    {
        await Advance();
        return State switch
        {
            { Step: CheckoutStep.Completed, OrderVersion: { } version } => (await GrainFactory.GetOrder(OrderId).ReadAsOf(version))
                .Select(order => new CheckoutOutcome(order, null)),
            { Step: CheckoutStep.Completed } => (await GrainFactory.GetOrder(OrderId).Read())
                .Select(order => new CheckoutOutcome(order, null)),
            { Step: CheckoutStep.AwaitCustomer, Payment.NextAction: { } action } => new CheckoutOutcome(null, action),
            { Failure: { } failure } => failure,
            _ => CartRejections.NotFound,
        };
    }

    public Task<Result<bool>> Erase() => Erase(checkout => checkout.Erase(), checkout => true);

    protected override async Task OnWake()
    {
        if (State.Step == CheckoutStep.AwaitCustomer && State.Deadline <= time.GetUtcNow())
        {
            await Refresh();
            await Record(CheckoutStep.AwaitCustomer, new CheckoutFailed(CheckoutRejections.Abandoned, Deadline()));
        }

        await Advance();
    }

    /// <summary>Does steps until there is nothing to do, or until the customer must act.</summary>
    private async Task Advance()
    {
        for (var before = -1L; before != Version;)
        {
            before = Version;
            await (State.Step switch
            {
                CheckoutStep.FreezeCart => FreezeCart(),
                CheckoutStep.HoldStock => HoldStock(),
                CheckoutStep.ReservePromotions => ReservePromotions(),
                CheckoutStep.ReserveCredit => ReserveCredit(),
                CheckoutStep.AuthorizePayment => AuthorizePayment(),
                CheckoutStep.AwaitCustomer => Refresh(),
                CheckoutStep.CommitStock => CommitStock(),
                CheckoutStep.CommitPromotions => CommitPromotions(),
                CheckoutStep.CommitCredit => CommitCredit(),
                CheckoutStep.PlaceOrder => PlaceOrder(),
                CheckoutStep.CapturePayment => CapturePayment(),
                CheckoutStep.CompleteCart => CompleteCart(),
                CheckoutStep.Undo => Undo(),
                _ => Task.CompletedTask,
            });
        }
    }

    private async Task FreezeCart()
    {
        var frozen = await GrainFactory.GetCart(CartId).Freeze(State.Freeze);
        await Record(CheckoutStep.FreezeCart, frozen switch
        {
            { Rejection: { } refused } => Failed(refused),
            { Value: { } cart } when Changed(cart) is { } changed => Failed(changed),
            { Value.AmountDue.MinorUnits: > 0 } when State.PaymentMethod.Length == 0 =>
                Failed(CheckoutRejections.PaymentMethodMissing),
            _ => new CheckoutCartFrozen(frozen.Value!, Deadline()),
        });
    }

    /// <summary>
    /// Whether it comes to something else than was agreed to. The cart compares when it is frozen; asked once more, after a
    /// crash or a lost answer, it is priced by what holds then.
    /// </summary>
    private Rejection? Changed(CartView cart) => State.Freeze switch
    {
        { AcceptPriceChanges: true } => null,
        { ExpectedTotal: { } agreed } when agreed != cart.Totals.Total =>
            CartRejections.PriceChanged([new(null, agreed, cart.Totals.Total)]),
        { ExpectedAmountDue: { } due } when due != cart.AmountDue => CartRejections.AmountDueChanged(due, cart.AmountDue),
        _ => null,
    };

    private Task ReopenCart() => GrainFactory.GetCart(CartId).Settle(State.Attempt, order: null);

    /// <summary>All SKUs or none. All shortfalls are told at once.</summary>
    private async Task HoldStock()
    {
        var holds = await Task.WhenAll(State.Units.Select(unit =>
            GrainFactory.GetStockLine(unit.Sku).Hold(Wanted(unit.Quantity, Ttl))));
        ImmutableArray<Rejection> refused = [.. holds.Where(hold => !hold.IsAccepted).Select(hold => hold.Rejection!)];
        await Record(CheckoutStep.HoldStock, refused.IsEmpty
            ? new CheckoutStockHeld(Deadline())
            : Failed(refused[0] with { Lines = [.. refused.SelectMany(rejection => rejection.Lines)] }));
    }

    private HoldStock Wanted(int quantity, TimeSpan ttl) => new(
        HoldId,
        quantity,
        ttl,
        Owner: "checkout",
        State.Cart!.ShippingAddress is { } address ? new(address.Country, address.PostalCode) : null);

    private Task ReleaseStock() => State.Cart is null
        ? Task.CompletedTask
        : Task.WhenAll(State.Units.Select(unit => GrainFactory.GetStockLine(unit.Sku).Release(HoldId)));

    /// <summary>A use of each promotion, so that no limit is exceeded however many check out at once.</summary>
    private async Task ReservePromotions()
    {
        foreach (var promotion in State.Cart!.Promotions.OrderBy(promotion => promotion.Id.Value, StringComparer.Ordinal))
        {
            var reserved = await GrainFactory.GetPromotion(promotion.Id).Reserve(
                new(HoldId.Value, State.Cart.Email, promotion.Amount, Ttl));
            if (reserved.Rejection is { } refused)
            {
                await Record(CheckoutStep.ReservePromotions, Failed(refused));
                return;
            }
        }

        await Record(CheckoutStep.ReservePromotions, new CheckoutPromotionsReserved(Deadline()));
    }

    private Task ReleasePromotions() => State.Cart is null
        ? Task.CompletedTask
        : Task.WhenAll(State.Cart.Promotions.Select(promotion =>
            GrainFactory.GetPromotion(promotion.Id).Release(HoldId.Value)));

    private async Task AuthorizePayment()
    {
        var due = State.Cart!.AmountDue;
        var payment = await GrainFactory.GetPayment(OrderId).Authorize(new(State.Attempt, due, State.PaymentMethod));
        await Record(CheckoutStep.AuthorizePayment, payment switch
        {
            { Rejection: { } declined } => Failed(declined),
            { Value: { Status: PaymentStatus.RequiresAction } asked } =>
                new CheckoutActionRequired(asked, time.GetUtcNow() + options.Value.ChallengeDeadline),
            _ => new CheckoutPaymentAuthorized(payment.Value!, Deadline()),
        });
    }

    /// <summary>The customer was asked to act: looks whether that has come to anything.</summary>
    private async Task Refresh()
    {
        var payment = await GrainFactory.GetPayment(OrderId).Refresh(State.Attempt);
        if (!payment.IsAccepted)
        {
            await Record(CheckoutStep.AwaitCustomer, Failed(payment.Rejection!));
        }
        else if (payment.Value!.Status is PaymentStatus.Authorized or PaymentStatus.Paid)
        {
            await Record(CheckoutStep.AwaitCustomer, new CheckoutPaymentAuthorized(payment.Value, Deadline()));
        }
    }

    private Task VoidPayment() => GrainFactory.GetPayment(OrderId).Void(State.Attempt);

    /// <summary>
    /// Before the order is placed, because a hold may have run out during a long outage and its units be gone: then the
    /// money is let go and nobody has an order that cannot be sent.
    /// </summary>
    private async Task CommitStock()
    {
        var allocations = ImmutableDictionary.CreateBuilder<Sku, ImmutableArray<Allocation>>();
        foreach (var (sku, quantity) in State.Units)
        {
            var line = GrainFactory.GetStockLine(sku);
            var committed = await line.Commit(HoldId);
            if (committed.Rejection?.Code == StockRejections.HoldGone.Code)
            {
                // It ran out while we were away. Whoever is quick may still have the units.
                var held = await line.Hold(Wanted(quantity, options.Value.HoldMargin));
                committed = held.IsAccepted ? await line.Commit(HoldId) : held;
            }

            if (!committed.IsAccepted)
            {
                await Record(CheckoutStep.CommitStock, Failed(committed.Rejection!));
                return;
            }

            allocations[sku] = committed.Value!.Allocations;
        }

        await Record(CheckoutStep.CommitStock, new CheckoutStockCommitted(allocations.ToImmutable(), Deadline()));
    }

    /// <summary>Before the order is placed, as with stock: a reservation that ran out may find its promotion used up.</summary>
    private async Task CommitPromotions()
    {
        foreach (var promotion in State.Cart!.Promotions)
        {
            var committed = await GrainFactory.GetPromotion(promotion.Id).Commit(HoldId.Value);
            if (committed.Rejection is { } refused)
            {
                await Record(CheckoutStep.CommitPromotions, Failed(refused));
                return;
            }
        }

        await Record(CheckoutStep.CommitPromotions, new CheckoutPromotionsCommitted(Deadline()));
    }

    private async Task PlaceOrder()
    {
        var placed = await GrainFactory.GetOrder(OrderId).Place(
            new(State.Cart!, HoldId, State.Allocations, State.Payment));
        LogPlaced(placed.Required.Number);
        await Record(CheckoutStep.PlaceOrder, new CheckoutOrderPlaced(Deadline()));
    }

    private async Task CapturePayment()
    {
        var payment = GrainFactory.GetPayment(OrderId);
        var captured = await payment.Capture(State.Attempt);
        if (captured.Rejection?.Code == PaymentRejections.GatewayMisconfigured.Code)
        {
            throw new RetryableException(captured.Rejection.Detail);
        }

        // What cannot be taken any more (the order was called off, an operator let go of it, it ran out) leaves an order that is not paid.
        var stands = captured.Value ?? (await payment.Read()).Required.Brief();
        await GrainFactory.GetOrder(OrderId).RecordPayment(stands);
        await Record(CheckoutStep.CapturePayment, new CheckoutPaymentCaptured(Deadline()));
    }

    private async Task CompleteCart()
    {
        await GrainFactory.GetCart(CartId).Settle(State.Attempt, OrderId);
        var order = await GrainFactory.GetOrder(OrderId).Read();
        await Record(CheckoutStep.CompleteCart, new CheckoutCompleted(order.Required.Version));
    }

    /// <summary>Takes back whatever was done, in reverse. Each part does nothing where its step never came to pass.</summary>
    private async Task Undo()
    {
        LogUndo(State.Failure!.Code);
        await VoidPayment();
        await ReleaseCredit();
        await ReleasePromotions();
        await ReleaseStock();
        await ReopenCart();
        await Record(CheckoutStep.Undo, new CheckoutUndone());
    }

    private Task Record(CheckoutStep step, CheckoutEvent outcome) =>
        Commit(checkout => checkout.Record(step, outcome), checkout => checkout.Step);

    private CheckoutFailed Failed(Rejection failure) => new(failure, Deadline());

    private DateTimeOffset Deadline() => time.GetUtcNow() + options.Value.StepDeadline;

    // Ids of carts and orders are keys to them: they do not belong into a log.
    [LoggerMessage(Level = LogLevel.Information, Message = "Order {Number} placed")]
    private partial void LogPlaced(string number);

    [LoggerMessage(Level = LogLevel.Information, Message = "A checkout is undone: {Code}")]
    private partial void LogUndo(string code);
}
