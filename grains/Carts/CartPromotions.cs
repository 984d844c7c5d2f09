using System.Collections.Immutable;
using Commerce.Pricing;
using Commerce.Promotions;

namespace Commerce.Carts;

/// <summary>What promotions make of a cart. Pure.</summary>
internal static class CartPromotions
{
    /// <summary>Evaluates the promotions that were found; null when there is neither one nor a code.</summary>
    /// <param name="shipping">What shipping costs before promotions.</param>
    public static PromotionOutcome? Evaluate(Cart cart, CartFacts facts, Money shipping) =>
        facts.Promotions.IsEmpty && cart.Codes.IsEmpty ? null : PromotionEvaluation.Evaluate(
            new(
                cart.Currency!.Value,
                [
                    .. CartPricing.Listed(cart).Select(line => new BasketLine(
                        new(line.Key), line.Offer.Sku, line.Offer.ProductId, Categories(line.Offer.Categories, facts),
                        line.Quantity, line.Unit.Price, line.Total)),
                ],
                shipping,
                new(cart.Buyer.Group),
                cart.Codes,
                facts.Now),
            facts.Promotions);

    /// <summary>The same as the calculation takes it.</summary>
    public static Discounts Discounts(PromotionOutcome promoted) =>
        new(promoted.Lines.ToImmutableDictionary(line => line.Line.Value, line => line.Amount), promoted.Shipping)
        {
            Applied =
            [
                .. promoted.Applied.SelectMany(promotion => promotion.Lines
                    .Select(line => new AppliedDiscount(line.Line.Value, promotion.Title, line.Amount))
                    .Concat(promotion.Shipping.MinorUnits > 0 ? [new(null, promotion.Title, promotion.Shipping)] : [])),
            ],
        };

    /// <summary>The product's categories and all that those are part of.</summary>
    private static ImmutableArray<string> Categories(string? handles, CartFacts facts)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var handle in handles?.Split(' ') ?? [])
        {
            for (var part = handle; part is not null && all.Add(part); part = facts.CategoryParents.GetValueOrDefault(part))
            {
            }
        }

        return [.. all];
    }
}
