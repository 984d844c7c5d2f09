using System.Collections.Immutable;
using Commerce.Fulfillment;
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
[GrainType("order-amendment")]
internal sealed partial class OrderAmendmentGrain(
    IOrderRefunds refunds, IOptions<OrderOptions> options, TimeProvider time, ILogger<OrderAmendmentGrain> log)
    : JournaledActor<Amendment, AmendmentEvent>, IOrderAmendmentGrain
{
    private OrderId OrderId => new(this.GetPrimaryKeyString());

    private HoldId HoldId => HoldId.For(OrderId, State.Change);

    private IOrderGrain Order => GrainFactory.GetOrder(OrderId);

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

    protected override Task OnWake() => Advance();

    /// <summary>Finishes what is under way, begins this, and finishes it. A command that came before is told the same.</summary>
    /// <param name="refuse">Why it cannot be, before anything is journaled: nothing is kept of orders that never were.</param>
    private async Task<Result<OrderView>> Change(
        CommandHeader header, Func<Task<Rejection?>> refuse, Func<Amendment, Decision<AmendmentEvent>> begin)
    {
        await Advance();
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
                AmendmentStep.WithholdUnits => WithholdUnits(),
                AmendmentStep.CommitStock => CommitStock(),
                AmendmentStep.RecordChange => RecordChange(),
                AmendmentStep.ConfirmUnits => ConfirmUnits(),
                AmendmentStep.SettlePayment => SettlePayment(),
                AmendmentStep.RefundPayment => RefundPayment(),
                AmendmentStep.Undo => Undo(),
                _ => Task.CompletedTask,
            });
        }
    }

    private async Task PlanChange()
    {
        var plan = State.Cancel is { } cancel ? await Order.Plan(cancel) : await Order.Plan(State.Edit!.Edit);
        await Record(AmendmentStep.PlanChange, plan.IsAccepted
            ? new AmendmentPlanned(
                plan.Required.Withhold,
                plan.Required.Add,
                [.. await LaterRequests(plan.Required), .. plan.Required.Requests],
                Deadline())
            : Failed(plan.Rejection!));
    }

    /// <summary>What was asked of locations when stock came for what had been sold without any.</summary>
    private async Task<ImmutableArray<OpenFulfillmentOrder>> LaterRequests(OrderPlan plan)
    {
        var requests = ImmutableArray.CreateBuilder<OpenFulfillmentOrder>();
        foreach (var (sku, _) in plan.Withhold)
        {
            foreach (var hold in plan.Requests.Select(asked => asked.Hold).Append(plan.Before.Hold).Distinct())
            {
                var sale = await GrainFactory.GetStockOperations(sku).ReadHold(hold);
                ImmutableArray<Allocation> later = sale.IsAccepted
                    ? [.. sale.Required.Allocations.Where(part => part.Part is not null)]
                    : [];
                requests.AddRange(FulfillmentPlan.For(
                    OrderId, plan.Before.Number, hold, ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(sku, later)));
            }
        }

        return requests.ToImmutable();
    }

    /// <summary>All SKUs that are added, or none.</summary>
    private async Task HoldStock()
    {
        var holds = await Task.WhenAll(State.Add.Select(line =>
            GrainFactory.GetStockLine(line.Sku).Hold(new(HoldId, line.Quantity, options.Value.HoldTtl))));
        ImmutableArray<Rejection> refused = [.. holds.Where(hold => !hold.IsAccepted).Select(hold => hold.Rejection!)];
        await Record(AmendmentStep.HoldStock, refused.IsEmpty
            ? new AmendmentStockHeld(Deadline())
            : Failed(refused[0] with { Lines = [.. refused.SelectMany(rejection => rejection.Lines)] }));
    }

    /// <summary>Also what is committed: until the change is recorded, nobody was told that it is sold.</summary>
    private Task ReleaseStock() =>
        Task.WhenAll(State.Add.Select(line => GrainFactory.GetStockLine(line.Sku).Release(HoldId)));

    /// <summary>
    /// Asks the locations, one after the other, to keep units back. Each alone decides what it has sent already; whoever
    /// packs at this moment is before or after it.
    /// </summary>
    private async Task WithholdUnits()
    {
        var wanted = State.Withhold.ToDictionary(line => line.Sku, line => line.Quantity);
        var withheld = ImmutableArray.CreateBuilder<SkuQuantity>();
        foreach (var asked in State.Withhold.IsEmpty ? [] : State.Requests)
        {
            var location = GrainFactory.GetFulfillmentOrder(FulfillmentPlan.IdOf(asked));

            // Perhaps we are here before the one who opens them.
            _ = (await location.Open(asked)).Required;
            var kept = await location.Withhold(new(
                State.Change,
                [.. wanted.Where(line => line.Value > 0).Select(line => new SkuQuantity(line.Key, line.Value))],
                OnlyUntouched: State.Cancel?.By == OrderParty.Shopper));
            if (!kept.IsAccepted)
            {
                await Record(AmendmentStep.WithholdUnits, Failed(
                    kept.Rejection!.Code == FulfillmentRejections.Begun.Code ? OrderRejections.InFulfillment : kept.Rejection));
                return;
            }

            foreach (var line in kept.Required.Withheld)
            {
                wanted[line.Sku] -= line.Quantity;
                withheld.Add(line);
            }
        }

        await Record(AmendmentStep.WithholdUnits, State.IsExact && wanted.Values.Any(missing => missing > 0)
            ? Failed(OrderRejections.JustSent)
            : new AmendmentWithheld(withheld.ToImmutable(), Deadline()));
    }

    private async Task ResumeUnits()
    {
        foreach (var asked in State.Withhold.IsEmpty ? [] : State.Requests)
        {
            var location = GrainFactory.GetFulfillmentOrder(FulfillmentPlan.IdOf(asked));
            _ = (await location.Open(asked)).Required;
            _ = (await location.Resume(State.Change)).Required;
        }
    }

    private async Task CommitStock()
    {
        var allocations = ImmutableDictionary.CreateBuilder<Sku, ImmutableArray<Allocation>>();
        foreach (var (sku, quantity) in State.Add)
        {
            var line = GrainFactory.GetStockLine(sku);
            var committed = await line.Commit(HoldId);
            if (committed.Rejection?.Code == StockRejections.HoldGone.Code)
            {
                // It ran out while we were away. Whoever is quick may still have the units.
                var held = await line.Hold(new(HoldId, quantity, options.Value.HoldTtl));
                committed = held.IsAccepted ? await line.Commit(HoldId) : held;
            }

            if (!committed.IsAccepted)
            {
                await Record(AmendmentStep.CommitStock, Failed(committed.Rejection!));
                return;
            }

            allocations[sku] = committed.Required.Allocations;
        }

        await Record(AmendmentStep.CommitStock, new AmendmentStockCommitted(allocations.ToImmutable(), Deadline()));
    }

    /// <summary>The decision. The order may still refuse, when money or a parcel came in between; afterwards nobody may.</summary>
    private async Task RecordChange()
    {
        var recorded = State.Cancel is { } cancel
            ? await Order.Record(new RecordCancellation(State.Change, cancel, State.Withheld))
            : await Order.Record(new RecordEdit(
                State.Change, State.Edit!.View.Id, State.Edit.Edit, HoldId, State.Allocations));
        await Record(AmendmentStep.RecordChange, recorded.IsAccepted
            ? new AmendmentRecorded(Deadline())
            : Failed(recorded.Rejection!));
    }

    /// <summary>What was kept back is never sent; the stock follows the fulfillment orders.</summary>
    private async Task ConfirmUnits()
    {
        foreach (var asked in State.Withhold.IsEmpty ? [] : State.Requests)
        {
            _ = (await GrainFactory.GetFulfillmentOrder(FulfillmentPlan.IdOf(asked)).Reduce(State.Change, State.Cancel?.Restock ?? true)).Required;
        }

        await Record(AmendmentStep.ConfirmUnits, new AmendmentConfirmed(Deadline()));
    }

    /// <summary>
    /// Looks at the payment as it is: what is only reserved for nothing is let go, what is taken beyond the total is given
    /// back. What is to be paid besides is for others to collect.
    /// </summary>
    private async Task SettlePayment()
    {
        var payment = await GrainFactory.GetPayment(OrderId).Read();
        var order = payment.IsAccepted ? await Order.RecordPayment(payment.Required) : await Order.Read();
        if (order.Required.AmountOwed is { MinorUnits: > 0 } owed && !State.IsRefundRefused)
        {
            await Record(AmendmentStep.SettlePayment, new AmendmentRefundBegan(
                $"{OrderId}.{State.Change}.{State.Refunds + 1}", owed, Deadline()));
            return;
        }

        var isOpen = payment.Value is { Status: PaymentStatus.Pending or PaymentStatus.RequiresAction or PaymentStatus.Authorized };
        if (isOpen && order.Required.Status == OrderStatus.Canceled)
        {
            var voided = await GrainFactory.GetPayment(OrderId).Void(payment.Required.Attempt);
            if (voided.Rejection?.Code == PaymentRejections.AlreadyCaptured.Code)
            {
                // It was taken at this very moment: then it is given back.
                await SettlePayment();
                return;
            }

            order = voided.IsAccepted ? await Order.RecordPayment(voided.Required) : order;
        }

        await Record(AmendmentStep.SettlePayment, new AmendmentCompleted(order.Required.Version));
    }

    private async Task RefundPayment()
    {
        var (refund, amount) = (State.Refund!, State.RefundAmount!.Value);
        var refusal = await refunds.RefundAsync(OrderId, refund, amount, State.Cancel is null ? "order_changed" : "order_canceled");
        _ = (await Order.RecordRefund(new(refund, amount, refusal))).Required;
        await Record(AmendmentStep.RefundPayment, new AmendmentRefundEnded(refusal, Deadline()));
    }

    /// <summary>Takes back whatever was done, in reverse. Each part does nothing where its step never came to pass.</summary>
    private async Task Undo()
    {
        LogUndo(State.Failure!.Code);
        await ReleaseStock();
        await ResumeUnits();
        await Record(AmendmentStep.Undo, new AmendmentUndone());
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
