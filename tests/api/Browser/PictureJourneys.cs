using Commerce.Images;
using Microsoft.Playwright;
using SkiaSharp;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>From the operator's disk to a shopper's phone.</summary>
public sealed class PictureJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task An_operator_uploads_a_picture_and_a_phone_gets_a_small_WebP_of_it()
    {
        var name = NewName();
        var file = TestPictures.FromCamera(TestPictures.Of(SKEncodedImageFormat.Jpeg, 2_400, 1_600), orientation: 1);
        var url = $"/media/{ImageId.Of(file)}";
        await using var grace = await Browser.SomebodyAsync(width: 1_440);
        var console = await OperatorAsync(grace, Shop, "merchandiser");
        await console.GotoAsync("/admin/products/new");
        await console.GetByLabel("Title", new() { Exact = true }).FillAsync("Hand-thrown jug");
        await console.GetByLabel("Handle, empty: from the title").FillAsync(name);
        await console.GetByLabel("Status").SelectOptionAsync("active");
        await console.GetByLabel("SKU").FillAsync(name);
        await console.GetByLabel("Price GBP").FillAsync("24.5");
        var first = await AddPictureAsync(console, 1);

        await first.GetByLabel("File").SetInputFilesAsync(new FilePayload { Name = "jug.png", MimeType = "image/png", Buffer = "<svg/>"u8.ToArray() });
        await Expect(first.GetByRole(AriaRole.Alert)).ToContainTextAsync("A picture is a JPEG, PNG or WebP file");
        await first.GetByLabel("File").SetInputFilesAsync(new FilePayload { Name = "jug.png", MimeType = "image/png", Buffer = TestPictures.Bomb(50_000, 50_000) });
        await Expect(first.GetByRole(AriaRole.Alert)).ToContainTextAsync("A picture has at most 40000000 pixels");
        await first.GetByLabel("File").SetInputFilesAsync(new FilePayload { Name = "jug.jpg", MimeType = "image/jpeg", Buffer = file });
        await Expect(first.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(first.GetByRole(AriaRole.Img)).ToHaveJSPropertyAsync("currentSrc", new Uri(new(console.Url), $"{url}/160.webp").ToString());
        await Expect(first.GetByLabel("Address")).ToHaveValueAsync(url);
        await first.GetByLabel("What it shows").FillAsync("A jug");
        var second = await AddPictureAsync(console, 2);
        await second.GetByLabel("Address").FillAsync("/images/demo/harbour-espresso.webp");
        await AssertUsableAsync(console, "console-pictures", 1_440);
        await console.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(console.GetByText("active, version")).ToBeVisibleAsync();
        await Shop.EventuallyAsync(async () => (await Shop.GetAsync($"/v1/products/{name}")).Body?["images"]?.AsArray().Count == 2
            && (await Shop.GetAsync($"/v1/products?q={name}")).Body!["data"]!.AsArray().Count == 1);

        await using var ada = await Browser.SomebodyAsync(width: 390);
        var page = await ada.NewPageAsync();

        // A square that is as large before its picture has come.
        var held = new TaskCompletionSource();
        await page.RouteAsync("**/media/**", async picture =>
        {
            await held.Task;
            await picture.ContinueAsync();
        });
        await page.GotoAsync($"/p/{name}", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        var shown = page.GetByRole(AriaRole.Img, new() { Name = "A jug" });
        var before = (await shown.BoundingBoxAsync())!;
        held.SetResult();
        await AssertShownAsync(shown, $"{url}/640.webp", 640);
        var thumbs = page.Locator(".thumbs img");
        await AssertShownAsync(thumbs.First, $"{url}/160.webp", 160);
        await Expect(thumbs.Last).ToHaveJSPropertyAsync("currentSrc", new Uri(new(page.Url), "/images/demo/harbour-espresso.webp").ToString());
        await Expect(thumbs.First).ToHaveAttributeAsync("loading", "lazy");

        var after = (await shown.BoundingBoxAsync())!;
        Assert.Equal((before.Width, before.Height, before.X), (after.Width, after.Height, after.X));
        Assert.Equal(before.Width, before.Height, tolerance: 1);
        var fetched = await page.EvaluateAsync<string[]>("performance.getEntriesByType('resource').map(each => new URL(each.name).pathname).filter(path => path.startsWith('/media/'))");
        Assert.Equal([$"{url}/160.webp", $"{url}/640.webp"], fetched.Distinct().Order());
        Assert.False(await page.EvaluateAsync<bool>("caches.keys().then(all => Promise.all(all.map(name => caches.open(name).then(cache => cache.keys())))).then(all => all.flat().some(each => each.url.includes('/media/')))"));

        await page.GotoAsync($"/search?q={name}");
        await AssertShownAsync(page.Locator(".card img").First, $"{url}/320.webp", 320);
    }

    private static async Task AssertShownAsync(ILocator picture, string url, int width)
    {
        await Expect(picture).ToHaveJSPropertyAsync("currentSrc", new Uri(new(picture.Page.Url), url).ToString());
        await Expect(picture).ToHaveJSPropertyAsync("complete", true);
        Assert.Equal(width, await picture.EvaluateAsync<int>("""
            async image => (await createImageBitmap(await (await fetch(image.currentSrc)).blob())).width
            """));
    }

    private static async Task<ILocator> AddPictureAsync(IPage console, int number)
    {
        await console.GetByRole(AriaRole.Button, new() { Name = "Add a picture" }).ClickAsync();
        return console.GetByRole(AriaRole.Group, new() { Name = $"Picture {number}" });
    }
}
