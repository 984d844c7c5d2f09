namespace Commerce.Inventory;

/// <summary>The stock of one SKU over all locations, keyed by <see cref="Sku"/>: what can be promised, and is.</summary>
/// <remarks>
/// on hand = what the locations have; held = promised to checkouts under way; committed = sold, not yet sent;
/// backordered = of these, units without stock yet. Held and committed less backordered never exceed on hand, and
/// backordered never exceeds what the SKU's policy allows, in any prefix of the journal.
/// </remarks>
[Alias("commerce.IStockLine")]
public interface IStockLineGrain : IGrainWithStringKey
{
    /// <summary>
    /// Promises units until the hold expires. Repeating it changes nothing; repeating it with another quantity makes the
    /// hold as large, or leaves it as it is and is refused. One's own hold never counts against oneself.
    /// </summary>
    /// <returns>The hold with the locations it was taken from; or <c>out_of_stock</c>, <c>quantity_above_limit</c>,
    /// <c>quantity_below_limit</c>, <c>hold_of_another</c>. Of a hold that became a sale, the sale.</returns>
    [Alias("Hold")]
    Task<Result<HoldView>> Hold(HoldStock command, CancellationToken cancellation = default);

    /// <summary>Lets a hold last longer. Absolute: so long from now on, never less long than before. Repeatable.</summary>
    /// <returns>The hold; refused with <c>hold_gone</c> when it has expired, or never was. Of a sale, the sale.</returns>
    [Alias("Extend")]
    Task<Result<HoldView>> Extend(ExtendHold command, CancellationToken cancellation = default);

    /// <summary>Turns a hold into a sale. Terminal and repeatable.</summary>
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

    /// <summary>Sold units that have stock are not sent after all. Absolute, so repeatable.</summary>
    [Alias("ReleaseCommitted")]
    Task<Result<StockView>> ReleaseCommitted(ReleaseCommittedStock command, CancellationToken cancellation = default);

