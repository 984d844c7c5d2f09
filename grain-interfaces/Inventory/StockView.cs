using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>A promise of units: open until it expires, or a sale.</summary>
/// <param name="Quantity">Units; of a sale those that have not left.</param>
/// <param name="ExpiresAt">When the promise ends; null once it is a sale.</param>
/// <param name="Allocations">Where the units come from; they add up to <paramref name="Quantity"/>.</param>
/// <param name="Owner">Who made it, in the caller's words; null when it did not say.</param>
[GenerateSerializer, Immutable, Alias("commerce.HoldView")]
public sealed record HoldView(
    [property: Id(0)] HoldId Id,
    [property: Id(1)] int Quantity,
    [property: Id(2)] DateTimeOffset? ExpiresAt,
    [property: Id(3)] ImmutableArray<Allocation> Allocations,
    [property: Id(4)] string? Owner = null);

/// <summary>Units of one promise at one location.</summary>
/// <param name="Location">Where they are; null: backordered or preordered, to be allocated when stock comes.</param>
/// <param name="Quantity">Units, 1 or more.</param>
/// <param name="Part">
/// Numbers what was allocated after the promise was made, 1 and up; null for what was there from the start. Location and
/// part name an allocation within a promise.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.Allocation")]
public readonly record struct Allocation(
    [property: Id(0)] LocationId? Location, [property: Id(1)] int Quantity, [property: Id(2)] int? Part = null);

/// <summary>The stock of one SKU.</summary>
/// <param name="OnHand">What the locations have, damaged units included.</param>
/// <param name="Held">Units promised to checkouts under way.</param>
/// <param name="Available">
/// Units there that can still be promised, less those promised without stock; negative when more were than came.
/// </param>
/// <param name="Committed">Units sold and not sent.</param>
/// <param name="Holds">Open holds, soonest expiry first; at most 100 are shown.</param>
/// <param name="Backordered">Of held and committed: units without stock yet.</param>
/// <param name="Damaged">Of on hand: units that cannot be sold.</param>
/// <param name="Safety">Units that are kept back.</param>
/// <param name="Incoming">Receipts that are expected, soonest first.</param>
/// <param name="Policy">How the SKU is sold.</param>
[GenerateSerializer, Immutable, Alias("commerce.StockView")]
public sealed record StockView(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] long Version,
    [property: Id(2)] int OnHand,
    [property: Id(3)] int Held,
    [property: Id(4)] int Available,
    [property: Id(5)] int Committed,
    [property: Id(6)] ImmutableArray<LocationStockView> Locations,
    [property: Id(7)] ImmutableArray<HoldView> Holds,
    [property: Id(8)] int Backordered,
    [property: Id(9)] int Damaged,
    [property: Id(10)] int Safety,
    [property: Id(11)] ImmutableArray<ExpectedReceipt> Incoming,
    [property: Id(12)] StockPolicy Policy)
{
    /// <summary>Units set aside for drops that nobody holds; no part of <c>available</c>.</summary>
    [Id(13)]
    public int SetAside { get; init; }
}

/// <summary>The stock of one SKU at one location.</summary>
/// <param name="Available">Units that can be promised from there; negative when it lacks some of its safety stock.</param>
[GenerateSerializer, Immutable, Alias("commerce.LocationStockView")]
public sealed record LocationStockView(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] int OnHand,
    [property: Id(2)] int Held,
    [property: Id(3)] int Available,
    [property: Id(4)] int Committed,
    [property: Id(5)] int Damaged,
    [property: Id(6)] int Safety);

/// <summary>Units that are on their way to a location.</summary>
/// <param name="Reference">The purchase order or the like; names it within the SKU.</param>
/// <param name="Quantity">Units still to come.</param>
/// <param name="At">When; null when nobody said.</param>
[GenerateSerializer, Immutable, Alias("commerce.ExpectedReceipt")]
public sealed record ExpectedReceipt(
    [property: Id(0)] string Reference,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] int Quantity,
    [property: Id(3)] DateTimeOffset? At);
