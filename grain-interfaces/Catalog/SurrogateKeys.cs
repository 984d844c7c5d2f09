namespace Commerce.Catalog;

/// <summary>
/// What pages of the catalogue are kept under by front doors and CDNs, so that they are forgotten together once what they show
/// has changed: the words of the <c>Surrogate-Key</c> header.
/// </summary>
public static class SurrogateKeys
{
    /// <summary>PostgreSQL's channel on which front doors hear the keys of what has changed, separated by blanks.</summary>
    public const string Channel = "catalogue_changed";

    /// <summary>Of every list of products.</summary>
    public const string Products = "products";

    /// <summary>Of the list of categories.</summary>
    public const string Categories = "categories";

    /// <summary>Of a product's own page.</summary>
    /// <param name="id">A <see cref="ProductId"/> as text.</param>
    public static string OfProduct(string id) => id;

    /// <summary>Of a product's own page that says how much there is of a SKU.</summary>
    public static string OfStock(string sku) => "sku:" + sku;
}
