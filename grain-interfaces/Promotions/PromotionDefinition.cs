using System.Collections.Immutable;
using Commerce.Catalog;

namespace Commerce.Promotions;

/// <summary>What a promotion does, for whom, and how often. Absolute: saving it replaces all of it.</summary>
/// <param name="Title">What shoppers see, 1 to 200 characters.</param>
/// <param name="Action">What it takes off.</param>
/// <param name="Code">What a shopper must enter, unique in the shop whatever its case; null: it applies by itself.</param>
/// <param name="Conditions">When it applies; null: always.</param>
/// <param name="Status">A paused one applies to nobody and promises nothing more.</param>
/// <param name="Priority">Promotions apply in ascending order of this, 0 to 9,999, and then of their ids.</param>
/// <param name="Stacking">What else may apply with it.</param>
/// <param name="Group">
/// Of the promotions that share a group, only that applies which leaves the shopper with the lowest price. 1 to 64 of
/// a-z, 0-9 and hyphen; null: none.
/// </param>
/// <param name="Limits">How often it may be used; null: without limit.</param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionDefinition")]
public sealed record PromotionDefinition(
    [property: Id(0)] string Title,
    [property: Id(1)] PromotionAction Action,
    [property: Id(2)] string? Code = null,
    [property: Id(3)] PromotionConditions? Conditions = null,
    [property: Id(4)] PromotionStatus Status = PromotionStatus.Active,
    [property: Id(5)] int Priority = 100,
    [property: Id(6)] PromotionStacking Stacking = PromotionStacking.Stack,
    [property: Id(7)] string? Group = null,
    [property: Id(8)] PromotionLimits? Limits = null);

/// <summary>
/// What is taken off. Which members an action has, its kind says; others must be left out. Money is given per currency,
/// and in a currency that is not given the action does nothing: amounts are never converted.
/// </summary>
/// <param name="Kind">How it is calculated.</param>
/// <param name="Lines">The lines it is taken off, for <c>buy_x_get_y</c> those that are given; null: all.</param>
/// <param name="Percent">
/// For <c>percentage</c>, and for <c>buy_x_get_y</c> off each unit that is given: more than 0, at most 100, at most four
/// decimals.
/// </param>
/// <param name="Amounts">
/// For <c>fixed_amount</c> what is taken off; for <c>fixed_price</c> what a unit costs then; for <c>buy_x_get_y</c>, if
/// there is no percent, what is taken off each unit that is given. One per currency.
/// </param>
/// <param name="EachUnit">For <c>fixed_amount</c>: off every unit, and not once off all lines together.</param>
/// <param name="BuyLines">For <c>buy_x_get_y</c>: what must be bought; null: the lines that are given as well.</param>
/// <param name="Buy">For <c>buy_x_get_y</c>: units that must be bought, 1 to 10,000.</param>
/// <param name="Get">For <c>buy_x_get_y</c>: units that are then given, 1 to 10,000; fewer if the cart has fewer.</param>
/// <param name="TimesMax">For <c>buy_x_get_y</c>: how often in one cart, 1 to 10,000; null: as often as units suffice.</param>
/// <param name="Tiers">For <c>tiered_spend</c>: at most 50; the highest reached applies.</param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionAction")]
public sealed record PromotionAction(
    [property: Id(0)] PromotionKind Kind,
    [property: Id(1)] LineSelection? Lines = null,
    [property: Id(2)] decimal? Percent = null,
    [property: Id(3)] ImmutableArray<Money>? Amounts = null,
    [property: Id(4)] bool? EachUnit = null,
    [property: Id(5)] LineSelection? BuyLines = null,
    [property: Id(6)] int? Buy = null,
    [property: Id(7)] int? Get = null,
    [property: Id(8)] int? TimesMax = null,
    [property: Id(9)] ImmutableArray<SpendTier>? Tiers = null);

/// <summary>How what is taken off is calculated.</summary>
[GenerateSerializer, Alias("commerce.PromotionKind")]
public enum PromotionKind
{
    /// <summary>A percentage of each line, rounded once per line.</summary>
    Percentage = 0,

    /// <summary>An amount, shared among the lines in proportion to what they come to; or off each unit.</summary>
    FixedAmount = 1,

    /// <summary>Each unit costs so much. Never dearer than without.</summary>
    FixedPrice = 2,