    /// <summary>Units arrive at a location. Backordered units are allocated to them soon after, oldest first.</summary>
    [Alias("Receive")]
    Task<Result<StockView>> Receive(ReceiveStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Corrects what a location has, by a difference. Refused below what is promised.</summary>
    [Alias("Adjust")]
    Task<Result<StockView>> Adjust(AdjustStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>
    /// Sets what a location has, as counted; or, with an expected value, only if it has that now. Absolute. Refused below
    /// what is promised.
    /// </summary>
    [Alias("Count")]
    Task<Result<StockView>> Count(CountStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The stock as it is; zero for a SKU nobody has received.</summary>
    [Alias("Read"), Orleans.Concurrency.ReadOnly]
    Task<StockView> Read(CancellationToken cancellation = default);

    /// <summary>Whether and how the SKU can be bought now, to the second.</summary>
    /// <param name="own">A hold of the one who asks, which does not count against him; null when he has none.</param>
    [Alias("Availability"), Orleans.Concurrency.AlwaysInterleave]
    Task<SkuAvailability> Availability(HoldId? own);

    /// <summary>Units that could be promised now, backorders included; a hint, since the next hold may come before yours.</summary>
    [Alias("Available"), Orleans.Concurrency.AlwaysInterleave]
    Task<int> Available();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Hold">Chosen by the caller; names the promise.</param>
/// <param name="Quantity">Units, 1 to 1,000,000, within the SKU's limits per order.</param>
/// <param name="Ttl">How long the promise lasts, a second to 24 hours; it ends with a whole second.</param>
/// <param name="Owner">Whose it is, in the caller's words, at most 200 characters; null: nobody's. No personal data.</param>
/// <param name="Destination">Where the units are to go, for choosing locations; null: not known. Not kept.</param>
[GenerateSerializer, Immutable, Alias("commerce.HoldStock")]
public sealed record HoldStock(
    [property: Id(0)] HoldId Hold,
    [property: Id(1)] int Quantity,
    [property: Id(2)] TimeSpan Ttl,
    [property: Id(3)] string? Owner = null,
    [property: Id(4)] Destination? Destination = null);

/// <summary>Where units are to go.</summary>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="PostalCode">As written there; null when the country has none or it is not known.</param>
[GenerateSerializer, Immutable, Alias("commerce.Destination")]
public sealed record Destination([property: Id(0)] string Country, [property: Id(1)] string? PostalCode = null);

/// <param name="Hold">The promise.</param>
/// <param name="Ttl">How long it lasts from now on, a second to 24 hours.</param>
[GenerateSerializer, Immutable, Alias("commerce.ExtendHold")]
public sealed record ExtendHold([property: Id(0)] HoldId Hold, [property: Id(1)] TimeSpan Ttl);

/// <param name="Hold">The commitment the units were sold under.</param>
/// <param name="Location">Where they left.</param>
/// <param name="Left">Units of the allocation that are still there; what is there beyond that has left.</param>
/// <param name="Part">Which allocation of the location; see <see cref="Allocation"/>.</param>
[GenerateSerializer, Immutable, Alias("commerce.ShipStock")]
public sealed record ShipStock(
    [property: Id(0)] HoldId Hold,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] int Left,
    [property: Id(3)] int? Part = null);

/// <param name="Hold">The commitment the units were sold under.</param>
/// <param name="Location">Where they are.</param>
/// <param name="Left">Units of the allocation that stay sold; what is there beyond that is not sold any more.</param>
/// <param name="Restock">Whether they can be sold again; otherwise they are gone, as a broken thing is.</param>
/// <param name="Part">Which allocation of the location; see <see cref="Allocation"/>.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReleaseCommittedStock")]
public sealed record ReleaseCommittedStock(
    [property: Id(0)] HoldId Hold,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] int Left,
    [property: Id(3)] bool Restock = true,
    [property: Id(4)] int? Part = null);

/// <param name="Location">Where they arrive.</param>
/// <param name="Quantity">Units, 1 to 1,000,000.</param>
/// <param name="Reference">
/// Delivery note or the like, at most 200 characters; that of an expected receipt makes fewer units incoming.
/// </param>
/// <param name="Feed">Where the message stands in its feed; null when it comes from none.</param>
[GenerateSerializer, Immutable, Alias("commerce.ReceiveStock")]
public sealed record ReceiveStock(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] int Quantity,
    [property: Id(2)] string? Reference = null,
    [property: Id(3)] FeedPosition? Feed = null);

/// <param name="Location">Where.</param>
/// <param name="Delta">Units more or fewer; not 0.</param>
/// <param name="Reason">Why, 1 to 200 characters.</param>
/// <param name="Reference">A document, at most 200 characters.</param>
/// <param name="Feed">Where the message stands in its feed; null when it comes from none.</param>
[GenerateSerializer, Immutable, Alias("commerce.AdjustStock")]
public sealed record AdjustStock(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] int Delta,
    [property: Id(2)] string Reason,
    [property: Id(3)] string? Reference = null,
    [property: Id(4)] FeedPosition? Feed = null);

/// <param name="Location">Where.</param>
/// <param name="OnHand">Units there, promised and damaged ones included; 0 to 100,000,000.</param>
/// <param name="Reference">A document, at most 200 characters.</param>
/// <param name="Expected">Units the sender thinks are there; refused when there are others. Null: whatever is there.</param>
/// <param name="Feed">Where the message stands in its feed; null when it comes from none.</param>
[GenerateSerializer, Immutable, Alias("commerce.CountStock")]
public sealed record CountStock(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] int OnHand,
    [property: Id(2)] string? Reference = null,
    [property: Id(3)] int? Expected = null,
    [property: Id(4)] FeedPosition? Feed = null);

/// <summary>
/// Where a message stands among those that one system sends about one SKU. A message at or before the last one taken is
/// old news and changes nothing, however long ago that was: ids of commands are remembered for a while only.
/// </summary>
/// <param name="Source">The system, 1 to 64 characters; a SKU hears of at most 16.</param>
/// <param name="Sequence">Higher with each message about the SKU; 0 or more.</param>
[GenerateSerializer, Immutable, Alias("commerce.FeedPosition")]
public sealed record FeedPosition([property: Id(0)] string Source, [property: Id(1)] long Sequence);
