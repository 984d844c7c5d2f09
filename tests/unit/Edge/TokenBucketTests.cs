using CsCheck;

namespace Commerce.Edge;

public sealed class TokenBucketTests
{
    private static readonly Bucket Bucket = new(Burst: 10, PerMinute: 60);

    [Fact]
    public void A_full_bucket_gives_its_burst_and_then_what_flows_in()
    {
        var (empty, all) = default(TokenBucket).Take(12, Bucket, TimeSpan.FromHours(1));
        var (_, none) = empty.Take(1, Bucket, TimeSpan.FromHours(1));
        var (_, later) = empty.Take(5, Bucket, TimeSpan.FromHours(1) + TimeSpan.FromSeconds(2.5));

        Assert.Equal(new(10, 0, TimeSpan.FromSeconds(1)), all);
        Assert.Equal(new(0, 0, TimeSpan.FromSeconds(1)), none);
        Assert.Equal(new(2, 0, TimeSpan.FromSeconds(0.5)), later);
    }

    [Fact]
    public void Whoever_asks_however_often_gets_no_more_than_the_burst_and_what_flowed_in() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 5_000]).Array[0, 100].Sample(requests =>
        {
            var (bucket, now, granted) = (default(TokenBucket), TimeSpan.Zero, 0);
            foreach (var (wanted, milliseconds) in requests)
            {
                now += TimeSpan.FromMilliseconds(milliseconds);
                (bucket, var taken) = bucket.Take(wanted, Bucket, now);
                granted += taken.Granted;
                Assert.InRange(taken.Granted, 0, wanted);
                Assert.True(taken.NextIn >= TimeSpan.Zero);
            }

            Assert.True(granted <= Bucket.Burst + now.TotalSeconds);
        });

    [Fact]
    public void A_bucket_for_a_thousand_million_a_minute_is_none_too_large()
    {
        var (_, taken) = default(TokenBucket).Take(20_000_000, new(1_000_000_000, 1_000_000_000), TimeSpan.Zero);

        Assert.Equal((20_000_000, 980_000_000), (taken.Granted, taken.Left));
    }
}
