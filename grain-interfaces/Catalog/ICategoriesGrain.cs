using System.Collections.Immutable;

namespace Commerce.Catalog;

/// <summary>The shop's category tree; one document, key <c>categories:all</c>.</summary>
[Alias("commerce.ICategories")]
public interface ICategoriesGrain : IGrainWithStringKey
{
    /// <summary>Creates or changes categories by handle. Absolute; at most 1,000 in the shop.</summary>
    [Alias("Put")]
    Task<Result<ImmutableArray<Category>>> Put(ImmutableArray<Category> categories);

    /// <summary>All categories, parents before children.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<ImmutableArray<Category>> Read();
}

/// <summary>A group of products.</summary>
/// <param name="Handle">1 to 128 of a-z, 0-9 and hyphen.</param>
/// <param name="Title">1 to 255 characters.</param>
/// <param name="Description">At most 2,000 characters.</param>
/// <param name="Parent">Handle of the category it is part of; null at the top.</param>
[GenerateSerializer, Immutable, Alias("commerce.Category")]
public sealed record Category(
    [property: Id(0)] string Handle,
    [property: Id(1)] string Title,
    [property: Id(2)] string? Description,
    [property: Id(3)] string? Parent);
