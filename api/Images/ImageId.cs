using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Commerce.Images;

/// <summary>
/// Names a picture by what it is: SHA-256 of the file that was uploaded, as 64 lower-case hexadecimal digits, which is what
/// <c>sha256sum</c> prints. The same file is the same picture, and two ids are never one name where letters' case does not count.
/// </summary>
[JsonConverter(typeof(TextJsonConverter<ImageId>))]
internal readonly record struct ImageId(string Value) : IParsable<ImageId>
{
    /// <summary>Only this is one.</summary>
    public const string Pattern = "^[0-9a-f]{64}$";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The id of a file.</summary>
    public static ImageId Of(ReadOnlySpan<byte> file) => new(Convert.ToHexStringLower(SHA256.HashData(file)));

    public static ImageId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not the id of a picture.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImageId result)
    {
        var isOne = s is { Length: 2 * SHA256.HashSizeInBytes } && !s.AsSpan().ContainsAnyExcept(Digits);
        result = isOne ? new(s!) : default;
        return isOne;
    }

    public override string ToString() => Value;
}
