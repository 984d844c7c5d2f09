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
/// <param name="Open">What is still to send; empty when all is sent.</param>
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
    [property: Id(9)] int? Part = null);

/// <summary>Where a fulfillment order stands.</summary>
[GenerateSerializer, Alias("commerce.FulfillmentOrderStatus")]
public enum FulfillmentOrderStatus
{
    /// <summary>Nothing is sent.</summary>
    Open = 0,

    /// <summary>Some is sent.</summary>
    InProgress = 1,

    /// <summary>All is sent.</summary>
    Closed = 2,
}

/// <summary>One parcel that was sent.</summary>
/// <param name="Id">Unique within the order.</param>
[GenerateSerializer, Immutable, Alias("commerce.FulfillmentView")]
public sealed record FulfillmentView(
    [property: Id(0)] string Id,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] ImmutableArray<SkuQuantity> Lines,
    [property: Id(3)] Tracking? Tracking,
    [property: Id(4)] DateTimeOffset At);

/// <summary>Every way a fulfillment order can say no. Codes are public API: add, never rename.</summary>
public static class FulfillmentRejections
{
    /// <summary>It was never opened.</summary>
    public static readonly Rejection NotFound =
        new(RejectionKind.NotFound, "fulfillment_order_not_found", "There is no such fulfillment order.");

    /// <summary>All is sent.</summary>
    public static readonly Rejection Closed =
        new(RejectionKind.Conflict, "fulfillment_order_closed", "Everything of this fulfillment order is sent.");

    /// <summary>More is sent than is open, or something that is not part of it.</summary>
    public static Rejection NotOpen(Sku sku, int open) =>
        new(RejectionKind.Conflict, "fulfillment_exceeds_open", $"{open} units of {sku} are still to send.", "/lines");
}
