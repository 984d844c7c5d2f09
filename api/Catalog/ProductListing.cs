using System.Collections.Immutable;
using System.Text.Json;
using Commerce.Inventory;
using Dapper;
using Npgsql;

namespace Commerce.Catalog;

/// <summary>A product as shoppers see it.</summary>
internal sealed record ListedProduct(
    ProductId Id,
    string Handle,
    string Title,
    string Description,
    string? Vendor,
    ProductStatus Status,
    ImmutableArray<string> Categories,
    ImmutableArray<string> Tags,
    ImmutableArray<string> Options,
    ImmutableArray<ListedVariant> Variants,
    ImmutableArray<ProductImage> Images,
    long Version)
{
    /// <summary>What has to change for this to say something else.</summary>
    public IEnumerable<string> CacheKeys() =>
        Variants.Select(variant => SurrogateKeys.OfStock(variant.Sku.Value)).Prepend(SurrogateKeys.OfProduct(Id.ToString()));
}

/// <summary>A variant as shoppers see it.</summary>
internal sealed record ListedVariant(
    Sku Sku,
    string? Title,
    ImmutableDictionary<string, string> Options,
    ImmutableArray<Money> Prices,
    ImmutableArray<Money> CompareAt,
    int WeightGrams,
    string? Barcode,
    Availability Availability);

/// <summary>What products of a list have in common.</summary>
/// <param name="Products">How many there are; 10,000 of more.</param>
/// <param name="IsComplete">Whether all of them were counted.</param>
/// <param name="Categories">Handles, the most frequent first; at most 30.</param>
/// <param name="Vendors">The most frequent first; at most 30.</param>
internal sealed record Facets(long Products, bool IsComplete, ImmutableArray<FacetValue> Categories, ImmutableArray<FacetValue> Vendors);

/// <param name="Value">What the parameter of this name takes.</param>
internal sealed record FacetValue(string Value, long Products);

/// <summary>Queries over the catalogue's read model.</summary>
internal sealed class ProductListing(NpgsqlDataSource database, TimeProvider time)
{
    private const string Columns = $"""
        p.id, p.status, p.content::text as content, p.version,
        (select jsonb_object_agg(l.sku, {StockLevels.Sql})::text from stock_levels l
         where l.sku in (select v ->> 'sku' from jsonb_array_elements(p.content -> 'variants') v)) as levels
        """;

    private const string Newest = $"""
        select {Columns}, 0::real as rank from products p
        where {Shown} and (@id::text is null or p.id < @id)
        order by p.id desc limit @limit
        """;

    private const string Shown = """
        (@all or p.status = 'active') and (@categories::text[] is null or p.categories && @categories)
        and (@vendor::text is null or p.vendor = @vendor)
        """;

    // Of more than this nobody wants to know the exact number, or sees the last one; and what is counted or ranked costs.
    private const int FoundMax = 10_000;
    private const int FacetValuesMax = 30;

    // Whole words by their stem; where no product has them, words that look like them, which catches spelling mistakes and
    // beginnings. Not both at once: among many products a great many look a little like anything.
    private const string Search = $"""
        with q as (select websearch_to_tsquery('commerce', @text) as words, lower(unaccent(@text)) as text),
        exact as materialized (
            select e.id, ts_rank_cd(e.search, q.words) as rank
            from q, lateral (select p.id, p.search from products p where p.search @@ q.words and {Shown} limit @max) e),
        found as (
            select * from exact
            union all
            select s.id, word_similarity(q.text, s.words) as rank
            from q, lateral (
                select p.id, p.words from products p
                where q.text <% p.words and {Shown} and not exists (select from exact) limit @max) s)
        select {Columns}, f.rank
        from (
            select * from found where @id::text is null or (rank, id) < (@rank, @id)
            order by rank desc, id desc limit @limit) f
        join products p using (id)
        order by f.rank desc, p.id desc
        """;

