using System.Globalization;
using System.Net;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;

namespace Commerce.Browser;

/// <summary>How pages come into view on a slow phone: a processor of a quarter of the speed, on which nothing jumps.</summary>
public sealed class PaintJourneys(ShopBrowser browser, ITestOutputHelper output) : BrowserJourneys(browser)
{
    // What the Core Web Vitals call good is 0.1.
    private const double ShiftMax = 0.01;

    private const string Watch = """
        window.seen = { shift: 0, paint: 0 };
        new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) seen.shift += each.value; }))
            .observe({ type: 'layout-shift', buffered: true });
        new PerformanceObserver(list => list.getEntries().forEach(each => { seen.paint = each.startTime; }))
            .observe({ type: 'largest-contentful-paint', buffered: true });
        """;

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
            await page.AddInitScriptAsync(Watch);
            var devtools = await context.NewCDPSessionAsync(page);
            await devtools.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = 4 });
            await page.GotoAsync(path);
            await ThereAsync(page);

            // Asked from outside: the page's own policy lets nobody wait in it.
            await Shop.EventuallyAsync(() => page.EvaluateAsync<bool>("seen.paint > 0 && [...document.images].every(image => image.complete || image.loading === 'lazy')"));
            var (shift, paint) = (await page.EvaluateAsync<double>("seen.shift"), await page.EvaluateAsync<double>("seen.paint"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path} at {width}: largest paint after {paint:0} ms, shift {shift:0.000}"));
            if (shift > ShiftMax)
            {
                jumps.Add($"{path}: {shift}");
            }
        }

        Assert.Empty(jumps);
    }
}
