using System.Collections.Immutable;

namespace Commerce.Shipping;

/// <summary>
/// A carrier's prices of the day: register one to be asked for rates that name a <see cref="ShippingRate.Carrier"/>. It
/// may be slow, fail or be wrong; then the rate's own price counts, and the explanation says so.
/// </summary>
public interface ICarrierRates
{
    /// <summary>What services cost for a parcel. Called again for the same parcel, it may answer otherwise.</summary>
    Task<CarrierQuotes> QuoteAsync(CarrierQuestion question, CancellationToken cancellation);
}

/// <summary>A parcel that a price is wanted for. No personal data.</summary>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Region">As the address has it; null when it has none.</param>
/// <param name="PostalCode">As the address has it.</param>
/// <param name="Grams">What the goods weigh.</param>
/// <param name="Items">What they are worth, after discounts.</param>
/// <param name="Services">Whose prices are wanted.</param>
public sealed record CarrierQuestion(
    string Country, string? Region, string PostalCode, long Grams, Money Items, ImmutableArray<string> Services);

/// <summary>Prices by service, 0 or more, in the currency of the items. A service that is missing has none.</summary>
public sealed record CarrierQuotes(ImmutableDictionary<string, Money> Prices)
{
    private const long AmountMax = 1_000_000_000_000;

    /// <summary>What is wrong with the answer; null: nothing.</summary>
    internal string? Fault(CarrierQuestion question) =>
        Prices is null ? "There are no prices."
        : Prices.Values.Any(price => price.Currency != question.Items.Currency) ? "A price is in another currency."
        : Prices.Values.Any(price => price.MinorUnits is < 0 or > AmountMax) ? "A price is negative or absurd."
        : null;
}
