using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>The tax rates of one country, as one document.</summary>
[GrainType("tax-table")]
internal sealed class TaxTableGrain(
    [PersistentState("tax-table")] IPersistentState<TaxTableDocument> document) : Grain, ITaxTableGrain
{
    public async Task<Result<TaxTable>> Replace(TaxTable table)
    {
        if (table.Rates is null || table.Rates.Count > 50 || table.Rates.Values.Any(rate => rate is < 0 or > 1))
        {
            return Rejection.Invalid("/rates", "At most 50 rates, each from 0 to 1.");
        }

        await document.SaveAsync(new() { Rates = table.Rates });
        return table;
    }

    public Task<TaxTable> Read() => Task.FromResult(new TaxTable(
        document.State.Rates ?? PublishedRates(this.GetPrimaryKeyString()["tax:".Length..])));

    /// <summary>
    /// Value added tax in force in 2026: GB VATA 1994 s. 2 and Sch. 7A; DE UStG § 12; FR CGI art. 278 and 278-0 bis;
    /// NL Wet OB art. 9; IE VATCA 2010 s. 46; ES LIVA art. 90-91; IT DPR 633/72 art. 16; BE KB nr. 20; AT UStG § 10.
    /// </summary>
    private static ImmutableDictionary<string, decimal> PublishedRates(string country) => country switch
    {
        "GB" => Rates(0.20m, 0.05m),
        "DE" => Rates(0.19m, 0.07m),
        "FR" => Rates(0.20m, 0.055m),
        "NL" => Rates(0.21m, 0.09m),
        "IE" => Rates(0.23m, 0.135m),
        "ES" => Rates(0.21m, 0.10m),
        "IT" => Rates(0.22m, 0.10m),
        "BE" => Rates(0.21m, 0.06m),
        "AT" => Rates(0.20m, 0.10m),
        _ => ImmutableDictionary<string, decimal>.Empty,
    };

    private static ImmutableDictionary<string, decimal> Rates(decimal standard, decimal reduced) =>
        ImmutableDictionary<string, decimal>.Empty
            .Add(TaxTable.Standard, standard).Add("reduced", reduced).Add("zero", 0m);
}

/// <summary>The document of <see cref="TaxTableGrain"/>.</summary>
[GenerateSerializer, Alias("commerce.TaxTableDocument")]
internal sealed record TaxTableDocument
{
    /// <summary>Null until an operator replaced the rates that the product ships with.</summary>
    [Id(0)]
    public ImmutableDictionary<string, decimal>? Rates { get; init; }
}
