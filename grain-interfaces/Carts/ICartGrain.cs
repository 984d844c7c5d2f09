using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Orders;
using Commerce.Shipping;

namespace Commerce.Carts;

/// <summary>One shopper's cart, keyed by <see cref="CartId"/>. It exists once created, and holds one currency.</summary>
[Alias("commerce.ICart")]
public interface ICartGrain : IGrainWithStringKey
{
    /// <summary>Creates the cart. Repeating it with the same currency changes nothing.</summary>
    [Alias("Create")]
    Task<Result<CartView>> Create(Currency currency, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>
    /// Sets how many units of a SKU the cart holds, at the catalogue's price now; zero removes the line. Absolute, so
    /// sending it twice is harmless.
    /// </summary>
    /// <returns>The cart, or one of <see cref="CartRejections"/> with the cart unchanged.</returns>
    [Alias("SetLine")]
    Task<Result<CartView>> SetLine(SetCartLine command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Adds units to a line, creating it. Relative: safe to repeat only with a command id.</summary>
    [Alias("AddLine")]
    Task<Result<CartView>> AddLine(AddCartLine command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Changes contact and addresses; members that are not set stay as they are.</summary>
    [Alias("Update")]
    Task<Result<CartView>> Update(UpdateCart command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The ways this cart can be shipped to its address.</summary>
    [Alias("ShippingOptions")]
    Task<Result<ImmutableArray<ShippingOption>>> ShippingOptions(CancellationToken cancellation = default);

    /// <summary>Chooses one of <see cref="ShippingOptions"/> by its id. Absolute.</summary>
    [Alias("ChooseShipping")]
    Task<Result<CartView>> ChooseShipping(string optionId, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>The cart with totals and problems as of now; refused with 404 when it was never created.</summary>
    [Alias("Read")]
    Task<Result<CartView>> Read(CancellationToken cancellation = default);

    /// <summary>
    /// Locks the cart for one attempt to check out and answers what is being bought, at prices as of now. Repeatable
    /// by attempt. When prices changed since they were shown, the cart takes them over and refuses once.
    /// </summary>
    [Alias("Freeze")]
    Task<Result<CartView>> Freeze(int attempt, CancellationToken cancellation = default);

    /// <summary>
    /// Ends an attempt: with an order the cart is completed for ever, without one it is open again. Repeatable; nothing
    /// happens when another attempt has the cart.
    /// </summary>
    [Alias("Settle")]
    Task<Result<CartView>> Settle(int attempt, OrderId? order, CancellationToken cancellation = default);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <param name="Quantity">Units, from 0 to <c>Carts:UnitsPerLineMax</c>.</param>
[GenerateSerializer, Immutable, Alias("commerce.SetCartLine")]
public sealed record SetCartLine([property: Id(0)] Sku Sku, [property: Id(1)] int Quantity);

/// <param name="Quantity">Units to add, from 1; the line's sum is bounded by <c>Carts:UnitsPerLineMax</c>.</param>
[GenerateSerializer, Immutable, Alias("commerce.AddCartLine")]
public sealed record AddCartLine([property: Id(0)] Sku Sku, [property: Id(1)] int Quantity);

/// <summary>What to change; see <see cref="Change{T}"/>.</summary>
[GenerateSerializer, Immutable, Alias("commerce.UpdateCart")]
public sealed record UpdateCart(
    [property: Id(0)] Change<string> Email,
    [property: Id(1)] Change<Address> ShippingAddress,
    [property: Id(2)] Change<Address> BillingAddress);

/// <summary>A member that may be left as it is, set, or removed (JSON Merge Patch, RFC 7396).</summary>
/// <param name="IsSet">Whether to change it at all.</param>
/// <param name="Value">The new value; null removes it.</param>
[GenerateSerializer, Immutable, Alias("commerce.Change`1")]
public readonly record struct Change<T>([property: Id(0)] bool IsSet, [property: Id(1)] T? Value)
    where T : class;

/// <summary>A cart, with everything needed to show it.</summary>
/// <param name="Version">The ETag: rises with every change.</param>
/// <param name="BillingAddress">Null: the same as the shipping address.</param>
/// <param name="Order">The order it became; null until then.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartView")]
public sealed record CartView(
    [property: Id(0)] CartId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] CartStatus Status,
    [property: Id(3)] Currency Currency,
    [property: Id(4)] string? Email,
    [property: Id(5)] Address? ShippingAddress,
    [property: Id(6)] Address? BillingAddress,
    [property: Id(7)] ImmutableArray<CartLineView> Lines,
    [property: Id(8)] ShippingOption? ShippingOption,
    [property: Id(9)] Totals Totals,
    [property: Id(10)] ImmutableArray<CartProblem> Problems,
    [property: Id(11)] OrderId? Order);

/// <summary>Where a cart is in its life.</summary>
[GenerateSerializer, Alias("commerce.CartStatus")]
public enum CartStatus
{
    /// <summary>Can be changed.</summary>
    Active = 0,

    /// <summary>Locked while it is being checked out.</summary>
    CheckingOut = 1,

    /// <summary>Became an order.</summary>
    Completed = 2,
}

/// <summary>One line of a cart.</summary>
/// <param name="UnitPrice">As of when the line was last set, or the cart last repriced.</param>
/// <param name="Total">Unit price times quantity.</param>
/// <param name="Tax">In or on top of the total, as <see cref="Totals.TaxIncluded"/> says.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartLineView")]
public sealed record CartLineView(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] ProductId ProductId,
    [property: Id(2)] string Title,
    [property: Id(3)] string? VariantTitle,
    [property: Id(4)] int Quantity,
    [property: Id(5)] Money UnitPrice,
    [property: Id(6)] Money Total,
    [property: Id(7)] Money Tax,
    [property: Id(8)] decimal TaxRate,
    [property: Id(9)] string? Image);

/// <summary>What a cart or an order comes to.</summary>
/// <param name="Items">Sum of the lines.</param>
/// <param name="Shipping">The chosen option; zero until one is chosen.</param>
/// <param name="Tax">All tax on items and shipping.</param>
/// <param name="Total">What is paid: items + shipping, + tax unless it is included.</param>
/// <param name="TaxIncluded">Whether items and shipping contain the tax already.</param>
[GenerateSerializer, Immutable, Alias("commerce.Totals")]
public sealed record Totals(
    [property: Id(0)] Money Items,
    [property: Id(1)] Money Shipping,
    [property: Id(2)] Money Tax,
    [property: Id(3)] Money Total,
    [property: Id(4)] bool TaxIncluded);

/// <summary>Something that stands between the cart and its purchase, or that the shopper should know.</summary>
/// <param name="Code">Stable and public.</param>
/// <param name="Sku">The line it is about; null for the whole cart.</param>
/// <param name="Detail">One English sentence.</param>
/// <param name="Blocks">Whether the cart cannot be completed with it.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartProblem")]
public sealed record CartProblem(
    [property: Id(0)] string Code,
    [property: Id(1)] Sku? Sku,
    [property: Id(2)] string Detail,
    [property: Id(3)] bool Blocks);

/// <summary>Every way a cart can say no. Codes are public API: add, never rename.</summary>
public static class CartRejections
{
    /// <summary>It was never created.</summary>
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "cart_not_found", "There is no such cart.");

    /// <summary>It became an order.</summary>
    public static readonly Rejection Completed =
        new(RejectionKind.Conflict, "cart_completed", "The cart was bought and can no longer be changed.");

    /// <summary>It is locked by a checkout under way.</summary>
    public static readonly Rejection CheckingOut =
        new(RejectionKind.Conflict, "cart_checking_out", "The cart is being checked out.");

    /// <summary>It exists with another currency.</summary>
    public static readonly Rejection CurrencyDiffers =
        new(RejectionKind.Conflict, "cart_currency_differs", "The cart exists with another currency.", "/currency");

    /// <summary>The shipping option does not exist for this cart's address and currency.</summary>
    public static readonly Rejection ShippingOptionUnknown =
        new(RejectionKind.Invalid, "shipping_option_unknown", "This shipping option is not available.", "/id");

    /// <summary>Options depend on where the parcel goes.</summary>
    public static readonly Rejection AddressMissing =
        new(RejectionKind.Conflict, "shipping_address_missing", "The cart has no shipping address yet.");

    /// <summary>Prices changed since they were shown; the cart has the new ones now.</summary>
    public static readonly Rejection PriceChanged =
        new(RejectionKind.Conflict, "price_changed", "Prices changed since they were shown. Read the cart and try again.");

    /// <summary>The cart lacks something an order needs; the problems say what.</summary>
    public static Rejection Incomplete(CartProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new(RejectionKind.Conflict, problem.Code, problem.Detail);
    }

    /// <summary>Too many different SKUs.</summary>
    public static Rejection TooManyLines(int linesMax) =>
        new(RejectionKind.Conflict, "cart_too_many_lines", $"A cart holds at most {linesMax} lines.");

    /// <summary>Not a number of units a line can have.</summary>
    public static Rejection QuantityOutOfRange(int minimum, int maximum) =>
        Rejection.Invalid("/quantity", $"The quantity must be from {minimum} to {maximum}.", "quantity_out_of_range");
}
