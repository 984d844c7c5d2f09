using System.Collections.Immutable;
using Dapper;
using Npgsql;

namespace Commerce.Payments;

/// <summary>
/// A gateway for development and tests that behaves as its payment method's id says, by the ids that Stripe publishes for
/// testing. It keeps a ledger of its own, so that charges can be counted independently of our records.
/// </summary>
internal sealed class SandboxPaymentGateway(NpgsqlDataSource database) : IPaymentGateway
{
    private const int PageSize = 100;
    private const string Columns =
        "id, reference, attempt, amount, captured, voided, currency, method, status, decline_code, capture_before, created_at";

    private const string Row = $"select {Columns} from sandbox_intents where id = @intent";

    public async Task<GatewayAnswer> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellation)
    {
        if (SandboxMethods.OutcomeOf(request.Method) is not { } outcome)
        {
            return new(new("", GatewayStatus.MethodUnknown, request.Amount));
        }

        return await InTransactionAsync(async connection =>
        {
            var made = await connection.QuerySingleOrDefaultAsync<IntentRow>(
                $"""
                insert into sandbox_intents (id, key, reference, attempt, amount, currency, method, status, decline_code, capture_before)
                values (@id, @Key, @Reference, @Attempt, @amount, @currency, @Method, @status, @declineCode, clock_timestamp() + interval '7 days')
                on conflict (key) do nothing
                returning {Columns}
                """,
                new
                {
                    id = $"pi_{Guid.CreateVersion7():n}",
                    request.Key,
                    request.Reference,
                    request.Attempt,
                    amount = request.Amount.MinorUnits,
                    currency = request.Amount.Currency.Code,
                    request.Method,
                    status = outcome.Status.ToString(),
                    declineCode = outcome.DeclineCode,
                });
            var row = made ?? await connection.QuerySingleAsync<IntentRow>(
                $"select {Columns} from sandbox_intents where key = @Key", new { request.Key });
            return new GatewayAnswer(row.Intent());
        }, cancellation);
    }

    public Task<GatewayIntent?> FindAsync(string intent, CancellationToken cancellation) => InTransactionAsync(
        connection => WholeAsync(connection, intent, isLocked: true), cancellation);

    public Task<GatewayIntent?> FindByKeyAsync(string key, CancellationToken cancellation) => InTransactionAsync(
        async connection => (await connection.QuerySingleOrDefaultAsync<IntentRow>(
            $"select {Columns} from sandbox_intents where key = @key", new { key }))?.Intent(),
        cancellation);

    public Task<string?> FingerprintAsync(string method, CancellationToken cancellation) =>
        Task.FromResult(SandboxMethods.OutcomeOf(method) is null ? null : method);

    public Task<GatewayAnswer> CaptureAsync(CaptureRequest request, CancellationToken cancellation) =>
        OnceAsync(request.Key, request.Intent, "capture", request.Amount, async (connection, row) =>
        {
            if (row.Status != nameof(GatewayStatus.Authorized) || row.Capturable < request.Amount.MinorUnits)
            {
                return "payment_intent_unexpected_state";
            }

            await connection.ExecuteAsync(
                """
                update sandbox_intents
                set captured = captured + @amount,
                    voided = case when @IsFinal then amount - captured - @amount else voided end,
                    status = case when @IsFinal or captured + voided + @amount = amount then 'Captured' else status end,
                    moved_at = clock_timestamp()
                where id = @Intent
                """,
                new { request.Intent, request.IsFinal, amount = request.Amount.MinorUnits });
            if (SandboxMethods.DisputeOf(row.Method) is { } reason)
            {
                await connection.ExecuteAsync(
                    "insert into sandbox_disputes (id, intent, amount, status, reason) values (@id, @Intent, @amount, 'Open', @reason)",
                    new { id = $"du_{Guid.CreateVersion7():n}", request.Intent, amount = request.Amount.MinorUnits, reason });
            }

            return null;
        }, cancellation);

    public Task<GatewayAnswer> CancelAsync(string key, string intent, CancellationToken cancellation) =>
        OnceAsync(key, intent, "cancel", default, async (connection, row) =>
        {
            if (row.Status is not (nameof(GatewayStatus.Authorized) or nameof(GatewayStatus.RequiresAction)))
            {
                return "payment_intent_unexpected_state";
            }

            await connection.ExecuteAsync(
                """
                update sandbox_intents
                set voided = case when status = 'Authorized' then amount - captured else voided end, status = 'Voided',
                    moved_at = clock_timestamp()
                where id = @intent
                """,
                new { intent });
            return null;
        }, cancellation);

    public async Task<GatewayAnswer> RefundAsync(RefundRequest request, CancellationToken cancellation)
    {
        var answer = await OnceAsync(request.Key, request.Intent, "refund", request.Amount, async (connection, row) =>
        {
            var given = await connection.ExecuteScalarAsync<long>(
                """
                select coalesce((select sum(amount) from sandbox_refunds where intent = @Intent and status <> 'Failed'), 0)
                     + coalesce((select sum(amount) from sandbox_disputes where intent = @Intent and status in ('Open', 'Lost')), 0)
                """,
                new { request.Intent });
            if (given + request.Amount.MinorUnits > row.Captured)
            {
                return "charge_already_refunded";
            }

            await connection.ExecuteAsync(
                "insert into sandbox_refunds (id, intent, operation, amount, status) values (@id, @Intent, @Operation, @amount, @status)",
                new
                {
                    id = $"re_{Guid.CreateVersion7():n}",
                    request.Intent,
                    request.Operation,
                    amount = request.Amount.MinorUnits,
                    status = SandboxMethods.RefundOf(row.Method).ToString(),
                });
            return null;
        }, cancellation);
        return answer with
        {
            Refund = answer.Intent?.Refunds?.FirstOrDefault(refund => refund.Operation == request.Operation),
        };
    }

    public Task<GatewayPage> ListAsync(
        DateTimeOffset from, DateTimeOffset to, string? after, CancellationToken cancellation) =>
        InTransactionAsync(async connection =>
        {
            var rows = (await connection.QueryAsync<IntentRow>(
                $"""
                select {Columns} from sandbox_intents
                where created_at >= @from and created_at < @to and (@after::text is null or id > @after)
                order by id limit {PageSize}
                """,
                new { from = from.UtcDateTime, to = to.UtcDateTime, after })).AsList();
            var intents = ImmutableArray.CreateBuilder<GatewayIntent>(rows.Count);
            foreach (var row in rows)
            {
                intents.Add((await WholeAsync(connection, row.Id))!);
            }

            return new GatewayPage(intents.ToImmutable(), rows.Count == PageSize ? rows[^1].Id : null);
        }, cancellation);

    /// <summary>Carries a key out once; what came of it is told as the intent stands.</summary>
    private Task<GatewayAnswer> OnceAsync(
        string key, string intent, string kind, Money amount, Func<NpgsqlConnection, IntentRow, Task<string?>> effect,
        CancellationToken cancellation) =>
        InTransactionAsync(async connection =>
        {
            // Locks the intent: what happens to it happens in a row.
            var known = await connection.QueryMultipleAsync(
                $"{Row} for update; select refusal from sandbox_operations where key = @key", new { intent, key });
            if (await known.ReadSingleOrDefaultAsync<IntentRow>() is not { } row)
            {
                return new GatewayAnswer(null, "resource_missing");
            }

            var refusals = (await known.ReadAsync<string?>()).AsList();
            if (refusals.Count == 0)
            {
                refusals.Add(await effect(connection, row));
                await connection.ExecuteAsync(
                    "insert into sandbox_operations (key, intent, kind, amount, refusal) values (@key, @intent, @kind, @amount, @refusal)",
                    new { key, intent, kind, amount = amount.MinorUnits, refusal = refusals[0] });
            }

            return new GatewayAnswer(await WholeAsync(connection, intent), refusals[0]);
        }, cancellation);

    /// <param name="isLocked">Whether to wait for what is under way with it.</param>
    private static async Task<GatewayIntent?> WholeAsync(NpgsqlConnection connection, string intent, bool isLocked = false)
    {
        var parts = await connection.QueryMultipleAsync(
            $"""
            {Row} {(isLocked ? "for update" : "")};
            select id, amount, status, operation from sandbox_refunds where intent = @intent order by created_at, id;
            select id, amount, status, reason from sandbox_disputes where intent = @intent order by id
            """,
            new { intent });
        if (await parts.ReadSingleOrDefaultAsync<IntentRow>() is not { } row)
        {
            return null;
        }

        var currency = Currency.Parse(row.Currency, null);
        var refunds = await parts.ReadAsync<(string Id, long Amount, string Status, int Operation)>();
        var disputes = await parts.ReadAsync<(string Id, long Amount, string Status, string? Reason)>();
        return row.Intent() with
        {
            Refunds = [.. refunds.Select(refund => new GatewayRefund(
                refund.Id, new(refund.Amount, currency), Enum.Parse<PaymentRefundStatus>(refund.Status), refund.Operation))],
            Disputes = [.. disputes.Select(dispute => new GatewayDispute(
                dispute.Id, new(dispute.Amount, currency), Enum.Parse<PaymentDisputeStatus>(dispute.Status), dispute.Reason))],
        };
    }

    private async Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var done = await work(connection);
            await transaction.CommitAsync(cancellation);
            return done;
        }
        catch (NpgsqlException outage)
        {
            throw new GatewayUnavailableException(outage.Message, outage);
        }
    }

    private sealed record IntentRow(
        string Id, string Reference, int Attempt, long Amount, long Captured, long Voided, string Currency, string Method,
        string Status, string? Decline_code, DateTime? Capture_before, DateTime Created_at)
    {
        /// <summary>Only what is authorized can be taken.</summary>
        public long Capturable => Status == nameof(GatewayStatus.Authorized) ? Amount - Captured - Voided : 0;

        public GatewayIntent Intent()
        {
            var currency = Commerce.Currency.Parse(Currency, null);
            var status = Enum.Parse<GatewayStatus>(Status);
            var isReserved = status is GatewayStatus.Authorized or GatewayStatus.Captured || Captured + Voided > 0;
            return new(Id, status, new(Amount, currency))
            {
                Authorized = new(isReserved ? Amount : 0, currency),
                Capturable = new(Capturable, currency),
                Captured = new(Captured, currency),
                DeclineCode = Decline_code,
                NextAction = status == GatewayStatus.RequiresAction ? new("redirect_to_url", $"/v1/sandbox/challenges/{Id}") : null,
                CaptureBefore = status == GatewayStatus.Authorized && Capture_before is { } end ? new DateTimeOffset(end, TimeSpan.Zero) : null,
                CanCaptureAgain = true,
                Reference = Reference,
                Attempt = Attempt,
            };
        }
    }
}
