using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>
/// An external tax service: register one and carts are taxed by it. It may be slow, fail or be wrong; then the shop's own
/// tables count, and the explanation says so. It is never asked for carts on which no tax is charged.
/// </summary>
public interface ITaxProvider
{
    /// <summary>The taxes on a cart. Nothing is committed by asking; called again for the same cart, it may answer otherwise.</summary>
    Task<TaxAnswer> CalculateAsync(TaxQuestion question, CancellationToken cancellation);
}

/// <summary>A cart to be taxed. No personal data but the VAT id.</summary>
/// <param name="Country">Where the goods are handed over, ISO 3166-1 alpha-2 code.</param>
/// <param name="Region">As the address has it; null when it has none.</param>
/// <param name="PostalCode">As the address has it; empty until it is known.</param>
/// <param name="TaxIncluded">Whether amounts contain the tax.</param>
/// <param name="Shipping">After discounts; 0 until a way to ship is chosen.</param>
public sealed record TaxQuestion(
    string Country,
    string? Region,
    string PostalCode,
    bool TaxIncluded,
    string? VatId,
    ImmutableArray<TaxQuestionLine> Lines,
    Money Shipping);

/// <summary>A line to be taxed.</summary>
/// <param name="Amount">After discounts.</param>
public sealed record TaxQuestionLine(string Key, Sku Sku, string TaxClass, int Quantity, Money Amount);

/// <summary>The taxes on a cart, in minor units and already rounded.</summary>
/// <param name="Lines">For every line of the question, by its key.</param>
/// <param name="Total">What all of them add up to, shipping included.</param>
public sealed record TaxAnswer(
    ImmutableDictionary<string, ImmutableArray<TaxAmount>> Lines, ImmutableArray<TaxAmount> Shipping, Money Total)
{
    private const int TaxesMax = 20;

    /// <summary>What is wrong with the answer; null: nothing.</summary>
    internal string? Fault(TaxQuestion question)
    {
        if (Lines is null || Shipping.IsDefault || question.Lines.Any(line => !Lines.TryGetValue(line.Key, out var taxes) || taxes.IsDefault))
        {
            return "A line has no answer.";
        }

        var answered = question.Lines.Select(line => (On: line.Amount, Taxes: Lines[line.Key]))
            .Append((On: question.Shipping, Taxes: Shipping)).ToList();
        if (answered.SelectMany(part => part.Taxes).Any(tax => tax.Name is not { Length: >= 1 and <= 64 } || tax.Rate is < 0 or > 1
            || tax.Amount.Currency != question.Shipping.Currency || tax.Amount.MinorUnits < 0)
            || answered.Any(part => part.Taxes.Length > TaxesMax))
        {
            return "A tax has no name, or a rate or an amount that cannot be.";
        }

        // Decimals, because whoever is wrong may be wrong by more than 64 bits.
        if (answered.Any(part => part.Taxes.Sum(tax => (decimal)tax.Amount.MinorUnits) > part.On.MinorUnits))
        {
            return "A tax exceeds what it is on.";
        }

        return answered.SelectMany(part => part.Taxes).Sum(tax => (decimal)tax.Amount.MinorUnits) != Total.MinorUnits
            || Total.Currency != question.Shipping.Currency
                ? "The taxes do not add up to the total."
                : null;
    }
}
