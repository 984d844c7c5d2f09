using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Credit;
using Commerce.Customers;
using Commerce.Drops;
using Commerce.Edge;
using Commerce.Fulfillment;
using Commerce.Identity;
using Commerce.Identity.Accounts;
using Commerce.Identity.Tokens;
using Commerce.Images;
using Commerce.Inventory;
using Commerce.Live;
using Commerce.Notifications;
using Commerce.Operations;
using Commerce.Orders;
using Commerce.Payments;
using Commerce.Pricing;
using Commerce.Promotions;
using Commerce.Settings;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;
using Orleans.Runtime;
using Scalar.AspNetCore;

namespace Commerce;

/// <summary>The front door: the same in the silo's own process and in one of its own.</summary>
public static class CommerceApi
{
    private const int ReasonLengthMax = 200;

    /// <summary>Registers what the routes need. Needs a registered <c>NpgsqlDataSource</c> and an Orleans client or silo.</summary>
    public static IServiceCollection AddCommerceApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<ImportUploadOptions>()
            .BindConfiguration(ImportUploadOptions.Section).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<StripeHookOptions>()
            .BindConfiguration(StripeHookOptions.Section).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<StripePageOptions>()
            .BindConfiguration(StripePageOptions.Section).ValidateDataAnnotations();
        services.ConfigureHttpJsonOptions(options =>
        {
            CommerceJson.Configure(options.SerializerOptions);
            options.SerializerOptions.Converters.Add(new SafeStringConverter());
            options.SerializerOptions.TypeInfoResolver =
                options.SerializerOptions.TypeInfoResolver!.WithAddedModifier(RequiredMembers.Require);
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddEdge();
        services.AddRouting(options =>
        {
            options.ConstraintMap["cart"] = typeof(IdConstraint<CartId>);
            options.ConstraintMap["message"] = typeof(IdConstraint<MessageId>);
            options.ConstraintMap["order"] = typeof(IdConstraint<OrderId>);
            options.ConstraintMap["product"] = typeof(IdConstraint<ProductId>);
            options.ConstraintMap["edit"] = typeof(IdConstraint<OrderEditId>);
            options.ConstraintMap["fo"] = typeof(IdConstraint<FulfillmentOrderId>);
            options.ConstraintMap["credit"] = typeof(IdConstraint<CreditAccountId>);
            options.ConstraintMap["import"] = typeof(IdConstraint<ImportId>);
            options.ConstraintMap["hold"] = typeof(IdConstraint<HoldId>);
            options.ConstraintMap["promotion"] = typeof(IdConstraint<PromotionId>);
            options.ConstraintMap["drop"] = typeof(IdConstraint<DropId>);
            options.ConstraintMap["ticket"] = typeof(IdConstraint<DropToken>);
            options.ConstraintMap["customer"] = typeof(IdConstraint<CustomerId>);
            options.ConstraintMap["wishlist"] = typeof(IdConstraint<WishlistId>);
            options.ConstraintMap["apikey"] = typeof(IdConstraint<ApiKeyId>);
            options.ConstraintMap["sku"] = typeof(IdConstraint<Sku>);
            options.ConstraintMap["line"] = typeof(IdConstraint<CartLineId>);
            options.ConstraintMap["image"] = typeof(IdConstraint<ImageId>);
            options.ConstraintMap["width"] = typeof(IdConstraint<ImageWidth>);
        });
        services.AddExceptionHandler<Failures>();
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        services.AddIdentity(configuration);
        services.AddImages(configuration);
        services.AddOpenApi("v1", OpenApiDescription.Complete);
        services.AddOptionsWithValidateOnStart<LoadOptions>()
            .BindConfiguration(LoadOptions.Section).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<DropFeedOptions>()
            .BindConfiguration(DropFeedOptions.Section).ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<LiveOptions>()
            .BindConfiguration(LiveOptions.Section).ValidateDataAnnotations();
        services.AddHostedService<JournalTail>();
        return services
            .AddCatalogueCache()
            .AddSingleton<LoadShedding>()
            .AddSingleton<Handover>()
            .AddCommerceHealth()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ShopSecret>()
            .AddSingleton<CartIds>()
            .AddSingleton<CreditIds>()
            .AddSingleton<CreditLedger>()
            .AddSingleton<ProductListing>()
            .AddSingleton<CatalogueExport>()
            .AddSingleton<ImportUpload>()
            .AddSingleton<StockListing>()
            .AddSingleton<MovementListing>()
            .AddSingleton<OrderListing>()
            .AddSingleton<CustomerArchive>()
            .AddSingleton<WishlistLinks>()
            .AddSingleton<FulfillmentListing>()
            .AddSingleton<ReturnListing>()
            .AddSingleton<PromotionListing>()
            .AddSingleton<DropListing>()
            .AddSingleton<DropTickets>()
            .AddSingleton<DropFeeds>()
            .AddSingleton<LiveFeed>()
            .AddSingleton<LiveStream>()
            .AddSingleton<FollowedAvailability>()
            .AddSingleton<StripeHook>();
    }

    /// <summary>Maps every route.</summary>
    public static WebApplication MapCommerceApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseRoutingOfHead();
        app.UseEdge();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseStorefrontFiles();
        app.UseMissingPage();
        app.UseRequestTimeouts();
        app.UseCors();
        app.UseCatalogueCache();

        // The token server answers where it is found out who calls; and who is nobody, or may not, has asked as well.
        app.UseRateLimits("/connect");
        app.UseAuthentication();
        app.UseRateLimits("/v1", "/media", "/dashboard");
        app.UseMiddleware<Storefronts>();
        app.UseAuthorization();
        app.Use(NameTheRequest);
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapScalarApiReference("/docs").AllowAnonymous();
        app.MapCommerceHealth();
        app.MapStorefront();

        var shedding = app.Services.GetRequiredService<LoadShedding>();
        var signIn = app.Services.GetRequiredService<IOptions<SignInOptions>>().Value;
        var handover = app.Services.GetRequiredService<Handover>();
        var store = app.MapGroup("/v1").AddEndpointFilter(shedding).AddEndpointFilter(handover).AllowAnonymous();
        store.MapCatalog();
        store.MapAvailability();
        store.MapCarts();
        store.MapCartPricing();
        store.MapCredit();
        store.MapOrders();
        store.MapPayments();
        store.MapOrderChanges();
        store.MapReturns();
        store.MapDrops();
        store.MapSandbox();
        store.MapStripeHook();
        store.MapWishlists();
        app.MapGroup("").AddEndpointFilter(shedding).AllowAnonymous().MapImages();
        var own = app.MapGroup("/v1").AddEndpointFilter(shedding).AddEndpointFilter(handover);
        own.MapOwnCustomer();
        own.MapOwnReturns();
        own.MapOwnWishlists();
        if (signIn.IsOurs)
        {
            app.MapGroup("/v1").AddEndpointFilter(app.Services.GetRequiredService<SameTime>())
                .AddEndpointFilter(shedding).AddEndpointFilter(handover).AllowAnonymous().MapAccounts();
            app.MapGroup("/v1").AddEndpointFilter(shedding).AddEndpointFilter(handover).MapOwnAccount();
            app.MapTokens();
        }

        var admin = app.MapGroup("/v1/admin").AddEndpointFilter(shedding).AddEndpointFilter(handover);
        admin.MapCatalogAdministration();
        admin.MapImportAdministration();
        admin.MapImageAdministration();
        admin.MapStockAdministration();
        admin.MapCreditAdministration();
        admin.MapOrderAdministration();
        admin.MapOrderChangeAdministration();
        admin.MapReturnAdministration();
        admin.MapPaymentAdministration();
        admin.MapFulfillmentAdministration();
        admin.MapPromotionAdministration();
        admin.MapDropAdministration();
        admin.MapSettingsAdministration();
        admin.MapPricingAdministration();
        admin.MapCustomerAdministration();
        admin.MapOperations();
        admin.MapStatistics();
        admin.MapAudit();
        admin.MapApiKeys();
        if (signIn.IsOurs)
        {
            admin.MapAccountAdministration();
        }

        app.MapOrleansDashboard("/dashboard").WithMetadata(new Need(Scopes.Read(Area.Operations)));
        app.RequireDeclarations();
        return app;
    }

