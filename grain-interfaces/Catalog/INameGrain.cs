namespace Commerce.Catalog;

/// <summary>
/// A name that may belong to one product only, keyed by kind and name: <c>sku:COFFEE-250G</c>, <c>handle:espresso</c>.
/// It is where a SKU's product is looked up, with no read model in between.
/// </summary>
[Alias("commerce.IName")]
public interface INameGrain : IGrainWithStringKey
{
    /// <summary>Takes the name. Repeating it is harmless.</summary>
    /// <returns>The owner; refused when another product has it.</returns>
    [Alias("Claim")]
    Task<Result<ProductId>> Claim(ProductId owner);

    /// <summary>Lets go of the name, if this product has it.</summary>
    [Alias("Release")]
    Task Release(ProductId owner);

    /// <summary>The product that has the name; null when none has.</summary>
    [Alias("Owner"), Orleans.Concurrency.AlwaysInterleave]
    Task<ProductId?> Owner();

    /// <summary>Where the entity stands in the journal, for the operators' dashboard. No personal data, and no effect.</summary>
    [Alias("GetState"), Orleans.Concurrency.AlwaysInterleave]
    Task<EntityState> GetState();
}
