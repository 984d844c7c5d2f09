namespace Commerce.Payments;

/// <summary>
/// Amounts as Stripe counts them, where that is not by ISO 4217's minor unit; https://docs.stripe.com/currencies.
/// </summary>
internal static class StripeMoney
{
    /// <summary>The amount; null when Stripe cannot take it.</summary>
    public static long? To(Money amount) => amount.Currency switch
    {
        // Kept at two decimals, of which none may be used.
        { Code: "ISK" or "UGX" } => checked(amount.MinorUnits * 100),

        // Without decimals at Stripe.
        { Code: "MGA" } => amount.MinorUnits % 100 == 0 ? amount.MinorUnits / 100 : null,

        // Three decimals, of which the last must be 0.
        { Digits: 3 } => amount.MinorUnits % 10 == 0 ? amount.MinorUnits : null,
        _ => amount.MinorUnits,
    };

    /// <summary>The currency's code.</summary>
#pragma warning disable CA1308 // Stripe writes them in lower case.
    public static string To(Currency currency) => currency.Code.ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>Whether it is a currency of ours.</summary>
    public static bool IsKnown(string currency) => Currency.TryParse(currency.ToUpperInvariant(), null, out _);

    /// <summary>The amount as we count it.</summary>
    public static Money From(long amount, string currency)
    {
        var known = Currency.Parse(currency.ToUpperInvariant(), null);
        return new(
            known.Code switch
            {
                "ISK" or "UGX" => amount / 100,
                "MGA" => checked(amount * 100),
                _ => amount,
            },
            known);
    }
}
