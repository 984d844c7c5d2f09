using System.Collections.Immutable;

namespace Commerce.Catalog;

/// <summary>What the first row of a product says about all of it.</summary>
/// <param name="Options">Names by their place, 0 to 2; null when they cannot be read.</param>
internal sealed record ShopifyHead(
    string Handle,
    string Title,
    string Description,
    string Vendor,
    ImmutableArray<string> Tags,
    Category? Category,
    ProductStatus Status,
    ImmutableSortedDictionary<int, string>? Options)
{
    private const int TagsMax = 50;
    private const string NoOption = "Title";
    private const string NoOptionValue = "Default Title";

    private static readonly (ShopifyColumn Name, ShopifyColumn Value)[] OptionColumns =
    [
        (ShopifyColumn.Option1Name, ShopifyColumn.Option1Value),
        (ShopifyColumn.Option2Name, ShopifyColumn.Option2Value),
        (ShopifyColumn.Option3Name, ShopifyColumn.Option3Value),
    ];

    /// <summary>The columns it is read from.</summary>
    public static readonly ImmutableHashSet<ShopifyColumn> Columns =
    [
        ShopifyColumn.Title, ShopifyColumn.Body, ShopifyColumn.Vendor, ShopifyColumn.ProductCategory, ShopifyColumn.Type,
        ShopifyColumn.Tags, ShopifyColumn.Published, ShopifyColumn.Status,
        ShopifyColumn.Option1Name, ShopifyColumn.Option2Name, ShopifyColumn.Option3Name,
    ];

    /// <summary>The head of a product of which nothing is known.</summary>
    public static readonly ShopifyHead Unknown = new("", "", "", "", [], null, ProductStatus.Draft, null);

    /// <summary>Reads the first row.</summary>
    public static ShopifyHead Read(ShopifyRow row, ShopifyCells cells)
    {
        var handle = ImportText.Slug(row[ShopifyColumn.Handle]);
        if (handle.Length is 0 or > 128)
        {
            cells.Fail(ShopifyColumn.Handle, "invalid_handle", "A handle is 1 to 128 letters, digits and hyphens.");
        }

        if (row[ShopifyColumn.Title].Length == 0)
        {
            cells.Fail(ShopifyColumn.Title, "missing_title", "The first row of a product needs a title.");
        }

        return new(
            handle,
            cells.Text(ShopifyColumn.Title, 255),
            cells.PlainText(ShopifyColumn.Body, 20_000),
            cells.Text(ShopifyColumn.Vendor, 255),
            ReadTags(row, cells),
            ReadCategory(row, cells),
            ReadStatus(row, cells),
            ReadOptionNames(row, cells));
    }

    /// <summary>A variant's option values by name.</summary>
    public ImmutableDictionary<string, string> ReadOptions(ShopifyRow row, ShopifyCells cells)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>();
        for (var i = 0; Options is not null && i < OptionColumns.Length; i++)
        {
            var column = OptionColumns[i].Value;
            var value = cells.Text(column, 255);
            if (Options.TryGetValue(i, out var name))
            {
                values[name] = value;
                if (row[column].Length == 0)
                {
                    cells.Fail(column, "missing_option_value", $"The variant does not say its {name}.");
                }
            }
            else if (value.Length > 0 && !Equals(value, NoOptionValue))
            {
                cells.Fail(column, "missing_option_name", "The first row of the product does not name this option.");
            }
        }

        return values.ToImmutable();
    }

    /// <summary>The product.</summary>
    public SaveProduct ToContent(ImmutableArray<ProductVariant> variants, ImmutableArray<ProductImage> images) => new(
        Handle, Title, Description, Vendor.Length == 0 ? null : Vendor, Category is null ? [] : [Category.Handle], Tags,
        [.. Options!.Values], variants, images);

    private static ImmutableArray<string> ReadTags(ShopifyRow row, ShopifyCells cells)
    {
        ImmutableArray<string> tags = [.. row[ShopifyColumn.Tags].Split(',').Select(ImportText.Line)
            .Where(tag => tag.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Take(TagsMax + 1)];
        if (tags.Length > TagsMax)
        {
            cells.Fail(ShopifyColumn.Tags, "too_many_tags", $"A product has at most {TagsMax} tags.");
        }
        else if (tags.Any(tag => tag.Length > 64))
        {
            cells.Fail(ShopifyColumn.Tags, "too_long", "A tag is at most 64 characters.");
        }

        return tags;
    }

    /// <summary>The shop's own type or else the last part of Shopify's category, "Clothing > Shirts".</summary>
    private static Category? ReadCategory(ShopifyRow row, ShopifyCells cells)
    {
        var column = row[ShopifyColumn.Type].Length > 0 ? ShopifyColumn.Type : ShopifyColumn.ProductCategory;
        var title = cells.Text(column, 255);
        title = column == ShopifyColumn.Type ? title : title[(title.LastIndexOf('>') + 1)..].Trim();
        var handle = ImportText.Slug(title);
        handle = handle.Length <= 128 ? handle : handle[..128].TrimEnd('-');
        return handle.Length == 0 ? null : new(handle, title, null, null);
    }

    /// <summary>What is active but not published is hidden from shoppers, and so a draft here.</summary>
    private static ProductStatus ReadStatus(ShopifyRow row, ShopifyCells cells)
    {
        var isPublished = cells.Flag(ShopifyColumn.Published) ?? true;
        switch (row[ShopifyColumn.Status].ToUpperInvariant())
        {
            case "" or "ACTIVE":
                return isPublished ? ProductStatus.Active : ProductStatus.Draft;
            case "DRAFT":
                return ProductStatus.Draft;
            case "ARCHIVED":
                return ProductStatus.Archived;
            default:
                cells.Fail(ShopifyColumn.Status, "invalid_status", "A status is active, draft or archived.");
                return ProductStatus.Draft;
        }
    }

    private static ImmutableSortedDictionary<int, string> ReadOptionNames(ShopifyRow row, ShopifyCells cells)
    {
        var names = ImmutableSortedDictionary.CreateBuilder<int, string>();
        for (var i = 0; i < OptionColumns.Length; i++)
        {
            var name = cells.Text(OptionColumns[i].Name, 255);
            if (name.Length > 0 && names.Values.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                cells.Fail(OptionColumns[i].Name, "duplicate_option", "The product has another option of this name.");
            }
            else if (name.Length > 0)
            {
                names[i] = name;
            }
        }

        // How Shopify writes that a product has no options.
        var isNoOption = names.Count == 1
            && Equals(names.Values.First(), NoOption) && Equals(row[ShopifyColumn.Option1Value], NoOptionValue);
        return isNoOption
            ? ImmutableSortedDictionary<int, string>.Empty
            : names.ToImmutable();
    }

    private static bool Equals(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