    private static Task NameTheRequest(HttpContext context, RequestDelegate next)
    {
        RequestContext.Set(RequestKeys.Actor, context.User.Actor());
        if (!ActsForTheShop(context))
        {
            RequestContext.Set(RequestKeys.Customer, context.User.CustomerId()?.Value ?? "");
        }

        RequestContext.Set(RequestKeys.Trace, TraceId(context));
        if (context.User.IsOperator() && context.Request.Headers["Audit-Reason"] is [{ } reason])
        {
            if (reason.Length is 0 or > ReasonLengthMax || reason.Any(character => character is < ' ' or > '~'))
            {
                return TypedResults.Problem(ResultHttp.Problem(
                    StatusCodes.Status400BadRequest, "malformed_request", "An Audit-Reason is 1 to 200 printable ASCII characters."))
                    .ExecuteAsync(context);
            }

            RequestContext.Set(RequestKeys.Reason, reason);
        }

        return next(context);
    }

    /// <summary>On the shoppers' routes that is whoever may do the same to anybody's order as an operator.</summary>
    private static bool ActsForTheShop(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ForTheShopItself>() is not null
        || (context.User.IsOperator() && (context.Request.Path.StartsWithSegments("/v1/admin")
            || context.User.Holds(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
                ? Scopes.Read(Area.Orders) : Scopes.Write(Area.Orders))));

    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (!problem.Extensions.ContainsKey("code"))
        {
            // What the framework itself refused: no such route, no such method, no such content type.
            var code = context.HttpContext.Response.StatusCode switch
            {
                404 => "not_found",
                405 => "method_not_allowed",
                415 => "unsupported_media_type",
                413 => "payload_too_large",
                _ => "malformed_request",
            };
            var plain = ResultHttp.Problem(problem.Status ?? 500, code, problem.Title ?? code);
            (problem.Type, problem.Title, problem.Extensions["code"], problem.Extensions["retryable"]) =
                (plain.Type, plain.Title, code, false);
        }

        problem.Instance = context.HttpContext.Request.Path;
        problem.Extensions.Remove("traceId");
        problem.Extensions["trace_id"] = TraceId(context.HttpContext);
    }

    private static string TraceId(HttpContext context) =>
        System.Diagnostics.Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
}
