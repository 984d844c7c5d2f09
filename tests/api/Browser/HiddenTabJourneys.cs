using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;
using IRequest = Microsoft.Playwright.IRequest;

namespace Commerce.Browser;

/// <summary>Over HTTP/1.1 a browser has six connections to a shop for all its tabs, and a page may hold four.</summary>
public sealed class HiddenTabJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task A_tab_that_nobody_sees_follows_nothing_and_knows_all_once_it_is_seen_again()
    {
        var (sku, handle) = await Shop.NewProductAsync(units: 3);
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        var streams = Streams(page);

        // What it hears first of the product lets it look at the cart once more, a second later.
        var looked = page.WaitForResponseAsync(answer =>
            answer.Request.Method == "GET" && new Uri(answer.Url).AbsolutePath.Split('/') is ["", "v1", "carts", _]);
        await AddAsync(page, handle);
        var cart = await page.EvaluateAsync<string>("localStorage.getItem('cart-GBP')");

        // The cart, and its product on the page as in the drawer.
        await Shop.EventuallyAsync(() => Task.FromResult(streams.Count == 3));
        await looked;
        await SeeAsync(page, isSeen: false);
        await Shop.EventuallyAsync(() => Task.FromResult(streams.IsEmpty));
        (await Shop.PutAsync($"/v1/carts/{cart}/lines/{sku}", new { quantity = 2 })).Expect(HttpStatusCode.OK);
        (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku, 3))).Expect(HttpStatusCode.Created);
        await Expect(page.GetByRole(AriaRole.Dialog).Locator("output")).ToHaveTextAsync("1");

        await SeeAsync(page, isSeen: true);

        await Expect(page.GetByRole(AriaRole.Dialog).Locator("output")).ToHaveTextAsync("2");
        await Expect(page.GetByText("Sold out", new() { Exact = true })).ToBeVisibleAsync();
        await Shop.EventuallyAsync(() => Task.FromResult(streams.Count == 3));
    }

    [Fact]
    public async Task An_operator_who_comes_back_to_an_order_sees_what_has_become_of_it()
    {
        var order = $"{(await Shop.NewOrderAsync())["id"]}";
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "support");
        var streams = Streams(page);
        await page.GotoAsync($"/admin/orders/{order}");
        await Shop.EventuallyAsync(() => Task.FromResult(streams.Count == 1));

        await SeeAsync(page, isSeen: false);
        await Shop.EventuallyAsync(() => Task.FromResult(streams.IsEmpty));
        (await Shop.AsOperator.PostAsync($"/v1/admin/orders/{order}/cancel", new { reason = "customer" }, Key())).Expect(HttpStatusCode.OK);
        await Expect(page.GetByText("open · paid · unfulfilled")).ToBeVisibleAsync();
        await SeeAsync(page, isSeen: true);

        await Expect(page.GetByText("canceled · refunded · unfulfilled")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whoever_opens_many_tabs_can_still_buy_in_the_last()
    {
        var (_, handle) = await Shop.NewProductAsync();
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await AddAsync(page, handle);
        for (var i = 0; i < 4; i++)
        {
            await SeeAsync(page, isSeen: false);
            page = await ada.NewPageAsync();
            var streams = Streams(page);
            await page.GotoAsync($"/p/{handle}");
            await Shop.EventuallyAsync(() => Task.FromResult(streams.Count == 2));
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog).Locator("output")).ToHaveTextAsync("2");
    }

    /// <summary>The streams that a page has open.</summary>
    private static ConcurrentDictionary<IRequest, bool> Streams(IPage page)
    {
        var open = new ConcurrentDictionary<IRequest, bool>();
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath.EndsWith("/events", StringComparison.Ordinal))
            {
                open[request] = true;
            }
        };
        page.RequestFinished += (_, request) => open.TryRemove(request, out bool _);
        page.RequestFailed += (_, request) => open.TryRemove(request, out bool _);
        return open;
    }

    /// <summary>As when another tab is chosen, or this one again; a browser without a window shows all of them.</summary>
    private static Task SeeAsync(IPage page, bool isSeen) => page.EvaluateAsync(
        """
        isSeen => {
            Object.defineProperty(document, 'hidden', { configurable: true, get: () => !isSeen });
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => isSeen ? 'visible' : 'hidden' });
            document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        isSeen);
}
