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

        if (await ClaimNames(command) is { } taken)
        {
            return taken;
        }

        var before = State.Content;
        var saved = await Commit(product => product.Save(command), View, header);
        if (saved.IsAccepted && before is not null)
        {
            await ReleaseNames(before, command);
        }

        return saved;
    }

    public Task<Result<ProductView>> SetStatus(
        ProductStatus status, CommandHeader header, CancellationToken cancellation) =>
        Commit(product => product.SetStatus(status), View, header);

    public Task<Result<Offer>> Offer(Sku sku, Currency currency, CancellationToken cancellation) =>
        Task.FromResult(State.Offer(Id, sku, currency));

    public Task<Result<ProductView>> Read(CancellationToken cancellation) =>
        Task.FromResult<Result<ProductView>>(State.Content is null ? ProductRejections.NotFound : View(State));

    private ProductView View(Product product) => product.View(Id, Version);

    /// <summary>Takes the handle and all SKUs, or says whose they are. Repeatable; a crash leaves names to claim again.</summary>
    private async Task<Rejection?> ClaimNames(SaveProduct command)
    {
        if (!(await GrainFactory.GetHandleName(command.Handle).Claim(Id)).IsAccepted)
        {
            return ProductRejections.Taken($"The handle {command.Handle}", "/handle");
        }

        var known = State.Content?.Variants.Select(variant => variant.Sku).ToHashSet() ?? [];
        var claims = command.Variants.Select((variant, index) => (variant.Sku, index))
            .Where(wanted => !known.Contains(wanted.Sku))
            .Select(async wanted =>
                (await GrainFactory.GetSkuName(wanted.Sku).Claim(Id)).IsAccepted
                    ? null
                    : ProductRejections.Taken($"The SKU {wanted.Sku}", $"/variants/{wanted.index}/sku"));
        return (await Task.WhenAll(claims)).FirstOrDefault(rejection => rejection is not null);
    }

    private async Task ReleaseNames(SaveProduct before, SaveProduct after)
    {
        if (before.Handle != after.Handle)
        {
            await GrainFactory.GetHandleName(before.Handle).Release(Id);
        }

        await Task.WhenAll(before.Variants.Select(variant => variant.Sku)
            .Except(after.Variants.Select(variant => variant.Sku))
            .Select(sku => GrainFactory.GetSkuName(sku).Release(Id)));
    }
}
