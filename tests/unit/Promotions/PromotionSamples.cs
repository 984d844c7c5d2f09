using System.Collections.Immutable;
using Commerce.Catalog;
using static Commerce.Sample;

namespace Commerce.Promotions;

/// <summary>How tests speak of promotions and baskets.</summary>
internal static class PromotionSamples
{
    public static BasketLine Line(string sku, int quantity, long price, params string[] categories) => new(
        new Sku(sku), new(sku), EntityId.Derive<ProductId>(sku), [.. categories], quantity, Gbp(price), Gbp(price * quantity));

    public static Basket BasketOf(params BasketLine[] lines) => new(Pounds, [.. lines], Gbp(395), new(), [], Now);

    public static PromotionAction Percent(decimal percent, LineSelection? lines = null) =>
        new(PromotionKind.Percentage, lines, percent);

    public static PromotionAction Off(long amount, bool? each = null, LineSelection? lines = null) =>
        new(PromotionKind.FixedAmount, lines, Amounts: [Gbp(amount)], EachUnit: each);

    public static PromotionAction UnitPrice(long price) => new(PromotionKind.FixedPrice, Amounts: [Gbp(price)]);

    public static PromotionAction Buy(
        int buy, int get, decimal? percent = null, LineSelection? lines = null, LineSelection? buyLines = null,
        int? times = null, long? off = null) => new(
            PromotionKind.BuyXGetY, lines, percent, off is { } amount ? [Gbp(amount)] : null,
            BuyLines: buyLines, Buy: buy, Get: get, TimesMax: times);

    public static readonly PromotionAction FreeShipping = new(PromotionKind.FreeShipping);

    public static PromotionAction Tiers(params (long From, decimal? Percent, long? Amount)[] tiers) => new(
        PromotionKind.TieredSpend,
        Tiers: [.. tiers.Select(t => new SpendTier(Gbp(t.From), t.Percent, t.Amount is { } amount ? Gbp(amount) : null))]);

    public static LineSelection Skus(params string[] skus) => new(Skus: [.. skus.Select(sku => new Sku(sku))]);

    public static LineSelection Categories(params string[] categories) => new(Categories: [.. categories]);

    /// <summary>A promotion, whose id follows from its title.</summary>
    public static PromotionCandidate Promo(
        string title,
        PromotionAction action,
        int priority = 100,
        string? code = null,
        PromotionStacking stacking = PromotionStacking.Stack,
        string? group = null,
        PromotionConditions? conditions = null,
        PromotionLimits? limits = null,
        PromotionStatus status = PromotionStatus.Active) => new(
            EntityId.Derive<PromotionId>(title),
            new(title, action, code, conditions, status, priority, stacking, group, limits));

    public static PromotionOutcome Evaluate(this Basket basket, params PromotionCandidate[] candidates) =>
        PromotionEvaluation.Evaluate(basket, [.. candidates]);

    /// <summary>Titles and amounts of what applied.</summary>
    public static IEnumerable<(string Title, long Amount)> Amounts(this PromotionOutcome outcome) =>
        outcome.Applied.Select(applied => (applied.Title, applied.Amount.MinorUnits));

    /// <summary>What is taken off a line.</summary>
    public static long Of(this PromotionOutcome outcome, string sku) =>
        outcome.Lines.Single(line => line.Line.Value == sku).Amount.MinorUnits;
}
