namespace Commerce.Inventory;

/// <summary>The same stock as <see cref="IStockLineGrain"/>, for those who run the warehouse; keyed by <see cref="Sku"/>.</summary>
[Alias("commerce.IStockOperations")]
public interface IStockOperationsGrain : IGrainWithStringKey
{
    /// <summary>Units go from one location to another, as one event. Refused beyond what is free there.</summary>
    [Alias("Transfer")]
    Task<Result<StockView>> Transfer(TransferStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Units turn out damaged, are restored or scrapped.</summary>
    [Alias("MoveDamaged")]
    Task<Result<StockView>> MoveDamaged(DamageStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Says what is on its way, by reference. Absolute: 0 units take it back.</summary>
    [Alias("Expect")]
    Task<Result<StockView>> Expect(ExpectStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Says how many units a location keeps back. Absolute.</summary>
    [Alias("SetSafety")]
    Task<Result<StockView>> SetSafety(SetSafetyStock command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Says how the SKU is sold. Absolute. What was promised before stays promised.</summary>
    [Alias("SetPolicy")]
    Task<Result<StockView>> SetPolicy(StockPolicy policy, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>A hold or a sale; refused with 404 when it is gone.</summary>
    [Alias("ReadHold"), Orleans.Concurrency.AlwaysInterleave]
    Task<Result<HoldView>> ReadHold(HoldId hold, CancellationToken cancellation = default);

    /// <summary>Gives back what is held, but never what is sold. Repeatable.</summary>
    [Alias("CancelHold")]
    Task<Result<StockView>> CancelHold(HoldId hold, CancellationToken cancellation = default);
}

/// <param name="From">Where they leave.</param>
/// <param name="To">Where they arrive; another location.</param>
/// <param name="Quantity">Units, 1 to 1,000,000.</param>
/// <param name="Reason">Why, at most 200 characters; null when nobody said.</param>
/// <param name="Reference">A document, at most 200 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.TransferStock")]
public sealed record TransferStock(
    [property: Id(0)] LocationId From,
    [property: Id(1)] LocationId To,
    [property: Id(2)] int Quantity,
    [property: Id(3)] string? Reason = null,
    [property: Id(4)] string? Reference = null);

/// <param name="Action">What is done with them.</param>
/// <param name="Location">Where.</param>
/// <param name="Quantity">Units, 1 to 1,000,000.</param>
/// <param name="Reason">Why, 1 to 200 characters.</param>
/// <param name="Reference">A document, at most 200 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.DamageStock")]
public sealed record DamageStock(
    [property: Id(0)] DamageAction Action,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] int Quantity,
    [property: Id(3)] string Reason,
    [property: Id(4)] string? Reference = null);

/// <summary>What is done with damaged units.</summary>
[GenerateSerializer, Alias("commerce.DamageAction")]
public enum DamageAction
{
    /// <summary>They can no longer be sold.</summary>
    Damage = 0,

    /// <summary>They can be sold after all.</summary>
    Restore = 1,

    /// <summary>They are thrown away.</summary>
    Scrap = 2,
}

/// <param name="Reference">The purchase order or the like, 1 to 200 characters; names it within the SKU.</param>
/// <param name="Location">Where they will arrive.</param>
/// <param name="Quantity">Units still to come, 0 to 1,000,000; 0: none, it is taken back.</param>
/// <param name="At">When; null when nobody knows.</param>
[GenerateSerializer, Immutable, Alias("commerce.ExpectStock")]
public sealed record ExpectStock(
    [property: Id(0)] string Reference,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] int Quantity,
    [property: Id(3)] DateTimeOffset? At = null);

/// <param name="Location">Where.</param>
/// <param name="Quantity">Units that are kept back, 0 to 1,000,000.</param>
[GenerateSerializer, Immutable, Alias("commerce.SetSafetyStock")]
public sealed record SetSafetyStock([property: Id(0)] LocationId Location, [property: Id(1)] int Quantity);
