using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Checkout;
using Commerce.Orders;
using Commerce.Shipping;
using Commerce.Tax;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Pricing;

public sealed class CartPricingTests(OutsideCluster cluster) : IClassFixture<OutsideCluster>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly IGrainFactory _grains = cluster.Grains;

    [Fact]
    public async Task A_sale_counts_until_it_ends_and_the_price_that_changed_is_told_once_before_it_is_charged()
    {
        var sku = await _grains.NewSkuAsync(units: 10);
        await PutAsync(new("autumn", "Autumn", PriceListKind.Sale, [new(sku, Gbp(799))]), sku);
        var cart = await _grains.NewCartAsync((sku, 3));

        var view = (await _grains.GetCart(cart).Read(Cancellation)).Required;
        var told = (await _grains.GetCart(cart).Explain(Cancellation)).Required;
        Assert.True((await _grains.GetPriceLists().Remove("autumn")).IsAccepted);
        await Eventually.TrueAsync(async () => await _grains.GetPriceBook().Find(sku, Shop.Gbp) is null);
        var changed = await _grains.BuyAsync(cart);
        var bought = await _grains.BuyAsync(cart);

        var line = Assert.Single(view.Lines);
        Assert.Equal(
            (Gbp(799), Gbp(899), Gbp(899), "autumn", Gbp(2397)), (line.UnitPrice, line.ListPrice, line.CompareAt, line.PriceList, line.Total));
        Assert.Equal([899L, -100, 1598, 0], Assert.Single(told.Lines).Steps.Select(step => step.Adds.MinorUnits));
        Assert.Equal("price_changed", changed.Rejection!.Code);
        var order = bought.Required.Order!;
        Assert.Equal((Gbp(899), null, Gbp(2697 + 395)), (order.Lines[0].UnitPrice, order.Lines[0].PriceList, order.Totals.Total));
        Assert.Equal(order.Totals.Total, order.Paid);
    }

    [Fact]
    public async Task What_is_charged_is_what_was_agreed_to_also_when_the_cart_is_frozen_a_second_time()
    {
        var cart = await _grains.NewCartAsync((await _grains.NewSkuAsync(units: 10), 1));
        var agreed = Gbp(899 + 395);
        Assert.True((await _grains.GetCart(cart).Freeze(new(1, ExpectedTotal: agreed), Cancellation)).IsAccepted);

        // The answer is lost with its silo, and until it is asked for again the way there costs more.
        await cluster.ForgetAsync(_grains.GetCart(cart));
        await _grains.GetShippingZones().Replace([new("All", ["*"], [new("standard", "Standard", [new(495, Shop.Gbp)], [], 2, 4)])]);
        var refused = await _grains.GetCheckout(cart).Complete(new("pm_card_visa", ExpectedTotal: agreed), new("one"));
        var open = (await _grains.GetCart(cart).Read(Cancellation)).Required;
        var bought = await _grains.GetCheckout(cart).Complete(new("pm_card_visa", ExpectedTotal: Gbp(899 + 495)), new("two"));

        Assert.Equal(("price_changed", CartStatus.Active), (refused.Rejection?.Code, open.Status));
        Assert.Equal(Gbp(899 + 495), bought.Required.Order!.Paid);
    }

    [Fact]
    public async Task A_customer_group_has_its_prices_from_its_quantities_on_and_the_order_keeps_them()
    {
        var sku = await _grains.NewSkuAsync(units: 20);
        await PutAsync(new("trade", "Trade", PriceListKind.Contract, [new(sku, Gbp(850)), new(sku, Gbp(700), 10)], Group: "trade"), sku);
        var id = await _grains.NewCartAsync((sku, 9));
        var cart = _grains.GetCart(id);

        var anybody = (await cart.Read(Cancellation)).Required;
        var few = (await cart.SetBuyer(new(new(true, "trade"), default, default), CommandHeader.None)).Required;
        var many = (await cart.SetLine(new(sku, 10), CommandHeader.None)).Required;
        await cluster.ForgetAsync(cart);
        var order = (await _grains.BuyAsync(id)).Required.Order!;

        Assert.Equal([899L, 850, 700], new[] { anybody, few, many }.Select(view => view.Lines[0].UnitPrice.MinorUnits));
        Assert.Equal(("trade", 7000L, "trade"), (order.Lines[0].PriceList, order.Totals.Items.MinorUnits, order.Buyer!.Group));
    }

    [Fact]
    public async Task What_cannot_be_said_about_a_buyer_is_refused()
    {
        // Before there is something to sell there is no way to ship it.
        await _grains.NewSkuAsync(units: 1);
        var cart = _grains.GetCart(await _grains.NewCartAsync());

        var wrong = await cart.SetBuyer(new(new(true, "Trade!"), new(true, "DE1"), new(true, " ")), CommandHeader.None);

        Assert.Equal(["/group", "/exemption", "/vat_id"], wrong.Rejection!.Errors.Select(error => error.Pointer));
        Assert.Null((await cart.Read(Cancellation)).Required.Buyer);
    }

    [Fact]
    public async Task An_exempt_buyer_pays_the_net_and_the_order_says_why()
    {
        var sku = await _grains.NewSkuAsync(units: 10);
        var cart = await _grains.NewCartAsync((sku, 2));

        await _grains.GetCart(cart).SetBuyer(new(default, default, new(true, "Charity 1234567")), CommandHeader.None);
        var order = (await _grains.BuyAsync(cart)).Required.Order!;

        Assert.Equal((Gbp(0), Gbp(300 + 66), Gbp(1798 + 395 - 366)), (order.Totals.Tax, order.Totals.TaxRelief, order.Totals.Total));
        Assert.Equal(("exempt", "Charity 1234567", order.Totals.Total), (order.TaxFree, order.Buyer!.Exemption, order.Paid));
    }

    [Fact]
    public async Task Goods_that_are_picked_up_need_a_contact_and_no_shipping_address()
    {
        var sku = await _grains.NewSkuAsync(units: 10);
        await _grains.GetShippingZones().Replace([new("All", ["*"],
        [
            new("standard", "Standard", [Gbp(395)], [], 2, 4),
            new("counter", "Berlin counter", [Gbp(100)], [], 0, 1, Pickup: new(Shop.Main, "DE", null, "10115")),
        ])]);
        var id = EntityId.New<CartId>(DateTimeOffset.UtcNow);
        var cart = _grains.GetCart(id);
        await cart.Create(Shop.Gbp, CommandHeader.None);
        await cart.SetLine(new(sku, 1), CommandHeader.None);
        await cart.Update(new(new(true, "ada@example.org"), default, default), CommandHeader.None);

        var options = (await cart.ShippingOptions(Cancellation)).Required;
        var chosen = (await cart.ChooseShipping("counter", CommandHeader.None)).Required;
        await cart.Update(new(default, default, new(true, Shop.London)), CommandHeader.None);
        var order = (await _grains.BuyAsync(id)).Required.Order!;

        Assert.Equal("counter", Assert.Single(options).Id);
        Assert.Equal(["contact_missing"], chosen.Problems.Select(problem => problem.Code));
        Assert.Equal((Shop.London, Shop.Main), (order.ShippingAddress, order.ShippingOption.Pickup!.Location));

        // 19 % as in Berlin, where the goods are handed over, on 8.99 and on 1.00.
        Assert.Equal(144 + 16, order.Totals.Tax.MinorUnits);
    }

    [Theory]
    [InlineData("good", 179 + 39, null)]
    [InlineData("slow", 300 + 66, "tax_provider_unavailable")]
    [InlineData("deaf", 300 + 66, "tax_provider_unavailable")]
    [InlineData("failing", 300 + 66, "tax_provider_unavailable")]
    [InlineData("wrong", 300 + 66, "tax_provider_wrong")]
    public async Task An_external_tax_service_counts_while_it_is_well_and_never_stops_a_sale(string mood, long tax, string? note)
    {
        var sku = await _grains.NewSkuAsync(units: 10);
        cluster.Outside.Tempers[sku] = mood;

        var cart = await _grains.NewCartAsync((sku, 2));
        var view = (await _grains.GetCart(cart).Read(Cancellation)).Required;
        var told = (await _grains.GetCart(cart).Explain(Cancellation)).Required;
        var order = (await _grains.BuyAsync(cart)).Required.Order!;

        Assert.Equal((tax, tax), (view.Totals.Tax.MinorUnits, order.Totals.Tax.MinorUnits));
        Assert.Equal(note, told.Notes.SingleOrDefault()?.Code);
        Assert.Equal(view.Totals.Total, told.Totals.Result);
        Assert.Equal(view.Totals, order.Totals);
    }

    [Theory]
    [InlineData("good", 777, null)]
    [InlineData("failing", 500, "carrier_unavailable")]
    public async Task A_carriers_price_counts_while_he_answers_and_the_rates_own_otherwise(string mood, long price, string? note)
    {
        var sku = await _grains.NewSkuAsync(units: 10);
        await _grains.GetShippingZones().Replace([new("All", ["*"],
            [new("standard", "Standard", [], [], 2, 4, WeightBands: [new(499, [Gbp(100)]), new(null, [Gbp(500)])], Carrier: mood)])]);

        var cart = await _grains.NewCartAsync((sku, 2));
        var told = (await _grains.GetCart(cart).Explain(Cancellation)).Required;
        var order = (await _grains.BuyAsync(cart)).Required.Order!;

        Assert.Equal((price, price), (told.Shipping.Result.MinorUnits, order.Totals.Shipping.MinorUnits));
        Assert.Equal(note, told.Notes.SingleOrDefault(told => told.Code.StartsWith("carrier", StringComparison.Ordinal))?.Code);
    }

    private async Task PutAsync(PriceList list, Sku sku)
    {
        Assert.True((await _grains.GetPriceLists().Put(list)).IsAccepted);
        await Eventually.TrueAsync(async () => await _grains.GetPriceBook().Find(sku, Shop.Gbp) is not null);
    }

    private static Money Gbp(long minorUnits) => new(minorUnits, Shop.Gbp);
}

