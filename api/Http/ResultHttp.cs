using Microsoft.AspNetCore.Mvc;

namespace Commerce.Http;

/// <summary>Turns answers of grains into answers of HTTP; the only place that maps refusals to statuses.</summary>
internal static class ResultHttp
{
    /// <summary>200 with the value, or the problem. The version becomes the ETag.</summary>
    public static Results<Ok<T>, ProblemHttpResult> ToOk<T>(
        this Result<T> result, HttpContext http, Func<T, long>? version = null)
    {
        SetHeaders(http, result, version);
        return result.IsAccepted ? TypedResults.Ok(result.Value) : ToProblem(result.Rejection!);
    }

    /// <summary>201 with the value and where it is, or the problem.</summary>
    public static Results<Created<T>, ProblemHttpResult> ToCreated<T>(
        this Result<T> result, HttpContext http, Func<T, string> location, Func<T, long>? version = null)
    {
        SetHeaders(http, result, version);
        return result.IsAccepted ? TypedResults.Created(location(result.Value!), result.Value) : ToProblem(result.Rejection!);
    }

    /// <summary>The refusal as RFC 9457 problem JSON.</summary>
    public static ProblemHttpResult ToProblem(this Rejection rejection)
    {
        var problem = Problem(Status(rejection.Kind), rejection.Code, rejection.Detail);
        if (rejection.Pointer is { } pointer)
        {
            problem.Extensions["errors"] = rejection.Errors.IsEmpty
                ? [new FieldError(pointer, rejection.Code, rejection.Detail)]
                : rejection.Errors;
        }

        if (!rejection.Lines.IsEmpty)
        {
            problem.Extensions["lines"] = rejection.Lines;
        }

        if (!rejection.Prices.IsEmpty)
        {
            problem.Extensions["prices"] = rejection.Prices;
        }

        return TypedResults.Problem(problem);
    }

    /// <summary>A problem with a stable code. Retryable: the same request may succeed later.</summary>
    public static ProblemDetails Problem(int status, string code, string detail, bool isRetryable = false) => new()
    {
        Type = $"urn:commerce:problem:{code}",
        Title = Title(code),
        Status = status,
        Detail = detail,
        Extensions = { ["code"] = code, ["retryable"] = isRetryable },
    };

    private static int Status(RejectionKind kind) => kind switch
    {
        RejectionKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        RejectionKind.NotFound => StatusCodes.Status404NotFound,
        RejectionKind.PaymentDeclined => StatusCodes.Status402PaymentRequired,
        RejectionKind.VersionMismatch => StatusCodes.Status412PreconditionFailed,
        RejectionKind.Gone => StatusCodes.Status410Gone,
        RejectionKind.Forbidden => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status409Conflict,
    };

    private static string Title(string code) =>
        char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ').Replace('.', ' ');

    private static void SetHeaders<T>(HttpContext http, Result<T> result, Func<T, long>? version)
    {
        if (version is not null && result.IsAccepted)
        {
            http.Response.Headers.ETag = $"\"{version(result.Value!)}\"";
        }

        if (result.IsRepeated)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }
    }
}
