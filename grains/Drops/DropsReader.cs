using System.Text.Json;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Drops;

/// <summary>Keeps the table that drops are listed by. It passes over tickets, which are by far the most.</summary>
internal sealed class DropsReader(JournalReading reading) : JournalReader(reading)
{
    private const string Plan = """
        insert into drops (id, status, opens_at, units, definition) values (@Id, '', @OpensAt, 0, @Definition::jsonb)
        on conflict (id) do update set opens_at = excluded.opens_at, definition = excluded.definition
        """;

    private const string Move =
        "update drops set status = coalesce(@Status, status), units = coalesce(@Units, units) where id = @Id";

    protected override string Name => "drops";

    protected override WantedEvents[] Wanted =>
    [
        new(
            "drop",
            "drop.planned", "drop.withdrawn", "drop.scheduled", "drop.units_set", "drop.opened", "drop.paused",
            "drop.resumed", "drop.sold_out", "drop.restocked", "drop.closed"),
    ];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        foreach (var stored in events)
        {
            var happened = stored.Decode();
            if (happened is DropPlanned { Definition: var definition })
            {
                await connection.ExecuteAsync(Plan, new
                {
                    Id = stored.Key,
                    OpensAt = definition.OpensAt.UtcDateTime,
                    Definition = JsonSerializer.Serialize(definition, CommerceJson.Stored),
                });
            }

            var (status, units) = Told(happened);
            await connection.ExecuteAsync(Move, new { Id = stored.Key, Status = status, Units = units });
        }
    }

    private static (string? Status, int? Units) Told(object happened) => happened switch
    {
        DropScheduled e => ("scheduled", e.Units),
        DropUnitsSet e => (null, e.Units),
        DropOpened or DropResumed or DropRestocked => ("open", null),
        DropPaused => ("paused", null),
        DropSoldOut => ("sold_out", null),
        DropClosed => ("closed", null),
        DropWithdrawn => ("", null),
        _ => (null, null),
    };
}
