using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>What is left to pay once an order was changed.</summary>
public sealed class DueJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task What_a_change_of_the_order_added_is_paid_on_its_page_when_the_bank_agrees()
    {
        var (sku, _) = await Shop.NewProductAsync(units: 9);
        var order = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created);
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync($"/orders/{order["id"]}");
        await Expect(page.GetByText("Payment: paid")).ToBeVisibleAsync();
        var due = page.GetByRole(AriaRole.Form, new() { Name = "Left to pay" });
        await Expect(due).ToHaveCountAsync(0);

        await AddOneAsync(order);

        await Expect(due).ToBeVisibleAsync();
        await AssertUsableAsync(page, "order-due", 390);
        await AssertSmallAsync(page);
        await PayAsync(page, "A card that is declined");
        await Expect(due.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await PayAsync(page, "A card whose bank asks you");
        await page.GetByRole(AriaRole.Button, new() { Name = "Refuse" }).ClickAsync();
        await Expect(due.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await PayAsync(page, "A card whose bank asks you");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();

        await Expect(due).ToHaveCountAsync(0);
        await Expect(page.GetByText("Payment: paid")).ToBeVisibleAsync();
        var after = (await Shop.GetAsync($"/v1/orders/{order["id"]}")).Expect(HttpStatusCode.OK);
        Assert.Equal(((int)after["totals"]!["total"]!["amount"]!, 0), ((int)after["paid"]!["amount"]!, (int)after["amount_due"]!["amount"]!));
    }

    [Fact]
    public async Task Whoever_comes_back_from_the_page_of_his_bank_sees_what_came_of_it()
    {
        var (sku, _) = await Shop.NewProductAsync(units: 9);
        var order = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created);
        await AddOneAsync(order);
        var (method, key) = ("pm_card_authenticationRequired", $"{Guid.NewGuid()}");
        var due = (await Shop.GetAsync($"/v1/orders/{order["id"]}")).Expect(HttpStatusCode.OK)["amount_due"]!;
        var asked = (await Shop.PostAsync(
            $"/v1/orders/{order["id"]}/payments", new { payment_method = method, expected_due = due }, ("Idempotency-Key", key))).Expect(HttpStatusCode.Accepted);
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync("/orders");
        var left = new { order = (string)order["id"]!, method, key, due };
        await page.EvaluateAsync("left => sessionStorage.setItem('left-with', left)", JsonSerializer.Serialize(left));

        await page.GotoAsync("/pay/return");
        await Expect(page.GetByRole(AriaRole.Form, new() { Name = "Left to pay" }).GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        (await Shop.PostAsync((string)asked["next_action"]!["url"]!, new { approve = true })).Expect(HttpStatusCode.OK);

        await Expect(page.GetByText("Payment: paid")).ToBeVisibleAsync();
        Assert.EndsWith($"/orders/{order["id"]}", page.Url, StringComparison.Ordinal);
        Assert.Null(await page.EvaluateAsync<string?>("sessionStorage.getItem('left-with')"));
    }

    /// <summary>An operator adds a unit to the order's first line.</summary>
    private async Task AddOneAsync(JsonNode order)
    {
        var line = order["lines"]![0]!;
        var edit = (await Shop.AsOperator.PostAsync(
            $"/v1/admin/orders/{order["id"]}/edits", new { lines = new[] { new { line = (string)line["id"]!, quantity = (int)line["quantity"]! + 1 } } }))
            .Expect(HttpStatusCode.Created);
        (await Shop.AsOperator.PostAsync($"/v1/admin/orders/{order["id"]}/edits/{edit["id"]}/apply", new { }, Key())).Expect(HttpStatusCode.OK);
    }
}
