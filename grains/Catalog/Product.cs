using System.Collections.Immutable;
using System.Diagnostics;
using Commerce.Journal;

namespace Commerce.Catalog;

/// <summary>What a product is and every decision about it.</summary>
internal sealed record Product : IJournaledState<Product, ProductEvent>
{
    private const int VariantsMax = 250;

    /// <summary>The content; null until the first save.</summary>
    public SaveProduct? Content { get; init; }

    public ProductStatus Status { get; init; }

    public string Summary => $"{Status}, {Content?.Variants.Length ?? 0} variants";

    /// <summary>Makes the content be so.</summary>
    public Decision<ProductEvent> Save(SaveProduct content)
    {
        if (Validate(content) is { } rejection)
        {
            return rejection;
        }

        return Content is not null && ContentEquals(Content, content)
            ? Decision<ProductEvent>.Nothing
            : new ProductSaved(content);
    }

    /// <summary>Shows or hides it.</summary>
    public Decision<ProductEvent> SetStatus(ProductStatus status)
    {
        if (Content is null)
        {
            return ProductRejections.NotFound;
        }

        return status == Status ? Decision<ProductEvent>.Nothing : new ProductStatusSet(status);
    }

    public Product Apply(ProductEvent @event) => @event switch
    {
        ProductSaved e => this with { Content = e.Content },
        ProductStatusSet e => this with { Status = e.Status },
        _ => throw new UnreachableException(@event.GetType().Name),
    };

    /// <summary>What a SKU sells for.</summary>
    public Result<Offer> Offer(ProductId id, Sku sku, Currency currency)
    {
        if (Status != ProductStatus.Active || Content!.Variants.FirstOrDefault(v => v.Sku == sku) is not { } variant)
        {
            return ProductRejections.SkuUnknown(sku);
        }

        var price = variant.Prices.FirstOrDefault(price => price.Currency == currency);
        return price == default
            ? ProductRejections.NotSoldIn(sku, currency)
            : new Offer(
                id,
                sku,
                Content.Title,
                VariantTitle(Content, variant),
                price,
                variant.TaxClass,
                variant.WeightGrams,
                Content.Images.FirstOrDefault()?.Url)
            {
                Categories = Content.Categories.IsEmpty ? null : string.Join(' ', Content.Categories),
                CompareAt = variant.CompareAt
                    .Where(former => former.Currency == currency).Select(former => (Money?)former).FirstOrDefault(),
            };
    }

    /// <summary>The product as operators see it.</summary>
    public ProductView View(ProductId id, long version) => new(
        id, version, Status, Content!.Handle, Content.Title, Content.Description, Content.Vendor, Content.Categories,
        Content.Tags, Content.Options, Content.Variants, Content.Images);

    /// <summary>The option values in the product's order; null for a single variant.</summary>
    public static string? VariantTitle(SaveProduct content, ProductVariant variant) =>
        content.Options.IsEmpty ? null : string.Join(" / ", content.Options.Select(option => variant.Options[option]));

    private static bool ContentEquals(SaveProduct left, SaveProduct right) =>
        EventTypes.Encode(new ProductSaved(left)).Data == EventTypes.Encode(new ProductSaved(right)).Data;

    private static Rejection? Validate(SaveProduct content)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        Check(Handle.IsOne(content.Handle, lengthMax: 128),
            "/handle", "A handle is 1 to 128 of a-z, 0-9 and hyphen.");
        Check(content.Title is { Length: >= 1 and <= 255 } && !content.Title.Any(char.IsControl), "/title", "A title is 1 to 255 printable characters.");
        Check(content.Description is { Length: <= 20_000 }, "/description", "A description is at most 20,000 characters.");
        Check(content.Vendor is null or { Length: <= 255 }, "/vendor", "A vendor is at most 255 characters.");
        Check(content.Categories.Length <= 20 && content.Categories.All(category => category is { Length: >= 1 and <= 128 }),
            "/categories", "A product is in at most 20 categories, each named by 1 to 128 characters.");
        Check(content.Tags.Length <= 50 && content.Tags.All(tag => tag is { Length: >= 1 and <= 64 }),
            "/tags", "At most 50 tags of 1 to 64 characters.");
        Check(content.Options.Length <= 3 && content.Options.Distinct().Count() == content.Options.Length
                && content.Options.All(option => option is { Length: >= 1 and <= 255 }),
            "/options", "At most 3 different options of 1 to 255 characters.");
        Check(content.Images.Length <= 50 && content.Images.All(image => IsImage(image.Url)),
            "/images", "At most 50 images with an https address or a path on this host.");
        Check(content.Variants.Length is >= 1 and <= VariantsMax, "/variants", $"A product has 1 to {VariantsMax} variants.");
        for (var i = 0; i < content.Variants.Length && errors.Count < 20; i++)
        {
            var (variant, at) = (content.Variants[i], $"/variants/{i}");
            Check(variant.Prices.Select(p => p.Currency).Distinct().Count() == variant.Prices.Length
                    && variant.Prices.All(price => price.MinorUnits is >= 0 and <= 1_000_000_000_000),
                $"{at}/prices", "One price per currency, each 0 or more.");
            Check(variant.WeightGrams is >= 0 and <= 1_000_000, $"{at}/weight_grams", "The weight is 0 to 1,000,000 grams.");
            Check(variant.TaxClass is { Length: >= 1 and <= 64 }, $"{at}/tax_class", "A tax class is 1 to 64 characters.");
            Check(variant.Barcode is null or { Length: <= 32 }, $"{at}/barcode", "A barcode is at most 32 characters.");
            Check(variant.Options.Count == content.Options.Length
                    && content.Options.All(option => variant.Options.TryGetValue(option, out var value)
                        && value is { Length: >= 1 and <= 255 }),
                $"{at}/options", "A variant has a value for each of the product's options, and no others.");
        }

        if (errors.Count == 0)
        {
            Check(content.Variants.Select(v => v.Sku).Distinct().Count() == content.Variants.Length,
                "/variants", "Each variant has another SKU.");
            Check(content.Variants.Select(v => VariantTitle(content, v)).Distinct().Count() == content.Variants.Length,
                "/variants", "Each variant has other option values.");
        }

        return errors.Count == 0 ? null : Rejection.Invalid(errors.ToImmutable());

        void Check(bool isFine, string pointer, string detail)
        {
            if (!isFine)
            {
                errors.Add(new(pointer, "invalid", detail));
            }
        }
    }

    private static bool IsImage(string? url) =>
        url is { Length: <= 2_000 }
        && (url is ['/'] or ['/', not '/', ..] || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps));
}

/// <summary>What can happen to a product.</summary>
internal abstract record ProductEvent : IJournalEvent;

/// <param name="Content">All of it: an old version is one event.</param>
[Alias("product.saved")]
internal sealed record ProductSaved(SaveProduct Content) : ProductEvent;

[Alias("product.status_set")]
internal sealed record ProductStatusSet(ProductStatus Status) : ProductEvent;
