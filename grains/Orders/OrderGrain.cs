using Commerce.Fulfillment;
using Commerce.Journal;
using Commerce.Payments;

namespace Commerce.Orders;

/// <summary>Runs <see cref="Order"/>.</summary>
[GrainType("order")]
internal sealed class OrderGrain(OrderNumbers numbers, TimeProvider time)
    : JournaledActor<Order, OrderEvent>, IOrderGrain
{
    private OrderId Id => new(this.GetPrimaryKeyString());

    public async Task<Result<OrderView>> Place(PlaceOrder command)
    {
        // A number drawn by an attempt that did not commit is never used: numbers are unique, not gapless.
        var number = State.Placed?.Number ?? await numbers.NextAsync();
        return await Answer(order => order.Place(command, number, time.GetUtcNow()));
    }

    public Task<Result<OrderView>> RecordPayment(PaymentView payment) =>
        Answer(order => order.RecordPayment(payment, time.GetUtcNow()));

    public Task<Result<OrderView>> RecordFulfillment(FulfillmentView fulfillment) =>
        Answer(order => order.RecordFulfillment(fulfillment));

    public Task<Result<OrderView>> Read() => Read(order => order.View(Id, Version));

    public async Task<Result<OrderView>> ReadAsOf(long version) =>
        version == Version ? await Read() : (await AsOf(version)).View(Id, version);

    private async Task<Result<OrderView>> Answer(Func<Order, Decision<OrderEvent>> decide)
    {
        var result = await Commit(decide, order => order.View(Id, Version));
        return result.IsAccepted ? result.Value! : result.Rejection!;
    }
}
