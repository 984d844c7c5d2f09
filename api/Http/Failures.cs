using System.Text.Json;
using System.Text.RegularExpressions;
using Commerce.Customers;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Orleans.Runtime;

namespace Commerce.Http;

/// <summary>The last resort: what a request is answered when something threw. The only place that logs it.</summary>
internal sealed partial class Failures(ILogger<Failures> log, IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = 499;
            return true;
        }

        var problem = exception switch
        {
            BadHttpRequestException bad => ResultHttp.Problem(
                bad.StatusCode, bad.StatusCode == 413 ? "payload_too_large" : "malformed_request", Explain(bad)),
            // Forms are read here by the token server alone, which lets through what the framework throws.
            InvalidDataException => ResultHttp.Problem(
                StatusCodes.Status400BadRequest, "malformed_request", "The body is not a form, or too much of one."),
            PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } => ResultHttp.Problem(
                StatusCodes.Status400BadRequest, "malformed_request", "A text has a character that cannot be stored."),
            DbUpdateConcurrencyException or DbUpdateException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } } => ResultHttp.Problem(
                StatusCodes.Status409Conflict, "changed_meanwhile", "Somebody asked for the same at the same time.", isRetryable: true),
            NotYoursException { AsIf: { } missing } => missing.ToProblem().ProblemDetails,
            _ when IsOutage(exception) => ResultHttp.Problem(
                StatusCodes.Status503ServiceUnavailable,
                "temporarily_unavailable",
                "The outcome is not known. Send the same request with the same Idempotency-Key again.",
                isRetryable: true),
            _ => ResultHttp.Problem(
                StatusCodes.Status500InternalServerError, "internal_error", "Something is wrong on our side."),
        };
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = "1";
            LogUnavailable(exception.GetType().Name, exception.Message);
        }
        else if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            LogFailed(exception);
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem });
    }

    private static bool IsOutage(Exception exception) =>
        exception is RetryableException or TimeoutException or NpgsqlException or OrleansException

        // Npgsql, when a connection is out of step with the server: it is closed, and the next one is a new one.
        || (exception.GetType() == typeof(Exception) && exception.Source == "Npgsql")
        || (exception.InnerException is { } inner && IsOutage(inner));

    private static string Explain(BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException json } =>
            $"The body is not the JSON this takes: {json.Path ?? "$"}, line {json.LineNumber + 1}.",
        _ when bad.Message.Contains("no body was provided", StringComparison.Ordinal) => "A JSON body is needed.",
        _ when Unbound().Match(bad.Message) is { Success: true } unbound =>
            $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(unbound.Groups[1].Value)} cannot be \"{unbound.Groups[2].Value}\".",
        _ => bad.Message,
    };

    // What the framework says in the words of C#.
    [GeneratedRegex("^Failed to bind parameter \".* (\\w+)\" from \"(.*)\"\\.$")]
    private static partial Regex Unbound();

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request met {Kind}: {Reason}")]
    private partial void LogUnavailable(string kind, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed")]
    private partial void LogFailed(Exception exception);
}
