using System.Net;
using System.Text;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

public sealed class ConsoleJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task What_a_shopper_sends_back_is_taken_in_before_his_eyes()
    {
        const string hostile = "<img src=x onerror=\"document.title='run'\">";
        var order = await Shop.NewSentOrderAsync(quantity: 2);
        await using var ada = await Browser.SomebodyAsync(width: 390);
        await using var grace = await Browser.SomebodyAsync(width: 1_440);
        var shopper = await ada.NewPageAsync();
        await shopper.GotoAsync($"/orders/{order["id"]}");
        await shopper.GetByText("Send something back, until").ClickAsync();
        await shopper.GetByLabel($"{order["lines"]![0]!["title"]}: how many").FillAsync("1");
        await shopper.GetByLabel("Why").SelectOptionAsync("It does not fit");
        await shopper.GetByLabel("What we should know").FillAsync(hostile);
        await AssertUsableAsync(shopper, "return", 390);
        await shopper.GetByRole(AriaRole.Button, new() { Name = "Ask to send it back" }).ClickAsync();
        await Expect(shopper.GetByText("We will tell you whether you can send it back.")).ToBeVisibleAsync();

        var page = await OperatorAsync(grace, Shop, "administrator");
        await page.GetByRole(AriaRole.Link, new() { Name = "Returns" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = (string)order["number"]! }).ClickAsync();
        await Expect(page.GetByText(hostile, new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve return 1" }).ClickAsync();
        await Expect(shopper.GetByText("You can send it back.")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-return", 1_440);
        await page.GetByRole(AriaRole.Button, new() { Name = "Take in return 1" }).ClickAsync();

        await Expect(shopper.GetByText("It is back with us. You get £10.00 back.")).ToBeVisibleAsync();
        await Expect(page.GetByText("£10.00 go back")).ToBeVisibleAsync();
        Assert.NotEqual("run", await page.TitleAsync());
    }

    [Fact]
    public async Task A_day_of_an_operator()
    {
        const string hostile = "<img src=x onerror=\"document.title='run'\">";
        var (sku, handle) = await Shop.NewProductAsync(units: 3, title: $"Jug {hostile}");
        var order = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created);
        await using var ada = await Browser.SomebodyAsync();
        await using var grace = await Browser.SomebodyAsync(width: 1_440);
        var shopper = await ada.NewPageAsync();
        await shopper.GotoAsync($"/orders/{order["id"]}");
        var page = await OperatorAsync(grace, Shop, "administrator");

        await AssertUsableAsync(page, "console-orders", 1_440);
        await page.GetByLabel("Number").FillAsync((string)order["number"]!);
        await page.GetByRole(AriaRole.Link, new() { Name = (string)order["number"]! }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Order {order["number"]}");
        await Expect(page.GetByText("order.placed")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-order", 1_440);

        var send = page.GetByRole(AriaRole.Form, new() { Name = "Send", Exact = true });
        await send.GetByLabel("Carrier").FillAsync("Royal Mail");
        await send.GetByLabel("Tracking number").FillAsync("AB12");
        await send.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(shopper.GetByText("It is on its way.")).ToBeVisibleAsync();
        await Expect(page.GetByText("completed · paid · fulfilled")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Parcel 1 has arrived" }).ClickAsync();
        await Expect(shopper.GetByText("It has arrived.")).ToBeVisibleAsync();

        var refund = page.GetByRole(AriaRole.Form, new() { Name = "Refund" });
        await refund.GetByLabel("Amount").FillAsync("1.50");
        await refund.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("completed · partially refunded · fulfilled")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Form, new() { Name = "Add" }).GetByLabel("Note").FillAsync(hostile);
        await page.GetByRole(AriaRole.Form, new() { Name = "Add" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText(hostile, new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Stock" }).ClickAsync();
        await page.GetByLabel("SKU", new() { Exact = true }).FillAsync(sku);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        var adjust = page.GetByRole(AriaRole.Form, new() { Name = "Adjust" });
        await adjust.GetByLabel("Location").SelectOptionAsync("leeds");
        await adjust.GetByLabel("Units more or fewer").FillAsync("-1");
        await adjust.GetByLabel("Reason").FillAsync("broken");
        await adjust.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("1 available, 1 on hand")).ToBeVisibleAsync();
        var receive = page.GetByRole(AriaRole.Form, new() { Name = "Receive" });
        await receive.GetByLabel("Location").SelectOptionAsync("leeds");
        await receive.GetByLabel("Units").FillAsync("4");
        await receive.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("5 available, 5 on hand")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-stock", 1_440);

        await page.GetByRole(AriaRole.Link, new() { Name = "Products" }).ClickAsync();
        await page.GetByLabel("Search").FillAsync(sku);
        await page.GetByRole(AriaRole.Button, new() { Name = $"Archive Jug {hostile}" }).ClickAsync();
        await Shop.EventuallyAsync(async () => (await Shop.GetAsync($"/v1/products/{handle}")).Status == HttpStatusCode.NotFound);
        await AssertUsableAsync(page, "console-products", 1_440);

        await page.GetByRole(AriaRole.Link, new() { Name = "Stuck" }).ClickAsync();
        await Expect(page.GetByText("Nothing is stuck.")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-stuck", 1_440);
        Assert.NotEqual("run", await page.TitleAsync());
    }

    [Fact]
    public async Task A_catalogue_is_imported_a_drop_is_planned_and_a_colleague_gets_a_role()
    {
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "administrator");
        var name = NewName();
        await page.GotoAsync("/admin/products");
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload
        {
            Name = "catalogue.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes(
                $"Handle,Title,Status,Variant SKU,Variant Price,Variant Inventory Qty\n{name},Imported jug,active,{name},12.50,7\n{name}-2,No price,active,{name}-2,,1\n"),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await Expect(page.GetByText("completed: 2 rows, 1 products, 1 rows refused.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByText("completed: 2 rows, 1 products, 1 rows refused.")).ToBeVisibleAsync();
        var refused = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save what was refused" }).ClickAsync());
        Assert.Contains("\"price_missing\"", await File.ReadAllTextAsync((await refused.PathAsync())!), StringComparison.Ordinal);
        await Shop.EventuallyAsync(async () => (await Shop.GetAsync($"/v1/products/{name}")).Status == HttpStatusCode.OK);

        await page.GetByRole(AriaRole.Link, new() { Name = "Drops" }).ClickAsync();
        var plan = page.GetByRole(AriaRole.Form, new() { Name = "Plan" });
        await plan.GetByLabel("Title").FillAsync("Jug day");
        await plan.GetByLabel("SKU").FillAsync(name);
        await plan.GetByLabel("Units").FillAsync("5");
        await plan.GetByLabel("Opens").FillAsync("2099-01-01T10:00");
        await plan.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("Jug day: scheduled")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Jug day: open")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "console-drops", 1_440);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Jug day: paused")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Jug day: closed")).ToBeVisibleAsync();

        await using var other = await Browser.SomebodyAsync();
        var colleague = $"{NewName()}@example.org";
        await RegisterAsync(await other.NewPageAsync(), Shop, colleague);
        await page.GetByRole(AriaRole.Link, new() { Name = "Accounts" }).ClickAsync();
        await page.GetByLabel("only those with a role").UncheckAsync();
        await page.GetByLabel("E-mail").FillAsync(colleague);
        var roles = page.GetByRole(AriaRole.Form, new() { Name = $"Save roles of {colleague}" });
        await roles.GetByLabel("warehouse").CheckAsync();
        await AssertUsableAsync(page, "console-accounts", 1_440);
        await roles.GetByRole(AriaRole.Button).ClickAsync();
        await Shop.EventuallyAsync(async () => (await Shop.AsOperator.GetAsync($"/v1/admin/accounts?email={Uri.EscapeDataString(colleague)}"))
            .Body!["data"]![0]!["roles"]!.AsArray().Any(role => (string?)role == "warehouse"));
        await page.GetByRole(AriaRole.Button, new() { Name = $"Lock {colleague}" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Unlock {colleague}" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Roles_decide_what_is_shown_and_the_server_what_is_allowed()
    {
        var order = await Shop.NewOrderAsync();
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "warehouse");

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Stuck" })).ToHaveCountAsync(0);
        await page.GotoAsync("/admin/stuck");
        await Expect(page.GetByText("There is nothing here for you.")).ToBeVisibleAsync();
        await page.GotoAsync($"/admin/orders/{order["id"]}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel what is not sent" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Form, new() { Name = "Cancel what is not sent" }).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        Assert.Equal("open", (string?)(await Shop.AsOperator.GetAsync($"/v1/admin/orders/{order["id"]}")).Body!["status"]);
    }

    [Fact]
    public async Task An_order_is_called_off_and_its_money_and_stock_come_back()
    {
        var (sku, _) = await Shop.NewProductAsync(units: 1);
        var order = (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created);
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "support");
        await page.GotoAsync($"/admin/orders/{order["id"]}");

        var cancel = page.GetByRole(AriaRole.Form, new() { Name = "Cancel what is not sent" });
        await cancel.GetByLabel("Reason").SelectOptionAsync("customer");
        await cancel.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.GetByText("canceled · refunded · unfulfilled")).ToBeVisibleAsync();
        await Shop.EventuallyAsync(async () => (int?)(await Shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!["available"] == 1);
    }

    [Fact]
    public async Task A_customer_finds_nothing_in_the_console()
    {
        await using var context = await Browser.SomebodyAsync();
        var page = await context.NewPageAsync();
        var email = $"{NewName()}@example.org";
        await RegisterAsync(page, Shop, email);
        await page.GotoAsync("/admin");
        await SignInAsync(page, email);

        await Expect(page.GetByText("There is nothing here for you.")).ToBeVisibleAsync();
    }
}
