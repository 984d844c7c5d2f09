using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

public sealed partial class StorefrontJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task A_shopper_buys_after_a_card_was_declined_and_a_bank_was_told_no()
    {
        var (sku, _) = await Shop.NewProductAsync(title: $"Blue jug {NewName()}");
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search the shop" }).FillAsync(sku);
        await page.GetByRole(AriaRole.Search).GetByRole(AriaRole.Button).ClickAsync();
        await page.Locator(".card").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Checkout" }).ClickAsync();
        await FillAsync(page);

        await PayAsync(page, "A card that is declined");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The card was declined");

        await PayAsync(page, "A card whose bank asks you first");
        await page.GetByRole(AriaRole.Button, new() { Name = "Refuse" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The card was declined");

        await PayAsync(page, "A card whose bank asks you first");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();

        await Expect(page.GetByText("Thank you. Your order is placed.")).ToBeVisibleAsync();
        var number = Number().Match(await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync()).Value;
        await Shop.EventuallyAsync(async () => (await Shop.AsOperator.GetAsync($"/v1/admin/orders?number={number}")).Body!["data"]!.AsArray().Count == 1);
        await page.GotoAsync("/orders");
        await page.GetByLabel("Order number").FillAsync(number);
        await page.GetByLabel("E-mail").FillAsync("ada@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Order {number}");
        Assert.Equal(9, (int?)(await Shop.AsOperator.GetAsync($"/v1/admin/stock/{sku}")).Body!["available"]);
    }

    [Fact]
    public async Task What_is_typed_is_suggested_and_what_is_found_is_narrowed_down()
    {
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search the shop" }).PressSequentiallyAsync("expres");
        await Expect(page.Locator("datalist option").First).ToHaveAttributeAsync("value", Espresso());
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Search the shop" }).PressAsync("Enter");
        await page.GetByText("Narrow down").ClickAsync();
        var before = await page.Locator(".card").CountAsync();

        await page.Locator(".narrower section").Last.GetByRole(AriaRole.Link).Last.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = NotOnly() })).ToBeVisibleAsync();
        await Expect(page.Locator(".card")).Not.ToHaveCountAsync(0);
        Assert.True(await page.Locator(".card").CountAsync() <= before);
        await AssertUsableAsync(page, "narrowed", 390);
        await page.GetByRole(AriaRole.Link, new() { NameRegex = NotOnly() }).ClickAsync();
        await Expect(page.Locator(".card")).ToHaveCountAsync(before);
    }

    [Fact]
    public async Task Two_tabs_show_one_cart()
    {
        var (_, handle) = await Shop.NewProductAsync();
        await using var ada = await Browser.SomebodyAsync();
        var first = await ada.NewPageAsync();
        await AddAsync(first, handle);
        var second = await ada.NewPageAsync();
        await second.GotoAsync("/checkout");
        await Expect(second.GetByRole(AriaRole.Complementary).Locator("output")).ToHaveTextAsync("1");

        await first.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "One more" }).ClickAsync();
        await Expect(second.GetByRole(AriaRole.Complementary).Locator("output")).ToHaveTextAsync("2");

        await FillAsync(second);
        await PayAsync(second, "A card that is charged");
        await Expect(second.GetByText("Thank you.")).ToBeVisibleAsync();
        await Expect(first.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Your cart is empty.");
    }

    [Fact]
    public async Task Who_looks_at_the_last_one_sees_it_go_and_who_has_it_in_his_cart_is_told()
    {
        var (sku, handle) = await Shop.NewProductAsync(units: 1);
        await using var ada = await Browser.SomebodyAsync();
        await using var grace = await Browser.SomebodyAsync();
        var cart = await ada.NewPageAsync();
        await AddAsync(cart, handle);
        var product = await grace.NewPageAsync();
        await product.GotoAsync($"/p/{handle}");
        await Expect(product.GetByText("The last one")).ToBeVisibleAsync();

        (await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created);

        await Expect(product.GetByText("Sold out")).ToBeVisibleAsync();
        await Expect(product.GetByRole(AriaRole.Button, new() { Name = "Add to cart" })).ToBeDisabledAsync();
        await cart.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Checkout" }).ClickAsync();
        await FillAsync(cart);
        await Expect(cart.GetByText("There is not that much left of")).ToBeVisibleAsync();
        await Expect(cart.GetByRole(AriaRole.Button, new() { NameRegex = Pages.Pay() })).ToBeDisabledAsync();
    }

    [Fact]
    public async Task An_order_is_sent_before_the_eyes_of_the_shopper()
    {
        var order = $"{(await Shop.NewOrderAsync())["id"]}";
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync($"/orders/{order}");
        await Expect(page.GetByText("We are getting it ready.")).ToBeVisibleAsync();
        string? parcel = null;
        await Shop.EventuallyAsync(async () => (parcel = (string?)(await Shop.AsOperator.GetAsync(
            $"/v1/admin/fulfillment-orders?order_id={order}")).Body!["data"]!.AsArray().FirstOrDefault()?["id"]) is not null);

        (await Shop.AsOperator.PostAsync(
            $"/v1/admin/fulfillment-orders/{parcel}/fulfillments",
            new { tracking = new { carrier = "Royal Mail", number = "AB12", url = "https://example.org/AB12" } })).Expect(HttpStatusCode.Created);

        await Expect(page.GetByText("It is on its way.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Follow the parcel" })).ToHaveAttributeAsync("href", "https://example.org/AB12");
    }

    [Fact]
    public async Task A_guest_with_a_full_cart_becomes_a_customer_and_nobody_else_sees_what_he_bought()
    {
        var (_, handle) = await Shop.NewProductAsync();
        var email = $"{NewName()}@example.org";
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await AddAsync(page, handle);
        await RegisterAsync(page, Shop, email);
        await SignInAsync(page, email);
        await Expect(page.GetByText("You have not ordered anything yet.")).ToBeVisibleAsync();

        await page.GotoAsync("/checkout");
        await FillAsync(page);
        await PayAsync(page, "A card that is charged");
        await Expect(page.GetByText("Thank you.")).ToBeVisibleAsync();
        var order = page.Url;

        // The list of orders follows the journal, a moment behind it.
        await Shop.EventuallyAsync(async () =>
            (string?)(await Shop.AsOperator.GetAsync($"/v1/admin/orders/{order.Split('/')[^1]}")).Body!["number"] is { } number
            && (await Shop.AsOperator.GetAsync($"/v1/admin/orders?number={number}")).Body!["data"]!.AsArray().Count == 1);
        await page.GotoAsync("/account");
        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = OrderLink() })).ToHaveCountAsync(1);

        await using var grace = await Browser.SomebodyAsync();
        var stranger = await grace.NewPageAsync();
        await stranger.GotoAsync(order);
        await Expect(stranger.GetByRole(AriaRole.Alert)).ToContainTextAsync("No order has this number");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator(".card").First).ToBeVisibleAsync();
        await page.GotoAsync(order);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No order has this number");
    }

    [Fact]
    public async Task Whoever_has_a_passkey_an_address_and_a_wish_not_to_be_written_to_is_known_when_he_comes_back()
    {
        var (_, handle) = await Shop.NewProductAsync();
        var email = $"{NewName()}@example.org";
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await RegisterAsync(page, Shop, email);
        await page.GotoAsync("/account");
        await SignInAsync(page, email);
        var phone = await ada.NewCDPSessionAsync(page);
        await phone.SendAsync("WebAuthn.enable");
        await phone.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new
            {
                protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true,
                isUserVerified = true, automaticPresenceSimulation = true,
            },
        });

        await page.GetByLabel("What you call the device").FillAsync("phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove: phone" })).ToBeVisibleAsync();
        await page.GetByText("Keep another address").ClickAsync();
        foreach (var (label, text) in new[]
        {
            ("First name", "Ada"), ("Last name", "Lovelace"), ("Street and number", "12 St James's Square"), ("Postcode", "SW1Y 4JH"), ("Town", "London"),
        })
        {
            await page.GetByLabel(label).FillAsync(text);
        }

        await page.GetByRole(AriaRole.Form, new() { Name = "Keep another address" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("Ada Lovelace, 12 St James's Square")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Agree: News by e-mail" }).ClickAsync();
        await Expect(page.GetByText("News by e-mail: yes")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw: News by e-mail" }).ClickAsync();
        await Expect(page.GetByText("News by e-mail: no")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "account", 390);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator(".card").First).ToBeVisibleAsync();
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page.GetByText("Ada Lovelace, 12 St James's Square")).ToBeVisibleAsync();

        await AddAsync(page, handle);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Checkout" }).ClickAsync();
        await Expect(page.GetByLabel("Town")).ToHaveValueAsync("London");
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove: phone" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove: 12 St James's Square" }).ClickAsync();
        await Expect(page.GetByText("You keep no address here.")).ToBeVisibleAsync();
        await Expect(page.GetByText("With a passkey you sign in by")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Three_stand_in_line_for_two_and_each_sees_his_place()
    {
        var (sku, _) = await Shop.NewProductAsync(units: 2);
        var drop = (string)(await Shop.AsOperator.PostAsync(
            "/v1/admin/drops",
            new { title = "Sneaker", sku, units = 2, opens_at = DateTimeOffset.UtcNow.AddMinutes(59), hold_seconds = 600, in_checkout_max = 1 },
            Key())).Expect(HttpStatusCode.Created)["id"]!;
        var pages = new List<IPage>();
        for (var i = 0; i < 3; i++)
        {
            pages.Add(await (await Browser.SomebodyAsync()).NewPageAsync());
            await pages[i].GotoAsync($"/drops/{drop}");
        }

        await Expect(pages[0].GetByText("It opens in 5")).ToBeVisibleAsync();
        (await Shop.AsOperator.PostAsync($"/v1/admin/drops/{drop}/open", new { }, Key())).Expect(HttpStatusCode.OK);
        for (var i = 0; i < 3; i++)
        {
            await pages[i].GetByLabel("E-mail").FillAsync($"buyer{i}-{sku}@example.org");
            await pages[i].GetByRole(AriaRole.Button, new() { Name = "Get in line" }).ClickAsync();
            await Expect(pages[i].GetByText(i == 0 ? "It is your turn." : "You have a place in line.")).ToBeVisibleAsync();
        }

        await Expect(pages[1].GetByText("You are next.")).ToBeVisibleAsync();
        await Expect(pages[2].GetByText("You are number 2.")).ToBeVisibleAsync();
        await BuyAsync(pages[0]);
        await Expect(pages[1].GetByText("It is your turn.")).ToBeVisibleAsync();
        await BuyAsync(pages[1]);

        await Expect(pages[2].GetByText("you are on the waitlist")).ToBeVisibleAsync();
        foreach (var page in pages)
        {
            await page.Context.CloseAsync();
        }

        static async Task BuyAsync(IPage page)
        {
            await Expect(page.GetByText("It is held for you for 0")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Checkout" }).ClickAsync();
            await FillAsync(page, email: null);
            await PayAsync(page, "A card that is charged");
            await Expect(page.GetByText("Thank you.")).ToBeVisibleAsync();
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/c/coffee")]
    [InlineData("/search?q=tea%20%26%20toast&category=kitchen&vendor=Harbour%20Works")]
    [InlineData("/p/harbour-espresso")]
    public async Task What_a_page_shows_is_asked_for_once_and_before_its_scripts_run(string path)
    {
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync(path);
        await AssertAskedOnceAsync(page);
    }

    [Fact]
    public async Task What_somebody_wrote_is_shown_as_he_wrote_it_and_never_run()
    {
        const string hostile = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
        var (_, handle) = await Shop.NewProductAsync(title: hostile);
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await AddAsync(page, handle);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(hostile);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(hostile);
        await page.GotoAsync($"/search?q={Uri.EscapeDataString(hostile)}");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(hostile);
        Assert.NotEqual("run", await page.TitleAsync());
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1_440)]
    public async Task Every_page_can_be_used_by_everybody(int width)
    {
        var (sku, handle) = await Shop.NewProductAsync(units: 3, title: "Ash chopping board");
        var order = (string)(await Shop.CompleteAsync(await Shop.NewReadyCartAsync(sku))).Expect(HttpStatusCode.Created)["id"]!;
        var drop = (await Shop.AsOperator.PostAsync("/v1/admin/drops", new
        {
            title = "Usable", sku = (await Shop.NewProductAsync()).Sku, units = 5, opens_at = "2020-01-01T00:00:00Z",
        }, Key())).Expect(HttpStatusCode.Created);
        await using var ada = await Browser.SomebodyAsync(width);
        var page = await ada.NewPageAsync();
        foreach (var (path, name) in new[]
        {
            ("/", "home"), ("/c/coffee", "category"), ("/search?q=tea", "search"), ("/search?q=zzzzzz", "nothing"), ("/p/harbour-espresso", "product"),
            ("/checkout", "empty"), ("/orders", "look-up"), ($"/orders/{order}", "order"), ("/p/nothing-of-the-kind", "missing"),
            ("/register", "register"), ("/account", "guest"), ("/verify-email?email=a%40example.org&code=x", "verify"),
            ("/reset-password?email=a%40example.org&code=x", "reset"), ("/pay/return", "returned"), ($"/drops/{drop["id"]}", "drop"),
            ("/nothing/of-the-kind", "nowhere"),
        })
        {
            await page.GotoAsync(path);
            await AssertUsableAsync(page, name, width);
        }

        await AddAsync(page, handle);
        await AssertUsableAsync(page, "cart", width);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Checkout" }).ClickAsync();
        await FillAsync(page);
        await AssertUsableAsync(page, "checkout", width);
    }

    [Fact]
    public async Task The_shop_opens_without_a_connection_and_says_so()
    {
        await using var ada = await Browser.SomebodyAsync();
        var page = await ada.NewPageAsync();
        await page.GotoAsync("/");
        await Shop.EventuallyAsync(() => page.EvaluateAsync<bool>("navigator.serviceWorker.controller !== null"));

        // Once more, through what has just been installed.
        await page.GotoAsync("/p/harbour-espresso");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" })).ToBeVisibleAsync();

        await ada.SetOfflineAsync(true);
        await page.GotoAsync("/p/tide-notebook");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You are offline.");
    }

    [Fact]
    public async Task What_a_file_is_named_by_never_changes_and_comes_compressed()
    {
        var script = Directory.EnumerateFiles(Path.Combine(Repository.Root, "api", "wwwroot", "storefront", "assets"), "index-*.js").First();
        var path = $"/storefront/assets/{Path.GetFileName(script)}";
        using var answer = await Shop.RawAsync(HttpMethod.Get, path, ("Accept-Encoding", "gzip;q=0.5, br"));
        using var plain = await Shop.RawAsync(HttpMethod.Get, path, ("Accept-Encoding", "br;q=0"));

        Assert.Equal("br", Assert.Single(answer.Content.Headers.ContentEncoding));
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.True(plain.Content.Headers.ContentLength > answer.Content.Headers.ContentLength);
    }

    [GeneratedRegex("[Ee]spresso")]
    private static partial Regex Espresso();

    [GeneratedRegex("^Not only ")]
    private static partial Regex NotOnly();

    [GeneratedRegex("^Order ")]
    private static partial Regex OrderLink();

    [GeneratedRegex("[A-Z0-9]{8}$")]
    private static partial Regex Number();
}
