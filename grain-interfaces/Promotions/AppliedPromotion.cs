using System.Collections.Immutable;
using Commerce.Carts;

namespace Commerce.Promotions;

/// <summary>What a promotion takes off a cart, and why.</summary>
/// <param name="Code">What the shopper entered for it; null: it applied by itself.</param>
/// <param name="Amount">All it takes off: the sum of the lines and the shipping. More than 0.</param>
/// <param name="Lines">What it takes off each line, in the order of their ids; without those it takes nothing off.</param>
/// <param name="Shipping">What it takes off shipping.</param>
/// <param name="Explanation">One English sentence: how the amount came to be.</param>
[GenerateSerializer, Immutable, Alias("commerce.AppliedPromotion")]
public sealed record AppliedPromotion(
    [property: Id(0)] PromotionId Id,
    [property: Id(1)] string? Code,
    [property: Id(2)] string Title,
    [property: Id(3)] Money Amount,
    [property: Id(4)] ImmutableArray<LineDiscount> Lines,
    [property: Id(5)] Money Shipping,
    [property: Id(6)] string Explanation);

/// <summary>What is taken off a line.</summary>
[GenerateSerializer, Immutable, Alias("commerce.LineDiscount")]
public readonly record struct LineDiscount([property: Id(0)] CartLineId Line, [property: Id(1)] Money Amount);

/// <summary>What became of a code that a shopper entered.</summary>
/// <param name="Code">Upper case.</param>
/// <param name="Status">Stable and public: <c>applied</c>, or one of <see cref="CodeStatus"/>.</param>
/// <param name="Detail">One English sentence for the shopper.</param>
/// <param name="Promotion">Whose code it is; null when nobody's.</param>
[GenerateSerializer, Immutable, Alias("commerce.CodeOutcome")]
public sealed record CodeOutcome(
    [property: Id(0)] string Code,
    [property: Id(1)] string Status,
    [property: Id(2)] string Detail,
    [property: Id(3)] PromotionId? Promotion);

/// <summary>What can become of a code. Public API: add, never rename.</summary>
public static class CodeStatus
{
    /// <summary>It takes something off.</summary>
    public const string Applied = "applied";

    /// <summary>No promotion has it.</summary>
    public const string Unknown = "code_unknown";

    /// <summary>Its promotion is paused.</summary>
    public const string Paused = "code_paused";

    /// <summary>Its promotion begins later.</summary>
    public const string NotStarted = "code_not_started";

    /// <summary>Its promotion is over.</summary>
    public const string Expired = "code_expired";

    /// <summary>A condition does not hold; the detail says which.</summary>
    public const string NotApplicable = "code_not_applicable";

    /// <summary>It would take nothing off this cart.</summary>
    public const string NoEffect = "code_no_effect";

    /// <summary>It was used as often as it may be, or its budget is spent.</summary>
    public const string UsedUp = "code_used_up";

    /// <summary>This customer has used it as often as one may.</summary>
    public const string UsedByCustomer = "code_used_by_customer";

    /// <summary>It cannot be combined with what applies before it.</summary>
    public const string NotCombinable = "code_not_combinable";

    /// <summary>Another promotion of its group leaves the shopper with a lower price.</summary>
    public const string BetterDeal = "code_better_deal";
}
