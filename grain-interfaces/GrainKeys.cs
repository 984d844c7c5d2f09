using Commerce.Access;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Checkout;
using Commerce.Credit;
using Commerce.Customers;
using Commerce.Drops;
using Commerce.Edge;
using Commerce.Fulfillment;
using Commerce.Inventory;
using Commerce.Notifications;
using Commerce.Orders;
using Commerce.Payments;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Settings;
using Commerce.Shipping;
using Commerce.SignIns;
using Commerce.Tax;
using Orleans.Runtime;

namespace Commerce;

/// <summary>Every grain by its typed key, so that a key of the wrong kind does not compile.</summary>
public static class GrainKeys
{
    /// <summary>The cart.</summary>
    public static ICartGrain GetCart(this IGrainFactory grains, CartId id) => Of<ICartGrain>(grains, id.Value);

    /// <summary>The checkout of a cart.</summary>
    public static ICheckoutGrain GetCheckout(this IGrainFactory grains, CartId id) => Of<ICheckoutGrain>(grains, id.Value);

    /// <summary>The order.</summary>
    public static IOrderGrain GetOrder(this IGrainFactory grains, OrderId id) => Of<IOrderGrain>(grains, id.Value);

    /// <summary>What changes an order.</summary>
    public static IOrderAmendmentGrain GetOrderAmendment(this IGrainFactory grains, OrderId id) =>
        Of<IOrderAmendmentGrain>(grains, id.Value);

    /// <summary>The payment of an order.</summary>
    public static IPaymentGrain GetPayment(this IGrainFactory grains, OrderId id) => Of<IPaymentGrain>(grains, id.Value);

    /// <summary>The way to the payment gateway, where it is not about one payment.</summary>
    public static IGatewayGrain GetGateway(this IGrainFactory grains) => Of<IGatewayGrain>(grains, "gateway:all");

    /// <summary>What a caller may still ask.</summary>
    /// <param name="caller">What is limited, a slash, and a digest of who calls.</param>
    public static IAllowanceGrain GetAllowance(this IGrainFactory grains, string caller) => Of<IAllowanceGrain>(grains, caller);

    /// <summary>The customer.</summary>
    public static ICustomerGrain GetCustomer(this IGrainFactory grains, CustomerId id) => Of<ICustomerGrain>(grains, id.Value);

    /// <summary>What a customer would like to have.</summary>
    public static IWishlistsGrain GetWishlists(this IGrainFactory grains, CustomerId id) => Of<IWishlistsGrain>(grains, id.Value);

    /// <summary>What forgets a customer.</summary>
    public static IErasureGrain GetErasure(this IGrainFactory grains, CustomerId id) => Of<IErasureGrain>(grains, id.Value);

    /// <summary>What forgets who placed an order, as far as that order tells: a guest is known by nothing else.</summary>
    public static IErasureGrain GetErasure(this IGrainFactory grains, OrderId id) => Of<IErasureGrain>(grains, id.Value);

    /// <summary>The product.</summary>
    public static IProductGrain GetProduct(this IGrainFactory grains, ProductId id) => Of<IProductGrain>(grains, id.Value);

    /// <summary>The import.</summary>
    public static IImportGrain GetImport(this IGrainFactory grains, ImportId id) => Of<IImportGrain>(grains, id.Value);

    /// <summary>Who sells a SKU.</summary>
    public static INameGrain GetSkuName(this IGrainFactory grains, Sku sku) => Of<INameGrain>(grains, $"sku:{sku}");

    /// <summary>Who has a handle.</summary>
    public static INameGrain GetHandleName(this IGrainFactory grains, string handle) =>
        Of<INameGrain>(grains, $"handle:{handle}");

    /// <summary>The category tree.</summary>
    public static ICategoriesGrain GetCategories(this IGrainFactory grains) =>
        Of<ICategoriesGrain>(grains, "categories:all");

    /// <summary>The stock of a SKU.</summary>
    public static IStockLineGrain GetStockLine(this IGrainFactory grains, Sku sku) => Of<IStockLineGrain>(grains, sku.Value);

    /// <summary>The same stock, for those who run the warehouse.</summary>
    public static IStockOperationsGrain GetStockOperations(this IGrainFactory grains, Sku sku) =>
        Of<IStockOperationsGrain>(grains, sku.Value);

    /// <summary>The same stock, for those who call off what has none yet.</summary>
    public static IBackorderedStockGrain GetBackorderedStock(this IGrainFactory grains, Sku sku) =>
        Of<IBackorderedStockGrain>(grains, sku.Value);

