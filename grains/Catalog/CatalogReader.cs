using System.Text.Json;
using System.Text.Json.Nodes;
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

    protected override string Name => "catalog";

    protected override WantedEvents[] Wanted => ["product"];

    protected override async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<JournalEvent> events)
    {
        var products = events.Where(e => e.Category == "product").GroupBy(e => e.Key).Select(Fold).ToArray();
        if (products.Length > 0)
        {
            var parameters = new { products = JsonSerializer.Serialize(products) };
            await connection.ExecuteAsync(SaveProducts, parameters);
            await connection.ExecuteAsync(SetStatus, parameters);
            await CataloguePurges.AddAsync(
                connection,
                [.. products.Select(product => SurrogateKeys.OfProduct((string)product["id"]!)), SurrogateKeys.Products]);
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
}
