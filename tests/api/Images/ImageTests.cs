using SkiaSharp;

namespace Commerce.Images;

/// <summary>What a picture is called, how large it is shown, and what its first bytes say. No shop, microseconds.</summary>
public sealed class ImageTests
{
    private const string Id = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void The_same_file_has_the_same_id_and_it_is_what_sha256sum_prints() => Assert.Equal(new(Id), ImageId.Of([]));

    [Theory]
    [InlineData("")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("../../../../../../../../../../../../../../../../etc/passwd00000000")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\n")]
    [InlineData(null)]
    public void Nothing_else_is_an_id(string? text) => Assert.False(ImageId.TryParse(text, null, out _));

    [Theory]
    [InlineData("160", true)]
    [InlineData("1920", true)]
    [InlineData("161", false)]
    [InlineData("0160", false)]
    [InlineData("+160", false)]
    [InlineData(" 160", false)]
    [InlineData("160.0", false)]
    [InlineData("١٦٠", false)]
    [InlineData("0", false)]
    [InlineData("-160", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_width_is_a_step_of_the_ladder_written_in_one_way(string? text, bool isOne) =>
        Assert.Equal(isOne, ImageWidth.TryParse(text, null, out _));

    [Fact]
    public void The_ladder_is_climbed_from_the_smallest_step()
    {
        var steps = ImageWidth.Ladder.Select(step => step.Pixels).ToList();

        Assert.Equal(steps.Order(), steps);
        Assert.Contains(ImageWidth.Usual, ImageWidth.Ladder);
    }

    [Theory]
    [InlineData(4_000, 3_000, 640, 480)]
    [InlineData(641, 1, 640, 1)]
    [InlineData(12_000, 1, 640, 1)]
    [InlineData(640, 12_000, 640, 12_000)]
    [InlineData(3, 5, 3, 5)]
    [InlineData(1_000, 333, 640, 213)]
    public void A_picture_keeps_its_shape_and_never_grows(int width, int height, int wide, int high) =>
        Assert.Equal((wide, high), new ImageWidth(640).Of(width, height));

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, false)]
    [InlineData(SKEncodedImageFormat.Png, false)]
    [InlineData(SKEncodedImageFormat.Png, true)]
    [InlineData(SKEncodedImageFormat.Webp, false)]
    [InlineData(SKEncodedImageFormat.Webp, true)]
    public void What_a_file_is_and_how_large_is_read_from_its_first_bytes(SKEncodedImageFormat format, bool isTransparent)
    {
        var header = ImageHeader.Read(TestPictures.Of(format, 301, 157, isTransparent));

        Assert.Equal(new ImageHeader(Enum.Parse<ImageFormat>(format.ToString(), ignoreCase: true), 301, 157), header);
    }

    [Fact]
    public void Without_loss_a_WebP_says_its_size_elsewhere()
    {
        using var picture = new SKBitmap(301, 157);
        using var pixels = picture.PeekPixels();
        using var file = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50));

        Assert.Equal(new ImageHeader(ImageFormat.WebP, 301, 157), ImageHeader.Read(file!.Span));
    }

    [Fact]
    public void A_size_is_believed_before_anything_is_decoded() =>
        Assert.Equal(2_500_000_000, ImageHeader.Read(TestPictures.Bomb(50_000, 50_000))?.Pixels);

    [Theory]
    [InlineData("")]
    [InlineData("GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"></svg>")]
    [InlineData("<!DOCTYPE html><html><script>alert(1)</script></html>")]
    [InlineData("RIFF\u0000\u0000\u0000\u0000WAVEfmt \u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000")]
    public void What_is_none_of_the_formats_is_no_picture(string text) =>
        Assert.Null(ImageHeader.Read(System.Text.Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_file_that_is_cut_off_or_damaged_anywhere_is_read_without_harm(SKEncodedImageFormat format)
    {
        var file = TestPictures.Of(format, 20, 20);

        // Whatever comes of it: no more than what stands there is read.
        for (var length = 0; length < Math.Min(file.Length, 700); length++)
        {
            _ = ImageHeader.Read(file.AsSpan(0, length));
            var damaged = file.ToArray();
            damaged[length] ^= 0xFF;
            _ = ImageHeader.Read(damaged);
        }
    }

    /// <summary>Exif's eight ways to hold a camera: what the picture then looks like upright.</summary>
    [Theory]
    [InlineData(1, "red", "lime", "blue")]
    [InlineData(2, "lime", "red", "")]
    [InlineData(3, "", "blue", "lime")]
    [InlineData(4, "blue", "", "red")]
    [InlineData(5, "red", "blue", "lime")]
    [InlineData(6, "blue", "red", "")]
    [InlineData(7, "", "lime", "blue")]
    [InlineData(8, "lime", "", "red")]
    public void A_picture_is_kept_as_it_stands_upright(byte orientation, string topLeft, string topRight, string bottomLeft)
    {
        var file = TestPictures.FromCamera(TestPictures.Of(SKEncodedImageFormat.Jpeg, 200, 120), orientation);
        var header = ImageHeader.Read(file)!.Value;

        using var picture = SKBitmap.Decode(ImageCodec.ToOriginal(file));

        Assert.Equal(orientation >= 5 ? (120, 200) : (200, 120), (picture.Width, picture.Height));
        Assert.Equal((picture.Width, picture.Height), ImageCodec.SizeOf(file, header));
        Assert.Equal(topLeft, Colour(picture.GetPixel(5, 5)));
        Assert.Equal(topRight, Colour(picture.GetPixel(picture.Width - 6, 5)));
        Assert.Equal(bottomLeft, Colour(picture.GetPixel(5, picture.Height - 6)));
    }

    private static string Colour(SKColor pixel) => pixel switch
    {
        { Red: > 200, Green: < 60, Blue: < 60 } => "red",
        { Red: < 60, Green: > 200, Blue: < 60 } => "lime",
        { Red: < 60, Green: < 60, Blue: > 200 } => "blue",
        _ => "",
    };
}
