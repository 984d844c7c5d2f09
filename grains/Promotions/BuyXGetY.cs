using System.Collections.Immutable;
using Commerce.Pricing;

namespace Commerce.Promotions;

/// <summary>
/// "Buy x, get y": which units are bought and which are given. A unit is one or the other, and never for two promotions.
/// The cheapest are given, the dearest are bought.
/// </summary>
internal static class BuyXGetY
{
    /// <summary>What is taken off.</summary>
    public static Reduction Reduce(PromotionAction action, PriceLeft left, Currency currency)
    {
        var amount = action.Amounts.In(currency);
        if (action.Percent is null && action.Amounts is not null && amount is null)
        {
            return PromotionActions.Nothing(left);
        }

        var (bought, given) = Count(action, left);
        ImmutableArray<LineReduction> lines = [.. left.Lines.Select((line, i) => new LineReduction(
            Off(line, given[i], action.Percent, amount, currency), bought[i] + given[i]))];
        var how = amount is { } off && action.Percent is null ? $"{new Money(off, currency)} off each of"
            : action.Percent is null or 100 ? "free:" : $"{PromotionActions.Text(action.Percent.Value)} off";
        return new(lines, 0, $"{bought.Sum()} bought, {how} {given.Sum()} more.");
    }

    private static long Off(LineLeft line, int units, decimal? percent, long? each, Currency currency)
    {
        var worth = line.Of(units);
        return percent is null && each is { } amount
            ? (long)decimal.Floor(Math.Min(worth, (decimal)amount * units))
            : Math.Min(line.Open, PriceCalculation.Round(worth * (percent ?? 100m) / 100m, currency).MinorUnits);
    }

    /// <summary>How many units of each line are bought and given.</summary>
    private static (int[] Bought, int[] Given) Count(PromotionAction action, PriceLeft left)
    {
        var kinds = left.Lines.Select(line => (
            Line: line,
            CanBuy: line.Line.IsIn(action.BuyLines ?? action.Lines),
            CanGet: line.Line.IsIn(action.Lines))).ToArray();
        long onlyBuy = kinds.Where(kind => kind.CanBuy && !kind.CanGet).Sum(kind => (long)kind.Line.OpenUnits);
        long onlyGet = kinds.Where(kind => kind.CanGet && !kind.CanBuy).Sum(kind => (long)kind.Line.OpenUnits);
        long either = kinds.Where(kind => kind.CanGet && kind.CanBuy).Sum(kind => (long)kind.Line.OpenUnits);

        var give = Times(action, onlyBuy, onlyGet, either);
        var buy = (give + action.Get!.Value - 1) / action.Get.Value * action.Buy!.Value;
        var eitherGiven = either - Math.Max(0, buy - onlyBuy);

        var (bought, given) = (new int[kinds.Length], new int[kinds.Length]);
        foreach (var i in Lines(kind => kind.CanGet).Order(Cheapest(kinds)))
        {
            var most = kinds[i].CanBuy ? Math.Min(give, eitherGiven) : give;
            given[i] = (int)Math.Min(most, kinds[i].Line.OpenUnits);
            give -= given[i];
            eitherGiven -= kinds[i].CanBuy ? given[i] : 0;
        }

        foreach (var i in Lines(kind => kind.CanBuy)
            .OrderBy(i => kinds[i].CanGet).ThenByDescending(i => i, Cheapest(kinds)))
        {
            bought[i] = (int)Math.Min(buy, kinds[i].Line.OpenUnits - given[i]);
            buy -= bought[i];
        }

        return (bought, given);

        IEnumerable<int> Lines(Func<(LineLeft Line, bool CanBuy, bool CanGet), bool> where) =>
            Enumerable.Range(0, kinds.Length).Where(i => kinds[i].Line.OpenUnits > 0 && where(kinds[i]));
    }

    /// <summary>
    /// How many units can be given. For k times, k·x must be bought; at most k·y of what is then left are given, so the
    /// best k is where the one that rises with it meets the one that falls.
    /// </summary>
    private static long Times(PromotionAction action, long onlyBuy, long onlyGet, long either)
    {
        var (x, y) = (action.Buy!.Value, action.Get!.Value);
        var most = Math.Min((onlyBuy + either) / x, action.TimesMax ?? long.MaxValue);
        long[] candidates = [(onlyGet + either) / y, (onlyGet + either + onlyBuy) / (x + y)];
        return candidates.SelectMany(k => new[] { k, k + 1 })
            .Max(k => Given(Math.Min(k, most)));

        long Given(long k) => Math.Min(k * y, onlyGet + either - Math.Max(0, (k * x) - onlyBuy));
    }

    /// <summary>By what a unit comes to, compared without dividing; the same for lines of the same price, so then by key.</summary>
    private static Comparer<int> Cheapest((LineLeft Line, bool CanBuy, bool CanGet)[] kinds) => Comparer<int>.Create((a, b) =>
    {
        var (one, other) = (kinds[a].Line, kinds[b].Line);
        var order = ((Int128)one.Open * other.OpenUnits).CompareTo((Int128)other.Open * one.OpenUnits);
        return order != 0 ? order : a.CompareTo(b);
    });
}
