using System.Collections.Immutable;
using Commerce.Pricing;

namespace Commerce.Promotions;

/// <summary>What is left of a basket's prices while promotions are applied to it one after the other.</summary>
/// <param name="Lines">In the order of their keys.</param>
/// <param name="Shipping">Minor units.</param>
internal sealed record PriceLeft(ImmutableArray<LineLeft> Lines, long Shipping)
{
    /// <summary>The prices before any promotion.</summary>
    public static PriceLeft Of(Basket basket) => new(
        [.. basket.Lines.OrderBy(line => line.Key.Value, StringComparer.Ordinal)
            .Select(line => new LineLeft(line, line.Total.MinorUnits, 0, line.Quantity))],
        basket.Shipping.MinorUnits);

    /// <summary>What is left when so much is taken off.</summary>
    public PriceLeft Less(Reduction reduction) => new(
        [.. Lines.Select((line, i) => line.Less(reduction.Lines[i]))], Shipping - reduction.Shipping);
}

/// <summary>What is left of a line.</summary>
/// <param name="Open">Minor units of the units that no "buy x, get y" has counted yet.</param>
/// <param name="Counted">Minor units of those that one has.</param>
/// <param name="OpenUnits">How many the former are.</param>
internal readonly record struct LineLeft(BasketLine Line, long Open, long Counted, int OpenUnits)
{
    /// <summary>Minor units left of the whole line.</summary>
    public long Amount => Open + Counted;

    /// <summary>What so many of the open units come to; not rounded.</summary>
    public decimal Of(int units) => OpenUnits == 0 ? 0m : (decimal)Open * units / OpenUnits;

    /// <summary>The line when so much is taken off, from open and counted units alike unless some are counted now.</summary>
    public LineLeft Less(LineReduction reduction)
    {
        if (reduction.CountedUnits > 0)
        {
            var counted = Math.Max(reduction.Amount, (long)decimal.Floor(Of(reduction.CountedUnits)));
            return this with
            {
                Open = Open - counted,
                Counted = Counted + counted - reduction.Amount,
                OpenUnits = OpenUnits - reduction.CountedUnits,
            };
        }

        var shares = PriceCalculation.Allocate(new(reduction.Amount, Line.Total.Currency), [Open, Counted]);
        return this with { Open = Open - shares[0].MinorUnits, Counted = Counted - shares[1].MinorUnits };
    }
}

/// <summary>What one promotion takes off.</summary>
/// <param name="Lines">For each line of the basket, in the order of their keys.</param>
/// <param name="Shipping">Minor units.</param>
/// <param name="Explanation">How it came to be.</param>
internal sealed record Reduction(ImmutableArray<LineReduction> Lines, long Shipping, string Explanation)
{
    /// <summary>Minor units in all.</summary>
    public long Total => checked(Lines.Sum(line => line.Amount) + Shipping);
}

/// <summary>What one promotion takes off a line.</summary>
/// <param name="Amount">Minor units, from 0 to what is left.</param>
/// <param name="CountedUnits">Units that it counts as bought or given.</param>
internal readonly record struct LineReduction(long Amount, int CountedUnits = 0);
