namespace Commerce.Catalog;

/// <summary>Reads a product export product by product, from a checkpoint on, and holds one product at a time.</summary>
internal sealed class ShopifyFile : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly CsvRows _rows;
    private readonly ShopifyCsv _csv;

    private ShopifyFile(Stream stream, CsvRows rows, ShopifyCsv csv) => (_stream, _rows, _csv) = (stream, rows, csv);

    /// <summary>Reads the header, and goes to where a product begins.</summary>
    /// <returns>The file, or why it cannot be read as a whole.</returns>
    public static async Task<Result<ShopifyFile>> OpenAsync(
        Stream stream, Currency currency, ImportCheckpoint from, int rowBytesMax, CancellationToken cancellation)
    {
        var rows = new CsvRows(stream, rowBytesMax);
        var header = await rows.ReadAsync(cancellation);
        if (header is null or { Malformed: not null })
        {
            var reason = header?.Malformed ?? "The file is empty.";
            return Rejection.Invalid("", $"The header cannot be read. {reason}", "import_unreadable");
        }

        var understood = ShopifyCsv.Open(header.Cells, currency, from.Row);
        if (understood.Value is not { } csv)
        {
            return understood.Rejection!;
        }

        rows.Columns = [.. csv.Columns];
        if (from.Offset > 0)
        {
            await rows.SeekAsync(from.Offset);
        }

        return new ShopifyFile(stream, rows, csv);
    }

    /// <summary>The next product; null at the end of the file.</summary>
    public async ValueTask<ShopifyProduct?> ReadAsync(CancellationToken cancellation)
    {
        while (await _rows.ReadAsync(cancellation) is { } row)
        {
            if (_csv.Mismatch(row) is { } reason)
            {
                row = await _rows.RejectAsync(row, reason, cancellation);
            }

            if (_csv.Add(row) is { } product)
            {
                return product;
            }
        }

        return _csv.End(_stream.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await _rows.DisposeAsync();
        await _stream.DisposeAsync();
    }
}
