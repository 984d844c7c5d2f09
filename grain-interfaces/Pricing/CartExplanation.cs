using System.Collections.Immutable;
using Commerce.Carts;

namespace Commerce.Pricing;

/// <summary>Why each number of a cart is what it is.</summary>
/// <remarks>
/// What the steps of all lines and of shipping add up to is the cart's total; what their tax steps amount to is its tax.
/// </remarks>
/// <param name="Version">The cart's version that it explains.</param>
/// <param name="TaxZone">Whose rates apply, as the tax table names it.</param>
/// <param name="TaxIncluded">Whether prices contain the tax already.</param>
/// <param name="Lines">In the cart's order.</param>
/// <param name="Shipping">The chosen option; without steps until one is chosen.</param>
/// <param name="Totals">From the items to what is paid.</param>
/// <param name="Notes">What went otherwise than usual, such as an external tax service that did not answer.</param>
[GenerateSerializer, Immutable, Alias("commerce.CartExplanation")]
public sealed record CartExplanation(
    [property: Id(0)] CartId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] Currency Currency,
    [property: Id(3)] string TaxZone,
    [property: Id(4)] bool TaxIncluded,
    [property: Id(5)] ImmutableArray<LineExplanation> Lines,
    [property: Id(6)] NumberExplanation Shipping,
    [property: Id(7)] NumberExplanation Totals,
    [property: Id(8)] ImmutableArray<PricingNote> Notes);

/// <summary>Why a line costs what it costs.</summary>
/// <param name="Key">The line's key.</param>
[GenerateSerializer, Immutable, Alias("commerce.LineExplanation")]
public sealed record LineExplanation(
    [property: Id(0)] string Key,
    [property: Id(1)] Sku Sku,
    [property: Id(2)] string Title,
    [property: Id(3)] int Quantity,
    [property: Id(4)] ImmutableArray<PriceStep> Steps,
    [property: Id(5)] Money Result);

/// <summary>Why a number is what it is.</summary>
/// <param name="Steps">In order; what they add is the result.</param>
[GenerateSerializer, Immutable, Alias("commerce.NumberExplanation")]
public sealed record NumberExplanation(
    [property: Id(0)] ImmutableArray<PriceStep> Steps, [property: Id(1)] Money Result);

/// <summary>One step towards a number.</summary>
/// <param name="Kind">
/// Stable and public: <c>base_price</c>, <c>price_list</c>, <c>quantity</c>, <c>discount</c>, <c>tax</c>,
/// <c>tax_relief</c>, <c>shipping_rate</c>, and for totals <c>items</c>, <c>shipping</c>.
/// </param>
/// <param name="Detail">One English sentence.</param>
/// <param name="Amount">What the step is about: the tax contained, the price of the list, the discount given.</param>
/// <param name="Adds">What it adds to the sum; 0 for tax that is contained, negative for what is taken off.</param>
/// <param name="Sum">The sum so far.</param>
[GenerateSerializer, Immutable, Alias("commerce.PriceStep")]
public sealed record PriceStep(
    [property: Id(0)] string Kind,
    [property: Id(1)] string Detail,
    [property: Id(2)] Money Amount,
    [property: Id(3)] Money Adds,
    [property: Id(4)] Money Sum);

/// <summary>Something about the pricing that is not a number.</summary>
/// <param name="Code">
/// Stable and public: <c>tax_provider_unavailable</c>, <c>tax_provider_wrong</c>, <c>carrier_unavailable</c>,
/// <c>carrier_wrong</c>, <c>reverse_charge</c>, <c>tax_exempt</c>.
/// </param>
/// <param name="Detail">One English sentence.</param>
[GenerateSerializer, Immutable, Alias("commerce.PricingNote")]
public sealed record PricingNote([property: Id(0)] string Code, [property: Id(1)] string Detail);
