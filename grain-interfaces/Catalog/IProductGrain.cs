using System.Collections.Immutable;

namespace Commerce.Catalog;

/// <summary>One product with its variants, keyed by <see cref="ProductId"/>. It exists from its first save.</summary>
[Alias("commerce.IProduct")]
public interface IProductGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the product be as described; the first save creates it as a draft. Absolute: saving the same twice is
    /// harmless. Takes the handle and the SKUs for this product and lets go of those it no longer has.
    /// </summary>
    /// <returns>The product, or one of <see cref="ProductRejections"/> with the product unchanged.</returns>
    [Alias("Save")]
    Task<Result<ProductView>> Save(SaveProduct command, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>Shows the product to shoppers or hides it. Absolute.</summary>
    [Alias("SetStatus")]
    Task<Result<ProductView>> SetStatus(ProductStatus status, CommandHeader header, CancellationToken cancellation = default);

    /// <summary>What one of the product's SKUs sells for now.</summary>
    /// <returns>The offer; refused when the product is not active or has no such SKU or no price in the currency.</returns>
    [Alias("Offer"), Orleans.Concurrency.AlwaysInterleave]
    Task<Result<Offer>> Offer(Sku sku, Currency currency, CancellationToken cancellation = default);

    /// <summary>The product, whatever its status; refused with 404 when it was never saved.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<Result<ProductView>> Read(CancellationToken cancellation = default);

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}

/// <summary>A product's content.</summary>
/// <param name="Handle">Its name in addresses: 1 to 128 of a-z, 0-9 and hyphen; unique in the shop.</param>
/// <param name="Title">1 to 255 characters.</param>
/// <param name="Description">Plain text, at most 20,000 characters.</param>
/// <param name="Vendor">Who makes it; at most 255 characters.</param>
/// <param name="Categories">Handles of categories, at most 20.</param>
/// <param name="Tags">At most 50, each 1 to 64 characters.</param>
/// <param name="Options">Names of what variants differ in (Size, Colour), at most 3; empty for a single variant.</param>
/// <param name="Variants">1 to 250, each with another SKU and other option values.</param>
/// <param name="Images">At most 50.</param>
[GenerateSerializer, Immutable, Alias("commerce.SaveProduct")]
public sealed record SaveProduct(
    [property: Id(0)] string Handle,
    [property: Id(1)] string Title,
    [property: Id(2)] string Description,
    [property: Id(3)] string? Vendor,
    [property: Id(4)] ImmutableArray<string> Categories,
    [property: Id(5)] ImmutableArray<string> Tags,
    [property: Id(6)] ImmutableArray<string> Options,
    [property: Id(7)] ImmutableArray<ProductVariant> Variants,
    [property: Id(8)] ImmutableArray<ProductImage> Images);

/// <summary>One sellable form of a product.</summary>
/// <param name="Sku">Unique in the shop.</param>
/// <param name="Options">A value for each of the product's options, by its name.</param>
/// <param name="Prices">One price per currency, each 0 or more; currencies without a price do not sell it.</param>
/// <param name="CompareAt">Former or recommended prices, shown struck through; at most one per currency.</param>
/// <param name="WeightGrams">For shipping; 0 to 1,000,000.</param>
/// <param name="TaxClass"><c>standard</c>, <c>reduced</c> or <c>zero</c>, or a class the tax tables define.</param>
/// <param name="Barcode">GTIN or other code printed on it; at most 32 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.ProductVariant")]
public sealed record ProductVariant(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] ImmutableDictionary<string, string> Options,
    [property: Id(2)] ImmutableArray<Money> Prices,
    [property: Id(3)] ImmutableArray<Money> CompareAt,
    [property: Id(4)] int WeightGrams,
    [property: Id(5)] string TaxClass,
    [property: Id(6)] string? Barcode);

