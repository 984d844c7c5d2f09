using System.Collections.Immutable;

namespace Commerce;

/// <summary>One page of a list, in the list's order.</summary>
/// <param name="Data">The entries, at most as many as were asked for.</param>
/// <param name="Paging">How to go on.</param>
[GenerateSerializer, Immutable, Alias("commerce.Page`1")]
public sealed record Page<T>(
    [property: Id(0)] ImmutableArray<T> Data,
    [property: Id(1), System.Text.Json.Serialization.JsonPropertyName("page")] Paging Paging)
{
    /// <summary>A list that is short by nature and comes whole.</summary>
    public static Page<T> Whole(ImmutableArray<T> data) => new(data, new(null, false));
}

/// <summary>Where a page stands in its list.</summary>
/// <param name="NextCursor">Opaque; give it as <c>cursor</c> to get the next page. Null on the last one.</param>
/// <param name="HasMore">Whether there is a next page.</param>
[GenerateSerializer, Immutable, Alias("commerce.Paging")]
public sealed record Paging([property: Id(0)] string? NextCursor, [property: Id(1)] bool HasMore);
