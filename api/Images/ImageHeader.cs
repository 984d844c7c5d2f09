using System.Buffers.Binary;

namespace Commerce.Images;

/// <summary>What a picture is kept or shown as.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    WebP,
}

/// <summary>
/// What the first bytes of a file say that it is, whatever its sender calls it. Read without decoding anything: a few bytes may
/// stand for gigabytes of pixels.
/// </summary>
/// <param name="Width">Pixels, as they are stored: a camera that was turned says so elsewhere.</param>
/// <param name="Height">Pixels.</param>
internal readonly record struct ImageHeader(ImageFormat Format, int Width, int Height)
{
    /// <summary>Pixels in all.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Null: it is none of the formats, or not even its size can be read.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> file)
    {
        var header = file.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? ReadPng(file)
            : file.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? ReadJpeg(file)
            : file.StartsWith("RIFF"u8) && file.Length >= 30 && file[8..].StartsWith("WEBP"u8) ? ReadWebP(file)
            : null;
        return header is { Width: > 0, Height: > 0 } ? header : null;
    }

    // PNG, third edition, §11.2.1: IHDR comes first.
    private static ImageHeader? ReadPng(ReadOnlySpan<byte> file) =>
        file.Length >= 33 && file[12..].StartsWith("IHDR"u8)
            ? new(ImageFormat.Png, BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]))
            : null;

    /// <summary>Goes from segment to segment until the frame begins (ITU-T T.81, B.2.2).</summary>
    private static ImageHeader? ReadJpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 9 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++; // Bytes that fill.
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new(
                    ImageFormat.Jpeg,
                    BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }

            if (marker is < 0xC0 or >= 0xD0 and <= 0xDA)
            {
                return null; // Pixels before their size.
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }

    // RFC 9649, §2.5 to 2.7.
    private static ImageHeader? ReadWebP(ReadOnlySpan<byte> file) => file[15] switch
    {
        (byte)' ' when file[12..].StartsWith("VP8 "u8) && file[23..].StartsWith<byte>([0x9D, 0x01, 0x2A]) => new(
            ImageFormat.WebP,
            BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3FFF),
        (byte)'L' when file[12..].StartsWith("VP8L"u8) && file[20] == 0x2F && BinaryPrimitives.ReadUInt32LittleEndian(file[21..]) is var bits => new(
            ImageFormat.WebP, 1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF)),
        (byte)'X' when file[12..].StartsWith("VP8X"u8) => new(
            ImageFormat.WebP,
            1 + (file[24] | (file[25] << 8) | (file[26] << 16)),
            1 + (file[27] | (file[28] << 8) | (file[29] << 16))),
        _ => null,
    };
}
