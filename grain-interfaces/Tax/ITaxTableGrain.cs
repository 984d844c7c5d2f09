using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>The tax rates of one country; one document per country, key <c>tax:GB</c>.</summary>
[Alias("commerce.ITaxTable")]
public interface ITaxTableGrain : IGrainWithStringKey
{
    /// <summary>Replaces the rates.</summary>
    [Alias("Replace")]
    Task<Result<TaxTable>> Replace(TaxTable table);

    /// <summary>The rates; until replaced, those the product ships with, or none for a country it does not know.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<TaxTable> Read();
}

/// <summary>Rates by tax class.</summary>
/// <param name="Rates">A class's rate as a fraction, 0.2 for 20 %. A class that is missing is taxed as <c>standard</c>.</param>
[GenerateSerializer, Immutable, Alias("commerce.TaxTable")]
public sealed record TaxTable([property: Id(0)] ImmutableDictionary<string, decimal> Rates)
{
    /// <summary>The class that most goods and all shipping belong to.</summary>
    public const string Standard = "standard";

    /// <summary>The rate of a class; 0 where nothing is taxed.</summary>
    public decimal Rate(string taxClass) =>
        Rates.TryGetValue(taxClass, out var rate) ? rate : Rates.GetValueOrDefault(Standard);
}
