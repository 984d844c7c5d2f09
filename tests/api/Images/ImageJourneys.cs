using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Commerce.Processes;
using SkiaSharp;
using static Commerce.Shopping;

namespace Commerce.Images;

/// <summary>A picture from the operator's disk to the shopper's screen.</summary>
public sealed class ImageJourneys(RunningShop shop) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = shop.Address };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_picture_is_uploaded_belongs_to_a_product_and_is_shown_small_as_WebP_for_ever()
    {
        var file = TestPictures.Of(SKEncodedImageFormat.Jpeg, 2_400, 1_600);
        var uploaded = await UploadAsync(file, "image/jpeg");
        var image = uploaded.Expect(HttpStatusCode.Created);
        var url = (string)image["url"]!;
        Assert.Equal(uploaded.Location, url);
        Assert.Equal($"/media/{ImageId.Of(file)}", url);
        Assert.Equal(
            (2_400, 1_600, "image/jpeg", file.Length),
            ((int)image["width"]!, (int)image["height"]!, (string)image["content_type"]!, (int)image["bytes"]!));

        var handle = NewName();
        (await shop.AsOperator.PostAsync("/v1/admin/products", new
        {
            title = "Jug", handle, status = "active", images = new[] { new { url, alt = "A jug" } },
            variants = new[] { new { sku = handle, prices = new[] { new { amount = 1_000, currency = "GBP" } } } },
        })).Expect(HttpStatusCode.Created);
        await shop.EventuallyAsync(async () => (string?)(await shop.GetAsync($"/v1/products/{handle}")).Body?["images"]?[0]?["url"] == url);

        using var answer = await shop.RawAsync(HttpMethod.Get, $"{url}/320.webp");
        var shown = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal((HttpStatusCode.OK, "image/webp"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(new ImageHeader(ImageFormat.WebP, 320, 213), ImageHeader.Read(shown));
        Assert.True(shown.Length < file.Length / 10, $"{shown.Length} of {file.Length} bytes");
        Assert.Equal("public, max-age=31536000, immutable", One(answer, "Cache-Control"));
        Assert.Equal("nosniff", One(answer, "X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; sandbox; frame-ancestors 'none'", One(answer, "Content-Security-Policy"));
        Assert.Equal("cross-origin", One(answer, "Cross-Origin-Resource-Policy"));
        Assert.Matches("^\"[A-Za-z0-9_-]{16}\"$", One(answer, "ETag"));

        using var same = await shop.RawAsync(HttpMethod.Get, $"{url}/320.webp", ("If-None-Match", One(answer, "ETag")!));
        Assert.Equal((HttpStatusCode.NotModified, 0), (same.StatusCode, (await same.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal("public, max-age=31536000, immutable", One(same, "Cache-Control"));
        using var head = await shop.RawAsync(HttpMethod.Head, $"{url}/320.webp");
        Assert.Equal((HttpStatusCode.OK, shown.Length, One(answer, "ETag")), (head.StatusCode, (int)head.Content.Headers.ContentLength!, One(head, "ETag")));
    }

    [Fact]
    public async Task The_same_file_again_is_the_same_picture_whatever_it_is_called()
    {
        var file = TestPictures.Of(SKEncodedImageFormat.Png, 64, 48);

        var first = (await UploadAsync(file, "image/png")).Expect(HttpStatusCode.Created);
        var again = (await UploadAsync(file, "image/webp; charset=utf-8")).Expect(HttpStatusCode.OK);

        Assert.True(JsonNode.DeepEquals(first, again), $"{first} {again}");
        Assert.Equal("image/png", (string?)again["content_type"]);
    }

    [Fact]
    public async Task Whoever_does_not_say_how_wide_gets_what_he_can_show()
    {
        var url = await UploadedAsync(TestPictures.Of(SKEncodedImageFormat.Jpeg, 1_000, 500), "image/jpeg");

        using var browser = await shop.RawAsync(HttpMethod.Get, url, ("Accept", "image/avif,image/webp,image/*,*/*;q=0.8"));
        using var mail = await shop.RawAsync(HttpMethod.Get, url, ("Accept", "*/*"));
        using var refusing = await shop.RawAsync(HttpMethod.Get, url, ("Accept", "image/webp;q=0, image/jpeg"));

        Assert.Equal(new ImageHeader(ImageFormat.WebP, 960, 480), ImageHeader.Read(await browser.Content.ReadAsByteArrayAsync()));
        Assert.Equal(new ImageHeader(ImageFormat.Jpeg, 960, 480), ImageHeader.Read(await mail.Content.ReadAsByteArrayAsync()));
        Assert.Equal("image/jpeg", refusing.Content.Headers.ContentType?.MediaType);
        Assert.All([browser, mail], answer => Assert.Equal("Accept", One(answer, "Vary")));
        Assert.NotEqual(One(browser, "ETag"), One(mail, "ETag"));
    }

    [Fact]
    public async Task A_small_picture_is_never_made_larger()
    {
        var url = await UploadedAsync(TestPictures.Of(SKEncodedImageFormat.Webp, 200, 300), "image/webp");

        Assert.Equal(new ImageHeader(ImageFormat.WebP, 200, 300), ImageHeader.Read(await _http.GetByteArrayAsync(Under(url, "1920.webp"))));
        Assert.Equal(new ImageHeader(ImageFormat.Jpeg, 160, 240), ImageHeader.Read(await _http.GetByteArrayAsync(Under(url, "160.jpeg"))));
    }

    [Fact]
    public async Task What_is_transparent_stays_so_as_WebP_and_lies_on_white_as_JPEG()
    {
        var url = await UploadedAsync(TestPictures.Of(SKEncodedImageFormat.Png, 400, 400, isTransparent: true), "image/png");

        using var webp = SKBitmap.Decode(await _http.GetByteArrayAsync(Under(url, "320.webp")));
        using var jpeg = SKBitmap.Decode(await _http.GetByteArrayAsync(Under(url, "320.jpeg")));

        Assert.Equal((0, 255), (webp.GetPixel(160, 160).Alpha, webp.GetPixel(10, 10).Alpha));
        Assert.Equal((255, true), (jpeg.GetPixel(160, 160).Alpha, jpeg.GetPixel(160, 160) is { Red: > 250, Green: > 250, Blue: > 250 }));
        Assert.True(jpeg.GetPixel(10, 10) is { Red: > 240, Green: < 20, Blue: < 20 }, $"{jpeg.GetPixel(10, 10)}");
    }

    [Fact]
    public async Task Where_a_picture_was_taken_is_told_to_nobody_and_kept_nowhere()
    {
        (byte[] File, string Type, int Width, int Height)[] files =
        [
            (TestPictures.FromCamera(TestPictures.Of(SKEncodedImageFormat.Jpeg, 330, 220), orientation: 6), "image/jpeg", 220, 330),
            (TestPictures.WithText(TestPictures.Of(SKEncodedImageFormat.Png, 331, 221, isTransparent: true)), "image/png", 331, 221),
            (TestPictures.WithExif(TestPictures.Of(SKEncodedImageFormat.Webp, 332, 222), 332, 222), "image/webp", 332, 222),
        ];
        foreach (var (file, type, width, height) in files)
        {
            Assert.True(Mentions(file, TestPictures.Secret) && (Mentions(file, "Exif") || Mentions(file, "EXIF") || Mentions(file, "eXIf")), type);
            var image = (await UploadAsync(file, type)).Expect(HttpStatusCode.Created);
            Assert.Equal((width, height), ((int)image["width"]!, (int)image["height"]!));

            foreach (var rendition in ImageWidth.Ladder.SelectMany(step => new[] { $"{step}.webp", $"{step}.jpeg" }))
            {
                AssertSilent(await _http.GetByteArrayAsync(Under((string)image["url"]!, rendition)), $"{type} as {rendition}");
            }

            var kept = Directory.EnumerateFiles(Path.Combine(shop.Folder, "images"), "*", SearchOption.AllDirectories)
                .Where(path => path.Contains((string)image["id"]!, StringComparison.Ordinal)).ToList();
            Assert.Equal(1 + (2 * ImageWidth.Ladder.Length), kept.Count);
            Assert.All(kept, path => AssertSilent(File.ReadAllBytes(path), path));
        }

        static void AssertSilent(byte[] picture, string what) =>
            Assert.False(new[] { TestPictures.Secret, "51.4779", "Exif", "EXIF", "eXIf", "xap", "tEXt", "iTXt" }.Any(word => Mentions(picture, word)), what);
    }

    public static TheoryData<string, byte[], string, int, string> NoPictures()
    {
        var jpeg = TestPictures.Of(SKEncodedImageFormat.Jpeg, 300, 200);
        var png = TestPictures.Of(SKEncodedImageFormat.Png, 300, 200);
        var webp = TestPictures.Of(SKEncodedImageFormat.Webp, 300, 200);
        return new()
        {
            { "a bomb", TestPictures.Bomb(50_000, 50_000), "image/png", 422, "image_too_large" },
            { "a bomb by its size alone", TestPictures.Bomb(12_000, 4_000), "image/png", 422, "image_too_large" },
            { "a strip", TestPictures.Bomb(12_001, 1), "image/png", 422, "image_too_large" },
            { "a picture without its pixels", TestPictures.Bomb(4_000, 4_000), "image/png", 422, "image_unreadable" },
            { "half a JPEG", jpeg[..(jpeg.Length / 2)], "image/jpeg", 422, "image_unreadable" },
            { "half a PNG", png[..(png.Length / 2)], "image/png", 422, "image_unreadable" },
            { "half a WebP", webp[..(webp.Length / 2)], "image/webp", 422, "image_unreadable" },
            { "the head of a JPEG", [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 10, 0, 10, 1, 1, 0x11, 0], "image/jpeg", 422, "image_unreadable" },
            { "an SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray(), "image/png", 415, "unsupported_media_type" },
            { "an SVG by its name", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(), "image/svg+xml", 415, "unsupported_media_type" },
            { "a page", "<!DOCTYPE html><script>alert(1)</script>"u8.ToArray(), "image/png", 415, "unsupported_media_type" },
            { "a GIF", "GIF89a\u0001\0\u0001\0\0\0\0"u8.ToArray(), "image/png", 415, "unsupported_media_type" },
            { "nothing", [], "image/png", 415, "unsupported_media_type" },
            { "a form", jpeg, "multipart/form-data; boundary=x", 415, "unsupported_media_type" },
            { "a picture by another name", jpeg, "application/octet-stream", 415, "unsupported_media_type" },
            { "too much", new byte[(10 * 1_048_576) + 1], "image/png", 413, "payload_too_large" },
        };
    }

    [Theory]
    [MemberData(nameof(NoPictures), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_picture_or_too_much_of_one_is_refused_and_not_kept(string what, byte[] file, string type, int status, string code)
    {
        var answer = await UploadAsync(file, type);

        Assert.True((int)answer.Status == status, $"{what}: {answer.Text}");
        answer.ExpectProblem((HttpStatusCode)status, code);
        (await shop.GetAsync($"/media/{ImageId.Of(file)}/160.webp")).ExpectProblem(HttpStatusCode.NotFound, "image_not_found");
        Assert.False(Directory.Exists(Path.Combine(shop.Folder, "images", ImageId.Of(file).Value[..2], ImageId.Of(file).Value)));
    }

    [Fact]
    public async Task Only_who_may_change_products_takes_pictures_in()
    {
        var made = (await shop.AsOperator.PostAsync(
            "/v1/admin/api-keys", """{"kind":"secret","name":"reader","scopes":["catalog:read","stock:write"]}""")).Expect(HttpStatusCode.Created);
        var file = TestPictures.Of(SKEncodedImageFormat.Jpeg, 20, 20);

        using var anonymous = Body(file, "image/jpeg");
        (await shop.SendAsync(HttpMethod.Post, "/v1/admin/images", anonymous)).ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        using var reader = Body(file, "image/jpeg");
        (await shop.With(new("Bearer", (string)made["secret"]!)).SendAsync(HttpMethod.Post, "/v1/admin/images", reader))
            .ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task No_path_leads_out_of_the_pictures_and_no_width_off_the_ladder()
    {
        var url = await UploadedAsync(TestPictures.Of(SKEncodedImageFormat.Jpeg, 30, 30), "image/jpeg");
        var id = url.Split('/')[^1];
        var found = new List<string>();
        foreach (var path in new[]
        {
            $"{url}/0160.webp", $"{url}/161.webp", $"{url}/-160.webp", $"{url}/160.png", $"{url}/160", $"{url}/original", $"{url}/160.webp.webp", $"{url}/160%2ewebp%00",
            $"{url}/..%2f..%2foperator-key", $"{url}/%2e%2e/%2e%2e/operator-key", $"{url}/../../operator-key", "/media/..%2foperator-key", "/media/../operator-key",
            "/media/%2e%2e%2f%2e%2e%2fetc%2fpasswd/160.webp", $"/media/{id.ToUpperInvariant()}/160.webp", $"/media/{id[..63]}/160.webp", $"/media/{id}0/160.webp",
            $"/media/{id[..2]}%2f{id}/160.webp", $"/media/{id}%00/160.webp", $"/media/ {id}/160.webp", $"{url}/320.webp%0a", $"/media/{new string('.', 64)}/160.webp",
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(
                shop.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            using var answer = await _http.SendAsync(request);
            if (answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.BadRequest))
            {
                found.Add($"{path}: {answer.StatusCode} {answer.Content.Headers.ContentType}");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        using var unknown = await shop.RawAsync(HttpMethod.Get, $"/media/{new string('0', 64)}/160.webp");
        Assert.Equal((HttpStatusCode.NotFound, "no-store"), (unknown.StatusCode, One(unknown, "Cache-Control")));
    }

    private async Task<string> UploadedAsync(byte[] file, string type) => (string)(await UploadAsync(file, type)).Expect(HttpStatusCode.Created)["url"]!;

    private async Task<Answer> UploadAsync(byte[] file, string type)
    {
        using var body = Body(file, type);

        // Whoever asks first is told that it is too much before he sends it.
        return await shop.AsOperator.SendAsync(HttpMethod.Post, "/v1/admin/images", body, ("Expect", "100-continue"));
    }

    private static ByteArrayContent Body(byte[] file, string type)
    {
        var body = new ByteArrayContent(file);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return body;
    }

    private static Uri Under(string url, string rendition) => new($"{url}/{rendition}", UriKind.Relative);

    private static bool Mentions(byte[] file, string text) => file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    private static string? One(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}

/// <summary>Two front doors that share a folder.</summary>
public sealed class SharedImageTests(TwoDoors doors) : IClassFixture<TwoDoors>
{
    [Fact]
    public async Task A_picture_that_one_process_took_in_is_shown_by_the_other_and_made_once()
    {
        var file = TestPictures.Of(SKEncodedImageFormat.Jpeg, 500, 400);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/admin/images") { Content = new ByteArrayContent(file) };
        request.Headers.Authorization = new("Bearer", ShopProcess.OperatorKey);
        request.Content.Headers.ContentType = new("image/jpeg");
        using var uploaded = await doors.Doors[0].SendAsync(request);
        var rendition = new Uri($"/media/{ImageId.Of(file)}/320.webp", UriKind.Relative);

        using var one = await doors.Doors[1].GetAsync(rendition);
        using var other = await doors.Doors[0].GetAsync(rendition);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (uploaded.StatusCode, one.StatusCode));
        Assert.Equal(one.Headers.ETag, other.Headers.ETag);
        Assert.Equal(await one.Content.ReadAsByteArrayAsync(), await other.Content.ReadAsByteArrayAsync());
    }
}