    /// <summary>The same stock, for those who sell units that are set aside.</summary>
    public static IAllottedStockGrain GetAllottedStock(this IGrainFactory grains, Sku sku) =>
        Of<IAllottedStockGrain>(grains, sku.Value);

    /// <summary>The drop.</summary>
    public static IDropGrain GetDrop(this IGrainFactory grains, DropId id) => Of<IDropGrain>(grains, id.Value);

    /// <summary>The places stock is kept at.</summary>
    public static ILocationsGrain GetLocations(this IGrainFactory grains) => Of<ILocationsGrain>(grains, "locations:all");

    /// <summary>The fulfillment order.</summary>
    public static IFulfillmentOrderGrain GetFulfillmentOrder(this IGrainFactory grains, FulfillmentOrderId id) =>
        Of<IFulfillmentOrderGrain>(grains, id.Value);

    /// <summary>The messages about an order.</summary>
    public static INotificationGrain GetNotification(this IGrainFactory grains, OrderId id) =>
        Of<INotificationGrain>(grains, id.Value);

    /// <summary>Writes to the owner of an account.</summary>
    public static IAccountMailGrain GetAccountMail(this IGrainFactory grains, string account) =>
        Of<IAccountMailGrain>(grains, account);

    /// <summary>What a settings document was set to.</summary>
    /// <param name="document">Its key, <c>tax:GB</c>.</param>
    public static ISettingsLogGrain GetSettingsLog(this IGrainFactory grains, string document) => Of<ISettingsLogGrain>(grains, document);

    /// <summary>What an account or an API key may do.</summary>
    /// <param name="of">Its id.</param>
    public static IAccessGrain GetAccess(this IGrainFactory grains, string of) => Of<IAccessGrain>(grains, of);

    /// <summary>Who tries to sign in to an account.</summary>
    public static ISignInsGrain GetSignIns(this IGrainFactory grains, string account) => Of<ISignInsGrain>(grains, account);

    /// <summary>The promotion.</summary>
    public static IPromotionGrain GetPromotion(this IGrainFactory grains, PromotionId id) =>
        Of<IPromotionGrain>(grains, id.Value);

    /// <summary>Whose a promotion code is.</summary>
    public static IPromotionCodeGrain GetPromotionCode(this IGrainFactory grains, PromotionCode code) =>
        Of<IPromotionCodeGrain>(grains, code.Value);

    /// <summary>A gift card or store credit.</summary>
    public static ICreditAccountGrain GetCreditAccount(this IGrainFactory grains, CreditAccountId id) =>
        Of<ICreditAccountGrain>(grains, id.Value);

    /// <summary>The shipping zones.</summary>
    public static IShippingZonesGrain GetShippingZones(this IGrainFactory grains) =>
        Of<IShippingZonesGrain>(grains, "shipping:zones");

    /// <summary>The tax rates of a country (ISO 3166-1 alpha-2).</summary>
    public static ITaxTableGrain GetTaxTable(this IGrainFactory grains, string country) =>
        Of<ITaxTableGrain>(grains, $"tax:{country}");

    /// <summary>The price lists.</summary>
    public static IPriceListsGrain GetPriceLists(this IGrainFactory grains) =>
        Of<IPriceListsGrain>(grains, "price-lists:all");

    /// <summary>The price lists as this silo knows them.</summary>
    public static IPriceBookGrain GetPriceBook(this IGrainFactory grains) =>
        Of<IPriceBookGrain>(grains, "price-lists:book");

    /// <summary>
    /// What <see cref="IGrainFactory.GetGrain{TGrainInterface}(string, string?)"/> does, without looking up by reflection
    /// each time which grain speaks the protocol.
    /// </summary>
    private static T Of<T>(IGrainFactory grains, string key)
        where T : IGrainWithStringKey
    {
        if (Known<T>.Grain is { } known)
        {
            return (T)grains.GetGrain(GrainId.Create(known.Type, IdSpan.Create(key)), known.Protocol);
        }

        var grain = grains.GetGrain<T>(key);
        if (grain is GrainReference reference)
        {
            Known<T>.Grain = new(reference.GrainId.Type, reference.InterfaceType);
        }

        return grain;
    }

    /// <summary>The grain that speaks a protocol; null until one was asked for.</summary>
    private static class Known<T>
    {
        public static Speaker? Grain { get; set; }
    }

    private sealed record Speaker(GrainType Type, GrainInterfaceType Protocol);
}
