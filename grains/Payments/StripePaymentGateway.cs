using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Stripe;

namespace Commerce.Payments;

/// <summary>
/// Stripe, through its own library, at the API version that the library is made for. An intent is created and confirmed
/// in one request; the order, the attempt and the key stand in its metadata, so that either side finds the other's.
/// </summary>
internal sealed partial class StripePaymentGateway : IPaymentGateway, IDisposable
{
    private const int PageSize = 100;
    private readonly HttpClient _http;
    private readonly StripeOptions _options;
    private readonly ILogger<StripePaymentGateway> _log;
    private readonly PaymentIntentService _intents;
    private readonly RefundService _refunds;
    private readonly DisputeService _disputes;
    private readonly PaymentMethodService _methods;

    public StripePaymentGateway(IOptions<StripeOptions> options, ILogger<StripePaymentGateway> log)
    {
        (_options, _log) = (options.Value, log);
        _http = new() { Timeout = _options.Timeout };

        // Not retried here: the payment makes the same call again, with the key that it has journaled.
        var client = new StripeClient(
            _options.SecretKey,
            httpClient: new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false),
            apiBase: _options.ApiBase.ToString().TrimEnd('/'));
        (_intents, _refunds, _disputes, _methods) = (new(client), new(client), new(client), new(client));
    }

    public async Task<GatewayAnswer> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellation)
    {
        if (StripeMoney.To(request.Amount) is not { } amount)
        {
            return new(null, "amount_unsupported");
        }

        var options = new PaymentIntentCreateOptions
        {
            Amount = amount,
            Currency = StripeMoney.To(request.Amount.Currency),
            PaymentMethod = request.Method,
            Confirm = true,
            CaptureMethod = _options.CapturesAutomatically ? "automatic" : "manual",
            ReturnUrl = _options.ReturnUrl!.ToString(),
            Metadata = new()
            {
                [StripeIntents.OrderKey] = request.Reference,
                [StripeIntents.AttemptKey] = request.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture),
                [StripeIntents.CallKey] = request.Key,
            },
            PaymentMethodOptions = _options.RequestsMulticapture && !_options.CapturesAutomatically
                ? new() { Card = new() { RequestMulticapture = "if_available" } }
                : null,
        };
        options.AddExpand("latest_charge");
        return await CallAsync(
            async () => new GatewayAnswer(StripeIntents.Read(await _intents.CreateAsync(options, Named(request.Key), cancellation))),
            refused => Task.FromResult(Declined(request, refused)));
    }

    public async Task<GatewayIntent?> FindAsync(string intent, CancellationToken cancellation)
    {
        var options = new PaymentIntentGetOptions();
        options.AddExpand("latest_charge");
        var answer = await CallAsync(
            async () => new GatewayAnswer(await WholeAsync(await _intents.GetAsync(intent, options, null, cancellation), cancellation)),
            refused => refused.Code == "resource_missing"
                ? Task.FromResult(new GatewayAnswer(null))
                : throw new GatewayUnavailableException($"Stripe does not show the intent: {refused.Code}."));
        return answer.IsMisconfigured
            ? throw new GatewayUnavailableException($"Stripe does not show the intent: {answer.Refusal}.")
            : answer.Intent;
    }

    public async Task<GatewayIntent?> FindByKeyAsync(string key, CancellationToken cancellation)
    {
        var options = new PaymentIntentSearchOptions { Query = $"metadata[\"{StripeIntents.CallKey}\"]:\"{key}\"", Limit = 1 };
        var answer = await CallAsync(
            async () => (await _intents.SearchAsync(options, null, cancellation)).Data is [{ Id: var id }]
                ? new GatewayAnswer(await FindAsync(id, cancellation))
                : new GatewayAnswer(null),
            refused => throw new GatewayUnavailableException($"Stripe cannot search: {refused.Code}."));
        return answer.Intent;
    }

    public async Task<string?> FingerprintAsync(string method, CancellationToken cancellation)
    {
        string? fingerprint = null;
        await CallAsync(
            async () =>
            {
                var found = await _methods.GetAsync(method, null, null, cancellation);
                fingerprint = found.Card?.Fingerprint ?? found.SepaDebit?.Fingerprint ?? found.UsBankAccount?.Fingerprint;
                return new GatewayAnswer(null);
            },
            refused => refused.Kind == StripeRefusalKind.Method || refused.Code == "resource_missing"
                ? Task.FromResult(new GatewayAnswer(null))
                : throw new GatewayUnavailableException($"Stripe does not show the payment method: {refused.Code}."));
        return fingerprint;
    }

    public Task<GatewayAnswer> CaptureAsync(CaptureRequest request, CancellationToken cancellation)
    {
        // Stripe takes an amount that is left out for all there is.
        if (StripeMoney.To(request.Amount) is not { } amount)
        {
            return UnsupportedAsync(request.Intent, cancellation);
        }

        var options = new PaymentIntentCaptureOptions { AmountToCapture = amount };
        if (!request.IsFinal)
        {
            options.FinalCapture = false;
        }

        options.AddExpand("latest_charge");
        return CallAsync(
            async () => new GatewayAnswer(StripeIntents.Read(
                await _intents.CaptureAsync(request.Intent, options, Named(request.Key), cancellation))),
            refused => RefusedAsync(request.Intent, refused, cancellation));
    }

    public Task<GatewayAnswer> CancelAsync(string key, string intent, CancellationToken cancellation)
    {
        var options = new PaymentIntentCancelOptions { CancellationReason = "abandoned" };
        options.AddExpand("latest_charge");
        return CallAsync(
            async () => new GatewayAnswer(StripeIntents.Read(await _intents.CancelAsync(intent, options, Named(key), cancellation))),
            refused => RefusedAsync(intent, refused, cancellation));
    }

    public Task<GatewayAnswer> RefundAsync(RefundRequest request, CancellationToken cancellation)
    {
        if (StripeMoney.To(request.Amount) is not { } amount)
        {
            return UnsupportedAsync(request.Intent, cancellation);
        }

        var options = new RefundCreateOptions
        {
            PaymentIntent = request.Intent,
            Amount = amount,
            Metadata = new()
            {
                [StripeIntents.OrderKey] = request.Reference,
                [StripeIntents.OperationKey] = request.Operation.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        return CallAsync(
            async () => new GatewayAnswer(
                null, Refund: StripeIntents.Read(await _refunds.CreateAsync(options, Named(request.Key), cancellation))),
            refused => RefusedAsync(request.Intent, refused, cancellation));
    }

    public async Task<GatewayPage> ListAsync(
        DateTimeOffset from, DateTimeOffset to, string? after, CancellationToken cancellation)
    {
        var options = new PaymentIntentListOptions
        {
            Created = new DateRangeOptions { GreaterThanOrEqual = from.UtcDateTime, LessThan = to.UtcDateTime },
            Limit = PageSize,
            StartingAfter = after,
        };
        options.AddExpand("data.latest_charge");
        GatewayPage? page = null;
        await CallAsync(
            async () =>
            {
                var listed = await _intents.ListAsync(options, null, cancellation);
                var whole = ImmutableArray.CreateBuilder<GatewayIntent>();
                foreach (var intent in listed.Data.Where(intent => StripeMoney.IsKnown(intent.Currency)))
                {
                    whole.Add(intent.LatestCharge is { AmountRefunded: > 0 } or { Disputed: true }
                        ? await WholeAsync(intent, cancellation)
                        : StripeIntents.Read(intent) with { Refunds = [], Disputes = [] });
                }

                page = new(whole.ToImmutable(), listed.HasMore ? listed.Data[^1].Id : null);
                return new GatewayAnswer(null);
            },
            refused => throw new GatewayUnavailableException($"Stripe does not list intents: {refused.Code}."));
        return page ?? throw new GatewayUnavailableException("Stripe does not let us list intents.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<GatewayIntent> WholeAsync(PaymentIntent intent, CancellationToken cancellation)
    {
        List<Refund> refunds = [];
        if (intent.AmountReceived > 0)
        {
            await foreach (var refund in _refunds.ListAutoPagingAsync(
                new() { PaymentIntent = intent.Id, Limit = PageSize }, null, cancellation))
            {
                refunds.Add(refund);
            }
        }

        var disputes = intent.LatestCharge is { Disputed: true }
            ? (await _disputes.ListAsync(new() { PaymentIntent = intent.Id, Limit = PageSize }, null, cancellation)).Data
            : [];
        return StripeIntents.Read(intent) with
        {
            Refunds = StripeIntents.Read(intent, refunds),
            Disputes = [.. disputes.Select(StripeIntents.Read)],
        };
    }

    private async Task<GatewayAnswer> UnsupportedAsync(string intent, CancellationToken cancellation) =>
        new(await FindAsync(intent, cancellation), "amount_unsupported");

    private async Task<GatewayAnswer> RefusedAsync(string intent, StripeRefusal refused, CancellationToken cancellation) =>
        new(await FindAsync(intent, cancellation), refused.Code);

    private static GatewayAnswer Declined(AuthorizationRequest request, StripeRefusal refused) => refused switch
    {
        { Kind: StripeRefusalKind.Method } => new(new("", GatewayStatus.MethodUnknown, request.Amount)),
        { Kind: StripeRefusalKind.Card, Intent: { } intent } =>
            new(StripeIntents.Read(intent) with { Status = GatewayStatus.Declined, DeclineCode = refused.Code }),
        { Kind: StripeRefusalKind.Card or StripeRefusalKind.Amount } => new(null, refused.Code),

        // A request that Stripe does not understand is our fault, never the customer's.
        _ => new(null, refused.Code, IsMisconfigured: true),
    };

    /// <summary>Makes a call and sorts what comes of it: an answer, a refusal, or a doubt.</summary>
    private async Task<GatewayAnswer> CallAsync(
        Func<Task<GatewayAnswer>> call, Func<StripeRefusal, Task<GatewayAnswer>> refuse)
    {
        try
        {
            return await call();
        }
        catch (StripeException error)
        {
            var refusal = StripeRefusal.Of(error);
            switch (refusal.Kind)
            {
                case StripeRefusalKind.Unknown:
                    throw new GatewayUnavailableException(refusal.Code, error, refusal.IsReplayed);
                case StripeRefusalKind.KeyMismatch:
                    // Two requests went out under one key. Never solved by another key: that could be a second charge.
                    LogKeyMismatch(refusal.RequestId);
                    throw new GatewayUnavailableException(refusal.Code, error, isReplayed: true);
                case StripeRefusalKind.Access:
                    return new(null, refusal.Code, IsMisconfigured: true);
                default:
                    LogRefused(refusal.Kind, refusal.Code, refusal.RequestId);
                    return await refuse(refusal);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            throw new GatewayUnavailableException(failure.GetType().Name, failure);
        }
    }

    private static RequestOptions Named(string key) => new() { IdempotencyKey = key };

    [LoggerMessage(Level = LogLevel.Critical, Message = "Stripe saw another request under a key that was used: request {RequestId}")]
    private partial void LogKeyMismatch(string? requestId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stripe refused ({Kind}): {Code}, request {RequestId}")]
    private partial void LogRefused(StripeRefusalKind kind, string code, string? requestId);
}
