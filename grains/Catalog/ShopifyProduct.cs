using System.Collections.Immutable;

namespace Commerce.Catalog;

/// <summary>One product of the file, or why it is none.</summary>
/// <param name="Row">Its first row.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Content">What to save; null when it cannot be taken over.</param>
/// <param name="Status">Whether shoppers may see it.</param>
/// <param name="Category">The category that <see cref="Content"/> names; null when it has none.</param>
/// <param name="Variants">Where the content's variants stand in the file, in the same order.</param>
/// <param name="Errors">What is wrong with its rows, by row.</param>
/// <param name="End">Where the next product begins.</param>
internal sealed record ShopifyProduct(
    long Row,
    long Rows,
    SaveProduct? Content,
    ProductStatus Status,
    Category? Category,
    ImmutableArray<ShopifyVariant> Variants,
    ImmutableArray<ImportError> Errors,
    ImportCheckpoint End)
{
    /// <summary>What no other product of the file may be called, and the row that says so.</summary>
    public ImmutableArray<(string Name, long Row)> Names => Content is null
        ? []
        : [($"handle:{Content.Handle}", Row), .. Variants.Select(variant => ($"sku:{variant.Sku}", variant.Row))];

    /// <summary>The product without what other rows have the names of.</summary>
    /// <param name="owners">The rows that have them.</param>
    public ShopifyProduct WithNames(IReadOnlyDictionary<string, long> owners)
    {
        if (owners[Names[0].Name] is var owner && owner != Row)
        {
            return this with
            {
                Content = null,
                Errors = Errors.Add(new(Row, ShopifyCsv.Name(ShopifyColumn.Handle), "duplicate_handle",
                    $"Row {owner} begins another product with the handle {Content!.Handle}.")),
            };
        }

        var product = this;
        for (var i = Variants.Length - 1; i >= 0; i--)
        {
            var (row, sku, _) = Variants[i];
            if (owners[$"sku:{sku}"] is var first && first != row)
            {
                product = product.WithoutVariant(i, new(
                    row, ShopifyCsv.Name(ShopifyColumn.Sku), "duplicate_sku", $"Row {first} has the SKU {sku}."));
            }
        }

        return product;
    }

    /// <summary>The product without one of its variants; without content when it was the last.</summary>
    public ShopifyProduct WithoutVariant(int index, ImportError error) => this with
    {
        Content = Variants.Length == 1 ? null : Content! with { Variants = Content.Variants.RemoveAt(index) },
        Variants = Variants.RemoveAt(index),
        Errors = Errors.Add(error),
    };
}

/// <summary>A variant's place in the file.</summary>
/// <param name="OnHand">Units in stock; null when the file does not say.</param>
internal readonly record struct ShopifyVariant(long Row, Sku Sku, int? OnHand);
