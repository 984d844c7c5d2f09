using System.Collections.Immutable;
using Commerce.Inventory;
using Commerce.Orders;

namespace Commerce.Fulfillment;

/// <summary>What one location is asked to send for one order, keyed by <see cref="FulfillmentOrderId"/>.</summary>
[Alias("commerce.IFulfillmentOrder")]
public interface IFulfillmentOrderGrain : IGrainWithStringKey
{
    /// <summary>Opens it. Repeating it changes nothing.</summary>
    [Alias("Open")]
    Task<Result<FulfillmentOrderView>> Open(OpenFulfillmentOrder command);

    /// <summary>Units are packed and handed over. Safe to repeat with a command id.</summary>
    /// <returns>The fulfillment order; refused when more is sent than is open.</returns>
    [Alias("Fulfill")]
    Task<Result<FulfillmentOrderView>> Fulfill(FulfillLines command, CommandHeader header);

    /// <summary>A parcel has arrived. The first that is told counts; safe to repeat.</summary>
    /// <param name="fulfillment">The parcel's id.</param>
    /// <param name="at">When; null: now. Not before it was sent, and not later than now.</param>
    /// <returns>The fulfillment order; refused with 404 when it has no such parcel.</returns>
    [Alias("Deliver")]
    Task<Result<FulfillmentOrderView>> Deliver(string fulfillment, DateTimeOffset? at, CommandHeader header);

    /// <summary>The location begins to work on it: from now on the shopper can no longer cancel. Repeatable.</summary>
    [Alias("Accept")]
    Task<Result<FulfillmentOrderView>> Accept(CommandHeader header);

    /// <summary>
    /// Keeps units from being sent while a change of the order is decided: as many of the wanted as are still here. Here
    /// alone it is decided whether a unit is sent or not. Repeatable by the change's number.
    /// </summary>
    /// <returns>
    /// The fulfillment order; <see cref="FulfillmentOrderView.Withheld"/> is what it could keep back, perhaps nothing. Refused
    /// with <c>fulfillment_order_begun</c>, or when the change is over.
    /// </returns>
    [Alias("Withhold")]
    Task<Result<FulfillmentOrderView>> Withhold(WithholdLines command);

    /// <summary>The change is decided: what it withheld is never sent. The stock learns of it. Repeatable.</summary>
    /// <param name="restock">Whether the units can be sold again.</param>
    [Alias("Reduce")]
    Task<Result<FulfillmentOrderView>> Reduce(int change, bool restock);

    /// <summary>The change came to nothing: what it withheld may be sent, and it withholds nothing any more. Repeatable.</summary>
    [Alias("Resume")]
    Task<Result<FulfillmentOrderView>> Resume(int change);

