using Commerce.Journal;

namespace Commerce.Fulfillment;

/// <summary>Runs <see cref="FulfillmentOrder"/>. The order and the stock learn of it through its stream.</summary>
[GrainType("fulfillment-order")]
internal sealed class FulfillmentOrderGrain(TimeProvider time)
    : JournaledActor<FulfillmentOrder, FulfillmentOrderEvent>, IFulfillmentOrderGrain
{
    private FulfillmentOrderId Id => new(this.GetPrimaryKeyString());

    public Task<Result<FulfillmentOrderView>> Open(OpenFulfillmentOrder command) =>
        Answer(order => order.OpenFor(command, time.GetUtcNow()));

    public Task<Result<FulfillmentOrderView>> Fulfill(FulfillLines command, CommandHeader header) =>
        Answer(order => order.Fulfill(Id, command, time.GetUtcNow()), header);

    public Task<Result<FulfillmentOrderView>> Read() => Read(order => order.View(Id, Version));

    private async Task<Result<FulfillmentOrderView>> Answer(
        Func<FulfillmentOrder, Decision<FulfillmentOrderEvent>> decide, CommandHeader? header = null)
    {
        var result = await Commit(decide, order => order.View(Id, Version), header);
        return result.IsAccepted ? result.Value! : result.Rejection!;
    }
}
