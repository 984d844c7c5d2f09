using System.Text;
using System.Text.Unicode;
using CsvHelper;

namespace Commerce.Catalog;

/// <summary>
/// Reads a CSV file (RFC 4180, UTF-8) row by row, from any row on, and holds one row at a time. Of a row with broken
/// quoting only the first line is given up: reading goes on with the next line, so that one quote too few or too many
/// does not swallow the rows behind it.
/// </summary>
/// <param name="file">A stream that can seek; stays open.</param>
/// <param name="rowBytesMax">Bytes of one row; a longer one counts as broken.</param>
internal sealed class CsvRows(Stream file, int rowBytesMax) : IAsyncDisposable
{
    private CsvReader? _reader;
    private long _readerStart;
    private long _next;
    private CsvMalformedReason? _malformed;
    private bool _isOneLine;

    /// <summary>The fields to read, by their number in the row, and -1 for one that is always empty; null: all.</summary>
    public int[]? Columns { get; set; }

    /// <summary>Goes on with the row that begins at this byte.</summary>
    public async ValueTask SeekAsync(long offset)
    {
        await CloseAsync();
        _next = offset;
    }

    /// <summary>The next row that is not empty; null at the end of the file.</summary>
    public async ValueTask<CsvRow?> ReadAsync(CancellationToken cancellation)
    {
        if (_reader is null && await OpenAsync(cancellation) is { } foreign)
        {
            return foreign;
        }

        (_malformed, _isOneLine) = (null, false);
        try
        {
            if (!await _reader!.ReadAsync(cancellation))
            {
                return null;
            }
        }
        catch (CsvFormatException)
        {
            var reason = $"The row is longer than {rowBytesMax} bytes; perhaps a quote is not closed.";
            return await GiveUpAsync(_next, reason, cancellation);
        }

        var start = _readerStart + _reader.ByteOffset;
        _next = start + _reader.RawRecord.Length;
        _isOneLine = !_reader.RawRecord.ContainsAny((byte)'\n', (byte)'\r');
        return _malformed is { } malformed
            ? await GiveUpAsync(start, Sentence(malformed), cancellation)
            : new(start, _reader.FieldCount, Read(_reader), null);
    }

    /// <summary>Takes back that the last row was one: only its first line is given up.</summary>
    public ValueTask<CsvRow> RejectAsync(CsvRow row, string reason, CancellationToken cancellation) =>
        GiveUpAsync(row.Offset, reason, cancellation);

    public ValueTask DisposeAsync() => CloseAsync();

    /// <summary>Begins to read at <see cref="_next"/>; a line that begins like a file in UTF-16 or UTF-32 is given up.</summary>
    private async ValueTask<CsvRow?> OpenAsync(CancellationToken cancellation)
    {
        var first = new byte[2];
        file.Position = _next;
        var read = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellation);
        if (read == 2 && first is [0xFF, 0xFE] or [0xFE, 0xFF] or [0, 0])
        {
            return await GiveUpAsync(_next, "The text is not UTF-8.", cancellation);
        }

        file.Position = _readerStart = _next;
        _reader = CsvReader.Create(
            file,
            new CsvReaderOptions
            {
                HasHeader = false,
                Separator = ',',
                MaxRecordSize = rowBytesMax,
                OnMalformedRecord = record => _malformed = record.Reason,
            },
            leaveOpen: true);
        return null;
    }

    private async ValueTask<CsvRow> GiveUpAsync(long start, string reason, CancellationToken cancellation)
    {
        if (!_isOneLine)
        {
            await CloseAsync();
            (start, _next) = await FindLineAsync(start, cancellation);
        }

        return new(start, 0, [], reason);
    }

    /// <summary>Where the first line that is not empty begins, from here on, and where the line after it does.</summary>
    private async ValueTask<(long Start, long Next)> FindLineAsync(long from, CancellationToken cancellation)
    {
        var buffer = new byte[16_384];
        long? start = null;
        file.Position = from;
        for (var at = from; ;)
        {
            var read = await file.ReadAsync(buffer, cancellation);
            for (var i = 0; i < read; i++)
            {
                var isBreak = buffer[i] is (byte)'\n' or (byte)'\r';
                if (start is not null && isBreak)
                {
                    return (start.Value, at + i + 1);
                }

                start ??= isBreak ? null : at + i;
            }

            at += read;
            if (read == 0)
            {
                return (start ?? at, at);
            }
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_reader is { } reader)
        {
            _reader = null;
            await reader.DisposeAsync();
        }
    }

    private string?[] Read(CsvReader reader)
    {
        var cells = new string?[Columns?.Length ?? reader.FieldCount];
        for (var i = 0; i < cells.Length; i++)
        {
            var column = Columns is null ? i : Columns[i];
            var bytes = column < 0 ? [] : reader.GetSpan(column);
            cells[i] = Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        }

        return cells;
    }

    private static string Sentence(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "A quote stands within a field that is not quoted.",
        CsvMalformedReason.TextAfterClosingQuote => "Text follows the closing quote of a field.",
        _ => "A quote is not closed.",
    };
}

/// <summary>One row of a CSV file.</summary>
/// <param name="Offset">The byte it begins at.</param>
/// <param name="Fields">How many fields it has.</param>
/// <param name="Cells">Their texts; null for one that is not UTF-8.</param>
/// <param name="Malformed">Why the row cannot be read; null when it can.</param>
internal sealed record CsvRow(long Offset, int Fields, string?[] Cells, string? Malformed);
