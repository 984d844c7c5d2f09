using System.Net;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>The console of a shop that takes money only when an operator says so.</summary>
public sealed class CaptureJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task What_is_reserved_is_taken_in_parts_before_the_eyes_of_the_shopper_or_let_go()
    {
        var shop = new RunningShop { Settings = [("Payments__Captures", "ByOperator"), .. ShopBrowser.SignInClients] };
        await shop.InitializeAsync();
        try
        {
            await TakeAsync(shop);
        }
        finally
        {
            await shop.DisposeAsync();
        }
    }

    private async Task TakeAsync(RunningShop shop)
    {
        var (sku, _) = await shop.NewProductAsync(units: 3);
        var (taken, letGo, untaken) = (await BuyAsync(), await BuyAsync(), await BuyAsync());
        await using var ada = await Browser.SomebodyAsync(at: shop);
        var shopper = await ada.NewPageAsync();
        await shopper.GotoAsync($"/orders/{taken}");
        await Expect(shopper.GetByText("Payment: reserved")).ToBeVisibleAsync();
        await using var context = await Browser.SomebodyAsync(width: 1_440, at: shop);
        var page = await OperatorAsync(context, shop, "finance");
        await page.GotoAsync($"/admin/orders/{taken}");
        await Expect(page.GetByText("open · authorized · unfulfilled")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-authorized", 1_440);

        var capture = page.GetByRole(AriaRole.Form, new() { Name = "Capture" });
        await capture.GetByLabel("Amount, empty for all").FillAsync("1,000.00");
        await capture.GetByRole(AriaRole.Button).ClickAsync();
        await capture.GetByLabel("Amount, empty for all").FillAsync("1000.00");
        await capture.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(capture.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await capture.GetByLabel("Amount, empty for all").FillAsync("5.00");
        await capture.GetByLabel("let the rest go").UncheckAsync();
        await capture.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Payment" }).GetByText("£5.00")).ToBeVisibleAsync();
        await Expect(page.GetByText("open · authorized · unfulfilled")).ToBeVisibleAsync();
        await capture.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.GetByText("open · paid · unfulfilled")).ToBeVisibleAsync();
        await Expect(shopper.GetByText("Payment: paid")).ToBeVisibleAsync();
        await Expect(capture).ToHaveCountAsync(0);
        await AssertUsableAsync(shopper, "order-paid", 390);

        var refund = page.GetByRole(AriaRole.Form, new() { Name = "Refund" });
        await refund.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("open · refunded · unfulfilled")).ToBeVisibleAsync();
        await Expect(shopper.GetByText("Payment: refunded")).ToBeVisibleAsync();

        // Nobody need take what is reserved.
        await page.GotoAsync($"/admin/orders/{untaken}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Let go what is reserved" }).ClickAsync();
        await Expect(page.GetByText("open · voided · unfulfilled")).ToBeVisibleAsync();
        await Expect(capture).ToHaveCountAsync(0);

        // What was never taken need not be given back.
        await using var other = await Browser.SomebodyAsync(width: 1_440, at: shop);
        var support = await OperatorAsync(other, shop, "support");
        await support.GotoAsync($"/admin/orders/{letGo}");
        await support.GetByRole(AriaRole.Button, new() { Name = "Cancel what is not sent" }).ClickAsync();
        await Expect(support.GetByText("canceled · voided · unfulfilled")).ToBeVisibleAsync();
        var payment = (await shop.AsOperator.GetAsync($"/v1/admin/orders/{letGo}/payment")).Expect(HttpStatusCode.OK)["amounts"]!;
        Assert.Equal((0, 0), ((int)payment["captured"]!["amount"]!, (int)payment["refunded"]!["amount"]!));

        async Task<string> BuyAsync() =>
            (string)(await shop.CompleteAsync(await shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created)["id"]!;
    }
}
