using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Checkout;
using Commerce.Credit;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Notifications;
using Commerce.Orders;
using Commerce.Payments;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Shipping;
using Commerce.Tax;

namespace Commerce;

/// <summary>Every grain by its typed key, so that a key of the wrong kind does not compile.</summary>
public static class GrainKeys
{
    /// <summary>The cart.</summary>
    public static ICartGrain GetCart(this IGrainFactory grains, CartId id) => grains.GetGrain<ICartGrain>(id.Value);

    /// <summary>The checkout of a cart.</summary>
    public static ICheckoutGrain GetCheckout(this IGrainFactory grains, CartId id) => grains.GetGrain<ICheckoutGrain>(id.Value);

    /// <summary>The order.</summary>
    public static IOrderGrain GetOrder(this IGrainFactory grains, OrderId id) => grains.GetGrain<IOrderGrain>(id.Value);

    /// <summary>What changes an order.</summary>
    public static IOrderAmendmentGrain GetOrderAmendment(this IGrainFactory grains, OrderId id) =>
        grains.GetGrain<IOrderAmendmentGrain>(id.Value);

    /// <summary>The payment of an order.</summary>
    public static IPaymentGrain GetPayment(this IGrainFactory grains, OrderId id) => grains.GetGrain<IPaymentGrain>(id.Value);

    /// <summary>The way to the payment gateway, where it is not about one payment.</summary>
    public static IGatewayGrain GetGateway(this IGrainFactory grains) => grains.GetGrain<IGatewayGrain>("gateway:all");

    /// <summary>The product.</summary>
    public static IProductGrain GetProduct(this IGrainFactory grains, ProductId id) => grains.GetGrain<IProductGrain>(id.Value);

    /// <summary>The import.</summary>
    public static IImportGrain GetImport(this IGrainFactory grains, ImportId id) => grains.GetGrain<IImportGrain>(id.Value);

    /// <summary>Who sells a SKU.</summary>
    public static INameGrain GetSkuName(this IGrainFactory grains, Sku sku) => grains.GetGrain<INameGrain>($"sku:{sku}");

    /// <summary>Who has a handle.</summary>
    public static INameGrain GetHandleName(this IGrainFactory grains, string handle) =>
        grains.GetGrain<INameGrain>($"handle:{handle}");

    /// <summary>The category tree.</summary>
    public static ICategoriesGrain GetCategories(this IGrainFactory grains) =>
        grains.GetGrain<ICategoriesGrain>("categories:all");

    /// <summary>The stock of a SKU.</summary>
    public static IStockLineGrain GetStockLine(this IGrainFactory grains, Sku sku) => grains.GetGrain<IStockLineGrain>(sku.Value);

    /// <summary>The same stock, for those who run the warehouse.</summary>
    public static IStockOperationsGrain GetStockOperations(this IGrainFactory grains, Sku sku) =>
        grains.GetGrain<IStockOperationsGrain>(sku.Value);

    /// <summary>The places stock is kept at.</summary>
    public static ILocationsGrain GetLocations(this IGrainFactory grains) => grains.GetGrain<ILocationsGrain>("locations:all");

    /// <summary>The fulfillment order.</summary>
    public static IFulfillmentOrderGrain GetFulfillmentOrder(this IGrainFactory grains, FulfillmentOrderId id) =>
        grains.GetGrain<IFulfillmentOrderGrain>(id.Value);

    /// <summary>The messages about an order.</summary>
    public static INotificationGrain GetNotification(this IGrainFactory grains, OrderId id) =>
        grains.GetGrain<INotificationGrain>(id.Value);

    /// <summary>The promotion.</summary>
    public static IPromotionGrain GetPromotion(this IGrainFactory grains, PromotionId id) =>
        grains.GetGrain<IPromotionGrain>(id.Value);

    /// <summary>Whose a promotion code is.</summary>
    public static IPromotionCodeGrain GetPromotionCode(this IGrainFactory grains, PromotionCode code) =>
        grains.GetGrain<IPromotionCodeGrain>(code.Value);

    /// <summary>A gift card or store credit.</summary>
    public static ICreditAccountGrain GetCreditAccount(this IGrainFactory grains, CreditAccountId id) =>
        grains.GetGrain<ICreditAccountGrain>(id.Value);

    /// <summary>The shipping zones.</summary>
    public static IShippingZonesGrain GetShippingZones(this IGrainFactory grains) =>
        grains.GetGrain<IShippingZonesGrain>("shipping:zones");

    /// <summary>The tax rates of a country (ISO 3166-1 alpha-2).</summary>
    public static ITaxTableGrain GetTaxTable(this IGrainFactory grains, string country) =>
        grains.GetGrain<ITaxTableGrain>($"tax:{country}");

    /// <summary>The price lists.</summary>
    public static IPriceListsGrain GetPriceLists(this IGrainFactory grains) =>
        grains.GetGrain<IPriceListsGrain>("price-lists:all");

    /// <summary>The price lists as this silo knows them.</summary>
    public static IPriceBookGrain GetPriceBook(this IGrainFactory grains) =>
        grains.GetGrain<IPriceBookGrain>("price-lists:book");
}
