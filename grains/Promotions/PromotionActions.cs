using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Commerce.Pricing;

namespace Commerce.Promotions;

/// <summary>What each kind of action takes off what is left of a basket. Pure; never more than is left.</summary>
internal static class PromotionActions
{
    /// <summary>What the action takes off.</summary>
    public static Reduction Reduce(this PromotionAction action, PriceLeft left, Currency currency) => action.Kind switch
    {
        PromotionKind.Percentage => Percentage(left, action.Lines, action.Percent!.Value),
        PromotionKind.FixedAmount => FixedAmount(action, left, currency),
        PromotionKind.FixedPrice => FixedPrice(action, left, currency),
        PromotionKind.BuyXGetY => BuyXGetY.Reduce(action, left, currency),
        PromotionKind.FreeShipping => new([.. left.Lines.Select(_ => default(LineReduction))], left.Shipping, "Free shipping."),
        PromotionKind.TieredSpend => TieredSpend(action, left, currency),
        _ => throw new UnreachableException($"{action.Kind}"),
    };

    /// <summary>The amount that is given for a currency; null: none is.</summary>
    public static long? In(this ImmutableArray<Money>? amounts, Currency currency)
    {
        foreach (var amount in amounts ?? [])
        {
            if (amount.Currency == currency)
            {
                return amount.MinorUnits;
            }
        }

        return null;
    }

    /// <summary>Nothing at all.</summary>
    public static Reduction Nothing(PriceLeft left) => new([.. left.Lines.Select(_ => default(LineReduction))], 0, "");

    /// <summary>A percentage as people write it.</summary>
    public static string Text(decimal percent) => percent.ToString("0.####", CultureInfo.InvariantCulture) + "%";

    private static Reduction Percentage(PriceLeft left, LineSelection? lines, decimal percent) => new(
        [.. left.Lines.Select(line => new LineReduction(
            line.Line.IsIn(lines) ? PercentOf(line.Amount, percent, line.Line.Total.Currency) : 0))],
        0,
        $"{Text(percent)} off{Named(lines)}.");

    private static Reduction FixedAmount(PromotionAction action, PriceLeft left, Currency currency)
    {
        if (action.Amounts.In(currency) is not { } amount)
        {
            return Nothing(left);
        }

        var money = new Money(amount, currency);
        return action.EachUnit == true
            ? new(
                [.. left.Lines.Select(line => new LineReduction(
                    line.Line.IsIn(action.Lines) ? Math.Min(line.Amount, checked(amount * line.Line.Quantity)) : 0))],
                0,
                $"{money} off each unit{Named(action.Lines)}.")
            : Shared(left, action.Lines, money, $"{money} off{Named(action.Lines)}.");
    }

    private static Reduction FixedPrice(PromotionAction action, PriceLeft left, Currency currency) =>
        action.Amounts.In(currency) is not { } price
            ? Nothing(left)
            : new(
                [.. left.Lines.Select(line => new LineReduction(
                    line.Line.IsIn(action.Lines) ? Math.Max(0, line.Amount - checked(price * line.Line.Quantity)) : 0))],
                0,
                $"{new Money(price, currency)} a unit{Named(action.Lines)}.");

    private static Reduction TieredSpend(PromotionAction action, PriceLeft left, Currency currency)
    {
        var spent = left.Lines.Where(line => line.Line.IsIn(action.Lines)).Sum(line => line.Line.Total.MinorUnits);
        var reached = action.Tiers!.Value
            .Where(tier => tier.From.Currency == currency && tier.From.MinorUnits <= spent)
            .MaxBy(tier => tier.From.MinorUnits);
        if (reached is null)
        {
            return Nothing(left);
        }

        var reduction = reached.Percent is { } percent
            ? Percentage(left, action.Lines, percent)
            : Shared(left, action.Lines, reached.Amount!.Value, $"{reached.Amount} off{Named(action.Lines)}.");
        return reduction with { Explanation = $"From {reached.From}: {reduction.Explanation}" };
    }

    /// <summary>An amount off several lines, in proportion to what is left of them, and at most that.</summary>
    private static Reduction Shared(PriceLeft left, LineSelection? lines, Money amount, string explanation)
    {
        ImmutableArray<decimal> weights = [.. left.Lines.Select(line => line.Line.IsIn(lines) ? line.Amount : 0m)];
        var most = amount with { MinorUnits = Math.Min(amount.MinorUnits, (long)weights.Sum()) };
        return new(
            [.. PriceCalculation.Allocate(most, weights).Select(share => new LineReduction(share.MinorUnits))], 0, explanation);
    }

    private static long PercentOf(long amount, decimal percent, Currency currency) =>
        PriceCalculation.Round(amount * percent / 100m, currency).MinorUnits;

    private static string Named(LineSelection? lines) =>
        lines is null or { Products: null, Categories: null, Skus: null } ? "" : " selected items";
}
