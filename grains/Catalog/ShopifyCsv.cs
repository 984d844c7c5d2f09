using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Commerce.Catalog;

/// <summary>
/// Understands the product export of Shopify: which column is which, and which rows make one product. Rows go in one by
/// one, and a product comes out when the row after its last one goes in.
/// </summary>
internal sealed class ShopifyCsv
{
    private const int ErrorsAtOnceMax = 1_000;

    /// <summary>Header names, in the order of <see cref="ShopifyColumn"/>.</summary>
    private static readonly string[] Names =
    [
        "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published", "Option1 Name",
        "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams",
        "Variant Inventory Qty", "Variant Price", "Variant Compare At Price", "Variant Requires Shipping",
        "Variant Taxable", "Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Variant Image", "Status",
    ];

    private static readonly ShopifyColumn[] Required =
        [ShopifyColumn.Handle, ShopifyColumn.Title, ShopifyColumn.Sku, ShopifyColumn.Price];

    private static readonly FrozenDictionary<string, int> ByName = Names
        .Select((name, index) => KeyValuePair.Create(name, index))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly Currency _currency;
    private readonly int _fields;
    private readonly int _fieldsMin;
    private ShopifyProductRows? _open;
    private long _row;

    private ShopifyCsv(ImmutableArray<int> columns, int fields, Currency currency, long row)
    {
        (Columns, _fields, _currency, _row) = (columns, fields, currency, row);
        _fieldsMin = Required.Max(column => columns[(int)column]) + 1;
    }

    /// <summary>The field that holds each <see cref="ShopifyColumn"/>; -1 for one that the file does not have.</summary>
    public ImmutableArray<int> Columns { get; }

    /// <summary>Understands a file by its header, or says why it is none of Shopify's.</summary>
    /// <param name="header">Names of columns, in any case and order; unknown ones are ignored.</param>
    /// <param name="currency">Of the prices.</param>
    /// <param name="row">Rows that were read before.</param>
    public static Result<ShopifyCsv> Open(IReadOnlyList<string?> header, Currency currency, long row)
    {
        var columns = new int[Names.Length];
        Array.Fill(columns, -1);
        for (var i = header.Count - 1; i >= 0; i--)
        {
            if (header[i] is { } name && ByName.TryGetValue(name.Trim(), out var column))
            {
                columns[column] = i;
            }
        }

        var missing = Required.Where(column => columns[(int)column] < 0).Select(Name).ToArray();
        return missing.Length == 0
            ? new ShopifyCsv([.. columns], header.Count, currency, row)
            : Rejection.Invalid(
                "", $"The header lacks {string.Join(", ", missing)}; names are separated by commas.", "import_unreadable");
    }

    /// <summary>What a column is called in the header.</summary>
    public static string Name(ShopifyColumn column) => Names[(int)column];

    /// <summary>Why a row cannot be one of this file, although its quoting is right; null when it can.</summary>
    public string? Mismatch(CsvRow row)
    {
        if (row.Malformed is null && (row.Fields > _fields || row.Fields < _fieldsMin))
        {
            return $"The row has {row.Fields} fields where the header has {_fields}.";
        }

        // Spreadsheets leave out empty fields at the end. But nobody writes a handle or a price on two lines.
        var broken = row.Malformed is not null
            ? []
            : Required.Where(column => row.Cells[(int)column]?.AsSpan().Trim().ContainsAny('\n', '\r') == true);
        return broken.Select(column => $"{Name(column)} has a line break; perhaps a quote before it is not closed.")
            .FirstOrDefault();
    }

    /// <summary>Takes the next row.</summary>
    /// <returns>The product that ended before this row; null when none did.</returns>
    public ShopifyProduct? Add(CsvRow row)
    {
        var cells = row.Malformed is null ? new ShopifyRow(_row + 1, row.Cells) : null;
        var handle = cells?[ShopifyColumn.Handle];
        var isOther = _open is not null && handle is { Length: > 0 } && !_open.Has(handle);
        var ended = isOther || _open?.Errors >= ErrorsAtOnceMax ? End(row.Offset) : null;
        _row++;
        _open ??= new(_currency, string.IsNullOrEmpty(handle) ? null : handle, _row);
        if (cells is null)
        {
            _open.Add(new ImportError(_row, null, "malformed_row", row.Malformed!));
        }
        else
        {
            _open.Add(cells);
        }

        return ended;
    }

    /// <summary>The product that no further row belongs to; null when there is none.</summary>
    /// <param name="offset">The byte at which the next product begins.</param>
    public ShopifyProduct? End(long offset)
    {
        var ended = _open?.ToProduct(new(_row, offset));
        _open = null;
        return ended;
    }
}

/// <summary>The columns that are understood.</summary>
internal enum ShopifyColumn
{
    Handle,
    Title,
    Body,
    Vendor,
    ProductCategory,
    Type,
    Tags,
    Published,
    Option1Name,
    Option1Value,
    Option2Name,
    Option2Value,
    Option3Name,
    Option3Value,
    Sku,
    Grams,
    Quantity,
    Price,
    CompareAt,
    RequiresShipping,
    Taxable,
    Barcode,
    ImageSrc,
    ImagePosition,
    ImageAlt,
    VariantImage,
    Status,
}

/// <summary>The understood cells of one row.</summary>
internal sealed class ShopifyRow(long number, string?[] cells)
{
    /// <summary>1 for the first row after the header.</summary>
    public long Number => number;

    /// <summary>A cell's text without white space around it; empty when the file does not have it.</summary>
    public string this[ShopifyColumn column] => cells[(int)column]?.Trim() ?? "";

    /// <summary>Columns whose text is not UTF-8.</summary>
    public IEnumerable<ShopifyColumn> Undecodable =>
        Enum.GetValues<ShopifyColumn>().Where(column => cells[(int)column] is null);
}
