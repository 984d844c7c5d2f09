using System.Collections.Frozen;
using Dapper;
using Npgsql;

namespace Commerce.Payments;

/// <summary>
/// A gateway for development and tests that behaves as its payment method's id says, by the ids that Stripe publishes for
/// testing. It keeps a ledger of its own, so that charges can be counted independently of our records.
/// </summary>
internal sealed class SandboxPaymentGateway(NpgsqlDataSource database) : IPaymentGateway
{
    // https://docs.stripe.com/testing: payment method ids for successful, declined and challenged payments.
    private static readonly FrozenDictionary<string, string> Outcomes = new Dictionary<string, string>
    {
        ["pm_card_visa"] = "",
        ["pm_card_visa_debit"] = "",
        ["pm_card_mastercard"] = "",
        ["pm_card_mastercard_debit"] = "",
        ["pm_card_amex"] = "",
        ["pm_card_discover"] = "",
        ["pm_card_diners"] = "",
        ["pm_card_jcb"] = "",
        ["pm_card_unionpay"] = "",
        ["pm_card_us"] = "",
        ["pm_card_gb"] = "",
        ["pm_card_de"] = "",
        ["pm_card_fr"] = "",
        ["pm_card_chargeDeclined"] = "generic_decline",
        ["pm_card_chargeDeclinedInsufficientFunds"] = "insufficient_funds",
        ["pm_card_chargeDeclinedLostCard"] = "lost_card",
        ["pm_card_chargeDeclinedStolenCard"] = "stolen_card",
        ["pm_card_chargeDeclinedExpiredCard"] = "expired_card",
        ["pm_card_chargeDeclinedIncorrectCvc"] = "incorrect_cvc",
        ["pm_card_chargeDeclinedProcessingError"] = "processing_error",
        ["pm_card_chargeDeclinedFraudulent"] = "fraudulent",
        ["pm_card_radarBlock"] = "fraudulent",
        ["pm_card_authenticationRequired"] = Challenge,
        ["pm_card_authenticationRequiredOnSetup"] = Challenge,
        ["pm_card_threeDSecure2Required"] = Challenge,
        ["pm_card_threeDSecureRequired"] = Challenge,
        ["pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"] = Challenge,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const string Challenge = "challenge";

    public async Task<GatewayIntent> AuthorizeAsync(
        string key, Money amount, string method, string reference, CancellationToken cancellation)
    {
        // Stripe writes some of these ids with the brand in the middle.
        if (!Outcomes.TryGetValue(method.Replace("pm_card_visa_c", "pm_card_c", StringComparison.Ordinal), out var outcome))
        {
            return new("", GatewayStatus.MethodUnknown);
        }

        var status = outcome switch
        {
            "" => GatewayStatus.Authorized,
            Challenge => GatewayStatus.RequiresAction,
            _ => GatewayStatus.Declined,
        };
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            insert into sandbox_intents (id, key, reference, amount, currency, method, status, decline_code)
            values (@id, @key, @reference, @amount, @currency, @method, @status, @declineCode)
            on conflict (key) do nothing
            """,
            new
            {
                id = $"pi_{Guid.CreateVersion7():n}",
                key,
                reference,
                amount = amount.MinorUnits,
                currency = amount.Currency.Code,
                method,
                status = status.ToString(),
                declineCode = status == GatewayStatus.Declined ? outcome : null,
            });
        return await FindByAsync(connection, "key", key);
    }

    public async Task<GatewayIntent> FindAsync(string intent, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FindByAsync(connection, "id", intent);
    }

    public Task<GatewayIntent> CaptureAsync(string key, string intent, CancellationToken cancellation) =>
        MoveAsync(intent, GatewayStatus.Captured, "captured = amount", [GatewayStatus.Authorized], cancellation);

    public Task<GatewayIntent> VoidAsync(string key, string intent, CancellationToken cancellation) => MoveAsync(
        intent, GatewayStatus.Voided, "captured = 0", [GatewayStatus.Authorized, GatewayStatus.RequiresAction], cancellation);

    private async Task<GatewayIntent> MoveAsync(
        string intent, GatewayStatus to, string effect, GatewayStatus[] from, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            $"update sandbox_intents set status = @to, {effect}, moved_at = clock_timestamp() where id = @intent and status = any(@from)",
            new { intent, to = to.ToString(), from = from.Select(status => status.ToString()).ToArray() });
        return await FindByAsync(connection, "id", intent);
    }

    private static async Task<GatewayIntent> FindByAsync(NpgsqlConnection connection, string column, string value)
    {
        var (id, status, declineCode) = await connection.QuerySingleAsync<(string Id, string Status, string? DeclineCode)>(
            $"select id, status, decline_code from sandbox_intents where {column} = @value", new { value });
        var parsed = Enum.Parse<GatewayStatus>(status);
        return new(
            id,
            parsed,
            declineCode,
            parsed == GatewayStatus.RequiresAction ? new("redirect_to_url", $"/v1/sandbox/challenges/{id}") : null);
    }
}
