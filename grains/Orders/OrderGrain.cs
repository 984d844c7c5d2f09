using System.Collections.Immutable;
using Commerce.Customers;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Payments;
using Microsoft.Extensions.Options;

namespace Commerce.Orders;

/// <summary>Runs <see cref="Order"/>.</summary>
[GrainType("order"), OfOnePurchase]
internal sealed class OrderGrain(OrderNumbers numbers, IOptions<OrderOptions> options, TimeProvider time)
    : JournaledActor<Order, OrderEvent>, IOrderGrain, IIncomingGrainCallFilter
{
    private OrderId Id => new(this.GetPrimaryKeyString());

    // Whoever buys is shown, and sent, the order as it was when it was placed; it has been paid since.
    protected override int StatesRemembered => 4;

    public Task Invoke(IIncomingGrainCallContext context) =>
        context.CheckAsync(State.Placed?.Cart.Customer, OrderRejections.NotFound);

    public async Task<Result<OrderView>> Place(PlaceOrder command)
    {
        // A number drawn by an attempt that did not commit is never used: numbers are unique, not gapless.
        var number = State.Placed?.Number ?? await numbers.NextAsync();
        return await Answer(order => order.Place(
            command, number, time.GetUtcNow(), PayBy(), options.Value.ReturnWindow));
    }

    public Task<Result<OrderView>> RecordPayment(PaymentView payment) =>
        Answer(order => order.RecordPayment(payment, time.GetUtcNow(), PayBy()));

    public Task<Result<OrderView>> RecordFulfillment(FulfillmentView fulfillment) =>
        Answer(order => order.RecordFulfillment(fulfillment));

    public Task<Result<OrderView>> RecordDelivery(string fulfillment, DateTimeOffset at) =>
        Answer(order => order.RecordDelivery(fulfillment, at));

    public Task<Result<OrderView>> RecordRefund(RecordRefund refund) =>
        Answer(order => order.RecordRefund(refund, time.GetUtcNow()));

    public Task<Result<OrderPlan>> Plan(CancelOrder command) =>
        Read(order => order.Plan(command, Id, Version, time.GetUtcNow()));

    public Task<Result<OrderPlan>> Plan(PricedEdit command) =>
        Read(order => order.Plan(command, Id, Version, time.GetUtcNow()));

    public Task<Result<OrderView>> Record(RecordCancellation command) =>
        Answer(order => order.Record(command, time.GetUtcNow()));

    public Task<Result<OrderView>> Record(RecordEdit command) =>
        Answer(order => order.Record(command, Id, time.GetUtcNow()));

    public Task<Result<ImmutableArray<OrderNote>>> AddNote(string text, CommandHeader header) =>
        Commit(order => order.AddNote(text, time.GetUtcNow()), order => order.Notes, header);

    public Task<Result<ImmutableArray<OrderNote>>> ReadNotes(int notesMax) =>
        Read<Result<ImmutableArray<OrderNote>>>(order =>
            order.Placed is null ? OrderRejections.NotFound : order.Notes.TakeLast(notesMax).ToImmutableArray());

    public Task<Result<OrderReturnView>> RequestReturn(RequestReturn command, CommandHeader header) =>
        Commit(order => order.Request(command, time.GetUtcNow()), order => order.Returns[^1], header);

    public Task<Result<OrderReturnView>> DecideReturn(int number, ReturnStatus status, CommandHeader header) =>
        Commit(order => order.Decide(number, status, time.GetUtcNow()), order => order.Find(number)!, header);

    public async Task<Result<OrderReturnView>> ReceiveReturn(int number, ReceiveReturn command, CommandHeader header)
    {
        if (command.Location is { } location && (await GrainFactory.GetLocations().Read()).All(known => known.Id != location))
        {
            return StockRejections.LocationUnknown(location);
        }

        return await Commit(order => order.Receive(number, command, time.GetUtcNow()), order => order.Find(number)!, header);
    }

    public Task<Result<bool>> Erase() => Erase(order => order.Erase(time.GetUtcNow()), order => true);

    public Task<Result<OrderView>> Read() => Read(order => order.View(Id, Version));

    public async Task<Result<OrderView>> ReadAsOf(long version) =>
        version == Version ? await Read() : (await AsOf(version)).View(Id, version);

    protected override async Task OnWake()
    {
        var now = time.GetUtcNow();
        OrderActionDue? due = null;
        await Commit(
            order =>
            {
                var decision = order.LookAfter(now, now + options.Value.LookAgainAfter);
                due = decision.Events.OfType<OrderActionDue>().FirstOrDefault();
                return decision;
            },
            order => order.Revision);

        // Not awaited, since the amendment calls back here. What is lost with a silo is looked at again.
        if (due?.IsUnpaid == true)
        {
            GrainFactory.GetOrderAmendment(Id).Cancel(
                new([], OrderCancelReason.Unpaid, Restock: true, OrderParty.System), new($"overdue:{Version}")).Ignore();
        }

        if (due?.IsUnsettled == true)
        {
            GrainFactory.GetOrderAmendment(Id).Settle($"{Version}").Ignore();
        }
    }

    private DateTimeOffset PayBy() => time.GetUtcNow() + options.Value.UnpaidExpireAfter;

    private async Task<Result<OrderView>> Answer(Func<Order, Decision<OrderEvent>> decide)
    {
        var result = await Commit(decide, order => order.View(Id, Version));
        return result.IsAccepted ? result.Value! : result.Rejection!;
    }
}
