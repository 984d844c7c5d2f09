using SkiaSharp;

namespace Commerce.Images;

/// <summary>Pixels: all that is known here of the library that decodes and encodes them. Nothing of it waits.</summary>
internal static class ImageCodec
{
    private const int OriginalQuality = 95;
    private const int JpegQuality = 82;
    private const int WebPQuality = 80;

    // Half the time of the usual level, for a twentieth more bytes: 4 s for 40 megapixels.
    private const int PngLevel = 3;

    /// <summary>How large the picture is when it stands upright; decodes nothing. Null: it is not what its header says.</summary>
    public static (int Width, int Height)? SizeOf(ReadOnlyMemory<byte> file, ImageHeader header)
    {
        using var content = SKData.CreateCopy(file.Span);
        using var codec = SKCodec.Create(content);
        return codec is null || codec.EncodedFormat != FormatOf(header.Format) || codec.Info.Width != header.Width || codec.Info.Height != header.Height ? null
            : IsLying(codec.EncodedOrigin) ? (header.Height, header.Width)
            : (header.Width, header.Height);
    }

    /// <summary>
    /// What is kept of a picture: upright, in sRGB, and nothing but its pixels, so neither where it was taken nor what was hidden
    /// behind it. Without loss where it had none or is transparent.
    /// </summary>
    /// <returns>Null: it cannot be decoded to its end.</returns>
    public static byte[]? ToOriginal(ReadOnlyMemory<byte> file)
    {
        using var content = SKData.CreateCopy(file.Span);
        using var codec = SKCodec.Create(content);
        using var decoded = codec is null ? null : Decode(codec, codec.Info.Size);
        if (decoded is null)
        {
            return null;
        }

        using var turned = codec!.EncodedOrigin == SKEncodedOrigin.TopLeft ? null : Upright(decoded, codec.EncodedOrigin);
        var upright = turned ?? decoded;
        return upright.AlphaType != SKAlphaType.Opaque || codec.EncodedFormat == SKEncodedImageFormat.Png
            ? Encode(upright, pixels => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, PngLevel)))
            : EncodeJpeg(upright, OriginalQuality, SKJpegEncoderDownsample.Downsample444);
    }

    /// <summary>An original as it is shown at a width.</summary>
    /// <exception cref="InvalidOperationException">It is no original: what was kept is broken.</exception>
    public static byte[] Render(ReadOnlyMemory<byte> original, ImageWidth width, ImageFormat format)
    {
        using var content = SKData.CreateCopy(original.Span);
        using var codec = SKCodec.Create(content);
        var (wide, high) = codec is null ? default : width.Of(codec.Info.Width, codec.Info.Height);

        // A JPEG can be decoded at a half, a quarter or an eighth of its size; the step below does the rest.
        using var decoded = codec is null ? null : Decode(codec, SizeFor(codec, wide));
        if (decoded is null)
        {
            throw new InvalidOperationException("The original of a picture cannot be read.");
        }

        using var smaller = Resize(decoded, wide, high);
        if (format == ImageFormat.WebP)
        {
            return Encode(smaller, pixels => pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, WebPQuality)));
        }

        using var onWhite = smaller.AlphaType == SKAlphaType.Opaque ? null : OnWhite(smaller);
        return EncodeJpeg(onWhite ?? smaller, JpegQuality, SKJpegEncoderDownsample.Downsample420);
    }

    private static SKSizeI SizeFor(SKCodec codec, int width)
    {
        var smallest = codec.Info.Size;
        foreach (var scale in new[] { 0.5f, 0.25f, 0.125f })
        {
            var size = codec.GetScaledDimensions(scale);
            smallest = size.Width >= width && size.Width < smallest.Width ? size : smallest;
        }

        return smallest;
    }

    /// <summary>Null: something of it is missing or wrong.</summary>
    private static SKBitmap? Decode(SKCodec codec, SKSizeI size)
    {
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        var pixels = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, alpha, SKColorSpace.CreateSrgb()));
        if (codec.GetPixels(pixels.Info, pixels.GetPixels()) == SKCodecResult.Success)
        {
            return pixels;
        }

        pixels.Dispose();
        return null;
    }

    /// <summary>Halves it until the last step is a small one: each pixel then has a part in the result, which is neither rough nor blurred.</summary>
    private static SKBitmap Resize(SKBitmap picture, int width, int height)
    {
        var now = picture;
        while (now.Width >= 2 * width && now.Height >= 2 * height)
        {
            now = Step(now, (now.Width + 1) / 2, (now.Height + 1) / 2, new(SKFilterMode.Linear));
        }

        // Also where nothing is left to do, since whoever asked owns the result and what it was made of.
        return Step(now, width, height, new(SKCubicResampler.Mitchell));

        SKBitmap Step(SKBitmap from, int wide, int high, SKSamplingOptions sampling)
        {
            var to = from.Resize(from.Info.WithSize(wide, high), sampling)
                ?? throw new InvalidOperationException($"A picture cannot be made {wide} by {high} pixels.");
            if (from != picture)
            {
                from.Dispose();
            }

            return to;
        }
    }

    private static SKBitmap Upright(SKBitmap picture, SKEncodedOrigin origin)
    {
        var (width, height) = IsLying(origin) ? (picture.Height, picture.Width) : (picture.Width, picture.Height);

        // Exif 3.0, 4.6.5.1.6: where the first row and the first column are.
        return Redrawn(picture, picture.Info.WithSize(width, height), origin switch
        {
            SKEncodedOrigin.TopRight => Matrix(-1, 0, width, 0, 1, 0),
            SKEncodedOrigin.BottomRight => Matrix(-1, 0, width, 0, -1, height),
            SKEncodedOrigin.BottomLeft => Matrix(1, 0, 0, 0, -1, height),
            SKEncodedOrigin.LeftTop => Matrix(0, 1, 0, 1, 0, 0),
            SKEncodedOrigin.RightTop => Matrix(0, -1, width, 1, 0, 0),
            SKEncodedOrigin.RightBottom => Matrix(0, -1, width, -1, 0, height),
            SKEncodedOrigin.LeftBottom => Matrix(0, 1, 0, -1, 0, height),
            _ => SKMatrix.Identity,
        });

        static SKMatrix Matrix(float scaleX, float skewX, float moveX, float skewY, float scaleY, float moveY) =>
            new(scaleX, skewX, moveX, skewY, scaleY, moveY, 0, 0, 1);
    }

    private static SKBitmap OnWhite(SKBitmap picture) =>
        Redrawn(picture, picture.Info.WithAlphaType(SKAlphaType.Opaque), SKMatrix.Identity);

    private static SKBitmap Redrawn(SKBitmap picture, SKImageInfo info, SKMatrix matrix)
    {
        var redrawn = new SKBitmap(info);
        using var canvas = new SKCanvas(redrawn);
        canvas.Clear(info.AlphaType == SKAlphaType.Opaque ? SKColors.White : SKColors.Transparent);
        canvas.SetMatrix(matrix);
        canvas.DrawBitmap(picture, 0, 0, SKSamplingOptions.Default);
        return redrawn;
    }

    private static byte[] EncodeJpeg(SKBitmap picture, int quality, SKJpegEncoderDownsample downsample) =>
        Encode(picture, pixels => pixels.Encode(new SKJpegEncoderOptions(quality, downsample, SKJpegEncoderAlphaOption.Ignore)));

    private static byte[] Encode(SKBitmap picture, Func<SKPixmap, SKData?> encode)
    {
        // What says nothing of its colours is sRGB: a profile would be half of a small picture.
        using var pixels = picture.PeekPixels();
        using var plain = pixels.WithColorSpace(null!);
        using var encoded = encode(plain) ?? throw new InvalidOperationException("A picture cannot be encoded.");
        return encoded.ToArray();
    }

    private static bool IsLying(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    private static SKEncodedImageFormat FormatOf(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => SKEncodedImageFormat.Jpeg,
        ImageFormat.Png => SKEncodedImageFormat.Png,
        _ => SKEncodedImageFormat.Webp,
    };
}
