using System.Collections.Immutable;
using Commerce.Inventory;
using static Commerce.Sample;

namespace Commerce.Orders;

public sealed class AmendmentTests
{
    private static readonly CancelOrder Whole = new([], OrderCancelReason.Staff, true, OrderParty.Operator);
    private static readonly CommandHeader Header = new("cancel:1", "digest");
    private static readonly DateTimeOffset Deadline = Now.AddSeconds(10);
    private static readonly OrderEditId EditId = EntityId.Derive<OrderEditId>("edit");
    private static readonly PricedEdit Priced = new([new(Coffee, 3)], [], null, null, [], 1);

    private static readonly OrderEditView Shown = new(
        EditId, TheOrder, OrderEditStatus.Proposed, [], FrozenCart().Totals, FrozenCart().Totals, Gbp(0), Gbp(0), Gbp(0), Now.AddHours(1));

    private static readonly Amendment Began = new Amendment().After(new Amendment().Begin(Whole, Header, Deadline));

    [Fact]
    public void Calling_off_withholds_records_confirms_and_settles()
    {
        var amendment = Began;
        Assert.Equal((AmendmentStep.PlanChange, Deadline), (amendment.Step, amendment.WakeAt));
        amendment.Begin(Whole, new("cancel:2"), Deadline).IsNothing();

        var steps = new List<AmendmentStep>();
        foreach (var outcome in new AmendmentEvent[]
        {
            new AmendmentPlanned([new(Coffee, 2)], [], [], Deadline), new AmendmentWithheld([new(Coffee, 2)], Deadline),
            new AmendmentRecorded(Deadline), new AmendmentConfirmed(Deadline), new AmendmentRefundBegan("r1", Gbp(1), Deadline),
            new AmendmentRefundEnded(null, Deadline), new AmendmentCompleted(7),
        })
        {
            amendment = amendment.After(amendment.Record(amendment.Step, outcome));
            Decisions.Reread(amendment);
            steps.Add(amendment.Step);
        }

        Assert.Equal(
            [
                AmendmentStep.WithholdUnits, AmendmentStep.RecordChange, AmendmentStep.ConfirmUnits, AmendmentStep.SettlePayment,
                AmendmentStep.RefundPayment, AmendmentStep.SettlePayment, AmendmentStep.Completed,
            ],
            steps);
        Assert.Null(amendment.WakeAt);
        Assert.Equal((7L, null), (amendment.EndOf(Header)!.OrderVersion, amendment.EndOf(Header)!.Failure));
        Assert.Equal(2, amendment.After(amendment.Begin(Whole, new("cancel:2"), Deadline)).Change);
    }

    [Fact]
    public void What_has_no_stock_is_withheld_before_anybody_is_asked_who_has_some()
    {
        var planned = new AmendmentPlanned([new(Coffee, 2)], [], [], Deadline) { Backorders = [new(Coffee, Hold)] };

        var amendment = Began.After(Began.Record(AmendmentStep.PlanChange, planned));
        Assert.Equal(AmendmentStep.WithholdBackorders, amendment.Step);
        amendment = amendment.After(amendment.Record(amendment.Step, new AmendmentBackordersWithheld([new(Coffee, 1)], [], Deadline)));

        Assert.Equal(AmendmentStep.WithholdUnits, amendment.Step);
        Assert.Equal([new(Coffee, 1)], amendment.Withheld);
        var adds = Began.After(Began.Record(AmendmentStep.PlanChange, planned with { Add = [new(Mug, 1)] }));
        Assert.Equal(AmendmentStep.HoldStock, adds.Step);
        Assert.Equal(
            AmendmentStep.WithholdBackorders, adds.After(adds.Record(adds.Step, new AmendmentStockHeld(Deadline))).Step);
    }

