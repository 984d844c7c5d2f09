using Commerce.Http;
using Commerce.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Commerce;

public sealed class RouteTests
{
    // Whatever is open to everybody was opened on purpose. Pages are: what they show they ask the API for.
    private static readonly HashSet<string> Public =
    [
        "GET /v1/products", "GET /v1/product-facets", "GET /v1/payment-options", "GET /v1/products/{idOrHandle}", "GET /v1/products/{idOrHandle}/availability/events", "GET /v1/categories", "GET /v1/availability",
        "POST /v1/carts", "GET /v1/carts/{cartId:cart}", "GET /v1/carts/{cartId:cart}/events", "PATCH /v1/carts/{cartId:cart}",
        "POST /v1/carts/{cartId:cart}/lines", "PUT /v1/carts/{cartId:cart}/lines/{line:line}",
        "DELETE /v1/carts/{cartId:cart}/lines/{line:line}",
        "POST /v1/carts/{cartId:cart}/codes", "DELETE /v1/carts/{cartId:cart}/codes/{code}",
        "DELETE /v1/carts/{cartId:cart}/gift-cards/{id:credit}",
        "POST /v1/carts/{cartId:cart}/actions", "POST /v1/carts/{cartId:cart}/merge",
        "GET /v1/carts/{cartId:cart}/shipping-options", "PUT /v1/carts/{cartId:cart}/shipping-option",
        "GET /v1/carts/{cartId:cart}/explain", "PUT /v1/carts/{cartId:cart}/vat-id",
        "POST /v1/carts/{cartId:cart}/complete", "GET /v1/orders/{orderId:order}",
        "GET /v1/orders/{orderId:order}/events", "POST /v1/orders/lookup",
        "POST /v1/orders/{orderId:order}/cancel", "GET /v1/orders/{orderId:order}/returns",
        "GET /v1/orders/{orderId:order}/returns/{number:int}", "POST /v1/orders/{orderId:order}/returns",
        "POST /v1/orders/{orderId:order}/returns/{number:int}/cancel", "POST /v1/orders/{orderId:order}/payments", "POST /v1/gift-cards/balance",
        "GET /v1/wishlists/{link}",
        "GET /v1/sandbox/challenges/{intent}", "POST /v1/sandbox/challenges/{intent}",
        "POST /v1/hooks/stripe",
        "GET /media/{imageId:image}", "GET /media/{imageId:image}/{width:width}.webp",
        "GET /media/{imageId:image}/{width:width}.jpeg",
        "GET /v1/drops", "GET /v1/drops/{dropId:drop}", "GET /v1/drops/{dropId:drop}/events",
        "POST /v1/drops/{dropId:drop}/tickets", "GET /v1/drops/{dropId:drop}/tickets/{token:ticket}",
        "DELETE /v1/drops/{dropId:drop}/tickets/{token:ticket}", "GET /v1/drops/{dropId:drop}/tickets/{token:ticket}/events",
        "POST /v1/accounts", "POST /v1/accounts/verify-email", "POST /v1/accounts/forgot-password", "POST /v1/accounts/reset-password",
        "POST /v1/session", "DELETE /v1/session", "POST /v1/session/passkey-options", "POST /v1/session/passkey",
        "GET /connect/authorize", "POST /connect/authorize", "POST /connect/token", "GET /connect/end-session",
        "POST /connect/end-session", "GET /connect/userinfo", "POST /connect/userinfo",
        "GET /openapi/{documentName}.json", "* /health/live", "* /health/ready",
        "GET /", "GET /c/{category}", "GET /search", "GET /p/{product}", "GET /checkout", "GET /orders", "GET /orders/{order}",
        "GET /drops/{drop}", "GET /account", "GET /register", "GET /admin/{**page}", "GET /signed-in", "GET /pay/return", "GET /verify-email", "GET /reset-password",
        "GET /docs/{documentName?}", "GET /docs/scalar.js", "GET /docs/scalar.aspnetcore.js", "GET /docs/favicon.svg",
    ];

    [Fact]
    public async Task Every_route_is_for_operators_or_is_listed_as_public()
    {
        await using var app = UnstartedApi.Build();

        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();

        Assert.True(routes.Count > 40, $"{routes.Count} routes");
        Assert.Empty(routes.Where(route => !IsGuarded(route)).SelectMany(Names).Except(Public));
        Assert.DoesNotContain(
            routes.Where(route => !IsGuarded(route) && route.Metadata.GetMetadata<ShopPage>() is null).SelectMany(Names),
            name => name.Contains("admin", StringComparison.OrdinalIgnoreCase) || name.Contains("dashboard", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_operators_do_needs_the_scope_of_its_part_to_read_or_to_write()
    {
        await using var app = UnstartedApi.Build();

        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/v1/admin", StringComparison.Ordinal)).ToList();

        Assert.True(routes.Count > 40, $"{routes.Count} routes");
        Assert.Empty(routes.Where(route => !Scopes.All.Contains(route.Metadata.GetMetadata<Need>()?.Scope ?? "")).SelectMany(Names));
        Assert.Empty(routes.Where(route => route.Metadata.GetMetadata<Need>()!.Scope.EndsWith(":read", StringComparison.Ordinal)
            != (route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods is ["GET"])).SelectMany(Names));
    }

    [Fact]
    public void A_route_that_says_nothing_of_who_may_call_it_keeps_the_shop_from_starting()
    {
        var app = WebApplication.Create();
        app.MapGet("/forgotten", () => "open");

        var refused = Assert.Throws<InvalidOperationException>(() => app.RequireDeclarations());

        Assert.Contains("/forgotten", refused.Message, StringComparison.Ordinal);
    }

    private static bool IsGuarded(RouteEndpoint route) =>
        route.Metadata.GetMetadata<Need>() is not null && route.Metadata.GetMetadata<IAllowAnonymous>() is null;

    private static IEnumerable<string> Names(RouteEndpoint route)
    {
        var path = "/" + route.RoutePattern.RawText!.Trim('/');
        return route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: { Count: > 0 } verbs }
            ? verbs.Select(verb => $"{verb} {path}")
            : [$"* {path}"];
    }
}
