using System.Collections.Immutable;
using Commerce.Orders;
using Dapper;
using Npgsql;
using Orleans.Concurrency;

namespace Commerce.Payments;

/// <summary>Looks through the gateway's books and through ours.</summary>
[GrainType("gateway"), StatelessWorker]
internal sealed class GatewayGrain(IPaymentGateway gateway, NpgsqlDataSource database, TimeProvider time) : Grain, IGatewayGrain
{
    private const int PageSize = 500;

    private const string OfPeriod = """
        select order_id, attempt, intent, status, currency, authorized, captured, refunded, disputed, requested_at
        from payment_attempts
        where requested_at >= @from and requested_at < @to and (requested_at, order_id, attempt) > (@at, @order, @attempt)
        order by requested_at, order_id, attempt limit @PageSize
        """;

    private const string OfIntents = """
        select order_id, attempt, intent, status, currency, authorized, captured, refunded, disputed, requested_at
        from payment_attempts where intent = any(@intents)
        """;

    public async Task<OrderId?> OrderOf(string intent)
    {
        try
        {
            var known = await QueryAsync(OfIntents, new { intents = new[] { intent } });
            var order = known.Count > 0 ? known[0].Order_id : (await gateway.FindAsync(intent, CancellationToken.None))?.Reference;
            return EntityId.TryParse<OrderId>(order, out var id) ? id : null;
        }
        catch (GatewayUnavailableException silent)
        {
            throw new RetryableException($"The payment gateway did not answer: {silent.Message}");
        }
    }

    public async Task<string?> FingerprintOf(string method)
    {
        try
        {
            return await gateway.FingerprintAsync(method, CancellationToken.None);
        }
        catch (GatewayUnavailableException silent)
        {
            throw new RetryableException($"The payment gateway did not answer: {silent.Message}");
        }
    }

    public async Task<Result<ReconciliationReport>> Reconcile(ReconciliationPeriod period)
    {
        if (Reconciliation.Check(period) is { } invalid)
        {
            return invalid;
        }

        try
        {
            return await CompareAsync(period);
        }
        catch (GatewayUnavailableException silent)
        {
            throw new RetryableException($"The payment gateway did not answer: {silent.Message}");
        }
    }

    private async Task<ReconciliationReport> CompareAsync(ReconciliationPeriod period)
    {
        var differences = new List<ReconciliationDifference>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? after = null;
        do
        {
            var page = await gateway.ListAsync(period.From, period.To, after, CancellationToken.None);
            var ids = page.Intents.Select(intent => intent.Id).ToArray();
            var rows = (await QueryAsync(OfIntents, new { intents = ids })).ToDictionary(row => row.Intent!, StringComparer.Ordinal);
            foreach (var intent in page.Intents.Where(intent => intent.Reference is not null))
            {
                seen.Add(intent.Id);
                var isSame = rows.TryGetValue(intent.Id, out var row) && row.Booked() == Booked.Of(intent);
                differences.AddRange(isSame ? [] : await ConfirmAsync(intent));
            }

            after = page.Next;
        }
        while (after is not null && seen.Count < Reconciliation.PaymentsMax && differences.Count < Reconciliation.DifferencesMax);

        var (payments, isWhole) = await FromOursAsync(period, seen, differences);
        return new(
            period.From, period.To, payments, seen.Count,
            isWhole && after is null && differences.Count < Reconciliation.DifferencesMax,
            [.. differences.Take(Reconciliation.DifferencesMax)]);
    }

    private async Task<(int Payments, bool IsWhole)> FromOursAsync(
        ReconciliationPeriod period, HashSet<string> seen, List<ReconciliationDifference> differences)
    {
        var (payments, at, order, attempt) = (0, DateTime.MinValue, "", 0);
        while (payments < Reconciliation.PaymentsMax && differences.Count < Reconciliation.DifferencesMax)
        {
            var rows = await QueryAsync(
                OfPeriod,
                new { from = period.From.UtcDateTime, to = period.To.UtcDateTime, at, order, attempt, PageSize });
            foreach (var row in rows.Where(row => row.Intent is null || !seen.Contains(row.Intent)))
            {
                differences.AddRange(await ConfirmAsync(row));
            }

            payments += rows.Count;
            if (rows.Count < PageSize)
            {
                return (payments, true);
            }

            (at, order, attempt) = (rows[^1].Requested_at, rows[^1].Order_id, rows[^1].Attempt);
        }

        return (payments, false);
    }

    /// <summary>The gateway has an intent that our table has not, or not so: asks both again.</summary>
    private async Task<IEnumerable<ReconciliationDifference>> ConfirmAsync(GatewayIntent listed)
    {
        if (!EntityId.TryParse<OrderId>(listed.Reference, out var order))
        {
            return [];
        }

        var payment = await GrainFactory.GetPayment(order).Read();
        var attempt = payment.Value?.Attempts?.FirstOrDefault(known => known.Intent == listed.Id);
        var theirs = await gateway.FindAsync(listed.Id, CancellationToken.None) ?? listed;
        return attempt is not null
            ? Booked.Of(payment.Value!, attempt).Against(Booked.Of(theirs), order, attempt.Attempt, listed.Id)
            : payment.Value?.Attempts?.Any(known => known.IsUnresolved && known.Attempt == listed.Attempt) == true
                ? []
                : [new(ReconciliationKind.MissingHere, order, listed.Attempt, listed.Id, null, $"{theirs.Status} {theirs.Amount}")];
    }

    /// <summary>We have an attempt that the gateway did not list for the period: asks both again.</summary>
    private async Task<IEnumerable<ReconciliationDifference>> ConfirmAsync(AttemptRow row)
    {
        var order = OrderId.Parse(row.Order_id, null);
        var payment = (await GrainFactory.GetPayment(order).Read()).Value;
        if (payment?.Attempts?.FirstOrDefault(known => known.Attempt == row.Attempt) is not { } attempt)
        {
            return [];
        }

        if (attempt.Intent is null)
        {
            var isLate = attempt.IsUnresolved && time.GetUtcNow() - row.Requested_at > Reconciliation.UnresolvedFor;
            return isLate ? [new(ReconciliationKind.Unresolved, order, row.Attempt, null, $"{attempt.Status} {attempt.Amount}", null)] : [];
        }

        return await gateway.FindAsync(attempt.Intent, CancellationToken.None) is { } theirs
            ? Booked.Of(payment, attempt).Against(Booked.Of(theirs), order, row.Attempt, attempt.Intent)
            : [new(ReconciliationKind.MissingAtGateway, order, row.Attempt, attempt.Intent, $"{attempt.Status} {attempt.Amount}", null)];
    }

    private async Task<List<AttemptRow>> QueryAsync(string query, object parameters)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            return (await connection.QueryAsync<AttemptRow>(query, parameters)).AsList();
        }
        catch (NpgsqlException outage)
        {
            throw new RetryableException($"The payments cannot be read: {outage.Message}");
        }
    }

    private sealed record AttemptRow(
        string Order_id, int Attempt, string? Intent, string Status, string Currency, long Authorized, long Captured,
        long Refunded, long Disputed, DateTime Requested_at)
    {
        public Booked Booked() => new(Commerce.Currency.Parse(Currency, null), Authorized, Captured, Refunded, Disputed);
    }
}