    [Fact]
    public void An_edit_that_adds_holds_stock_before_it_withholds_and_commits_it_before_it_is_recorded()
    {
        var amendment = new Amendment().After(new Amendment().Propose(Shown, Priced));
        amendment.Propose(Shown, Priced).IsNothing();
        amendment = amendment.After(amendment.Begin(EditId, Header, Now, Deadline));
        Assert.Equal(Priced, amendment.Edit!.Edit);

        amendment = amendment.After(amendment.Record(AmendmentStep.PlanChange, new AmendmentPlanned([], [new(Coffee, 1)], [], Deadline)));
        Assert.Equal(AmendmentStep.HoldStock, amendment.Step);
        amendment = amendment.After(amendment.Record(AmendmentStep.HoldStock, new AmendmentStockHeld(Deadline)));
        amendment = amendment.After(amendment.Record(AmendmentStep.WithholdUnits, new AmendmentWithheld([], Deadline)));
        Assert.Equal(AmendmentStep.CommitStock, amendment.Step);
        amendment = amendment.After(amendment.Record(
            AmendmentStep.CommitStock,
            new AmendmentStockCommitted(ImmutableDictionary<Sku, ImmutableArray<Allocation>>.Empty, Deadline)));
        amendment = amendment.After(amendment.Record(AmendmentStep.RecordChange, new AmendmentRecorded(Deadline)));

        Assert.Equal((AmendmentStep.ConfirmUnits, OrderEditStatus.Applied), (amendment.Step, amendment.Find(EditId)!.View.Status));
        Assert.Equal("order_edit_stale", amendment.Begin(EditId, new("other"), Now, Deadline).Code());
    }

    [Fact]
    public void What_fails_is_undone_and_remembered()
    {
        var failed = Began.After(Began.Record(AmendmentStep.PlanChange, new AmendmentFailed(OrderRejections.Fulfilled, Deadline)));
        Assert.Equal(AmendmentStep.Undo, failed.Step);

        failed = failed.After(failed.Record(AmendmentStep.Undo, new AmendmentUndone()));

        Assert.Equal("order_fulfilled", failed.EndOf(Header)?.Failure?.Code);
        failed.Record(AmendmentStep.Undo, new AmendmentUndone()).IsNothing();
    }

    [Fact]
    public void Proposals_end_and_are_bounded()
    {
        var amendment = new Amendment().After(new Amendment().Propose(Shown, Priced));

        Assert.Equal("order_edit_stale", amendment.Begin(EditId, Header, Now.AddHours(1), Deadline).Code());
        Assert.Equal("order_edit_not_found", amendment.Begin(EntityId.Derive<OrderEditId>("other"), Header, Now, Deadline).Code());
        for (var i = 0; i < 12; i++)
        {
            amendment = amendment.After(amendment.Propose(Shown with { Id = EntityId.Derive<OrderEditId>($"{i}") }, Priced));
        }

        Assert.Equal(10, amendment.Edits.Count);
    }

    [Fact]
    public void Only_a_whole_order_called_off_by_the_shop_takes_what_it_gets()
    {
        Assert.False(Began.IsExact);
        Assert.False(Of(Whole with { By = OrderParty.System }).IsExact);
        Assert.True(Of(Whole with { By = OrderParty.Shopper }).IsExact);
        Assert.True(Of(Whole with { Lines = [new(Coffee, 1)] }).IsExact);

        static Amendment Of(CancelOrder cancel) => new Amendment().After(new Amendment().Begin(cancel, Header, Deadline));
    }

    [Fact]
    public void Memory_of_commands_is_bounded()
    {
        var amendment = new Amendment();
        for (var i = 0; i < 60; i++)
        {
            amendment = amendment.After(amendment.Begin(Whole, new($"cancel:{i}"), Deadline));
            amendment = amendment.After(new AmendmentFailed(OrderRejections.Fulfilled, Deadline), new AmendmentUndone());
        }

        Assert.Equal((50, 60), (amendment.Ended.Count, amendment.Change));
    }
}
