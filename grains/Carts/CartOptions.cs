using System.ComponentModel.DataAnnotations;

namespace Commerce.Carts;

/// <summary>Limits on carts; section <c>Carts</c>. Checked at start-up.</summary>
public sealed class CartOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Carts";

    /// <summary>Distinct SKUs in one cart. Bounds what pricing a cart costs.</summary>
    [Range(1, 1_000)]
    public int LinesMax { get; set; } = 200;

    /// <summary>Units of one SKU in one cart.</summary>
    [Range(1, 1_000_000)]
    public int UnitsPerLineMax { get; set; } = 999;
}
