namespace Commerce.Edge;

/// <summary>
/// What one caller may still ask of the whole cluster: a token bucket, keyed by what is limited and by a digest of who calls.
/// </summary>
/// <remarks>
/// In memory alone: whoever is forgotten with a silo begins with a full bucket, and nothing is written for each request.
/// </remarks>
[Alias("commerce.IAllowance")]
public interface IAllowanceGrain : IGrainWithStringKey
{
    /// <summary>Takes tokens out of the bucket, as many as there are of those that are wanted.</summary>
    /// <param name="wanted">1 or more.</param>
    [Alias("Take")]
    Task<Allowance> Take(int wanted, Bucket bucket);
}

/// <summary>How large a bucket is, and how soon it is full again.</summary>
/// <param name="Burst">Tokens it holds, 1 or more.</param>
/// <param name="PerMinute">Tokens that flow into it in a minute, 1 or more.</param>
[GenerateSerializer, Immutable, Alias("commerce.Bucket")]
public readonly record struct Bucket([property: Id(0)] int Burst, [property: Id(1)] int PerMinute);

/// <summary>What a caller got.</summary>
/// <param name="Granted">From 0 to what was wanted.</param>
/// <param name="Left">What is in the bucket afterwards.</param>
/// <param name="NextIn">When there is a token again; zero when there is one.</param>
[GenerateSerializer, Immutable, Alias("commerce.Allowance")]
public readonly record struct Allowance([property: Id(0)] int Granted, [property: Id(1)] int Left, [property: Id(2)] TimeSpan NextIn);
