using System.ComponentModel.DataAnnotations;

namespace Commerce.Promotions;

/// <summary>Limits on promotions; section <c>Promotions</c>. Checked at start-up.</summary>
public sealed class PromotionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Promotions";

    /// <summary>
    /// Active promotions that apply without a code. Each cart is priced with all of them: 200 on 200 lines are 40,000
    /// steps of arithmetic, some milliseconds. Saves at the same moment may exceed it by their number.
    /// </summary>
    [Range(1, 1_000)]
    public int AutomaticMax { get; set; } = 200;

    /// <summary>How old what carts know of promotions may be. Checkouts ask anew, and limits hold at any age.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(5);
}
