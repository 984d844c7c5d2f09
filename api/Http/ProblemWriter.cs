using Microsoft.Extensions.Options;

namespace Commerce.Http;

/// <summary>Writes every problem as RFC 9457 JSON, whatever the caller would rather have read: a refusal without its code helps nobody.</summary>
/// <remarks>The framework's own writer stands aside where <c>Accept</c> does not name JSON, and leaves a bare status.</remarks>
internal sealed class ProblemWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        options.Value.CustomizeProblemDetails?.Invoke(context);
        return new(context.HttpContext.Response.WriteAsJsonAsync(
            context.ProblemDetails, options: null, "application/problem+json", context.HttpContext.RequestAborted));
    }
}
