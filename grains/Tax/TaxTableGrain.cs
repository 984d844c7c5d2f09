using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>The taxes of one country, as one document.</summary>
[GrainType("tax-table")]
internal sealed class TaxTableGrain(
    [PersistentState("tax-table")] IPersistentState<TaxTableDocument> document) : Grain, ITaxTableGrain
{
    private string Country => this.GetPrimaryKeyString()["tax:".Length..];

    public async Task<Result<TaxTable>> Replace(TaxTable table)
    {
        if (TaxTableRules.Check(table) is { } refusal)
        {
            return refusal;
        }

        await document.SaveAsync(
            new() { Rates = table.Rates, Zones = table.Zones, ShippingClass = table.ShippingClass, Name = table.Name }, this, table);
        return table;
    }

    public Task<TaxTable> Read() => Task.FromResult(Table());

    public Task<TaxRates> Find(string? region, string postalCode) =>
        Task.FromResult(TaxChoice.At(Table(), new(Country, region, postalCode)));

    private TaxTable Table() => document.State switch
    {
        { Rates: { } rates } state => new(rates, state.Zones, state.ShippingClass, state.Name),
        _ => PublishedTaxes.In(Country),
    };
}

/// <summary>The document of <see cref="TaxTableGrain"/>; see <see cref="TaxTable"/>.</summary>
[GenerateSerializer, Alias("commerce.TaxTableDocument")]
internal sealed record TaxTableDocument
{
    /// <summary>Null until an operator replaced the table that the product ships with.</summary>
    [Id(0)]
    public ImmutableDictionary<string, decimal>? Rates { get; init; }

    [Id(1)]
    public ImmutableArray<TaxZone>? Zones { get; init; }

    [Id(2)]
    public string? ShippingClass { get; init; }

    [Id(3)]
    public string? Name { get; init; }
}
