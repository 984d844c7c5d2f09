using System.Text.Json;
using Dapper;
using Npgsql;

namespace Commerce.Drops;

/// <summary>A drop in a list.</summary>
/// <param name="Units">Units set aside for it, as of a moment ago.</param>
internal sealed record ListedDrop(
    DropId Id, string Title, Sku Sku, DropStatus Status, DateTimeOffset OpensAt, int Units, DropOrder Order, OnePer OnePer);

/// <summary>Queries over the drops' read model.</summary>
internal sealed class DropListing(NpgsqlDataSource database)
{
    private const string Soonest = """
        select id, status, opens_at, units, definition::text as definition from drops
        where status <> '' and (@isClosedToo or status <> 'closed') and (@status::text is null or status = @status)
          and (@id::text is null or (opens_at, id) > (@at, @id))
        order by opens_at, id limit @limit
        """;

    /// <summary>A page of drops, the earliest first.</summary>
    public async Task<Page<ListedDrop>> ListAsync(
        ListQuery list, Word<DropStatus>? status, bool isClosedToo, CancellationToken cancellation)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Soonest,
            new { status = status?.ToString(), isClosedToo, id = after?.Id, at = after?.At ?? default, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Opens_at, row.Id));
    }

    private static ListedDrop View(Row row)
    {
        var definition = JsonSerializer.Deserialize<DropDefinition>(row.Definition, CommerceJson.Stored)!;
        return new(
            DropId.Parse(row.Id, null),
            definition.Title,
            definition.Sku,
            Word<DropStatus>.Parse(row.Status, null).Value,
            row.Opens_at,
            row.Units,
            definition.Order,
            definition.OnePer);
    }

    private sealed record Position(DateTime At, string Id);

    private sealed record Row(string Id, string Status, DateTime Opens_at, int Units, string Definition);
}
