using System.Collections.Immutable;
using Commerce.Catalog;
using Commerce.Inventory;
using Npgsql;

namespace Commerce.Bench;

/// <summary>Something to sell: products of one SKU each with stock, a place to ship from and a way to ship.</summary>
internal static class Catalogue
{
    private const int Writers = 256;

    private static readonly string[] Colours = ["red", "green", "blue", "black", "white", "amber", "violet", "silver"];
    private static readonly string[] Materials = ["oak", "steel", "cotton", "linen", "glass", "copper", "wool", "cork", "paper"];
    private static readonly string[] Things =
        ["lamp", "chair", "kettle", "blanket", "notebook", "bowl", "shelf", "clock", "basket", "mug", "teapot"];

    /// <summary>The name of one of its SKUs, which is in lower case the handle of its product.</summary>
    public static Sku Sku(int number) => new($"SKU-{number:D7}");

    /// <summary>The page of a product.</summary>
    /// <param name="variation">What its handle has more than those that were seeded.</param>
    public static byte[] Page(int number, string variation = "") =>
        HttpLane.Request("GET", $"/v1/products/{Sku(number).Value.ToLowerInvariant()}{variation}");

    /// <summary>The list of a category.</summary>
    public static byte[] Listing(long number) =>
        HttpLane.Request("GET", $"/v1/products?category={Things[number % Things.Length]}");

    /// <summary>The search for one of the first so many products; another each time, for a long time.</summary>
    public static byte[] Search(long number, string more = "")
    {
        var words = $"{Colours[number % Colours.Length]} {Materials[number / 8 % Materials.Length]}";
        return HttpLane.Request("GET", "/v1/products?q=" + Uri.EscapeDataString(
            $"{words} {Things[number / 72 % Things.Length]} {number / 792}{more}"));
    }

    /// <summary>Puts it there and returns when the lists show it.</summary>
    public static async Task SeedAsync(Lab lab, int products, int units)
    {
        await using var shop = await HostedShop.StartAsync(lab.Settings());
        var grains = shop.Grains;
        _ = (await grains.GetLocations().Put([new(new("main"), "Main", "GB", null, 1)])).Required;
        _ = (await grains.GetShippingZones().Replace(
            [new("All", ["*"], [new("standard", "Standard", [new(395, new("GBP"))], [], 2, 4)])])).Required;
        _ = (await grains.GetCategories().Put(
            [.. Things.Select(thing => new Category(thing, thing, null, null))])).Required;
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) < products)
            {
                await AddAsync(grains, number, units);
            }
        })));
        await using var count = lab.Database.CreateCommand("select count(*) from products where status = 'active'");
        while ((long)(await count.ExecuteScalarAsync())! < products)
        {
            await Task.Delay(100);
        }
    }

    private static async Task AddAsync(IGrainFactory grains, int number, int units)
    {
        var sku = Sku(number);
        var (colour, material, thing) =
            (Colours[number % Colours.Length], Materials[number / 8 % Materials.Length], Things[number / 72 % Things.Length]);
        var product = grains.GetProduct(EntityId.Derive<ProductId>($"bench/{number}"));
        _ = (await product.Save(
            new(
                sku.Value.ToLowerInvariant(), $"{colour} {material} {thing} {number / 792}",
                $"A {thing} of {material}, in {colour}, made to be used every day and repaired when it breaks.", "Bench",
                [thing], [colour, material], [],
                [
                    new(
                        sku, ImmutableDictionary<string, string>.Empty, [new(500 + (number % 97 * 100), new("GBP"))], [], 250,
                        "standard", null),
                ],
                []),
            CommandHeader.None)).Required;
        _ = (await product.SetStatus(ProductStatus.Active, CommandHeader.None)).Required;
        if (units > 0)
        {
            _ = (await grains.GetStockLine(sku).Receive(new(new("main"), units), CommandHeader.None)).Required;
        }
    }
}

/// <summary>Numbers from 0 whose frequency falls with their rank (Zipf's law, exponent 1): a few are wanted by many.</summary>
internal sealed class Zipf
{
    private readonly double[] _cumulative;

    public Zipf(int count)
    {
        _cumulative = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            _cumulative[i] = sum += 1.0 / (i + 1);
        }
    }

    public int Next()
    {
        var found = Array.BinarySearch(_cumulative, Random.Shared.NextDouble() * _cumulative[^1]);
        return Math.Min(found < 0 ? ~found : found, _cumulative.Length - 1);
    }
}
