using Commerce.Carts;
using Commerce.Checkout;
using Commerce.Identity;
using Dapper;
using Npgsql;

namespace Commerce.Payments;

/// <summary>The page of the sandbox's bank, on which a customer confirms a payment or refuses it.</summary>
internal static class SandboxEndpoints
{
    public static void MapSandbox(this IEndpointRouteBuilder routes)
    {
        var challenges = routes.MapGroup("/sandbox/challenges/{intent}").WithTags("Sandbox gateway").ActsForTheShop();
        challenges.MapGet("/", Show).WithName("ShowChallenge");
        challenges.MapPost("/", Answer).WithName("AnswerChallenge");
    }

    private static async Task<Results<Ok<SandboxIntent>, ProblemHttpResult>> Show(
        string intent, HttpContext http, NpgsqlDataSource database)
    {
        Result<SandboxIntent> found = await FindAsync(database, intent) is { } known ? known : NoIntent;
        return found.ToOk(http);
    }

    private static async Task<Results<Ok<SandboxIntent>, ProblemHttpResult>> Answer(
        string intent, AnswerChallenge body, HttpContext http, NpgsqlDataSource database, IGrainFactory grains)
    {
        await using (var connection = await database.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(
                """
                update sandbox_intents
                set status = case when not @approve or method like '%ChargeDeclined%' then 'Declined' else 'Authorized' end,
                    decline_code = case when not @approve then 'authentication_failed'
                                        when method like '%ChargeDeclined%' then 'insufficient_funds' end,
                    moved_at = clock_timestamp()
                where id = @intent and status = 'RequiresAction'
                """,
                new { intent, approve = body.Approve });
        }

        if (await FindAsync(database, intent) is not { } known)
        {
            return NoIntent.ToProblem();
        }

        // What a gateway's webhook does: tell the payment and the checkout that something happened.
        var order = Orders.OrderId.Parse(known.Reference, null);
        await grains.GetPayment(order).Look(intent);
        await grains.GetCheckout(EntityId.Twin<Orders.OrderId, CartId>(order)).Resume(intent);
        await grains.GetOrderAmendment(order).Resume(intent);
        return ((Result<SandboxIntent>)known).ToOk(http);
    }

    private static readonly Rejection NoIntent =
        new(RejectionKind.NotFound, "challenge_not_found", "The sandbox knows no such payment.");

    private static async Task<SandboxIntent?> FindAsync(NpgsqlDataSource database, string intent)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<SandboxIntent>(
            """
            select id, reference, amount, currency, lower(regexp_replace(status, '(?<=.)([A-Z])', '_\1', 'g')) as status
            from sandbox_intents where id = @intent
            """,
            new { intent });
    }
}

/// <param name="Approve">What the customer tells the bank.</param>
internal sealed record AnswerChallenge(bool Approve);

/// <summary>A payment in the sandbox's own ledger.</summary>
internal sealed record SandboxIntent(string Id, string Reference, long Amount, string Currency, string Status);
