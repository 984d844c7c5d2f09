using System.Collections.Immutable;
using System.Globalization;
using Commerce.Tax;

namespace Commerce.Catalog;

/// <summary>
/// The rows of one product. The first says what the product is; each may hold a variant, a picture or both. A row whose
/// variant is in error is left out and the others are taken; a picture in error does not cost the row its variant.
/// </summary>
/// <param name="currency">Of the prices.</param>
/// <param name="handle">As the file has it; null when no row says.</param>
/// <param name="first">The number of the first row.</param>
internal sealed class ShopifyProductRows(Currency currency, string? handle, long first)
{
    private const int VariantsMax = 250;
    private const int ImagesMax = 50;

    private static readonly ShopifyColumn[] VariantColumns =
    [
        ShopifyColumn.Sku, ShopifyColumn.Price, ShopifyColumn.Quantity, ShopifyColumn.Barcode,
        ShopifyColumn.Option1Value, ShopifyColumn.Option2Value, ShopifyColumn.Option3Value,
    ];

    private readonly List<ImportError> _errors = [];
    private readonly List<ProductVariant> _variants = [];
    private readonly List<ShopifyVariant> _places = [];
    private readonly List<(int Position, ProductImage Image)> _images = [];
    private readonly HashSet<Sku> _skus = [];
    private readonly HashSet<string> _titles = new(StringComparer.Ordinal);
    private ShopifyHead? _head;
    private bool _isRefused;
    private long _rows;

    /// <summary>How many errors there are so far.</summary>
    public int Errors => _errors.Count;

    /// <summary>Whether a row with this handle belongs to the product.</summary>
    public bool Has(string other) => string.Equals(handle, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes a row that cannot be read.</summary>
    public void Add(ImportError unreadable)
    {
        _rows++;
        _errors.Add(unreadable);
    }

    /// <summary>Takes a row.</summary>
    public void Add(ShopifyRow row)
    {
        _rows++;
        var cells = new ShopifyCells(row, currency, _errors);
        ImmutableArray<ShopifyColumn> undecodable = [.. row.Undecodable];
        foreach (var column in undecodable)
        {
            cells.Fail(column, "invalid_encoding", $"{ShopifyCsv.Name(column)} is not UTF-8.");
        }

        if (row[ShopifyColumn.Handle].Length > 0)
        {
            Read(row, cells, undecodable);
        }
        else if (!undecodable.Contains(ShopifyColumn.Handle))
        {
            cells.Fail(ShopifyColumn.Handle, "missing_handle", "The row does not say which product it belongs to.");
        }
    }

    /// <summary>What the rows make.</summary>
    public ShopifyProduct ToProduct(ImportCheckpoint end)
    {
        // A single row that is in error says enough.
        if (!_isRefused && _variants.Count == 0 && handle is not null && (_rows > 1 || _errors.Count == 0))
        {
            _errors.Add(new(first, null, "no_variants", "The product has no variant that can be sold."));
        }

        var content = _isRefused || _variants.Count == 0
            ? null
            : _head!.ToContent([.. _variants], [.. _images.OrderBy(image => image.Position).Select(image => image.Image)]);
        return new(
            first,
            _rows,
            content,
            _head?.Status ?? default,
            _head?.Category,
            [.. _places],
            [.. _errors],
            end);
    }

    private void Read(ShopifyRow row, ShopifyCells cells, ImmutableArray<ShopifyColumn> undecodable)
    {
        var isFirst = _head is null;
        if (_head is null)
        {
            var isReadable = !undecodable.Any(ShopifyHead.Columns.Contains);
            var before = _errors.Count;
            _head = isReadable ? ShopifyHead.Read(row, cells) : ShopifyHead.Unknown;
            _isRefused = !isReadable || _errors.Count > before;
        }

        if (undecodable.IsEmpty)
        {
            var variant = isFirst || VariantColumns.Any(column => row[column].Length > 0)
                ? ReadVariant(row, cells, _head)
                : null;
            AddImages(row, cells);
            if (variant is { } read)
            {
                _variants.Add(read.Variant);
                _places.Add(new(row.Number, read.Variant.Sku, read.OnHand));
            }
        }
    }

    private (ProductVariant Variant, int? OnHand)? ReadVariant(ShopifyRow row, ShopifyCells cells, ShopifyHead head)
    {
        var before = _errors.Count;
        var sku = cells.Sku();
        var price = cells.Price();
        var compareAt = cells.CompareAt();
        var onHand = cells.Quantity();
        var isShipped = cells.Flag(ShopifyColumn.RequiresShipping) ?? true;
        var isTaxed = cells.Flag(ShopifyColumn.Taxable) ?? true;
        var variant = new ProductVariant(
            sku,
            head.ReadOptions(row, cells),
            [price],
            compareAt is { } former && former.MinorUnits > price.MinorUnits ? [former] : [],
            isShipped ? cells.Grams() : 0,
            isTaxed ? TaxTable.Standard : "zero",
            cells.Barcode() is { Length: > 0 } barcode ? barcode : null);
        if (_errors.Count == before)
        {
            CheckUnique(variant, cells, head);
        }

        return _errors.Count == before ? (variant, onHand) : null;
    }

    private void CheckUnique(ProductVariant variant, ShopifyCells cells, ShopifyHead head)
    {
        var title = string.Join(" / ", head.Options?.Values.Select(option => variant.Options[option]) ?? []);
        if (_variants.Count >= VariantsMax)
        {
            cells.Fail(null, "too_many_variants", $"A product has at most {VariantsMax} variants.");
        }
        else if (_skus.Contains(variant.Sku))
        {
            cells.Fail(ShopifyColumn.Sku, "duplicate_sku", $"An earlier row of the product has the SKU {variant.Sku}.");
        }
        else if (_titles.Contains(title) && head.Options is not null)
        {
            cells.Fail(ShopifyColumn.Option1Value, "duplicate_options",
                "An earlier row of the product has the same option values.");
        }
        else
        {
            _skus.Add(variant.Sku);
            _titles.Add(title);
        }
    }

    private void AddImages(ShopifyRow row, ShopifyCells cells)
    {
        var isPlaced = int.TryParse(row[ShopifyColumn.ImagePosition], CultureInfo.InvariantCulture, out var position);
        var alt = cells.Text(ShopifyColumn.ImageAlt, 500);
        AddImage(cells.Image(ShopifyColumn.ImageSrc), alt, isPlaced ? position : int.MaxValue, cells);
        AddImage(cells.Image(ShopifyColumn.VariantImage), "", int.MaxValue, cells);
    }

    private void AddImage(string url, string alt, int position, ShopifyCells cells)
    {
        if (url.Length == 0 || _images.Any(image => image.Image.Url == url))
        {
            return;
        }

        if (_images.Count == ImagesMax)
        {
            cells.Fail(ShopifyColumn.ImageSrc, "too_many_images", $"A product has at most {ImagesMax} pictures.");
            return;
        }

        _images.Add((position, new(url, alt.Length == 0 ? null : alt)));
    }
}