    private const string Matches = $"""
        with q as (select websearch_to_tsquery('commerce', @text) as words, lower(unaccent(@text)) as text),
        exact as materialized (select p.id from q join products p on p.search @@ q.words and {Shown} limit @max),
        found as (
            select id from exact
            union all
            (select p.id from q join products p on q.text <% p.words and {Shown} where not exists (select from exact) limit @max))
        """;

    private const string All = $"with found as (select p.id from products p where {Shown} limit @max)";

    private const string Count = """

        , counted as materialized (select p.categories, p.vendor from found join products p using (id))
        select 'all' as facet, '' as value, count(*) as products from counted
        union all
        (select 'category', c, count(*) from counted, unnest(categories) c group by c order by count(*) desc, c limit @values)
        union all
        (select 'vendor', vendor, count(*) from counted where vendor <> '' group by vendor order by count(*) desc, vendor limit @values)
        """;

    private const string One = $"""
        select {Columns}, 0::real as rank from products p
        where (p.id = @key or p.handle = @key) and (@all or p.status = 'active') limit 1
        """;

    /// <summary>A page of products: the newest first, or the best matches first.</summary>
    public async Task<Page<ListedProduct>> ListAsync(
        ListQuery list, string? text, string[]? categories, bool all, CancellationToken cancellation, string? vendor = null)
    {
        var after = list.After<Position>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            string.IsNullOrWhiteSpace(text) ? Newest : Search,
            new { all, text, categories, vendor, id = after?.Id, rank = after?.Rank ?? 0f, limit = list.Size + 1, max = FoundMax },
            cancellationToken: cancellation));
        return list.Page(rows.AsList(), View, row => new Position(row.Rank, row.Id));
    }

    /// <summary>What the products of a list have in common, so that it can be made shorter.</summary>
    public async Task<Facets> CountAsync(string? text, string[]? categories, string? vendor, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = (await connection.QueryAsync<FacetRow>(new CommandDefinition(
            (string.IsNullOrWhiteSpace(text) ? All : Matches) + Count,
            new { all = false, text, categories, vendor, max = FoundMax, values = FacetValuesMax },
            cancellationToken: cancellation))).ToLookup(row => row.Facet);
        ImmutableArray<FacetValue> Values(string facet) => [.. rows[facet].Select(row => new FacetValue(row.Value, row.Products))];
        var products = rows["all"].Single().Products;
        return new(products, products < FoundMax, Values("category"), Values("vendor"));
    }

    /// <summary>One product by id or handle; null when shoppers may not see it.</summary>
    public async Task<ListedProduct?> FindAsync(string key, bool all, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            new CommandDefinition(One, new { key, all }, cancellationToken: cancellation));
        return row is null ? null : View(row);
    }

    private ListedProduct View(Row row)
    {
        var content = JsonSerializer.Deserialize<SaveProduct>(row.Content, CommerceJson.Stored)!;
        var now = time.GetUtcNow();
        var levels = row.Levels is null
            ? []
            : JsonSerializer.Deserialize<Dictionary<string, StockLevels>>(row.Levels, CommerceJson.Stored)!;
        return new(
            ProductId.Parse(row.Id, null),
            content.Handle,
            content.Title,
            content.Description,
            content.Vendor,
            Enum.Parse<ProductStatus>(row.Status, ignoreCase: true),
            content.Categories,
            content.Tags,
            content.Options,
            [.. content.Variants.Select(variant => new ListedVariant(
                variant.Sku,
                content.Options.IsEmpty ? null : string.Join(" / ", content.Options.Select(option => variant.Options[option])),
                variant.Options,
                variant.Prices,
                variant.CompareAt,
                variant.WeightGrams,
                variant.Barcode,
                StockLevels.Tell(levels.GetValueOrDefault(variant.Sku.Value), now)))],
            content.Images,
            row.Version);
    }

    private sealed record Position(float Rank, string Id);

    private sealed record FacetRow(string Facet, string Value, long Products);

    private sealed record Row(string Id, string Status, string Content, long Version, string? Levels, float Rank);
}
