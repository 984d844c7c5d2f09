using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Npgsql;

namespace Commerce.Inventory;

/// <summary>Whether a SKU can be had, as shoppers see it. What does not apply is left out.</summary>
/// <param name="Status">What shoppers are told.</param>
/// <param name="Quantity">Units, when few are left; null otherwise.</param>
/// <param name="ReleasesAt">When a preorder is sent.</param>
/// <param name="RestockAt">When more is expected, of what is out of stock or backordered.</param>
/// <param name="OrderMin">Fewest units one order may have.</param>
/// <param name="OrderMax">Most units one order may have.</param>
/// <param name="Discontinued">True when it is sold out and will not come again.</param>
internal sealed record Availability(
    AvailabilityStatus Status,
    int? Quantity,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ReleasesAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RestockAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? OrderMin = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? OrderMax = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Discontinued = null);

/// <summary>The availability of one SKU.</summary>
internal sealed record AvailableSku(Sku Sku, Availability Availability);

/// <summary>Which SKUs to list.</summary>
internal sealed record StockFilter
{
    /// <summary>Only those of which no more than <c>low_stock</c> are available.</summary>
    [Microsoft.AspNetCore.Mvc.FromQuery(Name = "below_threshold")]
    public bool? BelowThreshold { get; init; }
}

/// <summary>The stock of a SKU in a list, of a moment ago.</summary>
internal sealed record ListedStock(
    Sku Sku,
    long OnHand,
    long Held,
    long Committed,
    long Backordered,
    long Damaged,
    long Safety,
    long Incoming,
    long Available,
    int LowStock);

/// <summary>What the read model says about a SKU's availability.</summary>
internal sealed record StockLevels(long Free, long Backordered, StockPolicy? Policy, DateTimeOffset? RestockAt)
{
    /// <summary>The JSON of this record, of a row <c>l</c> of <c>stock_levels</c>.</summary>
    public const string Sql = """
        jsonb_build_object('free', l.free, 'backordered', l.backordered, 'policy', l.policy,
            'restock_at', (select min(i.expected_at) from stock_incoming i where i.sku = l.sku))
        """;

    /// <summary>What shoppers are told; a SKU nobody has received is out of stock.</summary>
    public static Availability Tell(StockLevels? levels, DateTimeOffset now)
    {
        var (free, backordered) = ((int)(levels?.Free ?? 0), (int)(levels?.Backordered ?? 0));
        var policy = levels?.Policy ?? StockPolicy.Usual;
        var status = policy.Status(free, backordered, now);
        return new(
            status,
            status == AvailabilityStatus.LowStock ? free - backordered : null,
            status == AvailabilityStatus.Preorder ? policy.ReleasesAt : null,
            status is AvailabilityStatus.OutOfStock or AvailabilityStatus.Backorder ? levels?.RestockAt : null,
            policy.OrderMin,
            policy.OrderMax,
            policy.WhenOut == WhenOut.Discontinue && status == AvailabilityStatus.OutOfStock ? true : null);
    }
}

/// <summary>Queries over the stock's read model.</summary>
internal sealed class StockListing(NpgsqlDataSource database, TimeProvider time)
{
    private const int SkusMax = 100;

    private const string BySku = """
        select sku, on_hand, held, committed, backordered, damaged, safety, available, low_stock,
               (select coalesce(sum(i.quantity), 0) from stock_incoming i where i.sku = l.sku) as incoming
        from stock_levels l
        where (not @low or is_low) and (@after::text is null or sku > @after)
        order by sku limit @limit
        """;

    private const string Levels = $"select l.sku, ({StockLevels.Sql})::text as levels from stock_levels l where l.sku = any(@skus)";

    /// <summary>A page of SKUs in alphabetical order.</summary>
    public async Task<Page<ListedStock>> ListAsync(ListQuery list, StockFilter filter, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            BySku,
            new { low = filter.BelowThreshold ?? false, after = list.After<Position>()?.Sku, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Sku));
    }

    /// <summary>The availability of some SKUs, in the order they were asked for.</summary>
    /// <param name="skus">Separated by commas, at most a hundred.</param>
    public async Task<ImmutableArray<AvailableSku>> AvailabilityAsync(string skus, CancellationToken cancellation)
    {
        var texts = skus.Split(',', SkusMax + 1, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (texts.Length is 0 or > SkusMax)
        {
            throw new BadHttpRequestException($"skus takes 1 to {SkusMax} SKUs, separated by commas.");
        }

        ImmutableArray<Sku> wanted = [.. texts.Select(text => Sku.TryParse(text, null, out var sku)
            ? sku
            : throw new BadHttpRequestException("skus has something that is no SKU.")).Distinct()];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<(string Sku, string Levels)>(new CommandDefinition(
            Levels, new { skus = wanted.Select(sku => sku.Value).ToArray() }, cancellationToken: cancellation));
        var known = rows.ToDictionary(
            row => row.Sku, row => JsonSerializer.Deserialize<StockLevels>(row.Levels, CommerceJson.Stored), StringComparer.Ordinal);
        return [.. wanted.Select(sku => new AvailableSku(
            sku, StockLevels.Tell(known.GetValueOrDefault(sku.Value), time.GetUtcNow())))];
    }

    private static ListedStock View(Row row) => new(
        Sku.Parse(row.Sku, null),
        row.On_hand,
        row.Held,
        row.Committed,
        row.Backordered,
        row.Damaged,
        row.Safety,
        row.Incoming,
        row.Available,
        row.Low_stock);

    private sealed record Position(string Sku);

    private sealed record Row(
        string Sku, long On_hand, long Held, long Committed, long Backordered, long Damaged, long Safety, long Available,
        int Low_stock, long Incoming);
}
