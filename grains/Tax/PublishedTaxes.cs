using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>
/// Taxes in force in 2026, for shops that have not said otherwise. Not in here: the United States, where a seller
/// charges only in states it has nexus with (South Dakota v. Wayfair, 585 U.S. 162 (2018)), which only the operator knows.
/// </summary>
/// <remarks>
/// Value added tax: GB VATA 1994 s. 2(1) 20 %, s. 29A and Sch. 7A 5 %; DE UStG § 12(1) 19 %, § 12(2) 7 %; FR CGI art. 278
/// 20 %, art. 278-0 bis 5.5 %, art. 279 10 %; NL Wet OB art. 9; IE VATCA 2010 s. 46; ES LIVA art. 90-91; IT DPR 633/72
/// art. 16; BE KB nr. 20; AT UStG § 10. Japan, consumption and local consumption tax together: Consumption Tax Act
/// art. 29 and Local Tax Act art. 72-83, 10 % and, for food, 8 %. Canada: Excise Tax Act s. 165(1) GST 5 %, s. 165(2) HST
/// in Ontario 13 %, Nova Scotia 14 % (since 1 April 2025), New Brunswick, Newfoundland and Labrador and Prince Edward
/// Island 15 %; British Columbia Provincial Sales Tax Act s. 34 7 %; Act respecting the Québec sales tax s. 16 9.975 %,
/// on the price without GST; Saskatchewan Provincial Sales Tax Act s. 5 6 %; Manitoba Retail Sales Tax Act s. 2 7 %;
/// delivery is incidental to the goods (Excise Tax Act s. 138). Bahrain: Decree-Law 48/2018 as amended by 33/2021, 10 %.
/// Kuwait has signed the GCC VAT agreement and levies none.
/// </remarks>
internal static class PublishedTaxes
{
    /// <summary>The table of a country (ISO 3166-1 alpha-2); empty where it is not known.</summary>
    public static TaxTable In(string country) => country switch
    {
        "GB" => Vat(0.20m, 0.05m),
        "DE" => Vat(0.19m, 0.07m),
        "FR" => Vat(0.20m, 0.055m) with { Rates = Vat(0.20m, 0.055m).Rates.Add("intermediate", 0.10m) },
        "NL" => Vat(0.21m, 0.09m),
        "IE" => Vat(0.23m, 0.135m),
        "ES" => Vat(0.21m, 0.10m),
        "IT" => Vat(0.22m, 0.10m),
        "BE" => Vat(0.21m, 0.06m),
        "AT" => Vat(0.20m, 0.10m),
        "JP" => Vat(0.10m, 0.08m),
        "BH" => new(Rates(("standard", 0.10m), ("zero", 0m))),
        "CA" => new(Rates(("standard", 0.05m), ("zero", 0m)), Provinces, TaxTable.AsGoods),
        _ => new(ImmutableDictionary<string, decimal>.Empty),
    };

    /// <summary>What the tax of a country is called on a receipt.</summary>
    public static string NameIn(string country) => country switch
    {
        "JP" => "Consumption tax",
        "CA" or "AU" or "NZ" or "SG" or "IN" => "GST",
        "US" => "Sales tax",
        _ => "VAT",
    };

    // Canadian postal codes begin with a letter of the province, which addresses have even when the province is left out.
    private static ImmutableArray<TaxZone> Provinces =>
    [
        Province("British Columbia", "V", new("GST", 0.05m), new("PST", 0.07m)),
        Province("Saskatchewan", "S", new("GST", 0.05m), new("PST", 0.06m)),
        Province("Manitoba", "R", new("GST", 0.05m), new("RST", 0.07m)),
        Province("Ontario", "KLMNP", new TaxRate("HST", 0.13m)),
        Province("Quebec", "GHJ", new("GST", 0.05m), new("QST", 0.09975m)),
        Province("New Brunswick", "E", new TaxRate("HST", 0.15m)),
        Province("Nova Scotia", "B", new TaxRate("HST", 0.14m)),
        Province("Prince Edward Island", "C", new TaxRate("HST", 0.15m)),
        Province("Newfoundland and Labrador", "A", new TaxRate("HST", 0.15m)),
    ];

    private static TaxZone Province(string name, string letters, params ImmutableArray<TaxRate> taxes) => new(
        name,
        ImmutableDictionary<string, ImmutableArray<TaxRate>>.Empty
            .Add(TaxTable.Standard, taxes).Add("zero", [.. taxes.Select(tax => tax with { Rate = 0 })]),
        PostalPrefixes: [.. letters.Select(letter => letter.ToString())]);

    private static TaxTable Vat(decimal standard, decimal reduced) =>
        new(Rates((TaxTable.Standard, standard), ("reduced", reduced), ("zero", 0m)));

    private static ImmutableDictionary<string, decimal> Rates(params (string Class, decimal Rate)[] rates) =>
        rates.ToImmutableDictionary(rate => rate.Class, rate => rate.Rate);
}
