using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Checkout;
using Commerce.Customers;
using Commerce.Drops;
using Commerce.Inventory;
using Commerce.Orders;
using Commerce.Payments;
using Commerce.Pricing;
using Commerce.Promotions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Commerce;

/// <summary>Registers each slice's options and services.</summary>
public static class CommerceRegistration
{
    /// <summary>Carts and what prices them.</summary>
    public static IServiceCollection AddCarts(this IServiceCollection services) => services
        .AddValidated<CartOptions>(CartOptions.Section)
        .AddValidated<PricingOptions>(PricingOptions.Section)
        .AddSingleton<OutsidePrices>();

    /// <summary>Products, their names, their stock, drops of it, and the tables they are listed by.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddValidated<ImportOptions>(ImportOptions.Section)
        .AddSingleton<ImportFile>()
        .AddValidated<CataloguePurgeOptions>(CataloguePurgeOptions.Section)
        .AddHostedService<CatalogReader>()
        .AddHostedService<CataloguePurger>()
        .AddHostedService<StockReader>()
        .AddHostedService<DropsReader>();

    /// <summary>The process that sells.</summary>
    public static IServiceCollection AddCheckout(this IServiceCollection services) => services
        .AddValidated<CheckoutOptions>(CheckoutOptions.Section);

    /// <summary>Orders and the tables they are listed by.</summary>
    public static IServiceCollection AddOrders(this IServiceCollection services) => services
        .AddValidated<OrderOptions>(OrderOptions.Section)
        .AddSingleton<OrderNumbers>()
        .AddSingleton<EditPricing>()
        .AddHostedService<OrdersReader>()
        .AddHostedService<SalesReader>()
        .AddSingleton<CustomerStreams>()
        .AddHostedService<CustomerCartsReader>();

    /// <summary>Payments, by the gateway that is configured, and the table they are found by.</summary>
    public static IServiceCollection AddPayments(this IServiceCollection services) => services
        .AddValidated<PaymentOptions>(PaymentOptions.Section)
        .AddValidated<StripeOptions>(StripeOptions.Section)
        .AddSingleton<IValidateOptions<StripeOptions>, StripeOptionsValidation>()
        .AddSingleton<IPaymentGateway>(provider =>
            provider.GetRequiredService<IOptions<PaymentOptions>>().Value.Gateway == PaymentGatewayKind.Stripe
                ? ActivatorUtilities.CreateInstance<StripePaymentGateway>(provider)
                : ActivatorUtilities.CreateInstance<SandboxPaymentGateway>(provider))
        .AddHostedService<PaymentsReader>();

    /// <summary>Promotions, and what carts find them by.</summary>
    public static IServiceCollection AddPromotions(this IServiceCollection services) => services
        .AddValidated<PromotionOptions>(PromotionOptions.Section)
        .AddSingleton<PromotionUses>()
        .AddSingleton<AutomaticPromotions>()
        .AddTransient<PromotionSource>()
        .AddHostedService<PromotionsReader>();

    private static IServiceCollection AddValidated<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptionsWithValidateOnStart<TOptions>().BindConfiguration(section).ValidateDataAnnotations();
        return services;
    }
}
