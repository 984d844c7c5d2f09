namespace Commerce.Edge;

/// <summary>A token bucket, by a clock that only goes forward. Pure.</summary>
/// <param name="FullAt">When it is full again, if nobody takes anything.</param>
internal readonly record struct TokenBucket(TimeSpan FullAt)
{
    /// <summary>Takes what there is of what is wanted.</summary>
    public (TokenBucket After, Allowance Taken) Take(int wanted, Bucket bucket, TimeSpan now)
    {
        var missing = FullAt > now ? FullAt - now : TimeSpan.Zero;
        var there = Tokens(bucket, missing);
        var granted = Math.Min(wanted, there);
        var after = missing + Time(bucket, granted);
        var nextIn = there > granted ? TimeSpan.Zero : after - Time(bucket, bucket.Burst - 1);
        return (new(now + after), new(granted, there - granted, nextIn));
    }

    /// <summary>Whole tokens in a bucket that would be full after some time.</summary>
    private static int Tokens(Bucket bucket, TimeSpan missing) => (int)Int128.Max(
        0, bucket.Burst - (((missing.Ticks * (Int128)bucket.PerMinute) + TimeSpan.TicksPerMinute - 1) / TimeSpan.TicksPerMinute));

    /// <summary>How long so many tokens take to flow in.</summary>
    private static TimeSpan Time(Bucket bucket, int tokens) => new(tokens * TimeSpan.TicksPerMinute / bucket.PerMinute);
}
