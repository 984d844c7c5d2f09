using System.Collections.Immutable;

namespace Commerce.Pricing;

/// <summary>Every price list of the shop, as one document.</summary>
[GrainType("price-lists")]
internal sealed class PriceListsGrain(
    [PersistentState("price-lists")] IPersistentState<PriceListsDocument> document) : Grain, IPriceListsGrain
{
    private ImmutableArray<PriceList> Lists => document.State.Lists;

    public async Task<Result<PriceList>> Put(PriceList list)
    {
        ImmutableArray<PriceList> next = [.. Lists.Where(other => other.Id != list.Id).Append(list).OrderBy(one => one.Id, StringComparer.Ordinal)];
        if (PriceListRules.Check(list) is { } refusal)
        {
            return refusal;
        }

        if (PriceListRules.CheckAll(next) is { } tooMany)
        {
            return tooMany;
        }

        await SaveAsync(next, list);
        return list;
    }

    public async Task<Result<PriceList>> Remove(string id)
    {
        if (Lists.FirstOrDefault(list => list.Id == id) is not { } gone)
        {
            return PriceListRejections.NotFound;
        }

        await SaveAsync(Lists.Remove(gone), new { Removed = id });
        return gone;
    }

    public Task<ImmutableArray<PriceListSummary>> Read() => Task.FromResult(ImmutableArray.CreateRange(Lists.Select(
        list => new PriceListSummary(
            list.Id, list.Title, list.Kind, list.From, list.Until, list.Group, list.Overrides, list.Prices.Length))));

    public Task<Result<PriceList>> Find(string id) => Task.FromResult(
        Lists.FirstOrDefault(list => list.Id == id) is { } found ? (Result<PriceList>)found : PriceListRejections.NotFound);

    public Task<PriceListsEdition?> ReadNewer(long knownVersion) => Task.FromResult(
        document.State.Version == knownVersion ? null : new PriceListsEdition(document.State.Version, Lists));

    private Task SaveAsync(ImmutableArray<PriceList> lists, object asked) =>
        document.SaveAsync(new() { Version = document.State.Version + 1, Lists = lists }, this, asked);
}

/// <summary>The document of <see cref="PriceListsGrain"/>.</summary>
[GenerateSerializer, Alias("commerce.PriceListsDocument")]
internal sealed record PriceListsDocument
{
    /// <summary>Rises with every change; 0 while there was none.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>By id.</summary>
    [Id(1)]
    public ImmutableArray<PriceList> Lists { get; init; } = [];
}
