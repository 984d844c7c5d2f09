using System.Net;
using Dapper;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>What is done in the console now and then: products, promotions, changes of orders, settings, keys.</summary>
public sealed class ConsoleWorkJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task A_product_is_made_changed_shown_and_taken_along_as_a_file()
    {
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "merchandiser");
        var name = NewName();
        await AreaAsync(page, "Products");
        await page.GetByRole(AriaRole.Link, new() { Name = "A new product" }).ClickAsync();
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("Walnut bowl");
        await page.GetByLabel("Handle, empty: from the title").FillAsync(name);
        await page.GetByLabel("Options, such as Size, Colour").FillAsync("Size");
        await page.GetByLabel("SKU").FillAsync($"{name}-S");
        await page.GetByLabel("Size", new() { Exact = true }).FillAsync("small");
        await page.GetByLabel("Price GBP").FillAsync("24.5");
        await SaveAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Walnut bowl");

        await page.GetByLabel("Status").SelectOptionAsync("active");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a picture" }).ClickAsync();
        await page.GetByLabel("Address").FillAsync("/images/bowl.svg");
        await page.GetByLabel("What it shows").FillAsync("A bowl");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a variant" }).ClickAsync();
        var second = page.GetByRole(AriaRole.Group, new() { Name = "Variant 2" });
        await second.GetByLabel("SKU").FillAsync($"{name}-S");
        await second.GetByLabel("Size", new() { Exact = true }).FillAsync("large");
        await second.GetByLabel("Price GBP").FillAsync("49");
        await SaveAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("/variants: ");
        await second.GetByLabel("SKU").FillAsync($"{name}-L");
        await AssertUsableAsync(page, "console-product", 1_440);
        await SaveAsync();
        await Expect(page.GetByText("active, version")).ToBeVisibleAsync();

        await Shop.EventuallyAsync(async () => (await Shop.GetAsync($"/v1/products/{name}")).Body?["variants"]?.AsArray() is [_, { } large]
            && (int?)large["prices"]![0]!["amount"] == 4_900);
        await AreaAsync(page, "Products");
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save all as a file" }).ClickAsync());
        Assert.Contains($"{name},Walnut bowl,", await File.ReadAllTextAsync((await file.PathAsync())!), StringComparison.Ordinal);

        Task SaveAsync() => page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
    }

    [Fact]
    public async Task A_promotion_is_made_and_tried_before_anybody_uses_it()
    {
        var (sku, _) = await Shop.NewProductAsync();
        var code = NewName().ToUpperInvariant();
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "administrator");
        await AreaAsync(page, "Promotions");
        await page.GetByRole(AriaRole.Link, new() { Name = "A new promotion" }).ClickAsync();
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("A fifth off");
        await page.GetByLabel("Code, empty: applies by itself").FillAsync(code);
        await page.GetByLabel("Status").SelectOptionAsync("active");
        await page.GetByLabel("Percent", new() { Exact = true }).FillAsync("20");
        await page.GetByLabel("Only SKUs, with commas").FillAsync(sku);
        await page.GetByLabel("Goods for at least GBP").FillAsync("15.00");
        await page.GetByLabel("Uses by all").FillAsync("100");
        await AssertUsableAsync(page, "console-promotion", 1_440);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Used 0 times")).ToBeVisibleAsync();

        await AreaAsync(page, "Promotions");
        await page.GetByLabel("SKU and units, a line each").FillAsync($"{sku} 1");
        await page.GetByLabel("Codes, with commas").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Reckon" }).ClickAsync();
        await Expect(page.GetByText("No promotion applies.")).ToBeVisibleAsync();
        await page.GetByLabel("SKU and units, a line each").FillAsync($"{sku} 2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reckon" }).ClickAsync();

        await Expect(page.GetByText("−£4.00")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-promotions", 1_440);
    }

    [Fact]
    public async Task An_order_is_changed_once_it_is_seen_what_that_comes_to_and_its_mail_is_sent_again()
    {
        var (sku, _) = await Shop.NewProductAsync(units: 5);
        var order = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku, 3))).Expect(HttpStatusCode.Created);
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "support");
        await page.GotoAsync($"/admin/orders/{order["id"]}");

        await page.GetByRole(AriaRole.Button, new() { Name = "Send message 1 again" }).ClickAsync();
        await Expect(page.GetByText("order confirmation: sent")).ToHaveCountAsync(2);
        await page.GetByLabel($"{order["lines"]![0]!["title"]}, units").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it comes to" }).ClickAsync();
        await Expect(page.GetByText("The difference is -£20.00.")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-order-edit", 1_440);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the order" }).ClickAsync();

        await Expect(page.GetByText("1 × ")).ToBeVisibleAsync();
        await Shop.EventuallyAsync(async () => (int?)(await Shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!["available"] == 4);
    }

    [Fact]
    public async Task Stock_is_counted_and_moved_and_what_is_promised_of_it_is_let_go()
    {
        var (sku, _) = await Shop.NewProductAsync(units: 10);
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "warehouse");
        (await Shop.AsOperator.PutAsync($"/v1/admin/stock/{sku}/holds/hold_01h455vb4pex5vsknk084sn02q", new { quantity = 2, ttl_seconds = 600, owner = "a test" })).Expect(HttpStatusCode.OK);
        await AreaAsync(page, "Stock");
        await page.GetByLabel("SKU", new() { Exact = true }).FillAsync(sku);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();

        await Expect(page.GetByText("2 for a test")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Let go hold_01h455vb4pex5vsknk084sn02q" }).ClickAsync();
        await Expect(page.GetByText("Nothing is promised to anybody.")).ToBeVisibleAsync();
        var count = page.GetByRole(AriaRole.Form, new() { Name = "Count" });
        await count.GetByLabel("Location").SelectOptionAsync("leeds");
        await count.GetByLabel("Units that are there").FillAsync("7");
        await count.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("7 available, 7 on hand")).ToBeVisibleAsync();
        var transfer = page.GetByRole(AriaRole.Form, new() { Name = "Transfer" });
        await transfer.GetByLabel("From").SelectOptionAsync("leeds");
        await transfer.Locator("[name=to]").SelectOptionAsync("rotterdam");
        await transfer.GetByLabel("Units").FillAsync("3");
        await transfer.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.GetByText("4 available, 4 on hand")).ToBeVisibleAsync();
        await Expect(page.GetByText("3 available, 3 on hand")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_customer_is_found_put_in_a_group_handed_out_and_forgotten()
    {
        var email = $"{NewName()}@example.org";
        await using var other = await Browser.SomebodyAsync();
        await RegisterAsync(await other.NewPageAsync(), Shop, email);
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "support");
        await AreaAsync(page, "Customers");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = email }).ClickAsync();
        await page.GetByLabel("With commas between them").FillAsync("wholesale, staff");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the groups" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Done.");
        await AssertUsableAsync(page, "console-customer", 1_440);
        var archive = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save all of it as a file" }).ClickAsync());
        Assert.EndsWith(".zip", archive.SuggestedFilename, StringComparison.Ordinal);

        var id = page.Url.Split('/')[^1];
        Assert.Equal(["staff", "wholesale"], (await Shop.AsOperator.GetAsync($"/v1/admin/customers/{id}")).Body!["groups"]!.AsArray().Select(group => (string?)group).Order());
        await page.GetByLabel("For good: his id once more").FillAsync(id);
        await page.GetByRole(AriaRole.Button, new() { Name = "Forget him" }).ClickAsync();
        await Shop.EventuallyAsync(async () =>
            (await Shop.AsOperator.GetAsync($"/v1/admin/customers?email={email}")).Body!["data"]!.AsArray().Count == 0);
    }

    [Fact]
    public async Task Taxes_ways_to_ship_and_keys_are_set_and_the_shop_is_looked_at_as_a_whole()
    {
        await Shop.NewOrderAsync();
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "administrator");
        await AreaAsync(page, "Overview");
        await Expect(page.GetByText(" checkouts, ")).ToBeVisibleAsync();
        await Expect(page.GetByText("Seconds that lists are behind")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-overview", 1_440);

        await AreaAsync(page, "Settings");
        await page.GetByLabel("Country", new() { Exact = true }).FillAsync("LI");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a class" }).ClickAsync();
        var added = page.GetByRole(AriaRole.Group, new() { Name = "Class" }).Last;
        await added.GetByLabel("Name").FillAsync("books");
        await added.GetByLabel("Percent").FillAsync("2.6");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the taxes of LI" }).ClickAsync();
        await Shop.EventuallyAsync(async () =>
            (decimal?)(await Shop.AsOperator.GetAsync("/v1/admin/tax-tables/LI")).Body!["rates"]!["books"] == 0.026m);
        await AssertUsableAsync(page, "console-settings", 1_440);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a way to zone 3" }).ClickAsync();
        var way = page.GetByRole(AriaRole.Group, new() { Name = "A new way" });
        await way.GetByLabel("Id").FillAsync("slow");
        await way.GetByLabel("Price GBP").FillAsync("9.95");
        await way.GetByLabel("Title").FillAsync("By sea");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the zones" }).ClickAsync();
        await Shop.EventuallyAsync(async () => (await Shop.AsOperator.GetAsync("/v1/admin/shipping-zones")).Text.Contains("By sea", StringComparison.Ordinal));

        await AreaAsync(page, "Keys");
        await page.GetByLabel("Name").FillAsync("erp");
        await page.GetByLabel("stock").SelectOptionAsync("read");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
        var key = await page.Locator("code").InnerTextAsync();
        Assert.Equal(HttpStatusCode.OK, (await Shop.With(new("Bearer", key)).GetAsync("/v1/admin/stock")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Shop.With(new("Bearer", key)).GetAsync("/v1/admin/orders")).Status);
        await AssertUsableAsync(page, "console-keys", 1_440);
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke erp" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Revoke erp" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Every_area_can_be_used_on_a_phone_as_well()
    {
        var order = await Shop.NewOrderAsync();
        var code = $"{NewName()}-OF-WHICH-NOBODY-KNOWS-WHERE-IT-ENDS".ToUpperInvariant();
        var promotion = (await Shop.AsOperator.PostAsync("/v1/admin/promotions", new { title = code, code, action = new { kind = "percentage", percent = 10 } }))
            .Expect(HttpStatusCode.Created);
        await Shop.EventuallyAsync(async () => (await Shop.AsOperator.GetAsync($"/v1/admin/promotions?code={code}")).Body!["data"]!.AsArray().Count == 1);
        await using var context = await Browser.SomebodyAsync(width: 390);
        var page = await OperatorAsync(context, Shop, "administrator");
        foreach (var (name, area) in new[]
        {
            "", "returns", "overview", "products", "products/new", "stock", "promotions", "promotions/new", "drops", "customers", "settings", "accounts", "keys", "stuck",
        }.Select(area => (area.Replace('/', '-'), area)).Concat([("order", $"orders/{order["id"]}"), ("promotion", $"promotions/{promotion["id"]}")]))
        {
            await page.GotoAsync($"/admin/{area}");
            if (name == "order")
            {
                await Expect(page.GetByText("order.payment_recorded")).ToBeVisibleAsync();
            }

            await AssertUsableAsync(page, $"console-{name}", 390);
        }
    }

    [Fact]
    public async Task Who_is_signed_in_sees_the_silos_if_his_role_lets_him()
    {
        await using var grace = await Browser.SomebodyAsync();
        await OperatorAsync(grace, Shop, "administrator");
        await using var ada = await Browser.SomebodyAsync();
        await OperatorAsync(ada, Shop, "support");
        await using var nobody = await Browser.SomebodyAsync();

        Assert.Equal(200, (await grace.APIRequest.GetAsync("/dashboard/")).Status);
        Assert.Equal(403, (await ada.APIRequest.GetAsync("/dashboard/")).Status);
        Assert.Equal(401, (await nobody.APIRequest.GetAsync("/dashboard/")).Status);

        // Nothing else is open to who has but the cookie.
        Assert.Equal(401, (await grace.APIRequest.GetAsync("/v1/admin/orders")).Status);
    }

    [Fact]
    public async Task What_is_stuck_is_seen_and_tried_again()
    {
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "administrator");
        await using var connection = await Shop.Database.OpenConnectionAsync();
        var stream = $"order/{NewName()}";
        await connection.ExecuteAsync(
            "insert into journal_parked (subscriber, stream, version, error, next_attempt) values ('nobody', @stream, 1, 'broken', clock_timestamp() + interval '1 day')",
            new { stream });

        await AreaAsync(page, "Stuck");
        await Expect(page.GetByText(stream)).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = stream }).GetByRole(AriaRole.Button).ClickAsync();

        await Shop.EventuallyAsync(async () => await connection.ExecuteScalarAsync<bool>(
            "select next_attempt < clock_timestamp() + interval '1 hour' from journal_parked where stream = @stream", new { stream }));
        await connection.ExecuteAsync("delete from journal_parked where stream = @stream", new { stream });
    }
}
