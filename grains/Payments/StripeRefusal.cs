using System.Net;
using Stripe;

namespace Commerce.Payments;

/// <summary>What an error of Stripe's means for the payment; https://docs.stripe.com/error-handling.</summary>
/// <param name="Code">Stripe's word: the decline code of a card, otherwise the code or the type of the error.</param>
/// <param name="Intent">The intent that was refused; null when there is none.</param>
/// <param name="IsReplayed">Whether Stripe only repeated its first answer to this key.</param>
/// <param name="RequestId">By which Stripe finds the request.</param>
internal sealed record StripeRefusal(
    StripeRefusalKind Kind, string Code, PaymentIntent? Intent, bool IsReplayed, string? RequestId)
{
    private static readonly HashSet<string> AmountCodes = new(StringComparer.Ordinal)
    {
        "amount_too_small", "amount_too_large", "invalid_charge_amount", "invalid_charge_amount_no_decimal_compatible",
    };

    /// <summary>Sorts an error.</summary>
    public static StripeRefusal Of(StripeException exception)
    {
        var error = exception.StripeError;
        var headers = exception.StripeResponse?.Headers;
        var isReplayed = headers?.TryGetValues("Idempotent-Replayed", out var replayed) == true && replayed.Contains("true");
        var kind = error is null
            ? StripeRefusalKind.Unknown
            : (exception.HttpStatusCode, error.Type, error.Code, error.Param) switch
            {
                (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _, _, _) => StripeRefusalKind.Access,
                (HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError, _, _, _) =>
                    StripeRefusalKind.Unknown,
                (_, "idempotency_error", _, _) => StripeRefusalKind.KeyMismatch,
                (_, "card_error", _, _) => StripeRefusalKind.Card,
                (_, "invalid_request_error", _, "payment_method") => StripeRefusalKind.Method,
                (_, "invalid_request_error", { } code, _) when code.StartsWith("payment_method_", StringComparison.Ordinal) =>
                    StripeRefusalKind.Method,
                (_, "invalid_request_error", { } code, _) when AmountCodes.Contains(code) => StripeRefusalKind.Amount,
                (_, "invalid_request_error", _, _) => StripeRefusalKind.Request,
                _ => StripeRefusalKind.Unknown,
            };
        return new(
            kind,
            (kind == StripeRefusalKind.Card ? error?.DeclineCode : null) ?? error?.Code ?? error?.Type ?? $"{exception.HttpStatusCode}",
            error?.PaymentIntent,
            isReplayed,
            exception.StripeResponse?.RequestId);
    }
}

/// <summary>What an error of Stripe's is about.</summary>
internal enum StripeRefusalKind
{
    /// <summary>The outcome is not known: rate limit, lock, outage, an answer that makes no sense.</summary>
    Unknown,

    /// <summary>The bank refuses the card.</summary>
    Card,

    /// <summary>There is no such payment method, or it cannot be used.</summary>
    Method,

    /// <summary>Too little or too much, or not an amount of this currency.</summary>
    Amount,

    /// <summary>The request does not fit the state of what it is about.</summary>
    Request,

    /// <summary>The key is wrong, or may not do this.</summary>
    Access,

    /// <summary>The idempotency key was used for another request.</summary>
    KeyMismatch,
}
