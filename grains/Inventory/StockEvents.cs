using System.Collections.Immutable;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>What can happen to the stock of a SKU.</summary>
internal abstract record StockEvent : IJournalEvent;

[Alias("stock.received")]
internal sealed record StockReceived(LocationId Location, int Quantity, string? Reference) : StockEvent;

[Alias("stock.adjusted")]
internal sealed record StockAdjusted(LocationId Location, int Delta, string Reason, string? Reference) : StockEvent;

/// <param name="Delta">How much the count differs from what was thought.</param>
[Alias("stock.counted")]
internal sealed record StockCounted(LocationId Location, int OnHand, int Delta, string? Reference) : StockEvent;

[Alias("stock.held")]
internal sealed record StockHeld(
    HoldId Hold, int Quantity, DateTimeOffset ExpiresAt, ImmutableArray<Allocation> Allocations) : StockEvent;

[Alias("stock.hold_released")]
internal sealed record HoldReleased(HoldId Hold, int Quantity) : StockEvent;

[Alias("stock.hold_expired")]
internal sealed record HoldExpired(HoldId Hold, int Quantity) : StockEvent;

[Alias("stock.committed")]
internal sealed record StockCommitted(HoldId Hold, int Quantity, ImmutableArray<Allocation> Allocations) : StockEvent;

/// <summary>A checkout was undone after its stock was committed, before there was an order.</summary>
[Alias("stock.commitment_released")]
internal sealed record CommitmentReleased(HoldId Hold, int Quantity) : StockEvent;

[Alias("stock.shipped")]
internal sealed record StockShipped(HoldId Hold, LocationId Location, int Quantity) : StockEvent;
