using System.Collections.Immutable;
using Commerce.Identity;

namespace Commerce.Catalog;

internal static class ProductEndpoints
{
    private const int QueryLengthMax = 200;

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup("").WithTags("Catalog");
        catalog.MapGet("/products", List).WithName("ListProducts").ForEverybody(SurrogateKeys.Products);
        catalog.MapGet("/product-facets", Count).WithName("CountProducts").ForEverybody(SurrogateKeys.Products);
        catalog.MapGet("/products/{idOrHandle}", Read).WithName("ReadProduct").ForEverybody();
        catalog.MapGet("/products/{idOrHandle}/availability/events", Follow).WithName("FollowAvailability").DisableRequestTimeout();
        catalog.MapGet("/categories", Categories).WithName("ListCategories").ForEverybody(SurrogateKeys.Categories);
    }

    public static void MapCatalogAdministration(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/products").WithTags("Catalog administration").Needs(Area.Catalog);
        products.MapGet("/", ListAll).WithName("ListAllProducts");
        products.MapPost("/", Create).WithName("CreateProduct");
        products.MapGet("/{productId:product}", ReadAny).WithName("ReadAnyProduct");
        products.MapPut("/{productId:product}", Save).WithName("SaveProduct");
        products.MapPut("/{productId:product}/status", SetStatus).WithName("SetProductStatus");
        routes.MapGet("/exports/products", Export).WithTags("Catalog administration").WithName("ExportProducts").Needs(Area.Catalog)
            .Produces<Stream>(StatusCodes.Status200OK, CatalogueExport.MediaType).DisableRequestTimeout();
        routes.MapPut("/categories", PutCategories).WithTags("Catalog administration").WithName("PutCategories").Needs(Area.Catalog);
    }

    private static async Task<Ok<Page<ListedProduct>>> List(
        [AsParameters] ListQuery list,
        string? category,
        string? vendor,
        string? q,
        ProductListing products,
        IGrainFactory grains,
        CancellationToken cancellation) =>
        TypedResults.Ok(await products.ListAsync(
            list, CheckText(q), await WithChildren(CheckText(category), grains), all: false, cancellation, CheckText(vendor)));

    private static async Task<Ok<Facets>> Count(
        string? category, string? vendor, string? q, ProductListing products, IGrainFactory grains, CancellationToken cancellation) =>
        TypedResults.Ok(await products.CountAsync(
            CheckText(q), await WithChildren(CheckText(category), grains), CheckText(vendor), cancellation));

    private static async Task<Results<Ok<ListedProduct>, ProblemHttpResult>> Read(
        string idOrHandle, HttpContext http, ProductListing products, CancellationToken cancellation)
    {
        Result<ListedProduct> found = await products.FindAsync(CheckText(idOrHandle)!, all: false, cancellation) is { } product
            ? product
            : ProductRejections.NotFound;
        return found.ToOk(http);
    }

    private static Task<Results<ServerSentEventsResult<ProductAvailability?>, ProblemHttpResult>> Follow(
        string idOrHandle, HttpContext http, FollowedAvailability availability) =>
        availability.FollowAsync(CheckText(idOrHandle)!, http);

    private static async Task<Ok<Page<Category>>> Categories(IGrainFactory grains) =>
        TypedResults.Ok(Page<Category>.Whole(await grains.GetCategories().Read()));

    private static async Task<Ok<Page<ListedProduct>>> ListAll(
        [AsParameters] ListQuery list, string? q, ProductListing products, CancellationToken cancellation) =>
        TypedResults.Ok(await products.ListAsync(list, CheckText(q), null, all: true, cancellation));

    private static async Task<Results<Created<ProductView>, ProblemHttpResult>> Create(
        SaveProductRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains, TimeProvider time)
    {
        var id = headers.Key is null
            ? EntityId.New<ProductId>(time.GetUtcNow())
            : EntityId.Derive<ProductId>($"create/{headers.Key}");
        var result = await body.SaveAsync(grains.GetProduct(id), headers.For("create", body));
        return result.ToCreated(http, product => $"/v1/admin/products/{product.Id}", product => product.Version);
    }

    private static async Task<Results<Ok<ProductView>, ProblemHttpResult>> ReadAny(
        ProductId productId, HttpContext http, IGrainFactory grains) =>
        (await grains.GetProduct(productId).Read()).ToOk(http, product => product.Version);

    private static async Task<Results<Ok<ProductView>, ProblemHttpResult>> Save(
        ProductId productId, SaveProductRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains) =>
        (await body.SaveAsync(grains.GetProduct(productId), headers.For("save", body))).ToOk(http, product => product.Version);

    private static async Task<Results<Ok<ProductView>, ProblemHttpResult>> SetStatus(
        ProductId productId, SetStatusRequest body, CommandHeaders headers, HttpContext http, IGrainFactory grains)
    {
        var result = await grains.GetProduct(productId).SetStatus(body.Status, headers.For("status", body));
        return result.ToOk(http, product => product.Version);
    }

    private static async Task Export(Currency? currency, HttpContext http, CatalogueExport export, IGrainFactory grains)
    {
        var titles = (await grains.GetCategories().Read()).ToDictionary(category => category.Handle, category => category.Title);
        http.Response.ContentType = $"{CatalogueExport.MediaType}; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"products.csv\"";
        await export.WriteAsync(currency ?? new Currency("GBP"), titles, http.Response.Body, http.RequestAborted);
    }

    private static async Task<Results<Ok<Page<Category>>, ProblemHttpResult>> PutCategories(
        CategoryList body, HttpContext http, IGrainFactory grains) =>
        (await grains.GetCategories().Put(body.Data)).Select(Page<Category>.Whole).ToOk(http);

    /// <summary>A category stands for all that are part of it.</summary>
    private static async Task<string[]?> WithChildren(string? category, IGrainFactory grains)
    {
        if (category is null)
        {
            return null;
        }

        var wanted = new HashSet<string>([category], StringComparer.Ordinal);
        foreach (var child in await grains.GetCategories().Read())
        {
            // Parents come before children.
            if (child.Parent is { } parent && wanted.Contains(parent))
            {
                wanted.Add(child.Handle);
            }
        }

        return [.. wanted];
    }

    private static string? CheckText(string? text) =>
        text is null || (text.Length <= QueryLengthMax && !text.Any(char.IsControl))
            ? text
            : throw new BadHttpRequestException($"A text to look for has at most {QueryLengthMax} printable characters.");
}

