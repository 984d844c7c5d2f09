using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>How pages come into view on a slow phone: a processor of a quarter of the speed, on which nothing jumps.</summary>
public sealed class PaintJourneys(ShopBrowser browser, ITestOutputHelper output) : BrowserJourneys(browser)
{
    // What the Core Web Vitals call good is 0.1.
    private const double ShiftMax = 0.01;

    [Theory]
    [InlineData("/")]
    [InlineData("/p/harbour-espresso")]
    [InlineData("/checkout")]
    [InlineData("/orders")]
    [InlineData("/account")]
    [InlineData("/register")]
    [InlineData("/search?q=coffee")]
    [InlineData("/signed-in")]
    [InlineData("/pay/return")]
    public async Task A_page_runs_no_more_than_120_KB_of_script(string path)
    {
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync(path);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();

        await AssertSmallAsync(page);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1_440)]
    public async Task Nothing_jumps_while_a_page_comes_into_view(int width)
    {
        var order = await Shop.NewOrderAsync();
        var drop = (await Shop.AsOperator.PostAsync("/v1/admin/drops", new
        {
            title = "Painted", sku = (await Shop.NewProductAsync()).Sku, units = 5, opens_at = "2020-01-01T00:00:00Z",
        }, Key())).Expect(HttpStatusCode.Created);
        var jumps = new List<string>();
        foreach (var path in new[]
        {
            "/", "/c/coffee", "/search?q=coffee", "/p/harbour-espresso", "/checkout", $"/orders/{order["id"]}", "/orders", "/account", "/register",
            $"/drops/{drop["id"]}",
        })
        {
            await using var context = await Browser.SomebodyAsync(width);
            var page = await context.NewPageAsync();
            var devtools = await context.NewCDPSessionAsync(page);
            await devtools.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 4 });
            var (shift, painted, isPainted) = (0.0, 0.0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            await devtools.SendAsync("PerformanceTimeline.enable", new() { ["eventTypes"] = new[] { "layout-shift", "largest-contentful-paint" } });
            devtools.Event("PerformanceTimeline.timelineEventAdded").OnEvent += (_, told) =>
            {
                var seen = told!.Value.GetProperty("event");
                if (seen.TryGetProperty("layoutShiftDetails", out var shifted))
                {
                    shift += shifted.GetProperty("hadRecentInput").GetBoolean() ? 0 : shifted.GetProperty("value").GetDouble();
                    return;
                }

                painted = seen.GetProperty("time").GetDouble() * 1_000;
                isPainted.TrySetResult();
            };
            await page.GotoAsync(path);

            // Whatever is looked for in the page makes it slower: not before there is something to see.
            await isPainted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await ThereAsync(page);
            await Shop.EventuallyAsync(() => page.EvaluateAsync<bool>("[...document.images].every(image => image.complete || image.loading === 'lazy')"));
            var paint = painted - await page.EvaluateAsync<double>("performance.timeOrigin");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path} at {width}: largest paint after {paint:0} ms, shift {shift:0.000}"));
            if (shift > ShiftMax)
            {
                jumps.Add($"{path}: {shift}");
            }
        }

        Assert.Empty(jumps);
    }
}
