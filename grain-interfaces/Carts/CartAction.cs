using System.Collections.Immutable;

namespace Commerce.Carts;

/// <summary>One thing to change about a cart; see <see cref="ICartGrain.Change"/>.</summary>
[GenerateSerializer, Immutable, Alias("commerce.CartAction")]
public abstract record CartAction;

/// <summary>Adds units to a line, creating it.</summary>
/// <param name="Quantity">Units to add, from 1; the sum over a SKU's lines is bounded by <c>Carts:UnitsPerLineMax</c>.</param>
/// <param name="Attributes">
/// What sets the line apart from others of its SKU, such as an engraving: at most 10, names of 1 to 50 characters,
/// values of at most 500; null or empty: nothing does.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.AddCartLine")]
public sealed record AddCartLine(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] int Quantity,
    [property: Id(2)] ImmutableSortedDictionary<string, string>? Attributes = null) : CartAction;

/// <summary>Makes a line so many units, at the catalogue's price now. Absolute.</summary>
/// <param name="Line">An existing line, or a SKU for one without attributes.</param>
/// <param name="Quantity">Units, from 0, which removes the line, to <c>Carts:UnitsPerLineMax</c>.</param>
[GenerateSerializer, Immutable, Alias("commerce.SetCartLine")]
public sealed record SetCartLine([property: Id(0)] CartLineId Line, [property: Id(1)] int Quantity) : CartAction;

/// <summary>Changes contact and addresses; members that are not set stay as they are.</summary>
[GenerateSerializer, Immutable, Alias("commerce.UpdateCart")]
public sealed record UpdateCart(
    [property: Id(0)] Change<string> Email,
    [property: Id(1)] Change<Address> ShippingAddress,
    [property: Id(2)] Change<Address> BillingAddress) : CartAction;

/// <summary>Chooses one of <see cref="ICartGrain.ShippingOptions"/>. Absolute.</summary>
/// <param name="Id">The option's id.</param>
[GenerateSerializer, Immutable, Alias("commerce.ChooseShipping")]
public sealed record ChooseShipping([property: Id(0)] string Id) : CartAction;

/// <summary>Enters a promotion code. Whether it does anything, the cart's problems say.</summary>
/// <param name="Code">1 to 64 of A-Z, 0-9, hyphen and underscore; case does not matter.</param>
[GenerateSerializer, Immutable, Alias("commerce.AddCartCode")]
public sealed record AddCartCode([property: Id(0)] string Code) : CartAction;

/// <summary>Takes a promotion code away; nothing happens when it is not there.</summary>
[GenerateSerializer, Immutable, Alias("commerce.RemoveCartCode")]
public sealed record RemoveCartCode([property: Id(0)] string Code) : CartAction;

/// <summary>Pays with a gift card or with store credit, as far as it goes. A cart has one store credit: the last one counts.</summary>
/// <param name="Account">
/// Whoever may spend it names it: derived from the gift card's code, or from who the customer is known to be.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.AddCartCredit")]
public sealed record AddCartCredit(
    [property: Id(0)] Credit.CreditAccountId Account, [property: Id(1)] Credit.CreditKind Kind) : CartAction;

/// <summary>Pays with that no longer; nothing happens when it is not there.</summary>
/// <param name="Account">Null: whatever store credit there is.</param>
[GenerateSerializer, Immutable, Alias("commerce.RemoveCartCredit")]
public sealed record RemoveCartCredit([property: Id(0)] Credit.CreditAccountId? Account) : CartAction;

/// <summary>Takes over the prices of now, which the cart's problems tell of.</summary>
[GenerateSerializer, Immutable, Alias("commerce.AcceptPrices")]
public sealed record AcceptPrices : CartAction;

/// <summary>A member that may be left as it is, set, or removed (JSON Merge Patch, RFC 7396).</summary>
/// <param name="IsSet">Whether to change it at all.</param>
/// <param name="Value">The new value; null removes it.</param>
[GenerateSerializer, Immutable, Alias("commerce.Change`1")]
public readonly record struct Change<T>([property: Id(0)] bool IsSet, [property: Id(1)] T? Value)
    where T : class;

/// <summary>Single actions by name.</summary>
public static class CartCommands
{
    /// <summary>Makes a line so many units.</summary>
    public static Task<Result<CartView>> SetLine(this ICartGrain cart, SetCartLine command, CommandHeader header) =>
        cart.Do(command, header);

    /// <summary>Adds units to a line: safe to repeat only with a command id.</summary>
    public static Task<Result<CartView>> AddLine(this ICartGrain cart, AddCartLine command, CommandHeader header) =>
        cart.Do(command, header);

    /// <summary>Changes contact and addresses.</summary>
    public static Task<Result<CartView>> Update(this ICartGrain cart, UpdateCart command, CommandHeader header) =>
        cart.Do(command, header);

    /// <summary>Chooses how it is shipped.</summary>
    public static Task<Result<CartView>> ChooseShipping(this ICartGrain cart, string optionId, CommandHeader header) =>
        cart.Do(new ChooseShipping(optionId), header);

    /// <summary>Does one thing; what is wrong with it is pointed at from the action itself.</summary>
    public static async Task<Result<CartView>> Do(this ICartGrain cart, CartAction action, CommandHeader header)
    {
        ArgumentNullException.ThrowIfNull(cart);
        var result = await cart.Change([action], header);
        return result.Rejection is { } rejection ? rejection.Below("/actions/0") : result;
    }
}
