using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace Commerce.Inventory;

/// <summary>Something that changed what a warehouse has. The sums of all movements are the stock.</summary>
/// <param name="Version">Of the SKU's journal; names the movement.</param>
/// <param name="Type">The event, <c>stock.received</c>.</param>
/// <param name="Changes">What it changed where; a transfer changes two locations.</param>
/// <param name="Actor"><c>operator</c>, <c>shopper</c> or <c>system</c>.</param>
internal sealed record StockMovement(
    long Version,
    string Type,
    ImmutableArray<LocationChange> Changes,
    string? Reason,
    string? Reference,
    string Actor,
    DateTimeOffset At);

/// <param name="OnHand">Units more or fewer.</param>
/// <param name="Damaged">Of these: damaged units more or fewer.</param>
internal sealed record LocationChange(LocationId Location, int OnHand, int Damaged);

/// <summary>The movement ledger of a SKU: its journal, read backwards.</summary>
internal sealed class MovementListing(NpgsqlDataSource database)
{
    // The condition is that of the index of movements.
    private const string Newest = """
        select version, type, data::text as data, metadata ->> 'actor' as actor, (metadata ->> 'at')::timestamptz as at
        from journal_events
        where stream = @stream and version < @before
          and type in ('stock.received', 'stock.adjusted', 'stock.counted', 'stock.transferred', 'stock.damaged',
                       'stock.restored', 'stock.scrapped', 'stock.shipped')
        order by version desc limit @limit
        """;

    /// <summary>A page of movements, the newest first.</summary>
    public async Task<Page<StockMovement>> ListAsync(Sku sku, ListQuery list, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Newest,
            new { stream = $"stock-line/{sku}", before = list.After<Position>()?.Version ?? long.MaxValue, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Version));
    }

    private static StockMovement View(Row row)
    {
        var data = JsonElement.Parse(row.Data);
        return new(row.Version, row.Type, ChangesOf(row.Type, data), Text(data, "reason"), Text(data, "reference"), row.Actor, row.At);
    }

    private static ImmutableArray<LocationChange> ChangesOf(string type, JsonElement data)
    {
        var units = data.GetProperty(data.TryGetProperty("delta", out _) ? "delta" : "quantity").GetInt32();
        return type switch
        {
            "stock.transferred" => [new(At("from"), -units, 0), new(At("to"), units, 0)],
            "stock.damaged" => [new(At("location"), 0, units)],
            "stock.restored" => [new(At("location"), 0, -units)],
            "stock.scrapped" => [new(At("location"), -units, -units)],
            "stock.shipped" => [new(At("location"), -units, 0)],
            _ => [new(At("location"), units, 0)],
        };

        LocationId At(string member) => LocationId.Parse(data.GetProperty(member).GetString()!, null);
    }

    private static string? Text(JsonElement data, string member) =>
        data.TryGetProperty(member, out var text) ? text.GetString() : null;

    private sealed record Position(long Version);

    private sealed record Row(long Version, string Type, string Data, string Actor, DateTime At);
}
