using Orleans.Configuration;

namespace Commerce.Edge;

/// <summary>Keeps a <see cref="TokenBucket"/> while somebody draws from it.</summary>
[GrainType("allowance"), CollectionAgeLimit(Minutes = 2)]
internal sealed class AllowanceGrain(TimeProvider time) : Grain, IAllowanceGrain
{
    private readonly long _since = time.GetTimestamp();
    private TokenBucket _bucket;

    public Task<Allowance> Take(int wanted, Bucket bucket)
    {
        (_bucket, var taken) = _bucket.Take(wanted, bucket, time.GetElapsedTime(_since));
        return Task.FromResult(taken);
    }
}
