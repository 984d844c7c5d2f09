using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Commerce.Inventory;
using Commerce.Live;
using Microsoft.Extensions.Caching.Memory;

namespace Commerce.Catalog;

/// <summary>Whether the variants of a product can be had.</summary>
internal sealed record ProductAvailability(ProductId Id, ImmutableArray<AvailableSku> Variants)
{
    /// <summary>Names what is said.</summary>
    [JsonIgnore]
    public string Tag { get; } = PublicAnswer.TagOf(JsonSerializer.SerializeToUtf8Bytes(Variants, CommerceJson.Stored));
}

/// <summary>The availability of products that somebody follows: read once for each change, however many follow.</summary>
internal sealed class FollowedAvailability(ProductListing products, CatalogueChanges changes, LiveStream live) : IDisposable
{
    private const int ProductsMax = 10_000;

    // What becomes true by time alone, as that a preorder is out, is told that much later.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _read = new(new MemoryCacheOptions { SizeLimit = ProductsMax });

    public async Task<Results<ServerSentEventsResult<ProductAvailability?>, ProblemHttpResult>> FollowAsync(
        string idOrHandle, HttpContext http)
    {
        if (await products.FindAsync(idOrHandle, all: false, http.RequestAborted) is not { } product)
        {
            return ProductRejections.NotFound.ToProblem();
        }

        var keys = KeysOf(product);

        // With the variants it is read for: who sees a change before it is heard of is not shown what was read before that.
        var read = $"{product.Id} {string.Join(' ', keys.Order(StringComparer.Ordinal))}";
        return await live.FollowAsync(
            http, "availability", () => ReadAsync(product.Id, keys, read), now => now.Tag, _ => keys);
    }

    public void Dispose() => _read.Dispose();

    private async Task<Result<ProductAvailability>> ReadAsync(ProductId id, ImmutableHashSet<string> keys, string read)
    {
        var moment = (read, changes.LastOf(keys));
        var reading = _read.GetOrCreate(moment, entry =>
        {
            (entry.Size, entry.AbsoluteExpirationRelativeToNow) = (1, KeptFor);
            return new Lazy<Task<(ImmutableHashSet<string> Keys, ProductAvailability Now)?>>(() => ReadAnewAsync(id));
        })!;

        try
        {
            // With other variants there are other things to follow: the stream ends, and who comes again follows those.
            return await reading.Value is { } found && keys.SetEquals(found.Keys) ? found.Now : ProductRejections.NotFound;
        }
        catch
        {
            _read.Remove(moment);
            throw;
        }
    }

    private async Task<(ImmutableHashSet<string> Keys, ProductAvailability Now)?> ReadAnewAsync(ProductId id) =>
        await products.FindAsync(id.ToString(), all: false, CancellationToken.None) is not { } product ? null : (
            KeysOf(product),
            new(id, [.. product.Variants.Select(variant => new AvailableSku(variant.Sku, variant.Availability))]));

    private static ImmutableHashSet<string> KeysOf(ListedProduct product) =>
        product.CacheKeys().ToImmutableHashSet(StringComparer.Ordinal);
}
