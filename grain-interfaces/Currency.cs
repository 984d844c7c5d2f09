using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Commerce;

/// <summary>An ISO 4217 currency that money can be held in; upper-case alphabetic code.</summary>
[GenerateSerializer, Immutable, Alias("commerce.Currency"), JsonConverter(typeof(TextJsonConverter<Currency>))]
public readonly record struct Currency([property: Id(0)] string Code) : IParsable<Currency>
{
    // ISO 4217 list one: codes of circulating currencies, by number of minor units.
    private static readonly FrozenDictionary<string, int> MinorUnitDigits = new[]
    {
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (2, "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF " +
            "CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF " +
            "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR " +
            "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD " +
            "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER " +
            "ZAR ZMW ZWG"),
    }
    .SelectMany(group => group.Item2.Split(' ').Select(code => KeyValuePair.Create(code, group.Item1)))
    .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Decimal digits of the minor unit: 2 for most, 0 for JPY, 3 for KWD.</summary>
    public int Digits => MinorUnitDigits[Code];

    /// <inheritdoc/>
    public static Currency Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var currency) ? currency : throw new FormatException("Not an ISO 4217 currency.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Currency result)
    {
        var valid = s is not null && MinorUnitDigits.ContainsKey(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Code;
}
