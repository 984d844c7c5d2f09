using System.Buffers.Text;
using System.Text.Json;

namespace Commerce.Http;

/// <summary>The parameters of every list.</summary>
internal sealed record ListQuery
{
    /// <summary>Entries on a page, 1 to 100; 20 when not given.</summary>
    public int? Limit { get; init; }

    /// <summary>From the page before; null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Entries on a page.</summary>
    public int Size => Limit switch
    {
        null => 20,
        >= 1 and <= 100 => Limit.Value,
        _ => throw new BadHttpRequestException("limit must be from 1 to 100."),
    };

    /// <summary>The position the cursor stands for; null on the first page.</summary>
    /// <exception cref="BadHttpRequestException">It is not a cursor of this list.</exception>
    public T? After<T>()
        where T : class
    {
        if (Cursor is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(Cursor), CommerceJson.Stored);
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            throw new BadHttpRequestException("cursor is not one that this list has given.");
        }
    }

    /// <summary>A page of rows of which one more than wanted was read, to know whether there are more.</summary>
    public Page<TView> Page<TRow, TView>(List<TRow> rows, Func<TRow, TView> view, Func<TRow, object> position)
    {
        var hasMore = rows.Count > Size;
        var shown = hasMore ? rows.GetRange(0, Size) : rows;
        var next = hasMore
            ? Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(position(shown[^1]), CommerceJson.Stored))
            : null;
        return new([.. shown.Select(view)], new(next, hasMore));
    }
}
