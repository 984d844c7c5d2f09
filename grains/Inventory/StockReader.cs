using System.Text.Json;
using Commerce.Catalog;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Inventory;

/// <summary>Keeps the tables that shoppers are told availability by and operators list stock by.</summary>
internal sealed class StockReader(JournalReading reading) : JournalReader(reading)
{
    private const string Move = """
        insert into stock_levels as l (sku, on_hand, held, committed, backordered, damaged, safety, set_aside)
        select sku, on_hand, held, committed, backordered, damaged, safety, set_aside from jsonb_to_recordset(@moves::jsonb) as m(
            sku text, on_hand bigint, held bigint, committed bigint, backordered bigint, damaged bigint, safety bigint,
            set_aside bigint)
        on conflict (sku) do update
        set on_hand = l.on_hand + excluded.on_hand, held = l.held + excluded.held,
            committed = l.committed + excluded.committed, backordered = l.backordered + excluded.backordered,
            damaged = l.damaged + excluded.damaged, safety = l.safety + excluded.safety,
            set_aside = l.set_aside + excluded.set_aside
        """;

    private const string SetPolicy = """
        update stock_levels
        set policy = @policy::jsonb, low_stock = @LowStock
        where sku = @sku
        """;

    private const string Expect = """
        insert into stock_incoming (sku, reference, location, quantity, expected_at)
        values (@sku, @Reference, @location, @Quantity, @at)
        on conflict (sku, reference) do update
        set location = excluded.location, quantity = excluded.quantity, expected_at = excluded.expected_at
        """;

    private const string Arrive =
        "update stock_incoming set quantity = quantity - @Expected where sku = @sku and reference = @Reference";

    private const string Forget = "delete from stock_incoming where sku = @sku and reference = @Reference and quantity <= 0";

    protected override string Name => "stock";

    protected override WantedEvents[] Wanted => ["stock-line"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        // One row per SKU and batch, however hot the SKU: what a batch costs does not depend on how it is spread.
        var bySku = events.SelectMany(e => e.DecodeAll().Select(fact => (e.Key, Event: (StockEvent)fact.Event)))
            .GroupBy(e => e.Key, e => e.Event, StringComparer.Ordinal)
            .OrderBy(sku => sku.Key, StringComparer.Ordinal)
            .Select(sku => (Sku: sku.Key, Events: sku.ToArray()))
            .ToArray();
        var moves = bySku.Select(sku => Sum(sku.Sku, sku.Events)).ToArray();
        await connection.ExecuteAsync(Move, new { moves = JsonSerializer.Serialize(moves, CommerceJson.Stored) });

        // What is committed was held before, and what is shipped was committed: as much is available as was.
        var changed = bySku.Where(sku => sku.Events.Any(e => e is not (StockCommitted or StockShipped)))
            .Select(sku => SurrogateKeys.OfStock(sku.Sku)).ToArray();
        if (changed.Length > 0)
        {
            await CataloguePurges.AddAsync(connection, [.. changed, SurrogateKeys.Products]);
        }

        foreach (var (sku, happened) in bySku)
        {
            foreach (var rare in happened)
            {
                await ApplyAsync(connection, sku, rare);
            }
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, string sku, StockEvent happened)
    {
        switch (happened)
        {
            case StockPolicySet { Policy: var policy }:
                await connection.ExecuteAsync(
                    SetPolicy, new { sku, policy = JsonSerializer.Serialize(policy, CommerceJson.Stored), policy.LowStock });
                break;
            case StockExpected e:
                await connection.ExecuteAsync(
                    Expect, new { sku, e.Reference, location = e.Location.Value, e.Quantity, at = e.At?.UtcDateTime });
                await connection.ExecuteAsync(Forget, new { sku, e.Reference });
                break;
            case StockReceived { Expected: > 0 } e:
                await connection.ExecuteAsync(Arrive, new { sku, e.Reference, e.Expected });
                await connection.ExecuteAsync(Forget, new { sku, e.Reference });
                break;
        }
    }

    private static Moved Sum(string sku, StockEvent[] happened)
    {
        var sum = new Moved(sku);
        foreach (var e in happened)
        {
            var (onHand, held, committed, backordered, damaged, safety) = DeltasOf(e);
            sum = new(
                sku,
                sum.OnHand + onHand,
                sum.Held + held,
                sum.Committed + committed,
                sum.Backordered + backordered,
                sum.Damaged + damaged,
                sum.Safety + safety,
                sum.SetAside + SetAsideOf(e));
        }

        return sum;
    }

    /// <summary>What an event adds to each column; the same that it adds to the fold.</summary>
    internal static (int OnHand, int Held, int Committed, int Backordered, int Damaged, int Safety) DeltasOf(StockEvent @event) =>
        @event switch
        {
            StockReceived e => (e.Quantity, 0, 0, 0, 0, 0),
            StockAdjusted e => (e.Delta, 0, 0, 0, 0, 0),
            StockCounted e => (e.Delta, 0, 0, 0, 0, 0),
            StockHeld e => (0, e.Quantity, 0, e.Allocations.Backordered(), 0, 0),
            HoldReleased e => (0, -e.Quantity, 0, -(e.Backordered ?? 0), 0, 0),
            HoldExpired e => (0, -e.Quantity, 0, -(e.Backordered ?? 0), 0, 0),
            StockCommitted e => (0, -e.Quantity, e.Quantity, 0, 0, 0),
            CommitmentReleased e => (0, 0, -e.Quantity, -(e.Backordered ?? 0), 0, 0),
            StockAllocated e => (0, 0, 0, -e.Allocations.Sum(part => part.Quantity), 0, 0),
            StockShipped e => (-e.Quantity, 0, -e.Quantity, 0, 0, 0),
            CommitmentReduced e => (0, 0, -e.Quantity, 0, 0, 0),
            BackorderReduced e => (0, 0, -e.Quantity, -e.Quantity, 0, 0),
            StockDamaged e => (0, 0, 0, 0, e.Quantity, 0),
            StockRestored e => (0, 0, 0, 0, -e.Quantity, 0),
            StockScrapped e => (-e.Quantity, 0, 0, 0, -e.Quantity, 0),
            SafetyStockSet e => (0, 0, 0, 0, 0, e.Delta),
            _ => default,
        };

    /// <summary>What an event adds to the units that are set aside and not held.</summary>
    internal static int SetAsideOf(StockEvent @event) => @event switch
    {
        StockAllotted e => e.Delta,
        AllotmentDrawn e => -e.Quantity,
        AllotmentReturned { IsClosed: false } e => e.Quantity,
        AllotmentClosed e => -e.Quantity,
        _ => 0,
    };

    private sealed record Moved(
        string Sku,
        long OnHand = 0,
        long Held = 0,
        long Committed = 0,
        long Backordered = 0,
        long Damaged = 0,
        long Safety = 0,
        long SetAside = 0);
}
