using System.Collections.Immutable;
using Commerce.Drops;

namespace Commerce.Inventory;

/// <summary>
/// The same stock as <see cref="IStockLineGrain"/>, as far as units of it are set aside for drops; keyed by
/// <see cref="Sku"/>.
/// </summary>
/// <remarks>
/// What is allotted and not held is no part of what others can hold. A hold drawn from an allotment is named by its cart
/// and attempt 0; attempts to check that cart out draw on it first. What it gives back goes to the allotment, as long as
/// there is one, and never to the public in between.
/// </remarks>
[Alias("commerce.IAllottedStock")]
public interface IAllottedStockGrain : IGrainWithStringKey
{
    /// <summary>Sets units aside for a drop. Absolute, those sold and held included: all of them, or a refusal. Repeatable.</summary>
    /// <param name="drop">Whose units.</param>
    /// <param name="units">1 to 1,000,000.</param>
    /// <returns>The allotment; or <c>out_of_stock</c>, <c>drop_units_in_use</c>, <c>too_many_for_sku</c>.</returns>
    [Alias("Allot")]
    Task<Result<AllotmentView>> Allot(DropId drop, int units, CancellationToken cancellation = default);

    /// <summary>
    /// Holds units of the allotment for carts, in this order, until the first for which not enough are left; none after
    /// that one. Repeatable: whoever has a hold keeps it as it is.
    /// </summary>
    [Alias("Draw")]
    Task<Result<DrawnStock>> Draw(DrawStock command, CancellationToken cancellation = default);

    /// <summary>Ends the holds that are due, so that those who follow hear of it. Repeatable, and never early.</summary>
    [Alias("EndDue")]
    Task<Result<AllotmentView>> EndDue(DropId drop, CancellationToken cancellation = default);

    /// <summary>
    /// Ends the allotment: what of it is neither sold nor held is free for everybody, and what is held will be when it is
    /// given back. Repeatable; there is no allotment of this drop afterwards.
    /// </summary>
    [Alias("CloseAllotment")]
    Task<Result<AllotmentView>> CloseAllotment(DropId drop, CancellationToken cancellation = default);
}

/// <param name="Drop">Whose units.</param>
/// <param name="Draws">1 to 1,000 carts and the units for each; a cart once.</param>
/// <param name="Ttl">How long the holds last, a second to 24 hours; they end with a whole second.</param>
[GenerateSerializer, Immutable, Alias("commerce.DrawStock")]
public sealed record DrawStock(
    [property: Id(0)] DropId Drop,
    [property: Id(1)] ImmutableArray<WantedDraw> Draws,
    [property: Id(2)] TimeSpan Ttl);

/// <param name="Cart">Whom it is for.</param>
/// <param name="Quantity">Units, 1 to 1,000,000.</param>
[GenerateSerializer, Immutable, Alias("commerce.WantedDraw")]
public readonly record struct WantedDraw([property: Id(0)] Carts.CartId Cart, [property: Id(1)] int Quantity);

/// <summary>What came of drawing on an allotment.</summary>
/// <param name="Version">Of the stock line: this is how it was then.</param>
/// <param name="Draws">What came of each wish, in the same order.</param>
[GenerateSerializer, Immutable, Alias("commerce.DrawnStock")]
public sealed record DrawnStock([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<DrawView> Draws);

/// <summary>What came of a wish to hold units of an allotment.</summary>
/// <param name="Quantity">Units that are held, or sold; 0 otherwise.</param>
/// <param name="Until">When the hold ends; null unless there is one.</param>
[GenerateSerializer, Immutable, Alias("commerce.DrawView")]
public readonly record struct DrawView(
    [property: Id(0)] DrawOutcome Outcome, [property: Id(1)] int Quantity, [property: Id(2)] DateTimeOffset? Until);

/// <summary>What came of a wish to hold units of an allotment.</summary>
[GenerateSerializer, Alias("commerce.DrawOutcome")]
public enum DrawOutcome
{
    /// <summary>Not enough of the allotment is left now.</summary>
    Short = 0,

    /// <summary>The cart has them until a deadline.</summary>
    Held = 1,

    /// <summary>The cart has bought them already.</summary>
    Sold = 2,

    /// <summary>The cart has units of another drop of this SKU.</summary>
    Refused = 3,
}

/// <summary>Units set aside.</summary>
/// <param name="Units">All of them; 0: there is no allotment.</param>
/// <param name="Sold">Of these: sold.</param>
/// <param name="Held">Of these: held.</param>
/// <param name="Version">Of the stock line.</param>
[GenerateSerializer, Immutable, Alias("commerce.AllotmentView")]
public sealed record AllotmentView(
    [property: Id(0)] DropId Drop,
    [property: Id(1)] int Units,
    [property: Id(2)] int Sold,
    [property: Id(3)] int Held,
    [property: Id(4)] long Version);
