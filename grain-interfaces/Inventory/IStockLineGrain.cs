using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>The stock of one SKU over all locations, keyed by <see cref="Sku"/>.</summary>
/// <remarks>
/// on hand = what the warehouses have; held = promised to checkouts under way; committed = sold, not yet sent;
/// available = on hand − held − committed, and never negative in any prefix of the journal.
/// </remarks>
[Alias("commerce.IStockLine")]
public interface IStockLineGrain : IGrainWithStringKey
{
    /// <summary>Promises units until the hold expires. Repeating it with the same quantity changes nothing.</summary>
    /// <returns>The hold with the locations it was taken from, or <c>out_of_stock</c>.</returns>
    [Alias("Hold")]
    Task<Result<HoldView>> Hold(HoldStock command, CancellationToken cancellation = default);

    /// <summary>Turns a hold into a sale. Repeatable.</summary>
    /// <returns>The locations to send from; refused with <c>hold_gone</c> when it expired and was swept, or never was.</returns>
    [Alias("Commit")]
    Task<Result<HoldView>> Commit(HoldId hold, CancellationToken cancellation = default);

    /// <summary>
    /// Gives back what was promised, or sold to an order that did not come to be. Repeatable; nothing happens when it is
    /// gone. Never to be called once there is an order.
    /// </summary>
    [Alias("Release")]
    Task<Result<StockView>> Release(HoldId hold, CancellationToken cancellation = default);

    /// <summary>Committed units have left a location. Absolute, so repeatable.</summary>
    [Alias("Ship")]
    Task<Result<StockView>> Ship(ShipStock command, CancellationToken cancellation = default);

    /// <summary>Units arrive at a location.</summary>
    [Alias("Receive")]
    Task<Result<StockView>> Receive(ReceiveStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Corrects what a location has, by a difference. Refused below what is promised.</summary>
    [Alias("Adjust")]
    Task<Result<StockView>> Adjust(AdjustStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Sets what a location has, as counted. Absolute. Refused below what is promised.</summary>
    [Alias("Count")]
    Task<Result<StockView>> Count(CountStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The stock as it is; zero for a SKU nobody has received.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<StockView> Read(CancellationToken cancellation = default);

    /// <summary>Units that could be promised now; a hint, since the next hold may come before yours.</summary>
    [Alias("Available"), Orleans.Concurrency.AlwaysInterleave]
    Task<int> Available();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Hold">Chosen by the caller; names the promise.</param>
/// <param name="Quantity">Units, 1 to 1,000,000.</param>
/// <param name="Ttl">How long the promise lasts, at most 24 hours.</param>
[GenerateSerializer, Immutable, Alias("commerce.HoldStock")]
public sealed record HoldStock(
    [property: Id(0)] HoldId Hold, [property: Id(1)] int Quantity, [property: Id(2)] TimeSpan Ttl);

/// <param name="Hold">The commitment the units were sold under.</param>
/// <param name="Location">Where they left.</param>
/// <param name="Left">Units of the commitment that are still there; what is there beyond that has left.</param>
[GenerateSerializer, Immutable, Alias("commerce.ShipStock")]
public sealed record ShipStock(
    [property: Id(0)] HoldId Hold, [property: Id(1)] LocationId Location, [property: Id(2)] int Left);

/// <param name="Location">Where they arrive.</param>
/// <param name="Quantity">Units, 1 to 1,000,000.</param>
/// <param name="Reference">Delivery note or the like, at most 200 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReceiveStock")]
public sealed record ReceiveStock(
    [property: Id(0)] LocationId Location, [property: Id(1)] int Quantity, [property: Id(2)] string? Reference = null);

/// <param name="Location">Where.</param>
/// <param name="Delta">Units more or fewer; not 0.</param>
/// <param name="Reason">Why, 1 to 200 characters.</param>
/// <param name="Reference">A document, at most 200 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.AdjustStock")]
public sealed record AdjustStock(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] int Delta,
    [property: Id(2)] string Reason,
    [property: Id(3)] string? Reference = null);

/// <param name="Location">Where.</param>
/// <param name="OnHand">Units there, promised ones included; 0 to 100,000,000.</param>
/// <param name="Reference">A document, at most 200 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.CountStock")]
public sealed record CountStock(
    [property: Id(0)] LocationId Location, [property: Id(1)] int OnHand, [property: Id(2)] string? Reference = null);

/// <summary>A promise of units.</summary>
[GenerateSerializer, Immutable, Alias("commerce.HoldView")]
public sealed record HoldView(
    [property: Id(0)] HoldId Id,
    [property: Id(1)] int Quantity,
    [property: Id(2)] DateTimeOffset? ExpiresAt,
    [property: Id(3)] ImmutableArray<Allocation> Allocations);

/// <summary>Units at one location.</summary>
[GenerateSerializer, Immutable, Alias("commerce.Allocation")]
public readonly record struct Allocation([property: Id(0)] LocationId Location, [property: Id(1)] int Quantity);

/// <summary>The stock of one SKU.</summary>
/// <param name="Holds">Open holds, soonest expiry first; at most 100 are shown.</param>
[GenerateSerializer, Immutable, Alias("commerce.StockView")]
public sealed record StockView(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] long Version,
    [property: Id(2)] int OnHand,
    [property: Id(3)] int Held,
    [property: Id(4)] int Available,
    [property: Id(5)] int Committed,
    [property: Id(6)] ImmutableArray<LocationStockView> Locations,
    [property: Id(7)] ImmutableArray<HoldView> Holds);

/// <summary>The stock of one SKU at one location.</summary>
[GenerateSerializer, Immutable, Alias("commerce.LocationStockView")]
public sealed record LocationStockView(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] int OnHand,
    [property: Id(2)] int Held,
    [property: Id(3)] int Available,
    [property: Id(4)] int Committed);

/// <summary>Every way stock can say no. Codes are public API: add, never rename.</summary>
public static class StockRejections
{
    /// <summary>Fewer units are available than wanted.</summary>
    public static Rejection Insufficient(Sku sku, int requested, int available) =>
        new(RejectionKind.Conflict, "out_of_stock", $"{available} of {requested} units of {sku} are available.")
        {
            Lines = [new(sku, requested, available)],
        };

    /// <summary>The hold exists with another quantity.</summary>
    public static Rejection HoldDiffers(int quantity) =>
        new(RejectionKind.Conflict, "hold_differs", $"The hold exists for {quantity} units.", "/quantity");

    /// <summary>The correction would leave less than is promised.</summary>
    public static Rejection BelowPromised(int promised) =>
        new(RejectionKind.Conflict, "stock_below_promised", $"{promised} units are held or committed there.");

    /// <summary>The hold expired and its units were given back, or it never was.</summary>
    public static readonly Rejection HoldGone = new(RejectionKind.Conflict, "hold_gone", "The hold is gone.");

    /// <summary>No such location.</summary>
    public static Rejection LocationUnknown(LocationId location) =>
        new(RejectionKind.Invalid, "location_unknown", $"There is no location {location}.", "/location");
}
