using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>The pages in the languages and currencies that people have.</summary>
public sealed class LanguageJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    [Fact]
    public async Task Whoever_speaks_German_and_pays_in_euros_is_understood()
    {
        var (_, handle) = await Shop.NewProductAsync(amount: 123_456_705, currencies: ["GBP", "EUR"]);
        await using var ada = await Browser.SomebodyAsync(width: 1_440, language: "de-DE");
        var page = await ada.NewPageAsync();
        await page.GotoAsync($"/p/{handle}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "In den Warenkorb" })).ToBeVisibleAsync();
        await PricedAsync("de-DE", "EUR");

        await page.GetByLabel("Währung").SelectOptionAsync("GBP");
        await PricedAsync("de-DE", "GBP");

        await page.GetByLabel("Sprache").SelectOptionAsync("en");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add to cart" })).ToBeVisibleAsync();
        await PricedAsync("en-GB", "GBP");

        await page.GetByLabel("Currency").SelectOptionAsync("EUR");
        await PricedAsync("en-GB", "EUR");

        async Task PricedAsync(string language, string currency) => await Expect(page.Locator(".price.big")).ToHaveTextAsync(
            await page.EvaluateAsync<string>($"Intl.NumberFormat('{language}', {{ style: 'currency', currency: '{currency}' }}).format(1234567.05)"));
    }

    [Fact]
    public async Task Whoever_signs_in_is_asked_in_the_language_he_chose_in_the_shop()
    {
        await using var ada = await Browser.SomebodyAsync(language: "de-DE");
        var page = await ada.NewPageAsync();
        await page.GotoAsync("/sign-in/index.html");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Anmelden");
        await page.GetByLabel("E-Mail", new() { Exact = true }).FillAsync("nobody@example.org");
        await page.GetByLabel("Passwort", new() { Exact = true }).FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Anmelden", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Kein Konto hat diese Adresse");
        await AssertUsableAsync(page, "sign-in-german", 390);

        await page.GotoAsync("/");
        await page.GetByLabel("Sprache").SelectOptionAsync("en");
        await page.GotoAsync("/sign-in/index.html");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
    }
}
