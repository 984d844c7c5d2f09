using System.Collections.Immutable;
using System.Text.Json;
using Commerce.Fulfillment;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Orders;

/// <summary>
/// Keeps the tables that operators list orders and fulfillment orders by. A row is the fold of its whole stream by the
/// core itself, so it cannot differ from what the grain says; such streams are short.
/// </summary>
internal sealed class OrdersReader(JournalReading reading) : JournalReader(reading)
{
    private const string SaveOrders = """
        insert into orders as o (id, number, status, payment_status, fulfillment_status, currency, total, units, country,
                                 amount_due, amount_owed, placed_at, version, customer, sales_channel)
        select id, number, status, payment_status, fulfillment_status, currency, total, units, country,
               amount_due, amount_owed, placed_at, version, customer, sales_channel
        from json_populate_recordset(null::orders, @rows::json)
        on conflict (id) do update
        set status = excluded.status, payment_status = excluded.payment_status,
            fulfillment_status = excluded.fulfillment_status, total = excluded.total, units = excluded.units,
            amount_due = excluded.amount_due, amount_owed = excluded.amount_owed, version = excluded.version
        where o.version < excluded.version
        """;

    private const string SaveFulfillmentOrders = """
        insert into fulfillment_orders as f (id, order_id, order_number, location, status, units, open_units, opened_at, version)
        select id, order_id, order_number, location, status, units, open_units, opened_at, version
        from json_populate_recordset(null::fulfillment_orders, @rows::json)
        on conflict (id) do update
        set status = excluded.status, open_units = excluded.open_units, version = excluded.version
        where f.version < excluded.version
        """;

    private const string SaveReturns = """
        insert into order_returns as r (order_id, number, status, units, requested_at)
        select order_id, number, status, units, requested_at from json_populate_recordset(null::order_returns, @rows::json)
        on conflict (order_id, number) do update set status = excluded.status
        where r.status <> excluded.status
        """;

    protected override string Name => "orders";

    protected override WantedEvents[] Wanted => ["order", "fulfillment-order"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        var (orders, returns, asked) = (new List<OrderRow>(), new List<ReturnRow>(), new List<FulfillmentOrderRow>());
        foreach (var stream in await ReadStreamsAsync(connection, events))
        {
            var (id, version) = (StreamName.Key(stream.Key), stream.Last().Version);
            if (StreamName.Category(stream.Key) == "order")
            {
                var order = Fold<Order, OrderEvent>(stream);
                orders.Add(Row(id, order, version));
                returns.AddRange(order.Returns.Select(known => Row(id, known)));
            }
            else
            {
                asked.Add(Row(id, Fold<FulfillmentOrder, FulfillmentOrderEvent>(stream), version, stream.First().RecordedAt));
            }
        }

        await SaveAsync(connection, SaveOrders, orders);
        await SaveAsync(connection, SaveReturns, returns);
        await SaveAsync(connection, SaveFulfillmentOrders, asked);
    }

    private static Task SaveAsync<TRow>(NpgsqlConnection connection, string sql, List<TRow> rows) => rows.Count == 0
        ? Task.CompletedTask
        : connection.ExecuteAsync(sql, new { rows = JsonSerializer.Serialize(rows, CommerceJson.Stored) });

    private static TState Fold<TState, TEvent>(IEnumerable<JournalEvent> stream)
        where TState : IJournaledState<TState, TEvent>, new() =>
        stream.Aggregate(new TState(), (state, stored) => state.Apply((TEvent)stored.Decode()));

    private static OrderRow Row(string id, Order order, long version) => new(
        id, order.Placed!.Number, Word(order.Status), Word(order.PaymentStatus), Word(order.FulfillmentStatus),
        order.Placed.Cart.Currency.Code, order.Totals.Total.MinorUnits, order.Lines.Sum(line => line.Quantity),
        order.Placed.Cart.ShippingAddress!.Country, order.Due.MinorUnits, order.Owed.MinorUnits, order.Placed.At, version,
        order.Placed.Cart.Customer?.Value, order.Placed.Cart.SalesChannel?.Value);

    private static ReturnRow Row(string id, OrderReturnView known) => new(
        id, known.Number, Word(known.Status), known.Lines.Sum(line => line.Quantity), known.RequestedAt);

    private static FulfillmentOrderRow Row(string id, FulfillmentOrder order, long version, DateTimeOffset opened) => new(
        id, order.Asked!.Order.Value, order.Asked.OrderNumber, order.Asked.Location.Value, Word(order.Status),
        Units(order.Asked.Lines), Units(order.Open), opened, version);

    private static int Units(ImmutableArray<SkuQuantity> lines) => lines.Sum(line => line.Quantity);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private sealed record OrderRow(
        string Id, string Number, string Status, string PaymentStatus, string FulfillmentStatus, string Currency, long Total,
        int Units, string Country, long AmountDue, long AmountOwed, DateTimeOffset PlacedAt, long Version,
        string? Customer, string? SalesChannel);

    private sealed record ReturnRow(string OrderId, int Number, string Status, int Units, DateTimeOffset RequestedAt);

    private sealed record FulfillmentOrderRow(
        string Id, string OrderId, string OrderNumber, string Location, string Status, int Units, int OpenUnits,
        DateTimeOffset OpenedAt, long Version);
}
