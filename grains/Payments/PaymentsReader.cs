using System.Text.Json;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Payments;

/// <summary>
/// Keeps the table by which payments are found by the gateway's id and by time. A row is the fold of its stream by the
/// core itself; such streams are short.
/// </summary>
internal sealed class PaymentsReader(JournalReading reading) : JournalReader(reading)
{
    private const string Save = """
        insert into payment_attempts as p
            (order_id, attempt, intent, currency, status, authorized, captured, refunded, disputed, requested_at, version)
        select order_id, attempt, intent, currency, status, authorized, captured, refunded, disputed, requested_at, version
        from json_populate_recordset(null::payment_attempts, @rows::json)
        on conflict (order_id, attempt) do update
        set intent = excluded.intent, status = excluded.status, authorized = excluded.authorized, captured = excluded.captured,
            refunded = excluded.refunded, disputed = excluded.disputed, version = excluded.version
        where p.version < excluded.version
        """;

    protected override string Name => "payments";

    protected override WantedEvents[] Wanted => ["payment"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        var rows = new List<Row>();
        foreach (var stream in await ReadStreamsAsync(connection, events))
        {
            var (payment, requestedAt) = (new Payment(), new Dictionary<int, DateTimeOffset>());
            foreach (var stored in stream)
            {
                var @event = (PaymentEvent)stored.Decode();
                payment = payment.Apply(@event);
                if (@event is PaymentRequested)
                {
                    requestedAt[@event.Attempt] = stored.RecordedAt;
                }
            }

            rows.AddRange(payment.Attempts.Select(attempt => new Row(
                StreamName.Key(stream.Key), attempt.Number, attempt.Intent, attempt.Amount.Currency.Code,
                attempt.Status.ToString(), attempt.Authorized.MinorUnits, attempt.Captured.MinorUnits,
                (attempt.Refunded + attempt.RefundPending).MinorUnits, (attempt.Disputed + attempt.DisputeLost).MinorUnits,
                requestedAt[attempt.Number], stream.Last().Version)));
        }

        await connection.ExecuteAsync(Save, new { rows = JsonSerializer.Serialize(rows, CommerceJson.Stored) });
    }

    private sealed record Row(
        string OrderId, int Attempt, string? Intent, string Currency, string Status, long Authorized, long Captured,
        long Refunded, long Disputed, DateTimeOffset RequestedAt, long Version);
}
