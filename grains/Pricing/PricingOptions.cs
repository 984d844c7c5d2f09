using System.ComponentModel.DataAnnotations;

namespace Commerce.Pricing;

/// <summary>How the shop's prices are meant; section <c>Pricing</c>. Checked at start-up.</summary>
public sealed class PricingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Pricing";

    /// <summary>Currencies whose prices include tax, as consumer prices must in the UK and the EU.</summary>
    [Required]
    public ISet<string> TaxIncludedIn { get; } = new HashSet<string>(["GBP", "EUR"], StringComparer.Ordinal);

    /// <summary>ISO 3166-1 country of the shop, for VAT; its tax is shown until it is known where the goods go.</summary>
    [Required, RegularExpression("^[A-Z]{2}$")]
    public string HomeCountry { get; set; } = "GB";

    /// <summary>How old a silo's copy of the price lists may be; what an operator changes is in force that much later.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ListsStaleAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an external tax service may take; then our own tables count.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan TaxProviderTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long carriers may take for their prices; then the rates' own prices count.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan CarrierTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a silo leaves an outside service alone that has failed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan OutsideRestsFor { get; set; } = TimeSpan.FromSeconds(5);
}
