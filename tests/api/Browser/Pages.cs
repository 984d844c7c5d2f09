using System.Net;
using System.Text.RegularExpressions;
using Commerce.Identity;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>What people do on the pages, in a line each.</summary>
internal static partial class Pages
{
    public static async Task AddAsync(IPage page, string handle)
    {
        await page.GotoAsync($"/p/{handle}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).Locator("output")).ToHaveTextAsync("1");
    }

    /// <summary>Says who and where one is, and how it is sent.</summary>
    /// <param name="email">Null: that has been said.</param>
    public static async Task FillAsync(IPage page, string? email = "ada@example.org")
    {
        if (email is not null)
        {
            await page.GetByLabel("E-mail").FillAsync(email);
        }

        foreach (var (label, text) in new[]
        {
            ("First name", "Ada"), ("Last name", "Lovelace"),
            ("Street and number", "12 St James's Square"), ("Postcode", "SW1Y 4JH"), ("Town", "London"),
        })
        {
            await page.GetByLabel(label).FillAsync(text);
        }

        await page.GetByLabel("Country").SelectOptionAsync("GB");
        await page.GetByRole(AriaRole.Button, new() { Name = "On to delivery" }).ClickAsync();
        await page.GetByText("Standard delivery").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = Pay() })).ToBeVisibleAsync();
    }

    public static async Task PayAsync(IPage page, string method)
    {
        await page.GetByText(method).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Pay() }).ClickAsync();
    }

    /// <summary>Waits until what the page is about is on it.</summary>
    public static async Task ThereAsync(IPage page)
    {
        await Expect(page.GetByRole(AriaRole.Main)).Not.ToContainTextAsync("Loading…");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
    }

    /// <summary>What axe finds wrong by WCAG 2.2 AA, and whether one has to scroll sideways.</summary>
    public static async Task AssertUsableAsync(IPage page, string name, int width)
    {
        await ThereAsync(page);
        await page.ScreenshotAsync(new() { Path = Path.Combine(ShopBrowser.Pictures, $"{name}-{width}.png"), FullPage = true });
        await page.EvaluateAsync(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "api", "storefront", "node_modules", "axe-core", "axe.min.js")));
        var faults = await page.EvaluateAsync<string[]>("""
            async () => (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations
                .map(fault => `${fault.id}: ${fault.nodes.map(node => node.html).join(' ')}`)
            """);
        Assert.Empty(faults.Select(fault => $"{name}: {fault}"));
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{name} is too wide.");
    }

    /// <summary>No page runs more than 120 KB of script, as it comes over the line.</summary>
    public static async Task AssertSmallAsync(IPage page) => Assert.InRange(
        await page.EvaluateAsync<int>(
            "performance.getEntriesByType('resource').filter(each => each.name.endsWith('.js')).reduce((sum, each) => sum + each.encodedBodySize, 0)"),
        1,
        120 * 1_024);

    /// <summary>What a page of the catalogue shows is asked for by the page's own link, and by nobody once more.</summary>
    public static async Task AssertAskedOnceAsync(IPage page)
    {
        await ThereAsync(page);
        Assert.Equal(["link"], await page.EvaluateAsync<string[]>(
            "performance.getEntriesByType('resource').filter(each => /v1.products(?!.*availability)/.test(each.name)).map(each => each.initiatorType)"));
    }

    /// <summary>Registers on the pages and proves the address.</summary>
    public static async Task RegisterAsync(IPage page, RunningShop shop, string email)
    {
        await page.GotoAsync("/register");
        await page.GetByRole(AriaRole.Form, new() { Name = "Create an account" }).GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password, 12 characters").FillAsync(SignInShop.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create an account" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("We have just written to you");
        string? code = null;
        await shop.EventuallyAsync(() => Task.FromResult((code = SignInShop.FindCode(shop.Mails, email, "verify-email")) is not null));
        await page.GotoAsync($"/verify-email?email={Uri.EscapeDataString(email)}&code={code}");
        await Expect(page.GetByText("The address is yours")).ToBeVisibleAsync();
    }

    /// <summary>Signs in on the page that asks who it is.</summary>
    public static async Task SignInAsync(IPage page, string email)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(SignInShop.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    /// <summary>Somebody who has an account with a role and is signed in to the console.</summary>
    public static async Task<IPage> OperatorAsync(IBrowserContext context, RunningShop shop, string role)
    {
        var page = await context.NewPageAsync();
        var email = $"{Shopping.NewName()}@example.org";
        await RegisterAsync(page, shop, email);
        var account = (await shop.AsOperator.GetAsync($"/v1/admin/accounts?email={Uri.EscapeDataString(email)}"))
            .Expect(HttpStatusCode.OK)["data"]![0]!["id"];
        (await shop.AsOperator.PutAsync($"/v1/admin/accounts/{account}/roles", new { roles = new[] { role } })).Expect(HttpStatusCode.OK);
        await page.GotoAsync("/admin");
        await SignInAsync(page, email);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Orders");
        return page;
    }

    /// <summary>Opens an area of the console.</summary>
    public static async Task AreaAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
    }

    [GeneratedRegex("^Pay ")]
    public static partial Regex Pay();
}
