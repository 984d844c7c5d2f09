using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Pricing;

namespace Commerce.Promotions;

/// <summary>What promotions are evaluated on: a cart before any discount, all of it in one currency.</summary>
/// <param name="Lines">Lines with different keys; their order has no meaning.</param>
/// <param name="Shipping">What shipping costs, 0 or more.</param>
/// <param name="Codes">As the shopper entered them; case does not matter.</param>
internal sealed record Basket(
    Currency Currency,
    ImmutableArray<BasketLine> Lines,
    Money Shipping,
    ShopperFacts Shopper,
    ImmutableArray<string> Codes,
    DateTimeOffset Now);

/// <param name="Key">Names the line.</param>
/// <param name="Categories">Handles of the product's categories and of all that those are part of.</param>
/// <param name="Quantity">Units, 1 or more.</param>
/// <param name="Total">What the line comes to, 0 or more.</param>
internal sealed record BasketLine(
    CartLineId Key,
    Sku Sku,
    ProductId Product,
    ImmutableArray<string> Categories,
    int Quantity,
    Money UnitPrice,
    Money Total)
{
    /// <summary>A line at the price that price lists make it.</summary>
    public static BasketLine Of(ListedLine line, ImmutableArray<string> categories) => new(
        new(line.Key), line.Offer.Sku, line.Offer.ProductId, categories, line.Quantity, line.Unit.Price, line.Total);

    /// <summary>Whether the selection names the line.</summary>
    public bool IsIn(LineSelection? selection) =>
        selection is null or { Products: null, Categories: null, Skus: null }
        || selection.Products?.Contains(Product) == true
        || selection.Skus?.Contains(Sku) == true
        || selection.Categories?.Any(category => Categories.Contains(category)) == true;
}

/// <summary>What is known about who buys.</summary>
/// <param name="Group">Null: in none, or not known yet.</param>
/// <param name="IsFirstOrder">Null: not known yet.</param>
internal sealed record ShopperFacts(string? Group = null, bool? IsFirstOrder = null);

/// <summary>What promotions make of a basket.</summary>
/// <param name="Lines">What is taken off each line, in the order of their keys; every line is there.</param>
/// <param name="Shipping">What is taken off shipping.</param>
/// <param name="Total">All that is taken off.</param>
/// <param name="Applied">What applied, in the order of application.</param>
/// <param name="Codes">What became of each code, in the order in which they were entered.</param>
internal sealed record PromotionOutcome(
    ImmutableArray<LineDiscount> Lines,
    Money Shipping,
    Money Total,
    ImmutableArray<AppliedPromotion> Applied,
    ImmutableArray<CodeOutcome> Codes)
{
    /// <summary>The same, as prices are calculated with it.</summary>
    public Discounts ToDiscounts() => new(
        Lines.ToImmutableDictionary(line => line.Line.Value, line => line.Amount), Shipping)
    {
        Applied =
        [
            .. from applied in Applied
               from part in applied.Lines.Select(line => (Key: (string?)line.Line.Value, line.Amount)).Append((null, applied.Shipping))
               where part.Amount.MinorUnits > 0
               select new AppliedDiscount(part.Key, applied.Title, part.Amount),
        ],
    };
}
