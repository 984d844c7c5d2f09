using System.Collections.Immutable;
using Commerce.Identity;
using Dapper;
using Npgsql;

namespace Commerce.Operations;

/// <summary>What operators look at rather than read: what is sold, and how far the read models are.</summary>
internal static class StatisticsEndpoints
{
    private const int BestSellersMax = 20;

    // What sold is kept as long.
    private const int HoursMax = 31 * 24;

    private const string Hours = """
        select h.hour, coalesce(c.began, 0) as began, s.currency, coalesce(s.orders, 0) as orders, coalesce(s.revenue, 0) as revenue
        from generate_series(date_trunc('hour', @now::timestamptz, 'UTC') - make_interval(hours => @hours - 1),
                             date_trunc('hour', @now::timestamptz, 'UTC'), interval '1 hour') as h(hour)
        left join checkout_hours c using (hour)
        left join sales_hours s using (hour)
        order by h.hour, s.currency
        """;

    private const string BestSellers = """
        select sku, sum(units) as units from sold_skus
        where hour > date_trunc('hour', @now::timestamptz, 'UTC') - make_interval(hours => @hours)
        group by sku order by sum(units) desc, sku limit @max
        """;

    // The first event that a reader has not come to tells how late it is: of each grain type and partition one look into an index.
    private const string Readers = """
        with recursive categories as (
            (select min(split_part(stream, '/', 1)) as category from journal_events)
            union all
            select (select min(split_part(stream, '/', 1)) from journal_events where split_part(stream, '/', 1) > category)
            from categories where category is not null)
        select c.reader, greatest(0, extract(epoch from clock_timestamp() - min(e.recorded_at))) as seconds
        from journal_cursors c
        cross join categories k
        left join lateral (
            select recorded_at from journal_events j
            where split_part(j.stream, '/', 1) = k.category and j.partition = c.partition
              and (j.transaction_id, j.position) > (c.transaction_id, c.position)
            order by j.transaction_id, j.position limit 1) e on true
        group by c.reader order by c.reader
        """;

    public static void MapStatistics(this IEndpointRouteBuilder routes)
    {
        var statistics = routes.MapGroup("/statistics").WithTags("Operations");
        statistics.MapGet("/sales", Sales).WithName("ReadSales").Needs(Area.Orders);
        statistics.MapGet("/readers", Lag).WithName("ReadReaderLag").Needs(Area.Operations);
    }

    private static async Task<Ok<SalesStatistics>> Sales(
        int? hours, NpgsqlDataSource database, TimeProvider time, CancellationToken cancellation)
    {
        if (hours is < 1 or > HoursMax)
        {
            throw new BadHttpRequestException($"hours must be from 1 to {HoursMax}.");
        }

        var asked = new { now = time.GetUtcNow().UtcDateTime, hours = hours ?? 24, max = BestSellersMax };
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<HourRow>(new CommandDefinition(Hours, asked, cancellationToken: cancellation));
        var sold = await connection.QueryAsync<SkuRow>(new CommandDefinition(BestSellers, asked, cancellationToken: cancellation));
        return TypedResults.Ok(new SalesStatistics(
            [.. rows.GroupBy(row => row.Hour).Select(hour => new SalesHour(
                hour.Key,
                hour.First().Began,
                hour.Sum(row => row.Orders),
                [.. hour.Where(row => row.Currency is not null).Select(row => new Money(row.Revenue, Currency.Parse(row.Currency!, null)))]))],
            [.. sold.Select(row => new SoldSku(new(row.Sku), row.Units))]));
    }

    private static async Task<Ok<Page<ReaderLag>>> Lag(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<(string Reader, double? Seconds)>(new CommandDefinition(Readers, cancellationToken: cancellation));
        return TypedResults.Ok(Page<ReaderLag>.Whole([.. rows.Select(row => new ReaderLag(row.Reader, row.Seconds ?? 0))]));
    }

    private sealed record HourRow(DateTime Hour, int Began, string? Currency, int Orders, long Revenue);

    private sealed record SkuRow(string Sku, long Units);
}

/// <param name="Hours">Every hour that was asked for, oldest first; the last is not over.</param>
/// <param name="BestSellers">What sold most units in those hours; at most 20.</param>
internal sealed record SalesStatistics(ImmutableArray<SalesHour> Hours, ImmutableArray<SoldSku> BestSellers);

/// <summary>What happened in an hour, as of a moment ago.</summary>
/// <param name="Hour">When it began.</param>
/// <param name="CheckoutsBegun">Carts whose checkout began, whatever came of it; each once.</param>
/// <param name="Orders">Orders that were placed.</param>
/// <param name="Revenue">What those came to, by currency; what was given back later is not taken off.</param>
internal sealed record SalesHour(DateTimeOffset Hour, int CheckoutsBegun, int Orders, ImmutableArray<Money> Revenue);

internal sealed record SoldSku(Sku Sku, long Units);

/// <param name="Seconds">
/// How long the oldest event that it has not come to has been waiting; 0: none. One that finds nothing it wants writes down only
/// once a second how far it is.
/// </param>
internal sealed record ReaderLag(string Reader, double Seconds);