internal sealed record CategoryList(ImmutableArray<Category> Data);

internal sealed record SetStatusRequest(ProductStatus Status);

/// <summary>A product's content, where everything that has a usual value may be left out.</summary>
/// <param name="Handle">Left out: made from the title.</param>
/// <param name="Status">Left out: a new product is a draft, an existing one stays what it is.</param>
internal sealed record SaveProductRequest(
    string Title,
    ImmutableArray<VariantRequest> Variants,
    string? Handle = null,
    string? Description = null,
    string? Vendor = null,
    ProductStatus? Status = null,
    ImmutableArray<string>? Categories = null,
    ImmutableArray<string>? Tags = null,
    ImmutableArray<string>? Options = null,
    ImmutableArray<ProductImage>? Images = null)
{
    /// <summary>Saves the content, and then the status if there is one.</summary>
    public async Task<Result<ProductView>> SaveAsync(IProductGrain product, CommandHeader header)
    {
        var saved = await product.Save(ToCommand(), header);
        return saved.IsAccepted && Status is { } status && status != saved.Value!.Status
            ? await product.SetStatus(status, CommandHeader.None)
            : saved;
    }

    private SaveProduct ToCommand() => new(
        Handle ?? Slug(Title),
        Title,
        Description ?? "",
        Vendor,
        Categories ?? [],
        Tags ?? [],
        Options ?? [],
        Variants.IsDefault ? [] : [.. Variants.Select(variant => variant.ToVariant())],
        Images ?? []);

    private static string Slug(string title)
    {
        var letters = (title ?? "").ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-');
        return string.Join('-', new string([.. letters]).Split('-', StringSplitOptions.RemoveEmptyEntries));
    }
}

/// <summary>A variant, where everything that has a usual value may be left out.</summary>
internal sealed record VariantRequest(
    Sku Sku,
    ImmutableArray<Money> Prices,
    ImmutableDictionary<string, string>? Options = null,
    ImmutableArray<Money>? CompareAt = null,
    int WeightGrams = 0,
    string TaxClass = "standard",
    string? Barcode = null)
{
    /// <summary>The variant in full.</summary>
    public ProductVariant ToVariant() => new(
        Sku,
        Options ?? ImmutableDictionary<string, string>.Empty,
        Prices.IsDefault ? [] : Prices,
        CompareAt ?? [],
        WeightGrams,
        TaxClass,
        Barcode);
}
