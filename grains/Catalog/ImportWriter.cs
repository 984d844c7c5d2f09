using System.Collections.Immutable;
using System.Globalization;
using Commerce.Inventory;
using Commerce.Tax;

namespace Commerce.Catalog;

/// <summary>
/// Takes products of a file over into the shop. Every step is absolute or named by the import, so that doing a product
/// again after a failure or a crash changes nothing that was done.
/// </summary>
/// <param name="grains">The shop.</param>
/// <param name="import">Names the steps.</param>
/// <param name="location">Where the stock is.</param>
/// <param name="categories">Handles of the categories there are: those are left as the shop has them.</param>
internal sealed class ImportWriter(IGrainFactory grains, ImportId import, LocationId location, HashSet<string> categories)
{
    /// <summary>Saves a product with its category, status and stock.</summary>
    /// <returns>What became of it. An outage is no answer: it is thrown.</returns>
    public async Task<ImportOutcome> WriteAsync(ShopifyProduct product)
    {
        if (product is { Content: not null, Category: { } category } && await PutCategory(category) is { } refused)
        {
            product = product with
            {
                Content = product.Content with { Categories = [] },
                Errors = product.Errors.Add(Error(product.Row, ShopifyColumn.Type, refused)),
            };
        }

        if (product.Content is null)
        {
            return new(0, product.Rows, product.Errors);
        }

        var id = await ChooseId(product.Content.Handle);
        product = await Save(id, product);
        if (product.Content is null)
        {
            return new(0, product.Rows, product.Errors);
        }

        var errors = product.Errors.ToBuilder();
        var shown = await grains.GetProduct(id).SetStatus(product.Status, new($"{import}/status"));
        if (!shown.IsAccepted)
        {
            errors.Add(Error(product.Row, ShopifyColumn.Status, shown.Rejection!));
        }

        foreach (var variant in product.Variants.Where(variant => variant.OnHand is not null))
        {
            var counted = await grains.GetStockLine(variant.Sku).Count(
                new(location, variant.OnHand!.Value, import.Value), new($"{import}/{variant.Sku}"));
            if (!counted.IsAccepted)
            {
                errors.Add(Error(variant.Row, ShopifyColumn.Quantity, counted.Rejection!));
            }
        }

        return new(1, errors.Select(error => error.Row).Distinct().Count(), errors.ToImmutable());
    }

    private async Task<Rejection?> PutCategory(Category category)
    {
        if (categories.Contains(category.Handle))
        {
            return null;
        }

        var put = await grains.GetCategories().Put([category]);
        if (put.IsAccepted)
        {
            categories.Add(category.Handle);
        }

        return put.Rejection;
    }

    /// <summary>The product that has the handle, or else the one that belongs to it, unless that was renamed.</summary>
    private async Task<ProductId> ChooseId(string handle)
    {
        if (await grains.GetHandleName(handle).Owner() is { } owner)
        {
            return owner;
        }

        var id = EntityId.Derive<ProductId>("handle:" + handle);
        var there = await grains.GetProduct(id).Read();
        return there.Value is { } product && product.Handle != handle
            ? EntityId.Derive<ProductId>($"handle:{handle}:{import}")
            : id;
    }

    /// <summary>Saves the product, without the variants whose SKUs belong to other products of the shop.</summary>
    /// <returns>What was saved; without content when the product was refused.</returns>
    private async Task<ShopifyProduct> Save(ProductId id, ShopifyProduct product)
    {
        var known = (await grains.GetProduct(id).Read()).Value;
        while (product.Content is { } content)
        {
            var saved = await grains.GetProduct(id).Save(known is null ? content : WithWhatFilesDoNotSay(content, known), new($"{import}/save"));
            if (saved.Rejection is not { } rejection)
            {
                break;
            }

            if (VariantAt(rejection.Pointer) is { } index && index < product.Variants.Length)
            {
                var error = Error(product.Variants[index].Row, ShopifyColumn.Sku, rejection);
                product = product.WithoutVariant(index, error);
            }
            else
            {
                var error = Error(product.Row, rejection.Pointer == "/handle" ? ShopifyColumn.Handle : null, rejection);
                product = product with { Content = null, Errors = product.Errors.Add(error) };
            }
        }

        return product;
    }

    /// <summary>A file has one currency, one category, and knows of taxes only whether there are any.</summary>
    private static SaveProduct WithWhatFilesDoNotSay(SaveProduct content, ProductView known) => content with
    {
        Categories = content.Categories.All(known.Categories.Contains) && !content.Categories.IsEmpty ? known.Categories : content.Categories,
        Variants = [.. content.Variants.Select(variant => known.Variants.FirstOrDefault(before => before.Sku == variant.Sku) is { } before
            ? variant with
            {
                Prices = WithOthers(variant.Prices, before.Prices, variant.Prices[0].Currency),
                CompareAt = WithOthers(variant.CompareAt, before.CompareAt, variant.Prices[0].Currency),
                TaxClass = variant.TaxClass == TaxTable.Standard && before.TaxClass != "zero" ? before.TaxClass : variant.TaxClass,
            }
            : variant)],
    };

    private static ImmutableArray<Money> WithOthers(ImmutableArray<Money> amounts, ImmutableArray<Money> before, Currency currency) =>
        [.. amounts, .. before.Where(amount => amount.Currency != currency)];

    private static ImportError Error(long row, ShopifyColumn? column, Rejection rejection) =>
        new(row, column is { } known ? ShopifyCsv.Name(known) : null, rejection.Code, rejection.Detail);

    private static int? VariantAt(string? pointer) =>
        pointer?.Split('/') is ["", "variants", var index, ..]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? at
            : null;
}

/// <summary>What became of one product of a file.</summary>
/// <param name="Products">1 when it was saved, else 0.</param>
/// <param name="Failed">Rows of it that could not be taken over, or not in full.</param>
/// <param name="Errors">Why.</param>
internal sealed record ImportOutcome(int Products, long Failed, ImmutableArray<ImportError> Errors);
