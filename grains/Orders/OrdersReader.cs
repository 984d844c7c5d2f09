using System.Collections.Immutable;
using Commerce.Fulfillment;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Orders;

/// <summary>
/// Keeps the tables that operators list orders and fulfillment orders by. A row is the fold of its whole stream by the
/// core itself, so it cannot differ from what the grain says; such streams are short.
/// </summary>
internal sealed class OrdersReader(JournalReading reading, EventJournal journal) : JournalReader(reading)
{
    private const string SaveOrder = """
        insert into orders as o (id, number, status, payment_status, fulfillment_status, currency, total, units, country,
                                 amount_due, amount_owed, placed_at, version)
        values (@Id, @Number, @Status, @PaymentStatus, @FulfillmentStatus, @Currency, @Total, @Units, @Country,
                @AmountDue, @AmountOwed, @PlacedAt, @Version)
        on conflict (id) do update
        set status = excluded.status, payment_status = excluded.payment_status,
            fulfillment_status = excluded.fulfillment_status, total = excluded.total, units = excluded.units,
            amount_due = excluded.amount_due, amount_owed = excluded.amount_owed, version = excluded.version
        where o.version < excluded.version
        """;

    private const string SaveFulfillmentOrder = """
        insert into fulfillment_orders as f (id, order_id, order_number, location, status, units, open_units, opened_at, version)
        values (@Id, @OrderId, @OrderNumber, @Location, @Status, @Units, @OpenUnits, @OpenedAt, @Version)
        on conflict (id) do update
        set status = excluded.status, open_units = excluded.open_units, version = excluded.version
        where f.version < excluded.version
        """;

    protected override string Name => "orders";

    protected override string[] Categories => ["order", "fulfillment-order"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        foreach (var stream in events.GroupBy(e => e.Stream, StringComparer.Ordinal))
        {
            var opened = stream.First().RecordedAt;
            if (StreamName.Category(stream.Key) == "order")
            {
                var (order, version) = await FoldAsync<Order, OrderEvent>(stream.Key);
                await connection.ExecuteAsync(SaveOrder, Row(StreamName.Key(stream.Key), order, version));
            }
            else
            {
                var (asked, version) = await FoldAsync<FulfillmentOrder, FulfillmentOrderEvent>(stream.Key);
                await connection.ExecuteAsync(SaveFulfillmentOrder, Row(StreamName.Key(stream.Key), asked, version, opened));
            }
        }
    }

    private async Task<(TState State, long Version)> FoldAsync<TState, TEvent>(string stream)
        where TState : IJournaledState<TState, TEvent>, new()
    {
        var (state, version) = (new TState(), 0L);
        await foreach (var stored in journal.ReadStreamAsync(stream, 0, int.MaxValue, CancellationToken.None))
        {
            (state, version) = (state.Apply((TEvent)stored.Decode()), stored.Version);
        }

        return (state, version);
    }

    private static object Row(string id, Order order, long version) => new
    {
        Id = id,
        order.Placed!.Number,
        Status = Word(order.Status),
        PaymentStatus = Word(order.PaymentStatus),
        FulfillmentStatus = Word(order.FulfillmentStatus),
        Currency = order.Placed.Cart.Currency.Code,
        Total = order.Totals.Total.MinorUnits,
        Units = order.Lines.Sum(line => line.Quantity),
        AmountDue = order.Due.MinorUnits,
        AmountOwed = order.Owed.MinorUnits,
        order.Placed.Cart.ShippingAddress!.Country,
        PlacedAt = order.Placed.At.UtcDateTime,
        Version = version,
    };

    private static object Row(string id, FulfillmentOrder order, long version, DateTimeOffset opened) => new
    {
        Id = id,
        OrderId = order.Asked!.Order.Value,
        order.Asked.OrderNumber,
        Location = order.Asked.Location.Value,
        Status = Word(order.Status),
        Units = Units(order.Asked.Lines),
        OpenUnits = Units(order.Open),
        OpenedAt = opened.UtcDateTime,
        Version = version,
    };

    private static int Units(ImmutableArray<SkuQuantity> lines) => lines.Sum(line => line.Quantity);

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
