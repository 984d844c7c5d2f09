using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Commerce.Shopping;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>
/// The pages with what a shop has after some years: titles and addresses that do not end, many lines, several parcels, and a
/// language of long words, by day and by night.
/// </summary>
public sealed class LongWordJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    private const string Title = "Handgedrechselte Olivenholzpfeffermühlensammlerausgabe mit Keramikmahlwerk und austauschbarer Geschmacksrichtungsbeschriftung";
    private const string Email = "ada.lovelace-von-und-zu-hohenschwangau@forschungsinstitut-fuer-rechenmaschinen.example.org";

    private static readonly object s_home = new
    {
        first_name = "Maximiliane-Alexandrina", last_name = "von Hohenschwangau-Sigmaringendorf",
        line1 = "Donaudampfschifffahrtsgesellschaftskapitänsstraße 1234a", line2 = "Hinterhaus, dritter Stock links", city = "Mönchengladbach-Rheindahlen",
        postal_code = "41179", country = "DE",
    };

    [Theory]
    [InlineData(390, false)]
    [InlineData(390, true)]
    [InlineData(1_440, false)]
    [InlineData(1_440, true)]
    public async Task Whatever_is_long_fits(int width, bool isDark)
    {
        var look = isDark ? "long-dark" : "long";
        var (skus, handle, code) = await StockAsync();
        var order = await SendAsync(await BuyAsync(skus, code));
        var cart = await CartAsync(skus, code);
        var drop = await DropAsync(skus[0]);
        await using var ada = await Browser.SomebodyAsync(width, "de-DE", isDark: isDark);
        var page = await ada.NewPageAsync();
        await page.GotoAsync("/");
        await page.EvaluateAsync("id => localStorage.setItem('cart-EUR', id)", cart.Split('/')[^1]);
        foreach (var (path, name, shown) in new[]
        {
            ("/", "home", "Alles"), ($"/search?q={skus[0]}", "search", Title), ($"/p/{handle}", "product", "In den Warenkorb"), ("/checkout", "checkout", "European delivery"),
            ($"/orders/{order}", "order", "Ein Teil ist unterwegs."), ($"/drops/{drop}", "drop", "Anstellen"), ("/register", "register", "Konto anlegen"),
            ("/p/nothing", "missing", "gibt es nicht mehr"), ("/search?q=zzzzzz", "nothing", "Zum Laden"), ("/c/nothing", "bare", "Hier ist gerade nichts."),
        })
        {
            await page.GotoAsync(path);
            await Expect(page.GetByText(shown).First).ToBeVisibleAsync();
            await AssertUsableAsync(page, $"{look}-{name}", width);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Warenkorb" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(skus.Count);
        await AssertUsableAsync(page, $"{look}-drawer", width);
    }

    [Theory]
    [InlineData(390, false)]
    [InlineData(1_440, true)]
    public async Task Whatever_is_long_fits_on_the_pages_of_an_account_and_in_the_console(int width, bool isDark)
    {
        var look = isDark ? "long-dark" : "long";
        var (skus, _, code) = await StockAsync();
        var order = await SendAsync(await BuyAsync(skus, code));
        await DropAsync(skus[0]);
        await using var context = await Browser.SomebodyAsync(width, isDark: isDark);
        var page = await OperatorAsync(context, Shop, "administrator");
        foreach (var (path, name, shown) in new[]
        {
            ("", "orders", "partially fulfilled"), ($"orders/{order}", "order", "order.fulfillment_recorded"), ("products", "products", "Stock"), ("drops", "drops", Title),
            ("promotions", "promotions", code), ("customers", "customers", "E-mail"),
        })
        {
            await page.GotoAsync($"/admin/{path}");
            await Expect(page.GetByText(shown).First).ToBeAttachedAsync();
            await AssertUsableAsync(page, $"{look}-console-{name}", width);
        }

        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByText("Keep another address").ClickAsync();
        await AssertUsableAsync(page, $"{look}-account", width);
    }

    /// <summary>Eight products of which one hears no end, and a promotion on all of them.</summary>
    private async Task<(IReadOnlyList<string> Skus, string Handle, string Code)> StockAsync()
    {
        var name = NewName();
        var skus = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            var sku = $"{name}-{i}-OLIVENHOLZPFEFFERMUEHLE-XXL".ToUpperInvariant();
            (await Shop.AsOperator.PostAsync("/v1/admin/products", new
            {
                title = i % 2 == 0 ? Title : "Tasse", handle = $"{name}-{i}", status = "active", vendor = "Drechslereigenossenschaft Oberammergau-Unterammergau",
                description = string.Join("\n\n", Enumerable.Repeat("Gedrechselt von Hand, aus einem Stück, und mit Leinöl geölt. Jede Mühle ist ein Einzelstück.", 3)),
                options = new[] { "Größe" },
                variants = new[]
                {
                    new { sku, options = new Dictionary<string, string> { ["Größe"] = "Übergroße Familienpackung" }, prices = Prices(129_900 + i) },
                    new { sku = $"{sku}-2", options = new Dictionary<string, string> { ["Größe"] = "Kleinstmöglichstausführung" }, prices = Prices(99_900) },
                },
            })).Expect(HttpStatusCode.Created);
            (await Shop.AsOperator.PostAsync($"/v1/admin/stock/{sku}/receipts", new { location = "leeds", quantity = 20 }, Key())).Expect(HttpStatusCode.OK);
            skus.Add(sku);
        }

        var code = $"FRÜHJAHRSSONDERNACHLASS-{name}".ToUpperInvariant().Replace("Ü", "UE", StringComparison.Ordinal);
        (await Shop.AsOperator.PostAsync("/v1/admin/promotions", new
        {
            title = "Frühjahrssondernachlass für treue Pfeffermühlensammler", code, status = "active", action = new { kind = "percentage", percent = 10 },
        })).Expect(HttpStatusCode.Created);
        await Shop.EventuallyAsync(async () => (await Shop.GetAsync($"/v1/products/{name}-7")).Status == HttpStatusCode.OK);
        return (skus, $"{name}-0", code);

        static object[] Prices(int cents) => [new { amount = cents, currency = "EUR" }, new { amount = cents - 1_000, currency = "GBP" }];
    }

    private async Task<string> CartAsync(IReadOnlyList<string> skus, string code)
    {
        var cart = await Shop.NewCartAsync("EUR");
        foreach (var sku in skus)
        {
            (await Shop.PutAsync($"{cart}/lines/{sku}", new { quantity = 2 })).Expect(HttpStatusCode.OK);
        }

        (await Shop.PatchAsync(cart, new { email = Email, shipping_address = s_home })).Expect(HttpStatusCode.OK);
        (await Shop.PutAsync($"{cart}/shipping-option", new { id = "standard" })).Expect(HttpStatusCode.OK);
        (await Shop.PostAsync($"{cart}/codes", new { code }, Key())).Expect(HttpStatusCode.OK);
        return cart;
    }

    private async Task<JsonNode> BuyAsync(IReadOnlyList<string> skus, string code) =>
        (await Shop.CompleteAsync(await CartAsync(skus, code))).Expect(HttpStatusCode.Created);

    /// <summary>In parcels of one product each, of which the first has arrived; the last two are not sent yet.</summary>
    private async Task<string> SendAsync(JsonNode order)
    {
        JsonNode? sending = null;
        await Shop.EventuallyAsync(async () => (sending = (await Shop.AsOperator.GetAsync(
            $"/v1/admin/fulfillment-orders?order_id={order["id"]}")).Body!["data"]!.AsArray().FirstOrDefault()) is not null);
        var parcels = $"/v1/admin/fulfillment-orders/{sending!["id"]}/fulfillments";
        foreach (var line in order["lines"]!.AsArray().SkipLast(2))
        {
            (await Shop.AsOperator.PostAsync(parcels, new
            {
                lines = new[] { new { sku = (string)line!["sku"]!, quantity = 2 } },
                tracking = new { carrier = "Deutsche Post DHL Paket International", number = "JJD000390007827281930012345678901234", url = "https://example.org/JJD000390007827281930012345678901234" },
            }, Key())).Expect(HttpStatusCode.Created);
        }

        (await Shop.AsOperator.PostAsync($"{parcels}/{sending["id"]}.1/delivery", new { }, Key())).Expect(HttpStatusCode.OK);
        await Shop.EventuallyAsync(async () =>
            (await Shop.GetAsync($"/v1/orders/{order["id"]}")).Body!["fulfillments"]!.AsArray() is { Count: 6 } sent && sent.Any(parcel => parcel!["delivered_at"] is not null));
        return (string)order["id"]!;
    }

    private async Task<string> DropAsync(string sku) => (string)(await Shop.AsOperator.PostAsync(
        "/v1/admin/drops", new { title = Title, sku, units = 2, opens_at = DateTimeOffset.UtcNow, hold_seconds = 600 }, Key())).Expect(HttpStatusCode.Created)["id"]!;
}
