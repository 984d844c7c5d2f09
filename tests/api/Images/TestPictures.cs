using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using SkiaSharp;

namespace Commerce.Images;

/// <summary>Files such as cameras and people who mean no good make them.</summary>
internal static class TestPictures
{
    /// <summary>What must be nowhere once a picture was taken in: it stands wherever a file has room for words.</summary>
    public const string Secret = "51.4779N 0.0015W, at home";

    /// <summary>Four corners of red, green, blue and white, and much going on between them.</summary>
    public static byte[] Of(SKEncodedImageFormat format, int width, int height, bool isTransparent = false)
    {
        using var picture = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, isTransparent ? SKAlphaType.Premul : SKAlphaType.Opaque));
        using var canvas = new SKCanvas(picture);
        canvas.Clear(isTransparent ? SKColors.Transparent : SKColors.White);
        if (!isTransparent)
        {
            using var shader = SKShader.CreatePerlinNoiseTurbulence(0.02f, 0.03f, 4, 7);
            using var noise = new SKPaint { Shader = shader };
            canvas.DrawRect(0, 0, width, height, noise);
        }

        var (wide, high) = (width / 4f, height / 4f);
        Corner(SKColors.Red, 0, 0);
        Corner(SKColors.Lime, width - wide, 0);
        Corner(SKColors.Blue, 0, height - high);
        using var file = picture.Encode(format, 90);
        return file.ToArray();

        void Corner(SKColor colour, float x, float y)
        {
            using var paint = new SKPaint { Color = colour };
            canvas.DrawRect(x, y, wide, high, paint);
        }
    }

    /// <summary>As a camera that was held so leaves it, with where it was and a film behind the picture.</summary>
    public static byte[] FromCamera(byte[] jpeg, byte orientation) =>
    [
        .. jpeg.AsSpan(0, 2), .. JpegSegment(0xE1, [.. "Exif\0\0"u8, .. Exif(orientation)]),
        .. JpegSegment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.ASCII.GetBytes(Secret)]),
        .. JpegSegment(0xFE, Encoding.ASCII.GetBytes(Secret)), .. jpeg.AsSpan(2), .. Encoding.ASCII.GetBytes(Secret),
    ];

    /// <summary>A PNG that says more than its pixels.</summary>
    public static byte[] WithText(byte[] png) =>
    [
        .. png.AsSpan(0, 33), .. PngChunk("tEXt", Encoding.ASCII.GetBytes($"Comment\0{Secret}")), .. PngChunk("eXIf", Exif(orientation: 1)),
        .. png.AsSpan(33), .. Encoding.ASCII.GetBytes(Secret),
    ];

    /// <summary>A WebP that says more than its pixels.</summary>
    public static byte[] WithExif(byte[] webp, int width, int height)
    {
        byte[] inside =
        [
            .. RiffChunk("VP8X", [0x08, 0, 0, 0, .. Three(width - 1), .. Three(height - 1)]), .. webp.AsSpan(12), .. RiffChunk("EXIF", Exif(orientation: 1)),
        ];
        return [.. "RIFF"u8, .. Four(4 + inside.Length), .. "WEBP"u8, .. inside];

        static byte[] Three(int number) => [(byte)number, (byte)(number >> 8), (byte)(number >> 16)];
    }

    /// <summary>A few bytes that stand for so many pixels.</summary>
    public static byte[] Bomb(int width, int height)
    {
        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. PngChunk("IHDR", [.. size, 8, 2, 0, 0, 0]),
            .. PngChunk("IDAT", [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1]), .. PngChunk("IEND", []),
        ];
    }

    /// <summary>Exif 3.0: an orientation, a description and where it was taken.</summary>
    private static byte[] Exif(byte orientation)
    {
        var text = Encoding.ASCII.GetBytes(Secret + "\0");
        const int Entries = 3, Gps = 8 + 2 + (Entries * 12) + 4, Words = Gps + 2 + 12 + 4;
        return
        [
            .. "II*\0"u8, .. Four(8),
            Entries, 0,
            .. Entry(0x010E, 2, text.Length, Words), .. Entry(0x0112, 3, 1, orientation), .. Entry(0x8825, 4, 1, Gps), .. Four(0),
            1, 0, .. Entry(0x0001, 2, 2, 'N'), .. Four(0),
            .. text,
        ];

        static byte[] Entry(ushort tag, ushort type, int count, int value) =>
            [(byte)tag, (byte)(tag >> 8), (byte)type, (byte)(type >> 8), .. Four(count), .. Four(value)];
    }

    private static byte[] JpegSegment(byte marker, byte[] content) =>
        [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] PngChunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        var (length, check) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. check];
    }

    private static byte[] RiffChunk(string type, byte[] content) =>
        [.. Encoding.ASCII.GetBytes(type), .. Four(content.Length), .. content, .. content.Length % 2 == 1 ? new byte[1] : []];

    private static byte[] Four(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }
}
