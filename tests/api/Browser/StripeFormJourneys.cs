using System.Net;
using System.Text;
using Commerce.Payments;
using Microsoft.Playwright;
using static Commerce.Browser.Pages;
using static Microsoft.Playwright.Assertions;

namespace Commerce.Browser;

/// <summary>
/// The checkout with Stripe's form: its library is the real one, the script that this loads from Stripe and Stripe itself are
/// played, since nobody may load them from elsewhere.
/// </summary>
public sealed class StripeFormJourneys(ShopBrowser browser) : BrowserJourneys(browser)
{
    // As much of Stripe.js as is documented for a payment whose method is made before its intent.
    private const string Script = """
        window.Stripe = () => {
            const card = () => document.querySelector('[name=card]');
            return {
                _registerWrapper() {}, registerAppInfo() {},
                elements: options => {
                    document.title = `${options.mode} ${options.amount} ${options.currency}`;
                    return {
                        create: () => ({ mount: place => { place.innerHTML = '<label>Card number <input name="card"></label>'; } }),
                        getElement: () => null,
                        update: changed => { document.title = `${options.mode} ${changed.amount} ${changed.currency}`; },
                        submit: async () => card().value ? {} : { error: { message: 'incomplete' } },
                    };
                },
                createPaymentMethod: async () => ({ paymentMethod: { id: card().value } }),
            };
        };
        """;

    [Fact]
    public async Task A_shopper_pays_by_Stripes_form_after_a_mistake_a_decline_and_a_question_of_his_bank()
    {
        await using var stripe = StripeStub.Start();
        var shop = new RunningShop
        {
            Settings =
            [
                ("Payments__Gateway", "Stripe"), ("Stripe__SecretKey", StripeStub.SecretKey), ("Stripe__PublishableKey", "pk_test_0123456789"),
                ("Stripe__ApiBase", stripe.Address.ToString()), ("Stripe__WebhookSecret", StripeStub.WebhookSecret),
                ("Stripe__ReturnUrl", "http://localhost:{port}/pay/return"),
            ],
        };
        await shop.InitializeAsync();
        try
        {
            await BuyAsync(shop, stripe);
        }
        finally
        {
            await shop.DisposeAsync();
        }

        Assert.Empty(stripe.Violations);
    }

    private async Task BuyAsync(RunningShop shop, StripeStub stripe)
    {
        var (_, handle) = await shop.NewProductAsync();
        await using var ada = await Browser.SomebodyAsync(at: shop);
        var page = await ada.NewPageAsync();
        await page.RouteAsync("https://js.stripe.com/**", route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = Script }));
        await AddAsync(page, handle);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Checkout" }).ClickAsync();
        await FillAsync(page);
        await Expect(page).ToHaveTitleAsync("payment 1395 gbp");
        await Expect(page.GetByText("A card that is charged")).ToHaveCountAsync(0);

        await PayAsync("");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Look at what you typed about the card.");
        await PayAsync("pm_card_chargeDeclined");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The card was declined");

        // The bank's page: yes, which Stripe tells the shop by itself, and back.
        await page.RouteAsync("https://hooks.stripe.test/**", async route =>
        {
            var intent = stripe.Do(books => books.Intents.Single(asked => asked.Status == "requires_action").Id);
            stripe.Do(books => books.Approve(intent));
            var (body, signature) = stripe.Event("payment_intent.amount_capturable_updated", intent);
            using var told = new StringContent(body, Encoding.UTF8, "application/json");
            Assert.Equal(HttpStatusCode.OK, (await shop.SendAsync(HttpMethod.Post, "/v1/hooks/stripe", told, ("Stripe-Signature", signature))).Status);
            await route.FulfillAsync(new()
            {
                ContentType = "text/html",
                Body = $"<meta http-equiv=refresh content='0;url=http://localhost:{shop.Address.Port}/pay/return?payment_intent={intent}&redirect_status=succeeded'>",
            });
        });
        await PayAsync("pm_card_authenticationRequired");

        await Expect(page.GetByText("Thank you. Your order is placed.")).ToBeVisibleAsync();

        async Task PayAsync(string card)
        {
            await page.GetByLabel("Card number").FillAsync(card);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = Pay() }).ClickAsync();
        }
    }
}
