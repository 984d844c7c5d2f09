using System.Collections.Immutable;
using Commerce.Drops;
using Commerce.Journal;

namespace Commerce.Inventory;

/// <summary>What can happen to the stock of a SKU.</summary>
internal abstract record StockEvent : IJournalEvent;

/// <param name="Expected">Units that were expected under the reference and are no longer incoming; null: none.</param>
[Alias("stock.received")]
internal sealed record StockReceived(
    LocationId Location, int Quantity, string? Reference, int? Expected = null) : StockEvent;

[Alias("stock.adjusted")]
internal sealed record StockAdjusted(LocationId Location, int Delta, string Reason, string? Reference) : StockEvent;

/// <param name="Delta">How much the count differs from what was thought.</param>
[Alias("stock.counted")]
internal sealed record StockCounted(LocationId Location, int OnHand, int Delta, string? Reference) : StockEvent;

[Alias("stock.transferred")]
internal sealed record StockTransferred(
    LocationId From, LocationId To, int Quantity, string? Reason, string? Reference) : StockEvent;

[Alias("stock.damaged")]
internal sealed record StockDamaged(LocationId Location, int Quantity, string Reason, string? Reference) : StockEvent;

[Alias("stock.restored")]
internal sealed record StockRestored(LocationId Location, int Quantity, string Reason, string? Reference) : StockEvent;

[Alias("stock.scrapped")]
internal sealed record StockScrapped(LocationId Location, int Quantity, string Reason, string? Reference) : StockEvent;

/// <summary>What is on its way under a reference is now this; 0 units: nothing.</summary>
[Alias("stock.expected")]
internal sealed record StockExpected(
    string Reference, LocationId Location, int Quantity, DateTimeOffset? At) : StockEvent;

/// <param name="Delta">How much that differs from before.</param>
[Alias("stock.safety_set")]
internal sealed record SafetyStockSet(LocationId Location, int Quantity, int Delta) : StockEvent;

[Alias("stock.policy_set")]
internal sealed record StockPolicySet(StockPolicy Policy) : StockEvent;

/// <summary>A feed's message was taken; those at or before its sequence are old news from now on.</summary>
[Alias("stock.fed")]
internal sealed record StockFed(string Source, long Sequence) : StockEvent;

/// <param name="Place">In the line for stock, kept from the hold that this one replaces; null: at the end, if it waits at all.</param>
[Alias("stock.held"), Packed]
internal sealed record StockHeld(
    HoldId Hold,
    int Quantity,
    DateTimeOffset ExpiresAt,
    ImmutableArray<Allocation> Allocations,
    string? Owner = null,
    long? Place = null) : StockEvent;

[Alias("stock.hold_extended")]
internal sealed record HoldExtended(HoldId Hold, DateTimeOffset ExpiresAt) : StockEvent;

/// <param name="Backordered">Of the quantity: units without stock; null: none.</param>
[Alias("stock.hold_released"), Packed]
internal sealed record HoldReleased(HoldId Hold, int Quantity, int? Backordered = null) : StockEvent;

/// <param name="Backordered">Of the quantity: units without stock; null: none.</param>
[Alias("stock.hold_expired"), Packed]
internal sealed record HoldExpired(HoldId Hold, int Quantity, int? Backordered = null) : StockEvent;

[Alias("stock.committed"), Packed]
internal sealed record StockCommitted(HoldId Hold, int Quantity, ImmutableArray<Allocation> Allocations) : StockEvent;

/// <summary>A checkout was undone after its stock was committed, before there was an order.</summary>
/// <param name="Backordered">Of the quantity: units without stock; null: none.</param>
[Alias("stock.commitment_released")]
internal sealed record CommitmentReleased(HoldId Hold, int Quantity, int? Backordered = null) : StockEvent;

/// <summary>Part of what was sold is not sent after all. What cannot be sold again is adjusted besides.</summary>
/// <param name="Part">Which allocation of the location; null: what was there from the start.</param>
[Alias("stock.commitment_reduced")]
internal sealed record CommitmentReduced(
    HoldId Hold, LocationId Location, int Quantity, int? Part = null) : StockEvent;

/// <summary>Units that were promised without stock have stock now.</summary>
/// <param name="Allocations">Where, and as which part of the promise; each of one unit or more.</param>
/// <param name="IsCommitted">Whether it is a sale: then somebody has to send them.</param>
[Alias("stock.allocated")]
internal sealed record StockAllocated(
    HoldId Hold, ImmutableArray<Allocation> Allocations, bool IsCommitted) : StockEvent;

