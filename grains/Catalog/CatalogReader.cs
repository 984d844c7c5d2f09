using System.Text.Json;
using System.Text.Json.Nodes;
using Commerce.Inventory;
using Commerce.Journal;
using Dapper;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>Keeps the tables that shoppers list and search products by.</summary>
internal sealed class CatalogReader(JournalReading reading) : JournalReader(reading)
{
    private const string SaveProducts = """
        insert into products as p (id, handle, status, categories, content, words, search, version)
        select s.id, s.content ->> 'handle', coalesce(s.status, 'draft'),
               array(select jsonb_array_elements_text(s.content -> 'categories')), s.content, s.words,
               setweight(to_tsvector('commerce', s.content ->> 'title'), 'A')
                   || setweight(to_tsvector('commerce', s.words), 'B')
                   || setweight(to_tsvector('commerce', s.content ->> 'description'), 'C'),
               s.version
        from jsonb_to_recordset(@products::jsonb) as s(id text, status text, content jsonb, words text, version bigint)
        where s.content is not null
        on conflict (id) do update
        set handle = excluded.handle, categories = excluded.categories, content = excluded.content,
            words = excluded.words, search = excluded.search, version = excluded.version
        """;

    private const string SetStatus = """
        update products p set status = s.status, version = s.version
        from jsonb_to_recordset(@products::jsonb) as s(id text, status text, version bigint)
        where p.id = s.id and s.status is not null
        """;

    private const string MoveStock = """
        insert into stock_levels as l (sku, on_hand, held, committed)
        select * from unnest(@skus::text[], @onHand::bigint[], @held::bigint[], @committed::bigint[])
        on conflict (sku) do update
        set on_hand = l.on_hand + excluded.on_hand, held = l.held + excluded.held,
            committed = l.committed + excluded.committed
        """;

    protected override string Name => "catalog";

    protected override string[] Categories => ["product", "stock-line"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        var products = events.Where(e => e.Category == "product").GroupBy(e => e.Key).Select(Fold).ToArray();
        if (products.Length > 0)
        {
            var parameters = new { products = JsonSerializer.Serialize(products) };
            await connection.ExecuteAsync(SaveProducts, parameters);
            await connection.ExecuteAsync(SetStatus, parameters);
        }

        // One row per SKU and batch, however hot the SKU: what a batch costs does not depend on how it is spread.
        var moves = events.Where(e => e.Category == "stock-line")
            .GroupBy(e => e.Key, e => Move((StockEvent)e.Decode()), StringComparer.Ordinal)
            .OrderBy(sku => sku.Key, StringComparer.Ordinal)
            .Select(sku => (Sku: sku.Key, OnHand: sku.Sum(m => m.OnHand), Held: sku.Sum(m => m.Held), Committed: sku.Sum(m => m.Committed)))
            .ToArray();
        if (moves.Length > 0)
        {
            await connection.ExecuteAsync(MoveStock, new
            {
                skus = moves.Select(move => move.Sku).ToArray(),
                onHand = moves.Select(move => move.OnHand).ToArray(),
                held = moves.Select(move => move.Held).ToArray(),
                committed = moves.Select(move => move.Committed).ToArray(),
            });
        }
    }

    /// <summary>The last content and the last status that the batch has for a product.</summary>
    private static JsonObject Fold(IGrouping<string, JournalEvent> product)
    {
        var row = new JsonObject { ["id"] = product.Key };
        foreach (var received in product)
        {
            row["version"] = received.Version;
            switch (received.Decode())
            {
                case ProductSaved saved:
                    row["content"] = JsonSerializer.SerializeToNode(saved.Content, CommerceJson.Stored);
                    row["words"] = Words(saved.Content);
                    break;
                case ProductStatusSet set:
                    row["status"] = JsonSerializer.SerializeToNode(set.Status, CommerceJson.Stored);
                    break;
            }
        }

        return row;
    }

    private static string Words(SaveProduct content) => string.Join(' ', new[] { content.Title, content.Vendor ?? "" }
        .Concat(content.Tags)
        .Concat(content.Categories)
        .Concat(content.Variants.Select(variant => variant.Sku.Value))
        .Concat(content.Variants.SelectMany(variant => variant.Options.Values))
        .Distinct()).ToLowerInvariant();

    private static (long OnHand, long Held, long Committed) Move(StockEvent @event) => @event switch
    {
        StockReceived e => (e.Quantity, 0, 0),
        StockAdjusted e => (e.Delta, 0, 0),
        StockCounted e => (e.Delta, 0, 0),
        StockHeld e => (0, e.Quantity, 0),
        HoldReleased e => (0, -e.Quantity, 0),
        HoldExpired e => (0, -e.Quantity, 0),
        StockCommitted e => (0, -e.Quantity, e.Quantity),
        CommitmentReleased e => (0, 0, -e.Quantity),
        StockShipped e => (-e.Quantity, 0, -e.Quantity),
        _ => throw new System.Diagnostics.UnreachableException(@event.GetType().Name),
    };
}
