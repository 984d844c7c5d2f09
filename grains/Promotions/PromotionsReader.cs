using System.Text.Json;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Promotions;

/// <summary>Keeps the table by which operators list promotions and silos find the automatic ones.</summary>
internal sealed class PromotionsReader(JournalReading reading) : JournalReader(reading)
{
    private const string SaveDefinition = """
        insert into promotions as p (id, title, code, status, priority, definition, created_at, version)
        values (@Id, @Title, @Code, @Status, @Priority, @Definition::jsonb, @At, @Version)
        on conflict (id) do update
        set title = excluded.title, code = excluded.code, status = excluded.status, priority = excluded.priority,
            definition = excluded.definition, version = excluded.version
        """;

    private const string Count = "update promotions set used = used + @Used, version = @Version where id = @Id";

    protected override string Name => "promotions";

    protected override WantedEvents[] Wanted => ["promotion"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        foreach (var stream in events.GroupBy(e => e.Stream, StringComparer.Ordinal))
        {
            var (id, last) = (StreamName.Key(stream.Key), stream.Last());
            var decoded = stream.Select(stored => stored.Decode()).ToList();
            if (decoded.OfType<PromotionSaved>().LastOrDefault() is { Definition: var definition })
            {
                await connection.ExecuteAsync(SaveDefinition, new
                {
                    Id = id,
                    definition.Title,
                    definition.Code,
                    Status = JsonNamingPolicy.SnakeCaseLower.ConvertName(definition.Status.ToString()),
                    definition.Priority,
                    Definition = JsonSerializer.Serialize(definition, CommerceJson.Stored),
                    At = stream.First().RecordedAt.UtcDateTime,
                    last.Version,
                });
            }

            var used = decoded.Sum(e => e switch { UseCommitted => 1, UseReturned => -1, _ => 0 });
            await connection.ExecuteAsync(Count, new { Id = id, Used = used, last.Version });
        }
    }
}
