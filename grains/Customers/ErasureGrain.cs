using System.Diagnostics;
using Commerce.Carts;
using Commerce.Journal;
using Commerce.Orders;

namespace Commerce.Customers;

/// <summary>How far the forgetting of a customer is.</summary>
internal sealed record Erasure : IJournaledState<Erasure, ErasureEvent>
{
    // By then every reader has seen what was under way when it began.
    private static readonly TimeSpan SecondLook = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromDays(1);

    public DateTimeOffset? BeganAt { get; init; }

    public int Left { get; init; }

    public DateTimeOffset? WakeAt { get; init; }

    public string Summary => BeganAt is null ? "" : WakeAt is null ? "done" : $"{Left} left";

    public Decision<ErasureEvent> Begin(DateTimeOffset now) => new ErasureBegan(BeganAt ?? now, now + SecondLook);

    public Decision<ErasureEvent> Record(int left, DateTimeOffset now) =>
        left == 0 && now >= WakeAt ? new ErasureLooked(0, null)
        : left == Left && now < WakeAt ? Decision<ErasureEvent>.Nothing
        : new ErasureLooked(left, left == 0 || now < WakeAt ? WakeAt : now + LookEvery);

    public Erasure Apply(ErasureEvent @event) => @event switch
    {
        ErasureBegan e => this with { BeganAt = e.At, WakeAt = e.LookAt },
        ErasureLooked e => this with { Left = e.Left, WakeAt = e.LookAt },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    public ErasureView View() => new(BeganAt, Left, WakeAt);
}

/// <summary>What can happen to the forgetting of a customer.</summary>
internal abstract record ErasureEvent : IJournalEvent;

[Alias("erasure.began")]
internal sealed record ErasureBegan(DateTimeOffset At, DateTimeOffset LookAt) : ErasureEvent;

/// <param name="LookAt">Null: nothing is left.</param>
[Alias("erasure.looked")]
internal sealed record ErasureLooked(int Left, DateTimeOffset? LookAt) : ErasureEvent;

/// <summary>Runs <see cref="Erasure"/>. Every step may be done twice, so a crash only means doing some of them again.</summary>
[GrainType("erasure")]
internal sealed class ErasureGrain(CustomerStreams streams, TimeProvider time) : JournaledActor<Erasure, ErasureEvent>, IErasureGrain
{
    public async Task<ErasureView> Begin(CommandHeader header)
    {
        await Commit(erasure => erasure.Begin(time.GetUtcNow()), erasure => true, header);
        await Look();
        return await Read();
    }

    public Task<ErasureView> Read() => Read(erasure => erasure.View());

    protected override Task OnWake() => Look();

    private async Task Look()
    {
        // As the shop itself: what is forgotten is not shown to anybody.
        RequestContext.Remove(RequestKeys.Customer);
        if (OrderId.TryParse(this.GetPrimaryKeyString(), null, out var order))
        {
            var isErased = await TryErase(EntityId.Twin<OrderId, CartId>(order));
            await Commit(erasure => erasure.Record(isErased ? 0 : 1, time.GetUtcNow()), erasure => true);
            return;
        }

        var (customer, left) = (new CustomerId(this.GetPrimaryKeyString()), 0);
        await foreach (var cart in streams.CartsAsync(customer))
        {
            left += await TryErase(cart) ? 0 : 1;
        }

        if ((await GrainFactory.GetWishlists(customer).Erase()).IsAccepted
            && (await GrainFactory.GetCustomer(customer).Erase()).IsAccepted)
        {
            await Commit(erasure => erasure.Record(left, time.GetUtcNow()), erasure => true);
        }
    }

    /// <summary>The order first: as long as that is open, the rest is needed.</summary>
    private async Task<bool> TryErase(CartId cart)
    {
        var order = EntityId.Twin<CartId, OrderId>(cart);
        if (!(await GrainFactory.GetOrder(order).Erase()).IsAccepted
            || !(await GrainFactory.GetOrderAmendment(order).Erase()).IsAccepted
            || !(await GrainFactory.GetCart(cart).Erase()).IsAccepted)
        {
            return false;
        }

        await GrainFactory.GetNotification(order).Erase();
        return (await GrainFactory.GetCheckout(cart).Erase()).IsAccepted;
    }
}
