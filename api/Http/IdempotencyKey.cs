namespace Commerce.Http;

/// <summary>Requests that move money must be repeatable: they name themselves.</summary>
internal static class IdempotencyKey
{
    /// <summary>Refuses requests without <c>Idempotency-Key</c>, before anything is read of them.</summary>
    public static TBuilder RequireIdempotencyKey<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder =>
        routes.AddEndpointFilter(async (context, next) =>
            context.HttpContext.Request.Headers.ContainsKey("Idempotency-Key")
                ? await next(context)
                : TypedResults.Problem(ResultHttp.Problem(
                    StatusCodes.Status400BadRequest,
                    "idempotency_key_missing",
                    "This request moves money: name it with an Idempotency-Key, so that it can be repeated.")));
}
