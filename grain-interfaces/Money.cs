using System.Text.Json.Serialization;

namespace Commerce;

/// <summary>An exact amount of one currency.</summary>
/// <remarks>
/// Unit: the currency's ISO 4217 minor unit, so 1099 USD is $10.99 and 1099 JPY is ¥1,099. Amounts may be negative
/// (refunds, discounts). Rounding happens once, where a rate is applied, and never here.
/// </remarks>
[GenerateSerializer, Immutable, Alias("commerce.Money")]
public readonly record struct Money(
    [property: Id(0), JsonPropertyName("amount")] long MinorUnits,
    [property: Id(1), JsonPropertyName("currency")] Currency Currency)
{
    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>Adds two amounts of the same currency.</summary>
    /// <exception cref="InvalidOperationException">
    /// The currencies differ: a programming error, since carts and orders hold one currency.
    /// </exception>
    /// <exception cref="OverflowException">The sum does not fit in 64 bits.</exception>
    public static Money operator +(Money left, Money right) =>
        left.Currency == right.Currency
            ? left with { MinorUnits = checked(left.MinorUnits + right.MinorUnits) }
            : throw new InvalidOperationException($"Cannot add {right.Currency} to {left.Currency}.");

    /// <summary>Subtracts an amount of the same currency; otherwise as addition.</summary>
    public static Money operator -(Money left, Money right) => left + right with { MinorUnits = checked(-right.MinorUnits) };

    /// <summary>So many times the amount.</summary>
    /// <exception cref="OverflowException">The product does not fit in 64 bits.</exception>
    public static Money operator *(Money price, int quantity) =>
        price with { MinorUnits = checked(price.MinorUnits * quantity) };

    /// <summary>The amount in major units with the currency's digits and its code: <c>10.99 USD</c>.</summary>
    public override string ToString()
    {
        var digits = Currency.Digits;
        var major = MinorUnits / (decimal)Math.Pow(10, digits);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{major.ToString($"F{digits}", System.Globalization.CultureInfo.InvariantCulture)} {Currency}");
    }
}