/// <summary>A cluster with a tax service and a carrier outside, who are as they are told to be for a SKU or a service.</summary>
public sealed class OutsideCluster : CommerceCluster
{
    internal OutsideWorld Outside { get; } = new();

    protected override void Configure(ISiloBuilder silo) => silo.Services
        .AddSingleton<ITaxProvider>(Outside).AddSingleton<ICarrierRates>(Outside)
        .Configure<PricingOptions>(pricing =>
        {
            pricing.TaxProviderTimeout = TimeSpan.FromMilliseconds(300);
            pricing.ListsStaleAfter = TimeSpan.FromMilliseconds(100);
            pricing.OutsideRestsFor = TimeSpan.Zero;
        });
}

/// <summary>Taxes a tenth of everything and ships for 7.77, when in the mood; leaves SKUs it was not told about alone.</summary>
internal sealed class OutsideWorld : ITaxProvider, ICarrierRates
{
    public System.Collections.Concurrent.ConcurrentDictionary<Sku, string> Tempers { get; } = [];

    public async Task<TaxAnswer> CalculateAsync(TaxQuestion question, CancellationToken cancellation)
    {
        var mood = question.Lines.Select(line => Tempers.GetValueOrDefault(line.Sku)).FirstOrDefault();
        switch (mood)
        {
            case "slow":
                await Task.Delay(Timeout.Infinite, cancellation);
                break;
            case "deaf":
                await new TaskCompletionSource().Task;
                break;
            case "good" or "wrong":
                break;
            default:
                throw new HttpRequestException("Nobody is there.");
        }

        var taxes = question.Lines.ToImmutableDictionary(line => line.Key, line => Tenth(line.Amount));
        var total = taxes.Values.Append(Tenth(question.Shipping)).SelectMany(tax => tax).Aggregate(
            Money.Zero(question.Shipping.Currency), (sum, tax) => sum + tax.Amount);
        return new(taxes, Tenth(question.Shipping), mood == "wrong" ? total * 2 : total);
    }

    public Task<CarrierQuotes> QuoteAsync(CarrierQuestion question, CancellationToken cancellation) =>
        question.Services.Contains("good")
            ? Task.FromResult(new CarrierQuotes(ImmutableDictionary<string, Money>.Empty.Add("good", new(777, question.Items.Currency))))
            : throw new HttpRequestException("Nobody is there.");

    private static ImmutableArray<TaxAmount> Tenth(Money amount) =>
        [new("From afar", 0.1m, false, amount with { MinorUnits = amount.MinorUnits / 10 })];
}
