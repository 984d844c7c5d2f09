using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Commerce.Payments;

/// <summary>Who moves the money, and what happens by itself; section <c>Payments</c>. Checked at start-up.</summary>
public sealed class PaymentOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Payments";

    /// <summary>Which gateway is used.</summary>
    [EnumDataType(typeof(PaymentGatewayKind))]
    public PaymentGatewayKind Gateway { get; set; } = PaymentGatewayKind.Sandbox;

    /// <summary>How long before a reservation ends something is done about it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "5.00:00:00")]
    public TimeSpan ExpiryMargin { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What is done then.</summary>
    [EnumDataType(typeof(ExpiryAction))]
    public ExpiryAction BeforeExpiry { get; set; } = ExpiryAction.Alert;

    /// <summary>How a payment is made at Stripe.</summary>
    public StripeOptions Stripe { get; set; } = new();
}

/// <summary>A gateway.</summary>
public enum PaymentGatewayKind
{
    /// <summary>For development and tests: no money moves.</summary>
    Sandbox = 0,

    /// <summary>Stripe.</summary>
    Stripe = 1,
}

/// <summary>What happens to a reservation that is about to end.</summary>
public enum ExpiryAction
{
    /// <summary>A warning in the log and an event in the journal.</summary>
    Alert = 0,

    /// <summary>The money is taken as well.</summary>
    Capture = 1,
}

/// <summary>Stripe's settings; section <c>Payments:Stripe</c>.</summary>
public sealed class StripeOptions
{
    /// <summary>The secret or restricted key; never in a file that is shared.</summary>
    public string? SecretKey { get; set; }

    /// <summary>Where the customer comes back to after the bank's page: absolute, with https outside of tests.</summary>
    public Uri? ReturnUrl { get; set; }

    /// <summary>Where Stripe is.</summary>
    public Uri ApiBase { get; set; } = new("https://api.stripe.com");

    /// <summary>Whether Stripe takes the money as soon as it is authorized.</summary>
    public bool CapturesAutomatically { get; set; }

    /// <summary>Whether to ask for captures in several parts, where the card allows it; needs Stripe's IC+ pricing.</summary>
    public bool RequestsMulticapture { get; set; }

    /// <summary>How long a request may take before its outcome counts as unknown.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>What depends on which gateway is chosen.</summary>
internal sealed class PaymentOptionsValidation : IValidateOptions<PaymentOptions>
{
    public ValidateOptionsResult Validate(string? name, PaymentOptions options)
    {
        if (options.Gateway != PaymentGatewayKind.Stripe)
        {
            return ValidateOptionsResult.Success;
        }

        var stripe = options.Stripe;
        List<string> missing = [];
        if (stripe.SecretKey is not { Length: >= 8 and <= 255 } key || key.Any(character => character is < '!' or > '~'))
        {
            missing.Add("Payments:Stripe:SecretKey is needed for Payments:Gateway=stripe.");
        }

        if (stripe.ReturnUrl is not { IsAbsoluteUri: true })
        {
            missing.Add("Payments:Stripe:ReturnUrl must be the absolute address customers come back to.");
        }

        if (!stripe.ApiBase.IsAbsoluteUri || (stripe.ApiBase.Scheme != Uri.UriSchemeHttps && !stripe.ApiBase.IsLoopback))
        {
            missing.Add("Payments:Stripe:ApiBase must be an https address.");
        }

        if (stripe.Timeout < TimeSpan.FromSeconds(1) || stripe.Timeout > TimeSpan.FromSeconds(80))
        {
            missing.Add("Payments:Stripe:Timeout must be from 1 to 80 seconds.");
        }

        return missing.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(missing);
    }
}
