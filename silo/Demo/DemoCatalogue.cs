using System.Collections.Immutable;
using System.Text.Json;
using Commerce.Catalog;
using Commerce.Inventory;
using Commerce.Shipping;

namespace Commerce.Demo;

/// <summary>Something to look at: fills an empty shop with a catalogue, stock, and places to ship to.</summary>
internal sealed partial class DemoCatalogue(IGrainFactory grains, ILogger<DemoCatalogue> log) : BackgroundService
{
    private static readonly Currency Gbp = new("GBP");
    private static readonly Currency Eur = new("EUR");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isLoaded = false; !isLoaded;)
        {
            try
            {
                await LoadAsync(stoppingToken);
                isLoaded = true;
            }
            catch (Exception notYet) when (notYet is RetryableException or TimeoutException or Orleans.Runtime.OrleansException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        if ((await grains.GetShippingZones().Read()).Length > 0)
        {
            return;
        }

        var demo = await ReadAsync(stoppingToken);
        _ = (await grains.GetLocations().Put(demo.Locations)).Required;
        _ = (await grains.GetCategories().Put(demo.Categories)).Required;
        await Task.WhenAll(demo.Products.Reverse().Select(product => SaveAsync(product)));

        // Last, because it is what tells an empty shop: whatever stops us before, the next start begins again.
        _ = (await grains.GetShippingZones().Replace(Zones)).Required;
        LogLoaded(demo.Products.Length);
    }

    private async Task SaveAsync(DemoProduct product)
    {
        var id = EntityId.Derive<ProductId>($"demo/{product.Handle}");
        _ = (await grains.GetProduct(id).Save(product.ToCommand(), CommandHeader.None)).Required;
        if (product.Status != "draft")
        {
            _ = (await grains.GetProduct(id).SetStatus(ProductStatus.Active, CommandHeader.None)).Required;
        }

        foreach (var variant in product.Variants)
        {
            foreach (var (location, units) in variant.Stock)
            {
                var count = new CountStock(new(location), units, "opening stock");
                _ = (await grains.GetStockLine(variant.Sku).Count(count, CommandHeader.None)).Required;
            }
        }
    }

    private static async Task<DemoShop> ReadAsync(CancellationToken cancellation)
    {
        await using var file = typeof(DemoCatalogue).Assembly.GetManifestResourceStream("demo/catalogue.json")!;
        return (await JsonSerializer.DeserializeAsync<DemoShop>(file, CommerceJson.Stored, cancellation))!;
    }

    private static ImmutableArray<ShippingZone> Zones =>
    [
        new("United Kingdom", ["GB"],
        [
            new("standard", "Standard delivery", [new(395, Gbp), new(495, Eur)], [new(5000, Gbp), new(6000, Eur)], 2, 4),
            new("express", "Express delivery", [new(795, Gbp), new(950, Eur)], [], 1, 1),
        ]),
        new("Europe", ["AT", "BE", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "NO", "PL", "PT", "SE", "CH"],
        [
            new("standard", "European delivery", [new(995, Gbp), new(895, Eur)], [new(12000, Gbp), new(12000, Eur)], 3, 6),
            new("express", "European express", [new(1995, Gbp), new(1995, Eur)], [], 1, 2),
        ]),
        new("Rest of the world", ["*"],
        [
            new("standard", "International delivery", [new(1995, Gbp), new(2295, Eur)], [], 5, 15),
        ]),
    ];

    [LoggerMessage(Level = LogLevel.Information, Message = "The shop was empty: {Products} demo products are loaded")]
    private partial void LogLoaded(int products);
}

/// <summary>The file's own form.</summary>
internal sealed record DemoShop(
    ImmutableArray<Category> Categories, ImmutableArray<Location> Locations, ImmutableArray<DemoProduct> Products);

internal sealed record DemoProduct(
    string Handle,
    string Title,
    string Description,
    string Vendor,
    ImmutableArray<string> Categories,
    ImmutableArray<string> Tags,
    string TaxClass,
    ImmutableArray<string> Options,
    ImmutableArray<ProductImage> Images,
    ImmutableArray<DemoVariant> Variants,
    string? Status)
{
    public SaveProduct ToCommand() => new(
        Handle, Title, Description, Vendor, Categories, Tags, Options,
        [.. Variants.Select(variant => new ProductVariant(
            variant.Sku, variant.Options, Amounts(variant.Prices), Amounts(variant.CompareAt), variant.WeightGrams, TaxClass,
            variant.Barcode))],
        Images);

    private static ImmutableArray<Money> Amounts(ImmutableDictionary<string, long>? amounts) =>
        amounts is null ? [] : [.. amounts.Select(pair => new Money(pair.Value, Currency.Parse(pair.Key, null)))];
}

internal sealed record DemoVariant(
    Sku Sku,
    ImmutableDictionary<string, string> Options,
    ImmutableDictionary<string, long> Prices,
    ImmutableDictionary<string, long>? CompareAt,
    int WeightGrams,
    string? Barcode,
    ImmutableDictionary<string, int> Stock);

/// <summary>Registers the demo catalogue.</summary>
internal static class DemoRegistration
{
    /// <summary>Loads it into an empty shop, except in production.</summary>
    public static IServiceCollection AddDemoCatalogue(this IServiceCollection services) =>
        services.AddHostedService<DemoCatalogue>();
}