/// <summary>A picture of a product.</summary>
/// <param name="Url">Absolute <c>https</c> address or a path on this host; at most 2,000 characters.</param>
/// <param name="Alt">What it shows, for those who cannot see it; at most 500 characters.</param>
[GenerateSerializer, Immutable, Alias("commerce.ProductImage")]
public sealed record ProductImage([property: Id(0)] string Url, [property: Id(1)] string? Alt);

/// <summary>Whether shoppers see a product.</summary>
[GenerateSerializer, Alias("commerce.ProductStatus")]
public enum ProductStatus
{
    /// <summary>Operators only.</summary>
    Draft = 0,

    /// <summary>For sale.</summary>
    Active = 1,

    /// <summary>No longer for sale; kept for orders that name it.</summary>
    Archived = 2,
}

/// <summary>A product as operators see it.</summary>
[GenerateSerializer, Immutable, Alias("commerce.ProductView")]
public sealed record ProductView(
    [property: Id(0)] ProductId Id,
    [property: Id(1)] long Version,
    [property: Id(2)] ProductStatus Status,
    [property: Id(3)] string Handle,
    [property: Id(4)] string Title,
    [property: Id(5)] string Description,
    [property: Id(6)] string? Vendor,
    [property: Id(7)] ImmutableArray<string> Categories,
    [property: Id(8)] ImmutableArray<string> Tags,
    [property: Id(9)] ImmutableArray<string> Options,
    [property: Id(10)] ImmutableArray<ProductVariant> Variants,
    [property: Id(11)] ImmutableArray<ProductImage> Images);

/// <summary>What a SKU sells for, in one currency.</summary>
/// <param name="ProductId">The product it belongs to.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="Title">The product's title.</param>
/// <param name="VariantTitle">The option values, <c>250 g / Whole bean</c>; null for a single variant.</param>
/// <param name="Price">The base price of one unit; <c>Pricing:TaxIncludedIn</c> says whether it includes tax.</param>
/// <param name="TaxClass">See <see cref="ProductVariant.TaxClass"/>.</param>
/// <param name="WeightGrams">Of one unit.</param>
/// <param name="Image">A picture for lists; null when there is none.</param>
[GenerateSerializer, Immutable, Alias("commerce.Offer")]
public sealed record Offer(
    [property: Id(0)] ProductId ProductId,
    [property: Id(1)] Sku Sku,
    [property: Id(2)] string Title,
    [property: Id(3)] string? VariantTitle,
    [property: Id(4)] Money Price,
    [property: Id(5)] string TaxClass,
    [property: Id(6)] int WeightGrams,
    [property: Id(7)] string? Image)
{
    /// <summary>A former or recommended price to show struck through; null: none.</summary>
    [Id(20)]
    public Money? CompareAt { get; init; }

    /// <summary>Handles of the product's categories, separated by spaces; null: it is in none.</summary>
    [Id(22)]
    public string? Categories { get; init; }

    /// <summary>What price lists in force at that moment say; null: nothing. See <see cref="Pricing.PriceList"/>.</summary>
    [Id(21)]
    public Pricing.ListedPrices? Listed { get; init; }
}

/// <summary>Every way a product can say no. Codes are public API: add, never rename.</summary>
public static class ProductRejections
{
    /// <summary>It was never saved, or shoppers may not see it.</summary>
    public static readonly Rejection NotFound =
        new(RejectionKind.NotFound, "product_not_found", "There is no such product.");

    /// <summary>The SKU belongs to no product.</summary>
    public static Rejection SkuUnknown(Sku sku) =>
        new(RejectionKind.NotFound, "sku_not_found", $"There is no SKU {sku} for sale.", "/sku");

    /// <summary>The SKU has no price in the cart's currency.</summary>
    public static Rejection NotSoldIn(Sku sku, Currency currency) =>
        new(RejectionKind.Conflict, "price_not_available", $"SKU {sku} is not sold in {currency}.", "/sku");

    /// <summary>Another product has the handle or the SKU.</summary>
    public static Rejection Taken(string what, string pointer) =>
        new(RejectionKind.Conflict, "name_taken", $"{what} belongs to another product.", pointer);
}
