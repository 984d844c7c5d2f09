using Commerce.Journal;

namespace Commerce.Fulfillment;

/// <summary>Runs <see cref="FulfillmentOrder"/>. The order and the stock learn of it through its stream.</summary>
[GrainType("fulfillment-order"), OfOnePurchase]
internal sealed class FulfillmentOrderGrain(TimeProvider time)
    : JournaledActor<FulfillmentOrder, FulfillmentOrderEvent>, IFulfillmentOrderGrain
{
    private FulfillmentOrderId Id => new(this.GetPrimaryKeyString());

    public Task<Result<FulfillmentOrderView>> Open(OpenFulfillmentOrder command) =>
        Answer(order => order.OpenFor(command, time.GetUtcNow()));

    public Task<Result<FulfillmentOrderView>> Fulfill(FulfillLines command, CommandHeader header) =>
        Answer(order => order.Fulfill(Id, command, time.GetUtcNow()), header);

    public Task<Result<FulfillmentOrderView>> Deliver(string fulfillment, DateTimeOffset? at, CommandHeader header) =>
        Answer(order => order.Deliver(fulfillment, at, time.GetUtcNow()), header);

    public Task<Result<FulfillmentOrderView>> Accept(CommandHeader header) =>
        Answer(order => order.Accept(time.GetUtcNow()), header);

    public Task<Result<FulfillmentOrderView>> Withhold(WithholdLines command) => Answer(order => order.Withhold(command));

    public Task<Result<FulfillmentOrderView>> Reduce(int change, bool restock) =>
        Answer(order => order.Reduce(change, restock, time.GetUtcNow()));

    public Task<Result<FulfillmentOrderView>> Resume(int change) => Answer(order => order.Resume(change));

    public Task<Result<FulfillmentOrderView>> Read() => Read(order => order.View(Id, Version));

    // Whatever is accepted has opened it, so that there is a view; the view itself is what a repetition is told.
    private Task<Result<FulfillmentOrderView>> Answer(
        Func<FulfillmentOrder, Decision<FulfillmentOrderEvent>> decide, CommandHeader? header = null) =>
        Commit(decide, order => order.View(Id, Version).Required, header);
}
