using System.ComponentModel.DataAnnotations;

namespace Commerce.Checkout;

/// <summary>Deadlines of the checkout; section <c>Checkout</c>. Checked at start-up.</summary>
public sealed class CheckoutOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Checkout";

    /// <summary>How long a step may stay without an outcome before it is taken up again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StepDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a customer has to confirm a payment.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "23:00:00")]
    public TimeSpan ChallengeDeadline { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How much longer than the challenge the stock is held: what the steps after it may take.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan HoldMargin { get; set; } = TimeSpan.FromMinutes(5);
}
