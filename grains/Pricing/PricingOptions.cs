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

    /// <summary>ISO 3166-1 country whose tax is shown until the shopper's is known.</summary>
    [Required, RegularExpression("^[A-Z]{2}$")]
    public string HomeCountry { get; set; } = "GB";
}
