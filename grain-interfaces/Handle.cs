using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Commerce;

/// <summary>Names that people give to things and that stand in addresses: a-z, 0-9 and hyphen.</summary>
public static class Handle
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether text is 1 to so many of these letters.</summary>
    public static bool IsOne([NotNullWhen(true)] string? text, int lengthMax = 64) =>
        text is { Length: >= 1 } && text.Length <= lengthMax && !text.AsSpan().ContainsAnyExcept(Letters);
}
