using Commerce.Journal;

namespace Commerce.Catalog;

/// <summary>Runs <see cref="Product"/>.</summary>
[GrainType("product")]
internal sealed class ProductGrain : JournaledActor<Product, ProductEvent>, IProductGrain
{
    private ProductId Id => new(this.GetPrimaryKeyString());

    public async Task<Result<ProductView>> Save(
        SaveProduct command, CommandHeader header, CancellationToken cancellation)
    {
        // A dry run first: names are taken only for content that will be accepted.
        if (State.Save(command).Rejection is { } invalid)
        {
            return invalid;
        }

        var before = State.Content;
        Result<ProductView> saved = await ClaimNames(command) is { } taken
            ? taken
            : await Commit(product => product.Save(command), View, header);
        await ReleaseNames([before, command]);
        return saved;
    }

    public Task<Result<ProductView>> SetStatus(
        ProductStatus status, CommandHeader header, CancellationToken cancellation) =>
        Commit(product => product.SetStatus(status), View, header);

    public Task<Result<Offer>> Offer(Sku sku, Currency currency, CancellationToken cancellation) =>
        Read(product => product.Offer(Id, sku, currency));

    public Task<Result<ProductView>> Read(CancellationToken cancellation) =>
        Read<Result<ProductView>>(product => product.Content is null ? ProductRejections.NotFound : View(product));

    private ProductView View(Product product) => product.View(Id, Version);

    /// <summary>Takes the handle and all SKUs, or says which is another product's. Repeatable.</summary>
    private async Task<Rejection?> ClaimNames(SaveProduct command)
    {
        if (!(await GrainFactory.GetHandleName(command.Handle).Claim(Id)).IsAccepted)
        {
            return ProductRejections.Taken($"The handle {command.Handle}", "/handle");
        }

        var known = Skus(State.Content).ToHashSet();
        var claims = command.Variants.Select((variant, index) => (variant.Sku, index))
            .Where(wanted => !known.Contains(wanted.Sku))
            .Select(async wanted =>
                (await GrainFactory.GetSkuName(wanted.Sku).Claim(Id)).IsAccepted
                    ? null
                    : ProductRejections.Taken($"The SKU {wanted.Sku}", $"/variants/{wanted.index}/sku"));
        return (await Task.WhenAll(claims)).FirstOrDefault(rejection => rejection is not null);
    }

    /// <summary>Lets go of the names that some contents have and the product, as it is now, has not.</summary>
    private Task ReleaseNames(SaveProduct?[] contents)
    {
        var handles = contents.Select(content => content?.Handle).Where(handle => handle != State.Content?.Handle);
        var skus = contents.SelectMany(Skus).Except(Skus(State.Content));
        return Task.WhenAll(
        [
            .. handles.OfType<string>().Select(handle => GrainFactory.GetHandleName(handle).Release(Id)),
            .. skus.Select(sku => GrainFactory.GetSkuName(sku).Release(Id)),
        ]);
    }

    private static IEnumerable<Sku> Skus(SaveProduct? content) => content?.Variants.Select(variant => variant.Sku) ?? [];
}
