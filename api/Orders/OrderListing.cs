using System.Text.Json;
using Commerce.Customers;
using Dapper;
using Npgsql;

namespace Commerce.Orders;

/// <summary>Queries over the orders' read model and their journal.</summary>
internal sealed class OrderListing(NpgsqlDataSource database)
{
    private const string Newest = """
        select id, number, status, payment_status, fulfillment_status, currency, total, units, country, placed_at,
               amount_due, amount_owed, sales_channel
        from orders
        where (@status::text is null or status = @status)
          and (@payment::text is null or payment_status = @payment)
          and (@fulfillment::text is null or fulfillment_status = @fulfillment)
          and (@balanced::boolean is null or @balanced = (amount_due = 0 and amount_owed = 0))
          and (@number::text is null or number = upper(@number))
          and (@channel::text is null or sales_channel = @channel)
          and (@customer::text is null or customer = @customer)
          and (@id::text is null or (placed_at, id) < (@at, @id))
        order by placed_at desc, id desc limit @limit
        """;

    // What tells of a person is encrypted there, and nothing that a list needs.
    private const string Journal = """
        select version, type, regexp_replace(data::text, '"\\u0001[^"]*"', 'null', 'g') as data, metadata::text as metadata, recorded_at
        from journal_events where stream = @stream and version > @version order by version limit @limit
        """;

    /// <summary>A page of orders, the newest first.</summary>
    /// <param name="customer">Whose; null: everybody's.</param>
    public async Task<Page<ListedOrder>> ListAsync(
        ListQuery list, OrderFilter filter, CancellationToken cancellation, CustomerId? customer = null)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Newest,
            new
            {
                status = filter.Status?.ToString(),
                payment = filter.PaymentStatus?.ToString(),
                fulfillment = filter.FulfillmentStatus?.ToString(),
                balanced = filter.Balanced,
                number = filter.Number,
                channel = filter.SalesChannel?.Value,
                customer = customer?.Value,
                id = after?.Id,
                at = after?.At ?? default,
                limit = list.Size + 1,
            },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Placed_at, row.Id));
    }

    /// <summary>The order of a number; null: there is none, or it was placed a moment ago.</summary>
    public async Task<OrderId?> FindAsync(string number, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var id = await connection.ExecuteScalarAsync<string?>(
            new CommandDefinition("select id from orders where number = @number", new { number }, cancellationToken: cancellation));
        return id is null ? null : new OrderId(id);
    }

    /// <summary>The events of an order, oldest first, without what tells of a person.</summary>
    public async Task<Page<HistoryEntry>> HistoryAsync(OrderId order, ListQuery list, CancellationToken cancellation)
    {
        var after = list.After<VersionPosition>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<EventRow>(new CommandDefinition(
            Journal,
            new { stream = $"order/{order}", version = after?.Version ?? 0, limit = list.Size + 1 },
            cancellationToken: cancellation));
        return list.Page(
            rows.AsList(),
            row => new HistoryEntry(
                row.Version,
                row.Type,
                JsonElement.Parse(row.Data),
                JsonElement.Parse(row.Metadata),
                row.Recorded_at),
            row => new VersionPosition(row.Version));
    }

    private static ListedOrder View(Row row) => new(
        OrderId.Parse(row.Id, null),
        row.Number,
        Parse<OrderStatus>(row.Status),
        Parse<OrderPaymentStatus>(row.Payment_status),
        Parse<FulfillmentStatus>(row.Fulfillment_status),
        new(row.Total, Currency.Parse(row.Currency, null)),
        row.Units,
        row.Country,
        row.Placed_at,
        new(row.Amount_due, Currency.Parse(row.Currency, null)),
        new(row.Amount_owed, Currency.Parse(row.Currency, null)),
        row.Sales_channel is { } channel ? new SalesChannel(channel) : null);

    private static T Parse<T>(string word)
        where T : struct, Enum => Word<T>.Parse(word, null).Value;

    private sealed record Position(DateTime At, string Id);

    private sealed record VersionPosition(long Version);

    private sealed record Row(
        string Id, string Number, string Status, string Payment_status, string Fulfillment_status, string Currency,
        long Total, int Units, string Country, DateTime Placed_at, long Amount_due, long Amount_owed, string? Sales_channel);

    private sealed record EventRow(long Version, string Type, string Data, string Metadata, DateTime Recorded_at);
}
