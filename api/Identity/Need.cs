using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Commerce.Identity;

/// <summary>What a route asks of who calls it: one scope. Declared beside the route, shown in the OpenAPI document.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Need(string scope) : AuthorizeAttribute, IAuthorizationRequirement, IAuthorizationRequirementData
{
    /// <summary>The scope.</summary>
    public string Scope => scope;

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
}

/// <summary>Lets in who holds the scope.</summary>
internal sealed class NeedHandler : AuthorizationHandler<Need>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Need requirement)
    {
        if (context.User.Holds(requirement.Scope))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Marks a route that is called for nobody in particular; see <see cref="Declarations.ActsForTheShop"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ForTheShopItself : Attribute;

/// <summary>Declares who may call a route.</summary>
internal static class Declarations
{
    /// <summary>Operators who may read this part may look, those who may write it may change.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder routes, Area area)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Add(endpoint =>
        {
            var isLook = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } methods
                && methods.HttpMethods.All(method => HttpMethods.IsGet(method) || HttpMethods.IsHead(method));
            endpoint.Metadata.Add(new Need(isLook ? Scopes.Read(area) : Scopes.Write(area)));
        });
        return routes;
    }

    /// <summary>Whoever calls, it is the shop that acts: a gateway tells what has become of a payment.</summary>
    public static TBuilder ActsForTheShop<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new ForTheShopItself());

    /// <summary>Only a signed-in shopper, for what is his own.</summary>
    public static TBuilder ForTheShopper<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new Need(Scopes.Own));

    /// <summary>
    /// Refuses to start with a route that says nothing of who may call it: nothing is open because somebody forgot.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is such a route; the message names it.</exception>
    public static void RequireDeclarations(this IEndpointRouteBuilder routes)
    {
        var undeclared = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .FirstOrDefault(route => route.Metadata.GetMetadata<IAllowAnonymous>() is null
                && route.Metadata.GetMetadata<IAuthorizeData>() is null);
        if (undeclared is not null)
        {
            throw new InvalidOperationException($"Nobody said who may call {undeclared.DisplayName}.");
        }
    }
}
