using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>The taxes of one country; one document per country, key <c>tax:GB</c>.</summary>
[Alias("commerce.ITaxTable")]
public interface ITaxTableGrain : IGrainWithStringKey
{
    /// <summary>Replaces the table. Absolute.</summary>
    [Alias("Replace")]
    Task<Result<TaxTable>> Replace(TaxTable table);

    /// <summary>The table; until replaced, the one the product ships with, or none for a country it does not know.</summary>
    [Alias("Read"), Orleans.Concurrency.AlwaysInterleave]
    Task<TaxTable> Read();

    /// <summary>The rates in force at a place in the country: those of the most specific zone that covers it.</summary>
    /// <param name="region">As the address has it, a code or a name; null when unknown.</param>
    /// <param name="postalCode">As the address has it; empty when unknown.</param>
    [Alias("Find"), Orleans.Concurrency.AlwaysInterleave]
    Task<TaxRates> Find(string? region, string postalCode);
}

/// <summary>A country's taxes: one rate per class, and zones within the country where it is otherwise.</summary>
/// <param name="Rates">
/// A class's rate as a fraction, 0.2 for 20 %, from 0 to 1; at most 50. A class that is missing is taxed as <c>standard</c>.
/// </param>
/// <param name="Zones">Places with taxes of their own, at most 1,000; null: the country is taxed alike everywhere.</param>
/// <param name="ShippingClass">
/// The class that shipping belongs to; <c>goods</c>: shipping shares the classes of what is shipped, in proportion to its
/// value. Null: <c>standard</c>.
/// </param>
/// <param name="Name">What the tax is called on a receipt, at most 64 characters; null: <c>VAT</c> or what the country says.</param>
[GenerateSerializer, Immutable, Alias("commerce.TaxTable")]
public sealed record TaxTable(
    [property: Id(0)] ImmutableDictionary<string, decimal> Rates,
    [property: Id(1)] ImmutableArray<TaxZone>? Zones = null,
    [property: Id(2)] string? ShippingClass = null,
    [property: Id(3)] string? Name = null)
{
    /// <summary>The class that most goods belong to.</summary>
    public const string Standard = "standard";

    /// <summary>The shipping class that stands for the classes of the goods.</summary>
    public const string AsGoods = "goods";
}

/// <summary>
/// Places of one country that are taxed alike, instead of as the country. A place belongs to the zone that names it most
/// specifically: the longest postal prefix first, then the region, then a zone that names neither; the first of equals.
/// </summary>
/// <param name="Name">For operators and explanations; 1 to 100 characters.</param>
/// <param name="Rates">All taxes of a class, in order; a class that is missing is taxed as <c>standard</c>.</param>
/// <param name="Regions">Codes and names of the region, any of which must be the address's; null: any region.</param>
/// <param name="PostalPrefixes">What the postal code must begin with, spaces aside; at most 200; null: any postal code.</param>
/// <param name="ShippingClass">See <see cref="TaxTable.ShippingClass"/>; null: as the country has it.</param>
[GenerateSerializer, Immutable, Alias("commerce.TaxZone")]
public sealed record TaxZone(
    [property: Id(0)] string Name,
    [property: Id(1)] ImmutableDictionary<string, ImmutableArray<TaxRate>> Rates,
    [property: Id(2)] ImmutableArray<string>? Regions = null,
    [property: Id(3)] ImmutableArray<string>? PostalPrefixes = null,
    [property: Id(4)] string? ShippingClass = null);

/// <summary>One tax among those on a price.</summary>
/// <param name="Name">What it is called on a receipt; 1 to 64 characters.</param>
/// <param name="Rate">As a fraction, from 0 to 1.</param>
/// <param name="Compound">Whether it is levied on the taxes before it as well, not on the net price alone.</param>
[GenerateSerializer, Immutable, Alias("commerce.TaxRate")]
public sealed record TaxRate(
    [property: Id(0)] string Name, [property: Id(1)] decimal Rate, [property: Id(2)] bool Compound = false);

/// <summary>The rates in force at one place.</summary>
/// <param name="Zone">Whose rates they are: a zone's name, or the country's code.</param>
/// <param name="Classes">Taxes by class; empty where nothing is taxed.</param>
/// <param name="ShippingClass">See <see cref="TaxTable.ShippingClass"/>; never null.</param>
[GenerateSerializer, Immutable, Alias("commerce.TaxRates")]
public sealed record TaxRates(
    [property: Id(0)] string Zone,
    [property: Id(1)] ImmutableDictionary<string, ImmutableArray<TaxRate>> Classes,
    [property: Id(2)] string ShippingClass)
{
    /// <summary>The taxes on a class: its own, else those on <c>standard</c>, else none.</summary>
    public ImmutableArray<TaxRate> For(string taxClass) =>
        Classes.TryGetValue(taxClass, out var rates) || Classes.TryGetValue(TaxTable.Standard, out rates) ? rates : [];
}

/// <summary>One tax that was levied, or that a price contains.</summary>
/// <param name="Name">See <see cref="TaxRate.Name"/>.</param>
/// <param name="Rate">As a fraction.</param>
/// <param name="Compound">See <see cref="TaxRate.Compound"/>.</param>
/// <param name="Amount">0 or more; the amounts of a line add up to the line's tax.</param>
[GenerateSerializer, Immutable, Alias("commerce.TaxAmount")]
public sealed record TaxAmount(
    [property: Id(0)] string Name,
    [property: Id(1)] decimal Rate,
    [property: Id(2)] bool Compound,
    [property: Id(3)] Money Amount);
