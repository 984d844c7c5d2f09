using Commerce.Checkout;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Orders;

/// <summary>
/// Counts what was sold, hour by hour (UTC): each event once, since the cursor moves in the same transaction; and from nothing
/// when it reads the journal from its start.
/// </summary>
internal sealed class SalesReader(JournalReading reading) : JournalReader(reading)
{
    private const string OrderPlaced = "order.placed";
    private const string CheckoutBegan = "checkout.began";

    // SKUs of an hour are many more than its orders' currencies: they are kept as long as somebody may ask for.
    private const string Save = """
        insert into sales_hours as s (hour, currency, orders, revenue)
        select * from unnest(@hours::timestamptz[], @currencies::text[], @orders::int[], @revenues::bigint[])
        on conflict (hour, currency) do update set orders = s.orders + excluded.orders, revenue = s.revenue + excluded.revenue;
        insert into sold_skus as s (hour, sku, units)
        select * from unnest(@skuHours::timestamptz[], @skus::text[], @units::int[])
        on conflict (hour, sku) do update set units = s.units + excluded.units;
        insert into checkout_hours as c (hour, began)
        select * from unnest(@beganHours::timestamptz[], @began::int[])
        on conflict (hour) do update set began = c.began + excluded.began;
        delete from sold_skus where hour < @keptFrom
        """;

    // How far back operators may look.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(31);

    protected override string Name => "sales";

    protected override WantedEvents[] Wanted => [new("order", OrderPlaced), new("checkout", CheckoutBegan)];

    protected override Task BeginAsync(NpgsqlConnection connection) =>
        connection.ExecuteAsync("truncate sales_hours, checkout_hours, sold_skus");

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        var placed = events.Where(e => e.Type == OrderPlaced).Select(e => (OrderPlaced)e.Decode()).ToList();
        var began = events.Where(e => e.Type == CheckoutBegan && ((CheckoutBegan)e.Decode()).Attempt == 1)
            .GroupBy(e => Hour(e.RecordedAt)).OrderBy(hour => hour.Key).ToList();

        // In order, as all who write these rows take them.
        var hours = placed.GroupBy(order => (Hour: Hour(order.At), order.Cart.Currency.Code)).OrderBy(hour => hour.Key).ToList();
        var skus = placed.SelectMany(order => order.Cart.Lines.Select(line => (Hour: Hour(order.At), Sku: line.Sku.Value, line.Quantity)))
            .GroupBy(sold => (sold.Hour, sold.Sku)).OrderBy(sold => sold.Key.Hour).ThenBy(sold => sold.Key.Sku, StringComparer.Ordinal).ToList();
        await connection.ExecuteAsync(Save, new
        {
            hours = hours.Select(hour => hour.Key.Hour).ToArray(),
            currencies = hours.Select(hour => hour.Key.Code).ToArray(),
            orders = hours.Select(hour => hour.Count()).ToArray(),
            revenues = hours.Select(hour => hour.Sum(order => order.Cart.Totals.Total.MinorUnits)).ToArray(),
            skuHours = skus.Select(sold => sold.Key.Hour).ToArray(),
            skus = skus.Select(sold => sold.Key.Sku).ToArray(),
            units = skus.Select(sold => sold.Sum(each => each.Quantity)).ToArray(),
            beganHours = began.Select(hour => hour.Key).ToArray(),
            began = began.Select(hour => hour.Count()).ToArray(),
            keptFrom = events[^1].RecordedAt.UtcDateTime - Kept,
        });
    }

    private static DateTime Hour(DateTimeOffset at) => new(at.UtcDateTime.Ticks - (at.UtcDateTime.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc);
}
