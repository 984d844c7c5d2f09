using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Commerce.Pricing;

/// <summary>This silo's copy of the price lists, by SKU and currency. Whether a list is in force is asked at every look.</summary>
[GrainType("price-book"), StatelessWorker(1)]
internal sealed class PriceBookGrain(IOptions<PricingOptions> options, TimeProvider time) : Grain, IPriceBookGrain
{
    private Dictionary<(Sku, Currency), ImmutableArray<PriceList>> _lists = [];
    private long _version = -1;
    private DateTimeOffset _readAt;

    public async Task<ListedPrices?> Find(Sku sku, Currency currency)
    {
        var now = time.GetUtcNow();
        if (now - _readAt >= options.Value.ListsStaleAfter)
        {
            await RefreshAsync(now);
        }

        return _lists.TryGetValue((sku, currency), out var lists)
            ? PriceListChoice.InForce(lists, sku, currency, now)
            : null;
    }

    /// <summary>Interleaved refreshes do the same twice, and the newer edition stays.</summary>
    private async Task RefreshAsync(DateTimeOffset now)
    {
        if (await GrainFactory.GetPriceLists().ReadNewer(_version) is { } edition && edition.Version > _version)
        {
            // Each entry is a list cut down to one SKU in one currency, so that a look is not a walk through all prices.
            _lists = edition.Lists
                .SelectMany(list => list.Prices.GroupBy(price => (price.Sku, price.Price.Currency))
                    .Select(same => (same.Key, List: list with { Prices = [.. same] })))
                .GroupBy(entry => entry.Key, entry => entry.List)
                .ToDictionary(entry => entry.Key, entry => entry.ToImmutableArray());
            _version = edition.Version;
        }

        _readAt = now;
    }
}
