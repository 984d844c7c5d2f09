using System.Collections.Immutable;
using Commerce.Checkout;
using Commerce.Credit;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>The steps of a change, in their order, each with its compensation beneath it.</summary>
internal sealed partial class OrderAmendmentGrain
{
    private async Task PlanChange()
    {
        var planned = State.Cancel is { } cancel ? await Order.Plan(cancel) : await Order.Plan(State.Edit!.Edit);
        if (planned.Rejection is { } refused)
        {
            await Record(AmendmentStep.PlanChange, Failed(refused));
            return;
        }

        var (plan, requests, backorders) = (planned.Required, planned.Required.Requests, ImmutableArray.CreateBuilder<BackorderedSale>());
        foreach (var (sku, _) in plan.Withhold)
        {
            // A silo from before the upgrade names none.
            foreach (var hold in plan.Before.Holds.IsDefault ? [plan.Before.Hold] : plan.Before.Holds)
            {
                var sale = await GrainFactory.GetStockOperations(sku).ReadHold(hold);
                var parts = sale.Value?.Allocations ?? [];
                requests = WithLater(requests, plan.Before.Number, sku, hold, parts);
                if (parts.Any(part => part.Location is null))
                {
                    backorders.Add(new(sku, hold));
                }
            }
        }

        await Record(AmendmentStep.PlanChange, new AmendmentPlanned(plan.Withhold, plan.Add, requests, Deadline())
        {
            Backorders = backorders.ToImmutable(),
        });
    }

