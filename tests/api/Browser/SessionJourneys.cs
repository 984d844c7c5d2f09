using System.Net;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

public sealed class SessionJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task Whoever_has_lost_his_phone_signs_it_out_from_his_desk()
    {
        var email = $"{NewName()}@example.org";
        await using var pocket = await Browser.SomebodyAsync(width: 390);
        await using var desk = await Browser.SomebodyAsync(width: 1_440);
        var phone = await pocket.NewPageAsync();
        var computer = await desk.NewPageAsync();
        await RegisterAsync(phone, Shop, email);
        foreach (var page in new[] { phone, computer })
        {
            await page.GotoAsync("/account");
            await SignInAsync(page, email);
            await Expect(Sessions(page, "Where you are signed in").GetByText("This is where you are now.")).ToBeVisibleAsync();
        }

        await Expect(Sessions(computer, "Where you are signed in").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await Expect(Sessions(computer, "Where you are signed in").GetByText("Chrome on Linux, shop")).ToHaveCountAsync(2);
        await AssertUsableAsync(computer, "sessions", 1_440);
        await computer.GetByRole(AriaRole.Button, new() { Name = "Sign out there: Chrome on Linux" }).ClickAsync();
        await Expect(Sessions(computer, "Where you are signed in").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);

        // Whoever has found it can do nothing with it, and to go on he needs the password.
        await phone.GetByRole(AriaRole.Button, new() { Name = "Agree: News by e-mail" }).ClickAsync();
        await Expect(phone.GetByRole(AriaRole.Alert)).ToHaveTextAsync("You are signed out. Sign in again to go on.");
        await AssertUsableAsync(phone, "signed-out", 390);
        await SignInAsync(phone, email);
        await Expect(phone.GetByText("News by e-mail: no")).ToBeVisibleAsync();

        await phone.GetByLabel("Language").SelectOptionAsync("de");
        await Expect(Sessions(phone, "Wo Sie angemeldet sind").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await AssertUsableAsync(phone, "sessions-de", 390);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Überall sonst abmelden" }).ClickAsync();
        await Expect(Sessions(phone, "Wo Sie angemeldet sind").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await computer.ReloadAsync();
        await Expect(computer.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await phone.ReloadAsync();
        await Expect(Sessions(phone, "Wo Sie angemeldet sind").GetByText("Hier sind Sie gerade.")).ToBeVisibleAsync();

        // To look at goods nobody needs his rights.
        await phone.GotoAsync("/p/harbour-espresso");
        await AssertAskedOnceAsync(phone);
    }

    [Fact]
    public async Task What_somebody_put_into_his_carts_on_two_devices_is_in_one_once_he_is_known_on_both()
    {
        var (email, handles) = ($"{NewName()}@example.org", new[] { (await Shop.NewProductAsync()).Handle, (await Shop.NewProductAsync()).Handle });
        await using var pocket = await Browser.SomebodyAsync(width: 390);
        await using var desk = await Browser.SomebodyAsync(width: 1_440);
        await using var sofa = await Browser.SomebodyAsync(width: 1_440);
        var (phone, computer, tablet) = (await pocket.NewPageAsync(), await desk.NewPageAsync(), await sofa.NewPageAsync());
        await RegisterAsync(phone, Shop, email);

        // What he put there as a guest is his once he is known.
        await AddAsync(phone, handles[0]);
        await phone.GotoAsync("/account");
        await SignInAsync(phone, email);
        await Expect(phone.GetByText("You have not ordered anything yet.")).ToBeVisibleAsync();
        await AddAsync(computer, handles[1]);
        var mine = await phone.EvaluateAsync<string>("localStorage.getItem('cart-GBP')");

        // Whose cart it is, is read from the journal.
        var token = await phone.EvaluateAsync<string>("JSON.parse(localStorage.getItem(Object.keys(localStorage).find(key => key.startsWith('oidc.user')))).access_token");
        await Shop.EventuallyAsync(async () => (await Shop.With(new("Bearer", token)).GetAsync("/v1/me/carts")).Expect(HttpStatusCode.OK)["data"]!.AsArray() is [{ } one]
            && (string?)one["id"] == mine);

        await computer.GotoAsync("/account");
        await SignInAsync(computer, email);
        await Expect(computer.GetByRole(AriaRole.Button, new() { Name = "Cart 2 items" })).ToBeVisibleAsync();
        await Expect(phone.GetByRole(AriaRole.Button, new() { Name = "Cart 2 items" })).ToBeVisibleAsync();
        var together = await computer.EvaluateAsync<string>("localStorage.getItem('cart-GBP')");
        Assert.Equal(together, await phone.EvaluateAsync<string>("localStorage.getItem('cart-GBP')"));
        await Shop.EventuallyAsync(async () => (await Shop.With(new("Bearer", token)).GetAsync("/v1/me/carts")).Expect(HttpStatusCode.OK)["data"]!.AsArray() is [{ } one]
            && (string?)one["id"] == together);

        await tablet.GotoAsync("/account");
        await SignInAsync(tablet, email);
        await Expect(tablet.GetByRole(AriaRole.Button, new() { Name = "Cart 2 items" })).ToBeVisibleAsync();
        Assert.Equal(together, await tablet.EvaluateAsync<string>("localStorage.getItem('cart-GBP')"));
    }

    [Fact]
    public async Task An_operator_whose_sign_in_was_ended_elsewhere_is_asked_again()
    {
        await using var context = await Browser.SomebodyAsync(width: 1_440);
        var page = await OperatorAsync(context, Shop, "support");
        var account = await context.NewPageAsync();
        await account.GotoAsync("/account");
        await account.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await account.GetByRole(AriaRole.Button, new() { Name = "Sign out there: Chrome on Linux, console" }).ClickAsync();
        await Expect(Sessions(account, "Where you are signed in").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Customers" }).ClickAsync();
        await page.GetByLabel("E-mail").FillAsync("ada@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("You are signed out. Sign in again to go on.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    private static ILocator Sessions(IPage page, string name) => page.GetByRole(AriaRole.Region, new() { Name = name });
}
