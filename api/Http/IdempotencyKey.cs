namespace Commerce.Http;

/// <summary>
/// Marks routes that create money, stock or an order: without an <c>Idempotency-Key</c>, whoever gets no answer could
/// only guess whether to ask again. (IETF draft-ietf-httpapi-idempotency-key-header.)
/// </summary>
internal sealed class IdempotencyKeyRequired
{
    private IdempotencyKeyRequired()
    {
    }

    /// <summary>The mark itself.</summary>
    public static IdempotencyKeyRequired Mark { get; } = new();
}

internal static class IdempotencyKeyRoutes
{
    /// <summary>Answers 400 <c>idempotency_key_missing</c> without a key.</summary>
    public static RouteHandlerBuilder RequireIdempotencyKey(this RouteHandlerBuilder route) =>
        route.WithMetadata(IdempotencyKeyRequired.Mark).AddEndpointFilter((context, next) =>
            context.HttpContext.Request.Headers.ContainsKey("Idempotency-Key")
                ? next(context)
                : ValueTask.FromResult<object?>(TypedResults.Problem(ResultHttp.Problem(
                    StatusCodes.Status400BadRequest, "idempotency_key_missing", "This request needs an Idempotency-Key."))));
}
