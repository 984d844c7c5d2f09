using System.Collections.Immutable;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Checkout;
using Commerce.Inventory;
using Commerce.Shipping;

namespace Commerce;

/// <summary>What a test needs to be able to buy something: one product in stock, and a way to ship it.</summary>
internal static class Shop
{
    public static readonly Currency Gbp = new("GBP");

    public static readonly LocationId Main = new("main");

    public static readonly Address London =
        new("Ada", "Lovelace", null, "12 St James Square", null, "London", null, "SW1Y 4JH", "GB", null);

    /// <summary>A new SKU for sale at 8.99, with so many units in stock.</summary>
    public static async Task<Sku> NewSkuAsync(this IGrainFactory grains, int units, string taxClass = "standard")
    {
        var sku = new Sku($"SKU-{Guid.NewGuid():n}"[..20].ToUpperInvariant());
        var product = grains.GetProduct(EntityId.New<ProductId>(DateTimeOffset.UtcNow));
        var saved = await product.Save(
            new(
                sku.Value.ToLowerInvariant(), "Coffee", "", null, [], [], [],
                [new(sku, ImmutableDictionary<string, string>.Empty, [new(899, Gbp)], [], 250, taxClass, null)],
                []),
            CommandHeader.None);
        Assert.True(saved.IsAccepted, saved.Rejection?.ToString());
        await product.SetStatus(ProductStatus.Active, CommandHeader.None);
        await grains.GetShippingZones().Replace(
            [new("All", ["*"], [new("standard", "Standard", [new(395, Gbp)], [], 2, 4)])]);
        if (units > 0)
        {
            Assert.True((await grains.GetStockLine(sku).Receive(new(Main, units), CommandHeader.None)).IsAccepted);
        }

        return sku;
    }

    /// <summary>A cart that can be completed.</summary>
    public static async Task<CartId> NewCartAsync(this IGrainFactory grains, params (Sku Sku, int Quantity)[] lines)
    {
        var id = EntityId.New<CartId>(DateTimeOffset.UtcNow);
        var cart = grains.GetCart(id);
        await cart.Create(Gbp, CommandHeader.None);
        foreach (var (sku, quantity) in lines)
        {
            Assert.True((await cart.SetLine(new(sku, quantity), CommandHeader.None)).IsAccepted);
        }

        await cart.Update(new(new(true, "ada@example.org"), new(true, London), default), CommandHeader.None);
        Assert.True((await cart.ChooseShipping("standard", CommandHeader.None)).IsAccepted);
        return id;
    }

    /// <summary>Buys a cart.</summary>
    public static Task<Result<CheckoutOutcome>> BuyAsync(
        this IGrainFactory grains, CartId cart, string method = "pm_card_visa", string? key = null) =>
        grains.GetCheckout(cart).Complete(new(method), new(key ?? $"{Guid.NewGuid()}"));
}