    /// <summary>The fulfillment order; refused with 404 when it was never opened.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<Result<FulfillmentOrderView>> Read();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Hold">The commitment under which the order has the stock.</param>
/// <param name="Part">
/// Which allocation of the commitment, if its stock came after the sale; null for what was there. See <see cref="Allocation"/>.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.OpenFulfillmentOrder")]
public sealed record OpenFulfillmentOrder(
    [property: Id(0)] OrderId Order,
    [property: Id(1)] string OrderNumber,
    [property: Id(2)] LocationId Location,
    [property: Id(3)] HoldId Hold,
    [property: Id(4)] ImmutableArray<SkuQuantity> Lines,
    [property: Id(5)] int? Part = null);

/// <param name="Lines">What is sent, 1 or more units each; empty: everything that is still open.</param>
/// <param name="Tracking">How to follow the parcel; null when it cannot be followed.</param>
[GenerateSerializer, Immutable, Alias("commerce.FulfillLines")]
public sealed record FulfillLines(
    [property: Id(0)] ImmutableArray<SkuQuantity> Lines, [property: Id(1)] Tracking? Tracking);

/// <param name="Change">Numbers the changes of one order, from 1.</param>
/// <param name="Lines">What is wanted.</param>
/// <param name="OnlyUntouched">Refuse once the location has begun.</param>
[GenerateSerializer, Immutable, Alias("commerce.WithholdLines")]
public sealed record WithholdLines(
    [property: Id(0)] int Change,
    [property: Id(1)] ImmutableArray<SkuQuantity> Lines,
    [property: Id(2)] bool OnlyUntouched = false);

/// <summary>Units of one SKU.</summary>
[GenerateSerializer, Immutable, Alias("commerce.SkuQuantity")]
public readonly record struct SkuQuantity([property: Id(0)] Sku Sku, [property: Id(1)] int Quantity);

/// <summary>How to follow a parcel.</summary>
/// <param name="Carrier">Who carries it, 1 to 100 characters.</param>
/// <param name="Number">The carrier's number, 1 to 100 characters.</param>
/// <param name="Url">Where it can be followed: absolute http or https; null when nowhere.</param>
[GenerateSerializer, Immutable, Alias("commerce.Tracking")]
public sealed record Tracking(
    [property: Id(0)] string Carrier, [property: Id(1)] string Number, [property: Id(2)] string? Url);

/// <summary>A fulfillment order, with everything needed to show it.</summary>
/// <param name="Lines">What was asked for.</param>
/// <param name="Open">What is still to send; empty when there is nothing.</param>
/// <param name="Part">Numbers what got its stock after the sale; null for what had it from the start.</param>
[GenerateSerializer, Immutable, Alias("commerce.FulfillmentOrderView")]
public sealed record FulfillmentOrderView(
    [property: Id(0)] FulfillmentOrderId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] FulfillmentOrderStatus Status,
    [property: Id(3)] OrderId Order,
    [property: Id(4)] string OrderNumber,
    [property: Id(5)] LocationId Location,
    [property: Id(6)] ImmutableArray<SkuQuantity> Lines,
    [property: Id(7)] ImmutableArray<SkuQuantity> Open,
    [property: Id(8)] ImmutableArray<FulfillmentView> Fulfillments,
    [property: Id(9)] int? Part = null)
{
    /// <summary>What is not to be sent after all.</summary>
    [Id(10)]
    public ImmutableArray<SkuQuantity> Canceled { get; init; } = [];

    /// <summary>What is kept back while a change of the order is decided.</summary>
    [Id(11)]
    public ImmutableArray<SkuQuantity> Withheld { get; init; } = [];

    /// <summary>When the location began to work on it; null: not yet.</summary>
    [Id(12)]
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>The commitment under which the order has the stock; for other grains, not for people.</summary>
    [Id(13), System.Text.Json.Serialization.JsonIgnore]
    public HoldId Hold { get; init; }
}

/// <summary>Where a fulfillment order stands.</summary>
[GenerateSerializer, Alias("commerce.FulfillmentOrderStatus")]
public enum FulfillmentOrderStatus
{
    /// <summary>Nothing is sent.</summary>
    Open = 0,

    /// <summary>The location has begun, or some is sent.</summary>
    InProgress = 1,

    /// <summary>All is sent that is to be sent.</summary>
    Closed = 2,

    /// <summary>Nothing is sent, and nothing is to be sent any more.</summary>
    Canceled = 3,
}

/// <summary>One parcel that was sent.</summary>
/// <param name="Id">Unique within the order.</param>
/// <param name="DeliveredAt">When it arrived; null: nobody has said so.</param>
[GenerateSerializer, Immutable, Alias("commerce.FulfillmentView")]
public sealed record FulfillmentView(
    [property: Id(0)] string Id,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] ImmutableArray<SkuQuantity> Lines,
    [property: Id(3)] Tracking? Tracking,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] DateTimeOffset? DeliveredAt = null);

/// <summary>Every way a fulfillment order can say no. Codes are public API: add, never rename.</summary>
public static class FulfillmentRejections
{
    /// <summary>It was never opened.</summary>
    public static readonly Rejection NotFound =
        new(RejectionKind.NotFound, "fulfillment_order_not_found", "There is no such fulfillment order.");

    /// <summary>It has no parcel of this id.</summary>
    public static readonly Rejection ParcelNotFound =
        new(RejectionKind.NotFound, "fulfillment_not_found", "There is no such parcel.");

    /// <summary>The location has begun to work on it.</summary>
    public static readonly Rejection Begun =
        new(RejectionKind.Conflict, "fulfillment_order_begun", "The location has begun to work on this order.");

    /// <summary>All that is still here is kept back until a change of the order is decided, in a moment.</summary>
    public static readonly Rejection BeingChanged =
        new(RejectionKind.Conflict, "order_being_changed", "The order is being changed. Read it again in a moment.");

    /// <summary>A call of a change of the order that is over, come too late.</summary>
    public static readonly Rejection ChangeOver =
        new(RejectionKind.Conflict, "order_change_over", "This change of the order is over.");

    /// <summary>All is sent.</summary>
    public static readonly Rejection Closed =
        new(RejectionKind.Conflict, "fulfillment_order_closed", "Everything of this fulfillment order is sent.");

    /// <summary>More is sent than is open, or something that is not part of it.</summary>
    public static Rejection NotOpen(Sku sku, int open) =>
        new(RejectionKind.Conflict, "fulfillment_exceeds_open", $"{open} units of {sku} are still to send.", "/lines");
}
