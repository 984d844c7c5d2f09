using System.Collections.Immutable;

namespace Commerce.Inventory;

/// <summary>
/// The same stock as <see cref="IStockLineGrain"/>, as far as units are sold that have no stock yet; keyed by
/// <see cref="Sku"/>.
/// </summary>
/// <remarks>
/// What a location does for units it has, the stock line does for those that nobody has: here alone it is decided whether
/// such a unit still gets stock or is called off. All is repeatable by the number of the order's change; a newer change
/// proves the older ones over.
/// </remarks>
[Alias("commerce.IBackorderedStock")]
public interface IBackorderedStockGrain : IGrainWithStringKey
{
    /// <summary>Keeps units of a sale from getting stock while a change of the order is decided: as many as still have none.</summary>
    /// <returns>What is kept back, perhaps nothing; refused with <c>order_change_over</c> when the change is over.</returns>
    [Alias("Withhold")]
    Task<Result<BackorderView>> Withhold(WithholdBackorder command, CancellationToken cancellation = default);

    /// <summary>The change is decided: what it withheld is not sold any more.</summary>
    [Alias("Reduce")]
    Task<Result<BackorderView>> Reduce(HoldId hold, int change, CancellationToken cancellation = default);

    /// <summary>The change came to nothing: what it withheld gets stock as before, in its old place.</summary>
    [Alias("Resume")]
    Task<Result<BackorderView>> Resume(HoldId hold, int change, CancellationToken cancellation = default);
}

/// <param name="Hold">What the units were sold under.</param>
/// <param name="Change">Numbers the changes of one order, from 1.</param>
/// <param name="Quantity">Units that are wanted, 1 or more.</param>
[GenerateSerializer, Immutable, Alias("commerce.WithholdBackorder")]
public sealed record WithholdBackorder(
    [property: Id(0)] HoldId Hold, [property: Id(1)] int Change, [property: Id(2)] int Quantity);

/// <summary>A sale of units some of which have, or had, no stock.</summary>
/// <param name="Withheld">Units without stock that a change keeps back.</param>
/// <param name="Allocations">All units that have not left, those included; none when the sale is over, or never was.</param>
[GenerateSerializer, Immutable, Alias("commerce.BackorderView")]
public sealed record BackorderView(
    [property: Id(0)] HoldId Hold, [property: Id(1)] int Withheld, [property: Id(2)] ImmutableArray<Allocation> Allocations);
