using Commerce.Inventory;
using Npgsql;

namespace Commerce.Journal;

/// <summary>What the journal says about the stock of a SKU, told without any grain.</summary>
internal static class StockWatch
{
    public static readonly TimeSpan Long = TimeSpan.FromHours(1);

    public static HoldId NewHold() => new($"hold_{Guid.NewGuid():n}");

    /// <summary>The holds that were journaled, in order.</summary>
    public static Task<IReadOnlyList<string>> HoldsAsync(this NpgsqlDataSource database, Sku sku) =>
        database.QueryAsync<string>(
            "select data->>'hold' from journal_facts where stream = @stream and type = 'stock.held' order by version",
            new { stream = $"stock-line/{sku}" });

    /// <summary>A SKU with units in stock.</summary>
    public static async Task<Sku> NewStockAsync(this IGrainFactory grains, int units)
    {
        var sku = new Sku($"SKU-{Guid.NewGuid():n}"[..20].ToUpperInvariant());
        _ = (await grains.GetStockLine(sku).Receive(new(Shop.Main, units), CommandHeader.None)).Required;
        return sku;
    }
}