    /// <summary>
    /// For so many units bought, so many of the cheapest are given free or cheaper. A unit counts once: as bought or as
    /// given, and for one promotion of this kind only.
    /// </summary>
    BuyXGetY = 3,

    /// <summary>Shipping costs nothing.</summary>
    FreeShipping = 4,

    /// <summary>The more the lines come to before any discount, the more is taken off them.</summary>
    TieredSpend = 5,
}

/// <summary>A step of <see cref="PromotionKind.TieredSpend"/>: either a percent or an amount.</summary>
/// <param name="From">What the lines must come to, before any discount; more than 0, different within a currency.</param>
/// <param name="Percent">More than 0, at most 100.</param>
/// <param name="Amount">Off all lines together, in the currency of <paramref name="From"/>.</param>
[GenerateSerializer, Immutable, Alias("commerce.SpendTier")]
public sealed record SpendTier(
    [property: Id(0)] Money From, [property: Id(1)] decimal? Percent = null, [property: Id(2)] Money? Amount = null);

/// <summary>
/// Lines of a cart: those that any of the lists names. At most 200 entries in each list; all null: every line.
/// </summary>
/// <param name="Categories">Handles; a category stands for all that are part of it.</param>
[GenerateSerializer, Immutable, Alias("commerce.LineSelection")]
public sealed record LineSelection(
    [property: Id(0)] ImmutableArray<ProductId>? Products = null,
    [property: Id(1)] ImmutableArray<string>? Categories = null,
    [property: Id(2)] ImmutableArray<Sku>? Skus = null);

/// <summary>When a promotion applies; every member that is not null must hold.</summary>
/// <param name="Lines">Which lines the two next members look at; null: all. They must be there at all.</param>
/// <param name="UnitsMin">Units that those lines must have together, 1 to 1,000,000; null: 1.</param>
/// <param name="SubtotalMin">
/// What those lines must come to before any discount, per currency. In a currency that is not given it does not apply:
/// amounts are never converted.
/// </param>
/// <param name="CustomerGroups">The customer must be in one of these, at most 50.</param>
/// <param name="FirstOrder">Whether only on a customer's first order.</param>
/// <param name="StartsAt">From this moment on.</param>
/// <param name="EndsAt">Until just before this moment.</param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionConditions")]
public sealed record PromotionConditions(
    [property: Id(0)] LineSelection? Lines = null,
    [property: Id(1)] int? UnitsMin = null,
    [property: Id(2)] ImmutableArray<Money>? SubtotalMin = null,
    [property: Id(3)] ImmutableArray<string>? CustomerGroups = null,
    [property: Id(4)] bool FirstOrder = false,
    [property: Id(5)] DateTimeOffset? StartsAt = null,
    [property: Id(6)] DateTimeOffset? EndsAt = null);

/// <summary>How often a promotion may be used. What is reserved by checkouts under way counts as used.</summary>
/// <param name="UsesMax">By all customers together, 1 to 1,000,000,000.</param>
/// <param name="UsesPerCustomerMax">By one customer, 1 to 1,000.</param>
/// <param name="Budget">
/// What it may cost in all, one amount per currency; in a currency that is not given it may cost nothing, so it does not
/// apply there.
/// </param>
[GenerateSerializer, Immutable, Alias("commerce.PromotionLimits")]
public sealed record PromotionLimits(
    [property: Id(0)] int? UsesMax = null,
    [property: Id(1)] int? UsesPerCustomerMax = null,
    [property: Id(2)] ImmutableArray<Money>? Budget = null);

/// <summary>Whether a promotion applies at all.</summary>
[GenerateSerializer, Alias("commerce.PromotionStatus")]
public enum PromotionStatus
{
    /// <summary>It applies when its conditions hold.</summary>
    Active = 0,

    /// <summary>It applies to nobody.</summary>
    Paused = 1,
}

/// <summary>What may apply together with a promotion.</summary>
[GenerateSerializer, Alias("commerce.PromotionStacking")]
public enum PromotionStacking
{
    /// <summary>Whatever does.</summary>
    Stack = 0,

    /// <summary>What came before it; nothing after it.</summary>
    Stop = 1,

    /// <summary>Nothing: it applies only if nothing came before it, and then nothing comes after it.</summary>
    Exclusive = 2,
}
