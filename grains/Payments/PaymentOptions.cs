using System.ComponentModel.DataAnnotations;

namespace Commerce.Payments;

/// <summary>Who moves the money, and what happens by itself; section <c>Payments</c>. Checked at start-up.</summary>
public sealed class PaymentOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Payments";

    /// <summary>Which gateway is used.</summary>
    [EnumDataType(typeof(PaymentGatewayKind))]
    public PaymentGatewayKind Gateway { get; set; } = PaymentGatewayKind.Sandbox;

    /// <summary>When money that was reserved for an order is taken.</summary>
    [EnumDataType(typeof(CaptureMoment))]
    public CaptureMoment Captures { get; set; } = CaptureMoment.WhenPlaced;

    /// <summary>How long before a reservation ends something is done about it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "5.00:00:00")]
    public TimeSpan ExpiryMargin { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What is done then.</summary>
    [EnumDataType(typeof(ExpiryAction))]
    public ExpiryAction BeforeExpiry { get; set; } = ExpiryAction.Alert;
}

/// <summary>A gateway.</summary>
public enum PaymentGatewayKind
{
    /// <summary>For development and tests: no money moves.</summary>
    Sandbox = 0,

    /// <summary>Stripe.</summary>
    Stripe = 1,
}

/// <summary>When reserved money is taken.</summary>
public enum CaptureMoment
{
    /// <summary>As soon as the order is placed.</summary>
    WhenPlaced = 0,

    /// <summary>When an operator, or a program of the shop's, says so: as when it is sent.</summary>
    ByOperator = 1,
}

/// <summary>What happens to a reservation that is about to end.</summary>
public enum ExpiryAction
{
    /// <summary>A warning in the log and an event in the journal.</summary>
    Alert = 0,

    /// <summary>The money is taken as well.</summary>
    Capture = 1,
}
