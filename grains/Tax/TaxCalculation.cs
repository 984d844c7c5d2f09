using System.Collections.Immutable;
using Commerce.Pricing;

namespace Commerce.Tax;

/// <summary>Arithmetic of taxes. Pure.</summary>
internal static class TaxCalculation
{
    /// <summary>All taxes together, as a fraction of the net.</summary>
    public static decimal Combined(ImmutableArray<TaxRate> rates) => rates is [var only] ? only.Rate : Shares(rates).Sum();

    /// <summary>
    /// The taxes in an amount, or on top of it. Rounded once, half up, and then split over the taxes, so that these add
    /// up to it. A price that includes tax keeps its gross amount; the net is derived.
    /// </summary>
    public static ImmutableArray<TaxAmount> Taxes(Money amount, ImmutableArray<TaxRate> rates, bool isIncluded)
    {
        var combined = Combined(rates);
        var tax = PriceCalculation.Round(
            isIncluded ? amount.MinorUnits * combined / (1 + combined) : amount.MinorUnits * combined, amount.Currency);
        if (rates is [var only])
        {
            return [new(only.Name, only.Rate, only.Compound, tax)];
        }

        var parts = PriceCalculation.Allocate(tax, Shares(rates));
        return [.. rates.Select((rate, at) => new TaxAmount(rate.Name, rate.Rate, rate.Compound, parts[at]))];
    }

    /// <summary>Amounts of the same tax added up, by name and rate.</summary>
    public static ImmutableArray<TaxAmount> ByName(IEnumerable<TaxAmount> amounts)
    {
        // There are one or two: every cart and order asks, with each change.
        var sums = new List<TaxAmount>();
        foreach (var amount in amounts)
        {
            var at = 0;
            while (at < sums.Count && Compare(sums[at], amount) != 0)
            {
                at++;
            }

            if (at == sums.Count)
            {
                sums.Add(amount);
            }
            else
            {
                sums[at] = sums[at] with { Amount = sums[at].Amount + amount.Amount };
            }
        }

        sums.Sort(Compare);
        return [.. sums];
    }

    private static int Compare(TaxAmount one, TaxAmount other) =>
        string.CompareOrdinal(one.Name, other.Name) is not 0 and var byName ? byName
        : one.Rate.CompareTo(other.Rate) is not 0 and var byRate ? byRate
        : one.Compound.CompareTo(other.Compound);

    /// <summary>Each tax as a fraction of the net. A compound one is levied on the taxes before it as well.</summary>
    private static ImmutableArray<decimal> Shares(ImmutableArray<TaxRate> rates)
    {
        var shares = ImmutableArray.CreateBuilder<decimal>(rates.Length);
        var before = 0m;
        foreach (var rate in rates)
        {
            shares.Add(rate.Compound ? (1 + before) * rate.Rate : rate.Rate);
            before += shares[^1];
        }

        return shares.ToImmutable();
    }
}

/// <summary>How a cart is taxed.</summary>
/// <param name="Rates">Those in force where it goes.</param>
/// <param name="IsIncluded">Whether prices contain the tax.</param>
/// <param name="Free">Why no tax is charged, <c>reverse_charge</c> or <c>exempt</c>; null: it is charged.</param>
/// <param name="External">What an external tax service computed for exactly this cart; null: our own rates count.</param>
internal sealed record TaxFacts(TaxRates Rates, bool IsIncluded, string? Free = null, TaxAnswer? External = null)
{
    /// <summary>The tax on what is left of a line.</summary>
    public TaxedAmount On(string key, string taxClass, Money amount) => External is { } answer
        ? TaxedAmount.Of(amount, answer.Lines[key], IsIncluded, null)
        : TaxedAmount.Of(amount, TaxCalculation.Taxes(amount, Rates.For(taxClass), IsIncluded), IsIncluded, Free);

    /// <summary>The tax on what is left of shipping, which has a class of its own or shares those of the goods.</summary>
    /// <param name="goods">By class, what the goods are worth.</param>
    public TaxedAmount OnShipping(Money amount, ImmutableArray<(string Class, long Value)> goods)
    {
        if (External is { } answer)
        {
            return TaxedAmount.Of(amount, answer.Shipping, IsIncluded, null);
        }

        if (amount.MinorUnits == 0)
        {
            return TaxedAmount.Of(amount, [], IsIncluded, Free);
        }

        ImmutableArray<(string Class, long Value)> classes = Rates.ShippingClass != TaxTable.AsGoods
            ? [(Rates.ShippingClass, 1)]
            : [.. goods.GroupBy(line => line.Class).OrderBy(same => same.Key, StringComparer.Ordinal)
                .Select(same => (same.Key, same.Sum(line => line.Value)))];
        if (classes.Sum(part => part.Value) == 0)
        {
            classes = [(TaxTable.Standard, 1)];
        }

        var parts = PriceCalculation.Allocate(amount, [.. classes.Select(part => (decimal)part.Value)]);
        var taxes = classes.SelectMany((part, at) => TaxCalculation.Taxes(parts[at], Rates.For(part.Class), IsIncluded));
        return TaxedAmount.Of(amount, TaxCalculation.ByName(taxes), IsIncluded, Free);
    }
}

/// <summary>An amount with its tax.</summary>
/// <param name="Lines">The taxes; they add up to <see cref="Total"/>.</param>
/// <param name="Relief">Included tax that is not owed and was taken off.</param>
/// <param name="Gross">What is paid.</param>
internal sealed record TaxedAmount(
    Money Net, Money Gross, Money Total, Money Relief, decimal Rate, ImmutableArray<TaxAmount> Lines)
{
    /// <summary>
    /// Without a reason to be free the taxes are in the amount, which stays as it is, or come on top. A buyer who owes
    /// none pays the net: an included tax is taken off, for the relief is the buyer's and not the shop's.
    /// </summary>
    public static TaxedAmount Of(Money amount, ImmutableArray<TaxAmount> taxes, bool isIncluded, string? free)
    {
        var zero = Money.Zero(amount.Currency);
        var tax = taxes.Aggregate(zero, (sum, next) => sum + next.Amount);
        if (free is not null)
        {
            var net = isIncluded ? amount - tax : amount;
            return new(net, net, zero, amount - net, 0, []);
        }

        var rate = taxes is [var only]
            ? only.Rate
            : TaxCalculation.Combined([.. taxes.Select(part => new TaxRate(part.Name, part.Rate, part.Compound))]);
        return isIncluded
            ? new(amount - tax, amount, tax, zero, rate, taxes)
            : new(amount, amount + tax, tax, zero, rate, taxes);
    }
}
