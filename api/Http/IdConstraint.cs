namespace Commerce.Http;

/// <summary>A route that takes an id of one kind is not found by anything else.</summary>
internal sealed class IdConstraint<TId> : IRouteConstraint
    where TId : struct, IParsable<TId>
{
    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && TId.TryParse(value as string, null, out _);
}
