using System.Text;
using System.Text.Json;
using Commerce.Carts;
using Commerce.Identity;
using Commerce.Orders;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using Stripe;

namespace Commerce.Payments;

/// <summary>
/// Takes events from Stripe. An event is a hint: what happened is read from Stripe itself by the payment, so it makes
/// no difference whether events are late, repeated, out of order or missing. It is answered when its effect is durable.
/// </summary>
internal sealed class StripeHook(
    NpgsqlDataSource database, IGrainFactory grains, TimeProvider time, IOptions<StripeHookOptions> options)
{
    private const int BodyBytesMax = 1 << 18;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What happens to money. All other events are acknowledged.
    private static readonly string[] Kinds = ["payment_intent.", "charge.", "refund."];

    /// <summary>Checks and takes one event.</summary>
    public async Task<IResult> TakeAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!options.Value.Secrets.Any())
        {
            return Problem(StatusCodes.Status404NotFound, "not_found", "No events are taken here.");
        }

        if (await ReadAsync(request, cancellation) is not { } body)
        {
            return Problem(StatusCodes.Status413PayloadTooLarge, "payload_too_large", "An event is at most 256 kB.");
        }

        if (!IsSigned(body, request.Headers["Stripe-Signature"].ToString()))
        {
            return Problem(StatusCodes.Status400BadRequest, "signature_invalid", "The signature is not of this body, or too old.");
        }

        if (StripeEvent.Parse(body) is not { } received)
        {
            return Problem(StatusCodes.Status400BadRequest, "malformed_request", "The body is not an event.");
        }

        if (Kinds.Any(kind => received.Type.StartsWith(kind, StringComparison.Ordinal)) && !await IsHandledAsync(received.Id, cancellation))
        {
            await HandleAsync(received);
            await RememberAsync(received, cancellation);
        }

        return TypedResults.Ok();
    }

    private async Task HandleAsync(StripeEvent received)
    {
        var order = received.Order ?? (received.Intent is { } known ? await grains.GetGateway().OrderOf(known) : null);
        if (order is not { } ours || received.Intent is not { } intent || !(await grains.GetPayment(ours).Look(intent)).IsAccepted)
        {
            // Not a payment of this shop: others may use the same account.
            return;
        }

        if (received.Type.StartsWith("payment_intent.", StringComparison.Ordinal))
        {
            await grains.GetCheckout(EntityId.Twin<OrderId, CartId>(ours)).Resume(intent);
            await grains.GetOrderAmendment(ours).Resume(intent);
        }
    }

    private bool IsSigned(string body, string signature) => signature.Length is > 0 and < 4_096
        && options.Value.Secrets.Any(secret => IsSigned(body, signature, secret));

    private bool IsSigned(string body, string signature, string secret)
    {
        try
        {
            EventUtility.ValidateSignature(
                body, signature, secret, (long)options.Value.WebhookTolerance.TotalSeconds, time.GetUtcNow().ToUnixTimeSeconds());
            return true;
        }
        catch (Exception invalid) when (invalid is StripeException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private static async Task<string?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > BodyBytesMax)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16_384];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (body.Length + read > BodyBytesMax)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        try
        {
            return Strict.GetString(body.GetBuffer(), 0, (int)body.Length);
        }
        catch (DecoderFallbackException)
        {
            // Signed by nobody.
            return "";
        }
    }

    private async Task<bool> IsHandledAsync(string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ExecuteScalarAsync<bool>(
            "select exists (select from gateway_events where gateway = 'stripe' and id = @id)", new { id });
    }

    /// <summary>Remembers it for longer than Stripe repeats it, and forgets some that are older.</summary>
    private async Task RememberAsync(StripeEvent received, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            with old as (delete from gateway_events where (gateway, id) in
                (select gateway, id from gateway_events where handled_at < clock_timestamp() - interval '30 days' limit 10))
            insert into gateway_events (gateway, id, type) values ('stripe', @Id, @Type) on conflict do nothing
            """,
            new { received.Id, received.Type });
    }

    private static IResult Problem(int status, string code, string detail) =>
        TypedResults.Problem(ResultHttp.Problem(status, code, detail));
}

/// <summary>What an event of Stripe's is about.</summary>
/// <param name="Order">From what we wrote on the intent; null: look it up.</param>
/// <param name="Intent">The intent that it is about; null: none.</param>
internal sealed record StripeEvent(string Id, string Type, OrderId? Order, string? Intent)
{
    /// <summary>Reads the few members that are needed, whatever version of the API wrote it; null when it is no event.</summary>
    public static StripeEvent? Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (Text(root, "id") is not { Length: <= 255 } id || Text(root, "type") is not { Length: <= 255 } type
                || !root.TryGetProperty("data", out var data) || !data.TryGetProperty("object", out var about)
                || about.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var isIntent = Text(about, "object") == "payment_intent";
            OrderId? order = isIntent && about.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
                && EntityId.TryParse<OrderId>(Text(metadata, "order_id"), out var named) ? named : null;
            return new(id, type, order, Text(about, isIntent ? "id" : "payment_intent"));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement from, string member) =>
        from.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

internal static class StripeHookEndpoints
{
    public static void MapStripeHook(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/hooks/stripe", Take).WithTags("Hooks").WithName("TakeStripeEvent").Produces(StatusCodes.Status200OK).ActsForTheShop();

    private static Task<IResult> Take(HttpRequest request, StripeHook hook, CancellationToken cancellation) =>
        hook.TakeAsync(request, cancellation);
}
