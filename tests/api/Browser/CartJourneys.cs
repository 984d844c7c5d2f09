using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>The cart in the browser while the way to the shop is slow, or broken.</summary>
public sealed class CartJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task As_many_clicks_as_there_were_count_however_late_their_answers_come()
    {
        var (_, handle) = await Shop.NewProductAsync();
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await AddAsync(page, handle);
        var (cart, more, held) = (page.GetByRole(AriaRole.Dialog), page.GetByRole(AriaRole.Button, new() { Name = "One more" }), new TaskCompletionSource());
        await page.RouteAsync("**/v1/carts/*/lines/*", async change =>
        {
            await held.Task;
            await change.ContinueAsync();
        });

        for (var clicks = 1; clicks <= 3; clicks++)
        {
            await more.ClickAsync();
            await Expect(cart.Locator("output")).ToHaveTextAsync($"{1 + clicks}");
        }

        held.SetResult();
        var id = await page.EvaluateAsync<string>("localStorage.getItem('cart-GBP')");
        await Shop.EventuallyAsync(async () => (int?)(await Shop.GetAsync($"/v1/carts/{id}")).Body!["lines"]![0]!["quantity"] == 4);
        await Expect(cart.Locator("output")).ToHaveTextAsync("4");
    }

    [Fact]
    public async Task A_change_that_never_arrived_is_not_shown_as_if_it_had()
    {
        var (_, handle) = await Shop.NewProductAsync();
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await AddAsync(page, handle);
        await page.RouteAsync("**/v1/carts/*/lines/*", change => change.AbortAsync());
        var more = page.GetByRole(AriaRole.Button, new() { Name = "One more" });

        await more.ClickAsync();
        await more.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync("You are offline");
        await Expect(page.GetByRole(AriaRole.Dialog).Locator("output")).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task Nobody_pays_for_what_goes_to_an_address_he_has_just_corrected()
    {
        var (_, handle) = await Shop.NewProductAsync();
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await AddAsync(page, handle);
        await page.GetByRole(AriaRole.Link, new() { Name = "Checkout" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).Not.ToBeVisibleAsync();
        await FillAsync(page);
        var pay = page.GetByRole(AriaRole.Button, new() { NameRegex = Pay() });
        await Expect(pay).ToBeEnabledAsync();

        await page.GetByLabel("Street and number").FillAsync("1 Other Street");
        await Expect(pay).ToBeDisabledAsync();
        await Expect(page.GetByText("Go on to delivery first.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "On to delivery" }).ClickAsync();
        await Expect(pay).ToBeEnabledAsync();
        await PayAsync(page, "A card that is charged");

        await Expect(page.GetByText("Thank you.")).ToBeVisibleAsync();
        var order = (await Shop.GetAsync($"/v1/orders/{page.Url.Split('/')[^1]}")).Body!;
        Assert.Equal("1 Other Street", (string?)order["shipping_address"]!["line1"]);
    }
}