/// <param name="Part">Which allocation of the location; null: what was there from the start.</param>
[Alias("stock.shipped")]
internal sealed record StockShipped(HoldId Hold, LocationId Location, int Quantity, int? Part = null) : StockEvent;

/// <summary>What is not sold has come down to the threshold.</summary>
/// <param name="Left">Units that are neither sold nor damaged nor kept back; holds do not count, since they come and go.</param>
/// <param name="Threshold">From how many units down a SKU runs low.</param>
[Alias("stock.ran_low")]
internal sealed record StockRanLow(int Left, int Threshold) : StockEvent;

/// <summary>Everything is sold. <inheritdoc cref="StockRanLow"/></summary>
[Alias("stock.ran_out")]
internal sealed record StockRanOut(int Left, int Threshold) : StockEvent;

/// <summary>There is something again where everything was sold. <inheritdoc cref="StockRanLow"/></summary>
[Alias("stock.back_in_stock")]
internal sealed record StockBack(int Left, int Threshold) : StockEvent;

/// <summary>What had run low is well above the threshold. <inheritdoc cref="StockRanLow"/></summary>
[Alias("stock.replenished")]
internal sealed record StockReplenished(int Left, int Threshold) : StockEvent;

/// <summary>What a change of an order can do to units that were sold without stock.</summary>
/// <param name="Hold">What they were sold under.</param>
internal abstract record BackorderEvent(HoldId Hold, int Change) : StockEvent;

/// <summary>Units get no stock while the change is decided.</summary>
/// <param name="Quantity">Perhaps none.</param>
[Alias("stock.backorder_withheld")]
internal sealed record BackorderWithheld(HoldId Hold, int Change, int Quantity) : BackorderEvent(Hold, Change);

/// <summary>The change is decided: what was withheld is not sold any more.</summary>
[Alias("stock.backorder_reduced")]
internal sealed record BackorderReduced(HoldId Hold, int Change, int Quantity) : BackorderEvent(Hold, Change);

/// <summary>The change came to nothing: nothing is withheld any more.</summary>
[Alias("stock.backorder_resumed")]
internal sealed record BackorderResumed(HoldId Hold, int Change) : BackorderEvent(Hold, Change);

/// <summary>What can happen to units that are set aside. The hold itself has its own event, in the same append.</summary>
internal abstract record AllotmentEvent(DropId Drop) : StockEvent;

/// <summary>A drop has so many units in all, sold ones included.</summary>
/// <param name="Delta">How much that differs from before.</param>
[Alias("stock.allotted")]
internal sealed record StockAllotted(DropId Drop, int Units, int Delta) : AllotmentEvent(Drop);

/// <summary>Units of an allotment are held from now on.</summary>
/// <param name="Hold">The ticket's, which is made next.</param>
[Alias("stock.allotment_drawn")]
internal sealed record AllotmentDrawn(DropId Drop, HoldId Hold, int Quantity, DateTimeOffset Until) : AllotmentEvent(Drop);

/// <summary>Units went from a ticket to an attempt to check its cart out, or back.</summary>
[Alias("stock.allotment_passed")]
internal sealed record AllotmentPassed(DropId Drop, HoldId From, HoldId To, int Quantity) : AllotmentEvent(Drop);

/// <summary>Units are not held any more.</summary>
/// <param name="Hold">The ticket's.</param>
/// <param name="By">Which hold had them: the ticket's or that of an attempt.</param>
/// <param name="IsClosed">Whether there is no allotment any more, so that they are everybody's.</param>
[Alias("stock.allotment_returned")]
internal sealed record AllotmentReturned(
    DropId Drop, HoldId Hold, HoldId By, int Quantity, bool IsClosed) : AllotmentEvent(Drop);

/// <summary>Units of an allotment are sold.</summary>
/// <param name="Hold">The ticket's.</param>
/// <param name="By">The hold that became the sale.</param>
[Alias("stock.allotment_sold")]
internal sealed record AllotmentSold(DropId Drop, HoldId Hold, HoldId By, int Quantity) : AllotmentEvent(Drop);

/// <summary>The sale came to nothing before there was an order: its units are held again, or returned next.</summary>
/// <param name="Until">When what the ticket has ends.</param>
[Alias("stock.allotment_unsold")]
internal sealed record AllotmentUnsold(
    DropId Drop, HoldId Hold, HoldId By, int Quantity, DateTimeOffset Until) : AllotmentEvent(Drop);

/// <param name="Quantity">Units that were neither sold nor held, and are everybody's now.</param>
[Alias("stock.allotment_closed")]
internal sealed record AllotmentClosed(DropId Drop, int Quantity) : AllotmentEvent(Drop);
