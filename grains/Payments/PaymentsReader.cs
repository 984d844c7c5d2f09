using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Payments;

/// <summary>
/// Keeps the table by which payments are found by the gateway's id and by time. A row is the fold of its stream by the
/// core itself; such streams are short.
/// </summary>
internal sealed class PaymentsReader(JournalReading reading, EventJournal journal) : JournalReader(reading)
{
    private const string Save = """
        insert into payment_attempts as p
            (order_id, attempt, intent, currency, status, authorized, captured, refunded, disputed, requested_at, version)
        values (@Order, @Number, @Intent, @Currency, @Status, @Authorized, @Captured, @Refunded, @Disputed, @At, @version)
        on conflict (order_id, attempt) do update
        set intent = excluded.intent, status = excluded.status, authorized = excluded.authorized, captured = excluded.captured,
            refunded = excluded.refunded, disputed = excluded.disputed, version = excluded.version
        where p.version < excluded.version
        """;

    protected override string Name => "payments";

    protected override string[] Categories => ["payment"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        foreach (var stream in events.Select(e => e.Stream).Distinct(StringComparer.Ordinal))
        {
            var (payment, version, requestedAt) = (new Payment(), 0L, new Dictionary<int, DateTimeOffset>());
            await foreach (var stored in journal.ReadStreamAsync(stream, 0, int.MaxValue, CancellationToken.None))
            {
                var @event = (PaymentEvent)stored.Decode();
                (payment, version) = (payment.Apply(@event), stored.Version);
                if (@event is PaymentRequested)
                {
                    requestedAt[@event.Attempt] = stored.RecordedAt;
                }
            }

            foreach (var attempt in payment.Attempts)
            {
                await connection.ExecuteAsync(Save, new
                {
                    Order = StreamName.Key(stream),
                    attempt.Number,
                    attempt.Intent,
                    Currency = attempt.Amount.Currency.Code,
                    Status = attempt.Status.ToString(),
                    Authorized = attempt.Authorized.MinorUnits,
                    Captured = attempt.Captured.MinorUnits,
                    Refunded = (attempt.Refunded + attempt.RefundPending).MinorUnits,
                    Disputed = (attempt.Disputed + attempt.DisputeLost).MinorUnits,
                    At = requestedAt[attempt.Number].UtcDateTime,
                    version,
                });
            }
        }
    }
}
