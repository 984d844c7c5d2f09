using Commerce.Checkout;
using Commerce.Customers;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;
using Microsoft.Extensions.Options;

namespace Commerce.Orders;

/// <summary>
/// Runs <see cref="Amendment"/>: does the step at hand, journals its outcome, goes on. Operators, shoppers and the
/// wake-up service all end up in <see cref="Advance"/>, one at a time, so it makes no difference who drives.
/// </summary>
/// <remarks>
/// Up to <see cref="RecordChange"/> every step can be undone and the compensation stands beneath it; from there on
/// nothing can fail any more, only be late.
/// </remarks>
[GrainType("order-amendment"), OfOnePurchase]
internal sealed partial class OrderAmendmentGrain(
    IOptions<OrderOptions> options, IOptions<CheckoutOptions> checkout, TimeProvider time, ILogger<OrderAmendmentGrain> log)
    : JournaledActor<Amendment, AmendmentEvent>, IOrderAmendmentGrain, IIncomingGrainCallFilter
{
    private OrderId OrderId => new(this.GetPrimaryKeyString());

    private HoldId HoldId => HoldId.For(OrderId, State.Change);

    private IOrderGrain Order => GrainFactory.GetOrder(OrderId);

    private IPaymentGrain Payment => GrainFactory.GetPayment(OrderId);

    /// <summary>Who may not see the order may not change it.</summary>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (Ownership.Caller is not null)
        {
            await Order.GetState();
        }

        await context.Invoke();
    }

    public Task<Result<OrderView>> Cancel(CancelOrder command, CommandHeader header) => Change(
        header, async () => Refuse(await Order.Plan(command), header), amendment => amendment.Begin(command, header, Deadline()));

    public Task<Result<OrderView>> Apply(OrderEditId id, CommandHeader header) => Change(
        header,
        async () => State.Find(id) is { } edit ? Refuse(await Order.Plan(edit.Edit), header) : OrderRejections.EditNotFound,
        amendment => amendment.Begin(id, header, time.GetUtcNow(), Deadline()));

    public Task<Result<OrderView>> Settle(string cause) => Change(
        new($"settle:{cause}"),
        async () => (await Order.Read()).Rejection,
        amendment => amendment.Begin(cancel: null, new($"settle:{cause}"), Deadline()));

    public async Task<Result<CheckoutOutcome>> Pay(string paymentMethod, CommandHeader header, Money? expected)
    {
        if (!CheckoutProcess.IsPaymentMethod(paymentMethod))
        {
            return CheckoutRejections.MethodMalformed;
        }

        if (State.IsAwaitedBy(header) && State.Fingerprint != header.Fingerprint)
        {
            return Rejection.IdempotencyMismatch;
        }

        // Before it ends the attempt that the customer is perhaps acting on; what counts is looked at again when it is planned.
        if (expected is not null && !State.IsAwaitedBy(header) && State.EndOf(header) is null
            && await Order.Read() is { Value.AmountDue: var due } && due != expected)
        {
            return OrderRejections.DueChanged(due);
        }

        var paid = await Change(header, RefusePayment, amendment => amendment.Begin(paymentMethod, expected, header, Deadline()));
        return State.IsAwaitedBy(header)
            ? new CheckoutOutcome(null, State.NextAction)
            : paid.Select(order => new CheckoutOutcome(order, null));
    }

    public Task Resume(string? intent) => Advance();

    public Task<Result<bool>> Erase() => Erase(amendment => amendment.Erase(), amendment => true);

    public async Task<Result<OrderEditView>> Propose(OrderEditId id, EditOrder command)
    {
        if (State.Find(id) is null)
        {
            var priced = await new EditPricing(GrainFactory).PriceAsync(OrderId, command);
            var plan = priced.IsAccepted ? await Order.Plan(priced.Required) : priced.Rejection!;
            if (!plan.IsAccepted)
            {
                return plan.Rejection!;
            }

            var edit = priced.Required with { Revision = plan.Required.Revision };
            var view = Proposal(id, plan.Required);
            await Commit(amendment => amendment.Propose(view, edit), amendment => amendment.Change);
        }

        return await ReadEdit(id);
    }

    public Task<Result<OrderEditView>> ReadEdit(OrderEditId id) => Read<Result<OrderEditView>>(amendment =>
        amendment.Find(id) is not { View: var view } ? OrderRejections.EditNotFound
        : view.Status == OrderEditStatus.Proposed && view.ExpiresAt <= time.GetUtcNow()
            ? view with { Status = OrderEditStatus.Expired }
            : view);

    protected override async Task OnWake()
    {
        await Advance();
        if (State.Step == AmendmentStep.AwaitCustomer && State.Deadline <= time.GetUtcNow())
        {
            await GiveUpPayment();
        }
    }

    /// <summary>Finishes what is under way, begins this, and finishes it. A command that came before is told the same.</summary>
    /// <param name="refuse">Why it cannot be, before anything is journaled: nothing is kept of orders that never were.</param>
    private async Task<Result<OrderView>> Change(
        CommandHeader header, Func<Task<Rejection?>> refuse, Func<Amendment, Decision<AmendmentEvent>> begin)
    {
        await Advance();
        if (State.IsAwaitedBy(header))
        {
            return await Order.Read();
        }

        if (State.Step == AmendmentStep.AwaitCustomer)
        {
            await GiveUpPayment();
        }

        if (State.EndOf(header) is { } before)
        {
            return before.Fingerprint != header.Fingerprint ? Rejection.IdempotencyMismatch
                : before.Failure is { } failed ? Result<OrderView>.Repeated(failed)
                : Result<OrderView>.Repeated((await Order.ReadAsOf(before.OrderVersion!.Value)).Required);
        }

        if (await refuse() is { } refused)
        {
            return refused;
        }

        var begun = await Commit(begin, amendment => amendment.Change);
        if (!begun.IsAccepted)
        {
            return begun.Rejection!;
        }

        await Advance();
        return State.Step == AmendmentStep.Failed
            ? State.Failure!
            : await Order.ReadAsOf(State.Ended.FindLast(ended => ended.CommandId == State.CommandId)?.OrderVersion
                ?? (await Order.Read()).Required.Version);
    }

    private static Rejection? Refuse(Result<OrderPlan> plan, CommandHeader header) =>
        plan.Value?.Before.Version is { } version && header.IfVersion is { } expected && expected != version
            ? Rejection.VersionMismatch(expected, version)
            : plan.Rejection;

    /// <summary>Does steps until there is nothing to do.</summary>
    private async Task Advance()
    {
        for (var before = -1L; before != Version;)
        {
            before = Version;
            await (State.Step switch
            {
                AmendmentStep.PlanChange => PlanChange(),
                AmendmentStep.HoldStock => HoldStock(),
                AmendmentStep.WithholdBackorders => WithholdBackorders(),
                AmendmentStep.WithholdUnits => WithholdUnits(),
                AmendmentStep.CommitStock => CommitStock(),
                AmendmentStep.RecordChange => RecordChange(),
                AmendmentStep.ConfirmUnits => ConfirmUnits(),
                AmendmentStep.SettlePayment => SettlePayment(),
                AmendmentStep.RefundPayment => RefundPayment(),
                AmendmentStep.PlanPayment => PlanPayment(),
                AmendmentStep.AuthorizePayment => AuthorizePayment(),
                AmendmentStep.AwaitCustomer => AwaitCustomer(),
                AmendmentStep.CapturePayment => CapturePayment(),
                AmendmentStep.Undo => Undo(),
                _ => Task.CompletedTask,
            });
        }
    }

    private OrderEditView Proposal(OrderEditId id, OrderPlan plan) => new(
        id,
        OrderId,
        OrderEditStatus.Proposed,
        plan.After.Lines,
        plan.Before.Totals,
        plan.After.Totals,
        plan.After.Totals.Total - plan.Before.Totals.Total,
        plan.After.AmountDue,
        plan.After.AmountOwed,
        time.GetUtcNow() + options.Value.EditLifetime);

    private Task Record(AmendmentStep step, AmendmentEvent outcome) =>
        Commit(amendment => amendment.Record(step, outcome), amendment => amendment.Step);

    private AmendmentFailed Failed(Rejection failure) => new(failure, Deadline());

    private DateTimeOffset Deadline() => time.GetUtcNow() + options.Value.StepDeadline;

    [LoggerMessage(Level = LogLevel.Information, Message = "A change of an order is undone: {Code}")]
    private partial void LogUndo(string code);
}
