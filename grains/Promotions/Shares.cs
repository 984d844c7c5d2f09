using System.Collections.Immutable;

namespace Commerce.Promotions;

/// <summary>Divides amounts so that the parts add up to the whole.</summary>
internal static class Shares
{
    /// <summary>
    /// Shares of a whole in proportion to weights. Minor units that are left over go to the largest remainders, and
    /// among equal ones to the first. No share exceeds its weight if the whole does not exceed their sum.
    /// </summary>
    /// <param name="whole">0 or more.</param>
    /// <param name="weights">0 or more each; not all 0 unless the whole is.</param>
    public static ImmutableArray<long> Of(long whole, ImmutableArray<long> weights)
    {
        var sum = weights.Aggregate((Int128)0, (total, weight) => total + weight);
        if (sum == 0)
        {
            return [.. weights.Select(_ => 0L)];
        }

        var shares = weights.Select(weight => (long)((Int128)whole * weight / sum)).ToArray();
        var left = (int)(whole - shares.Sum());
        var byRemainder = Enumerable.Range(0, weights.Length)
            .OrderByDescending(i => (Int128)whole * weights[i] % sum).ThenBy(i => i).Take(left);
        foreach (var i in byRemainder)
        {
            shares[i]++;
        }

        return [.. shares];
    }
}