    /// <summary>
    /// Besides what was asked of locations: what was asked of them when stock came for what had been sold without any. Stock
    /// that came while the order was being placed is known to both.
    /// </summary>
    private ImmutableArray<OpenFulfillmentOrder> WithLater(
        ImmutableArray<OpenFulfillmentOrder> requests, string number, Sku sku, HoldId hold, ImmutableArray<Allocation> parts)
    {
        var later = FulfillmentPlan.For(OrderId, number, hold, ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty.Add(
            sku, [.. parts.Where(part => part.Part is not null)]));
        return [.. later.Concat(requests).DistinctBy(FulfillmentPlan.IdOf)];
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
    /// Asks the stock to keep back what has none yet: nobody has touched it. From here on none of it comes to a location, so
    /// those are known that have the rest.
    /// </summary>
    private async Task WithholdBackorders()
    {
        var number = (await Order.Read()).Required.Number;
        var (requests, withheld) = (State.Requests, ImmutableArray.CreateBuilder<SkuQuantity>());
        foreach (var (sku, hold) in State.Backorders)
        {
            var wanted = State.Withhold.First(line => line.Sku == sku).Quantity
                - withheld.Where(line => line.Sku == sku).Sum(line => line.Quantity);
            if (wanted == 0)
            {
                continue;
            }

            var kept = await GrainFactory.GetBackorderedStock(sku).Withhold(new(hold, State.Change, wanted));
            if (!kept.IsAccepted)
            {
                await Record(AmendmentStep.WithholdBackorders, Failed(kept.Rejection!));
                return;
            }

            requests = WithLater(requests, number, sku, hold, kept.Required.Allocations);
            if (kept.Required.Withheld > 0)
            {
                withheld.Add(new(sku, kept.Required.Withheld));
            }
        }

        await Record(
            AmendmentStep.WithholdBackorders, new AmendmentBackordersWithheld(withheld.ToImmutable(), requests, Deadline()));
    }

    private async Task ResumeBackorders()
    {
        foreach (var (sku, hold) in State.Backorders)
        {
            _ = (await GrainFactory.GetBackorderedStock(sku).Resume(hold, State.Change)).Required;
        }
    }

    /// <summary>
    /// Asks the locations, one after the other, to keep units back. Each alone decides what it has sent already; whoever
    /// packs at this moment is before or after it.
    /// </summary>
    private async Task WithholdUnits()
    {
        var wanted = State.Withhold.ToDictionary(
            line => line.Sku,
            line => line.Quantity - State.Withheld.Where(kept => kept.Sku == line.Sku).Sum(kept => kept.Quantity));
        var withheld = State.Withheld.ToBuilder();
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

        foreach (var (sku, hold) in State.Backorders)
        {
            _ = (await GrainFactory.GetBackorderedStock(sku).Reduce(hold, State.Change)).Required;
        }

        await ReturnPromotions();
        await Record(AmendmentStep.ConfirmUnits, new AmendmentConfirmed(Deadline()));
    }

    /// <summary>An order of which nothing is left has used no promotion.</summary>
    private async Task ReturnPromotions()
    {
        var order = (await Order.Read()).Required;
        foreach (var promotion in order.Status == OrderStatus.Canceled ? order.Promotions : [])
        {
            _ = (await GrainFactory.GetPromotion(promotion.Id).Release(order.Hold.Value)).Required;
        }
    }

    private async Task<Rejection?> RefusePayment()
    {
        var order = await Order.Read();
        return order.Rejection ?? order.Required switch
        {
            { Status: OrderStatus.Canceled } => OrderRejections.Canceled,
            { AmountDue.MinorUnits: 0 } => OrderRejections.Paid,
            _ => null,
        };
    }

    private async Task PlanPayment()
    {
        if (await RefusePayment() is { } refused)
        {
            await Record(AmendmentStep.PlanPayment, Failed(refused));
            return;
        }

        var due = (await Order.Read()).Required.AmountDue;
        if (State.PaymentExpected is { } expected && expected != due)
        {
            await Record(AmendmentStep.PlanPayment, Failed(OrderRejections.DueChanged(due)));
            return;
        }

        var before = await Payment.Read();
        await Record(AmendmentStep.PlanPayment, new AmendmentPaymentBegan((before.Value?.Attempt ?? 0) + 1, due, Deadline()));
    }

    /// <summary>Beside what was taken before, or instead of what was let go.</summary>
    private async Task AuthorizePayment()
    {
        var payment = await Payment.Authorize(
            new(State.PaymentAttempt, State.PaymentAmount!.Value, State.PaymentMethod!, IsAdditional: true));
        await Record(AmendmentStep.AuthorizePayment, payment switch
        {
            { Rejection: { } declined } => Failed(declined),
            { Value: { Status: PaymentStatus.RequiresAction, NextAction: { } action } } =>
                new AmendmentActionRequired(action, time.GetUtcNow() + checkout.Value.ChallengeDeadline),
            _ => new AmendmentPaymentAuthorized(Deadline()),
        });
    }

    /// <summary>The customer was asked to act: looks whether that has come to anything.</summary>
    private async Task AwaitCustomer()
    {
        var payment = await Payment.Refresh(State.PaymentAttempt);
        if (payment.Rejection is { } declined)
        {
            await Record(AmendmentStep.AwaitCustomer, Failed(declined));
        }
        else if (payment.Required.Status is PaymentStatus.Authorized or PaymentStatus.Paid)
        {
            await Record(AmendmentStep.AwaitCustomer, new AmendmentPaymentAuthorized(Deadline()));
        }
    }

    private async Task GiveUpPayment()
    {
        await Record(AmendmentStep.AwaitCustomer, Failed(CheckoutRejections.Abandoned));
        await Advance();
    }

    private async Task CapturePayment()
    {
        var captured = await Payment.Capture(State.PaymentAttempt);
        if (captured.Rejection is { } refused)
        {
            await Record(AmendmentStep.CapturePayment, refused.Code == PaymentRejections.GatewayMisconfigured.Code
                ? throw new RetryableException(refused.Detail)
                : Failed(refused));
            return;
        }

        _ = (await Order.RecordPayment(captured.Required)).Required;
        await Record(AmendmentStep.CapturePayment, new AmendmentPaymentCaptured(Deadline()));
    }

    /// <summary>Whatever has come of the attempt, or still will, goes back.</summary>
    private Task VoidPayment() => State.PaymentAttempt == 0 ? Task.CompletedTask : Payment.Void(State.PaymentAttempt);

    /// <summary>
    /// Looks at the payment as it is: what is only reserved for nothing is let go, what is taken beyond the total is given
    /// back. What is to be paid besides, the customer pays by a change of its own.
    /// </summary>
    private async Task SettlePayment()
    {
        var payment = await Payment.Read();
        var order = payment.IsAccepted ? await Order.RecordPayment(payment.Required) : await Order.Read();
        if (State.NextRefund(order.Required) is var (amount, credit))
        {
            await Record(AmendmentStep.SettlePayment, new AmendmentRefundBegan(
                $"{OrderId}.{State.Change}.{State.Refunds + 1}", amount, Deadline()) { Credit = credit });
            return;
        }

        var isOpen = payment.Value is { Status: PaymentStatus.Pending or PaymentStatus.RequiresAction or PaymentStatus.Authorized };
        if (isOpen && order.Required.Status == OrderStatus.Canceled)
        {
            order = await Order.RecordPayment(await LetGo(payment.Required.Attempt));
            if (State.NextRefund(order.Required) is not null)
            {
                // It was taken at this very moment: then it is given back.
                await SettlePayment();
                return;
            }
        }

        await Record(AmendmentStep.SettlePayment, new AmendmentCompleted(order.Required.Version));
    }

    /// <summary>The payment after nothing is reserved any more; what was taken stays taken.</summary>
    private async Task<PaymentView> LetGo(int attempt)
    {
        var let = await Payment.Void(attempt);
        if (let.Rejection?.Code == PaymentRejections.AlreadyCaptured.Code)
        {
            let = await Payment.Release(new($"{OrderId}.{State.Change}.release"));
        }

        return let.Value ?? (await Payment.Read()).Required;
    }

    private async Task RefundPayment()
    {
        var (refund, amount) = (State.Refund!, State.RefundAmount!.Value);
        var refusal = State.CreditReturn is { } credit
            ? await ReturnCredit(credit)
            : await ReturnMoney(refund, amount);
        _ = (await Order.RecordRefund(new(refund, amount, refusal, State.CreditReturn?.Account))).Required;
        await Record(AmendmentStep.RefundPayment, new AmendmentRefundEnded(refusal, Deadline()));
    }

    /// <summary>Under the refund's name, so that a repetition gives nothing back twice.</summary>
    private async Task<string?> ReturnMoney(string refund, Money amount)
    {
        var reason = State.Cancel is null ? "order_changed" : "order_canceled";
        var refunded = await Payment.Refund(new(amount.MinorUnits, reason), new(refund));
        return refunded.Rejection?.Code == PaymentRejections.GatewayMisconfigured.Code
            ? throw new RetryableException(refunded.Rejection.Detail)
            : refunded.Rejection?.Code;
    }

    /// <summary>Absolute, so that a repetition gives nothing back twice; under the name that the checkout spent it by.</summary>
    private async Task<string?> ReturnCredit(CreditReturn credit)
    {
        var spent = CreditReservationId.For((await Order.Read()).Required.Hold);
        return (await GrainFactory.GetCreditAccount(credit.Account).Return(new(spent, credit.Left))).Rejection?.Code;
    }

    /// <summary>Takes back whatever was done, in reverse. Each part does nothing where its step never came to pass.</summary>
    private async Task Undo()
    {
        LogUndo(State.Failure!.Code);
        await VoidPayment();
        await ReleaseStock();
        await ResumeUnits();
        await ResumeBackorders();
        await Record(AmendmentStep.Undo, new AmendmentUndone());
    }
}
