using System.ComponentModel.DataAnnotations;

namespace Commerce.Orders;

/// <summary>Deadlines of orders; section <c>Orders</c>. Checked at start-up.</summary>
public sealed class OrderOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Orders";

    /// <summary>How long an order is kept for which no money is in sight.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "90.00:00:00")]
    public TimeSpan UnpaidExpireAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>When what a deadline asked for is looked at again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LookAgainAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a step of a change may stay without an outcome before it is taken up again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StepDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long units that an edit adds are held for it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "23:00:00")]
    public TimeSpan HoldTtl { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// How long after a parcel arrived, or left when nobody says that it arrived, customers can ask to send something back:
    /// as it was when they bought. At least 14 days where Directive 2011/83/EU holds; 0: only operators begin returns.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan ReturnWindow { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a proposed edit can be applied at its prices.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan EditLifetime { get; set; } = TimeSpan.FromHours(1);
}
