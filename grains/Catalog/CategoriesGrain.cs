using System.Collections.Immutable;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>The category tree, as one document.</summary>
[GrainType("categories")]
internal sealed class CategoriesGrain(
    [PersistentState("categories")] IPersistentState<CategoriesDocument> document, NpgsqlDataSource database) : Grain, ICategoriesGrain
{
    private const int CategoriesMax = 1_000;

    public async Task<Result<ImmutableArray<Category>>> Put(ImmutableArray<Category> categories)
    {
        var all = document.State.Categories.ToDictionary(category => category.Handle, StringComparer.Ordinal);
        var before = all.Count;
        foreach (var category in categories)
        {
            if (category.Handle is not { Length: >= 1 and <= 128 } || category.Title is not { Length: >= 1 and <= 255 }
                || category.Description is { Length: > 2_000 })
            {
                return Rejection.Invalid("/title", "A category has a handle, a title and at most 2,000 characters of text.");
            }

            all[category.Handle] = category;
        }

        if (all.Count > CategoriesMax)
        {
            return Rejection.Invalid("", $"A shop has at most {CategoriesMax} categories.");
        }

        if (all.Values.Any(category => category.Parent is { } parent && !all.ContainsKey(parent)))
        {
            return Rejection.Invalid("/parent", "The parent is not a category.");
        }

        if (Sort(all) is not { } sorted)
        {
            return Rejection.Invalid("/parent", "A category cannot be part of itself.");
        }

        if (all.Count > before || categories.Any(category => !document.State.Categories.Contains(category)))
        {
            await document.SaveAsync(new() { Categories = sorted }, this, categories);
        }

        // Not in one transaction with the document: whoever was told that it failed comes again, and then it is told.
        await using var connection = await database.OpenConnectionAsync();
        await CataloguePurges.AddAsync(connection, SurrogateKeys.Categories, SurrogateKeys.Products);

        return document.State.Categories;
    }

    public Task<ImmutableArray<Category>> Read() => Task.FromResult(document.State.Categories);

    /// <summary>Parents before children, each level by title; null when there is a circle.</summary>
    private static ImmutableArray<Category>? Sort(Dictionary<string, Category> all)
    {
        var byParent = all.Values.OrderBy(category => category.Title, StringComparer.Ordinal)
            .ToLookup(category => category.Parent ?? "", StringComparer.Ordinal);
        var sorted = ImmutableArray.CreateBuilder<Category>(all.Count);
        var next = new Queue<Category>(byParent[""]);
        while (next.TryDequeue(out var category))
        {
            sorted.Add(category);
            foreach (var child in byParent[category.Handle])
            {
                next.Enqueue(child);
            }
        }

        return sorted.Count == all.Count ? sorted.ToImmutable() : null;
    }
}

/// <summary>The document of <see cref="CategoriesGrain"/>.</summary>
[GenerateSerializer, Alias("commerce.CategoriesDocument")]
internal sealed record CategoriesDocument
{
    [Id(0)]
    public ImmutableArray<Category> Categories { get; init; } = [];
}
