using Microsoft.Extensions.Options;

namespace Commerce.Payments;

/// <summary>Stripe's settings; section <c>Stripe</c>. Checked at start-up when it is the gateway.</summary>
public sealed class StripeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Stripe";

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

    /// <summary>How long a request may take before its outcome counts as unknown: 1 to 25 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>What Stripe needs, where it is the gateway.</summary>
internal sealed class StripeOptionsValidation(IOptions<PaymentOptions> payments) : IValidateOptions<StripeOptions>
{
    public ValidateOptionsResult Validate(string? name, StripeOptions options)
    {
        if (payments.Value.Gateway != PaymentGatewayKind.Stripe)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> missing = [];
        if (options.SecretKey is not { Length: >= 8 and <= 255 } key || key.Any(character => character is < '!' or > '~'))
        {
            missing.Add("Stripe:SecretKey is needed for Payments:Gateway=Stripe.");
        }

        if (options.ReturnUrl is not { IsAbsoluteUri: true })
        {
            missing.Add("Stripe:ReturnUrl must be the absolute address customers come back to.");
        }

        if (!options.ApiBase.IsAbsoluteUri || (options.ApiBase.Scheme != Uri.UriSchemeHttps && !options.ApiBase.IsLoopback))
        {
            missing.Add("Stripe:ApiBase must be an https address.");
        }

        // A grain is waited for for 30 seconds.
        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromSeconds(25))
        {
            missing.Add("Stripe:Timeout must be from 1 to 25 seconds.");
        }

        return missing.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(missing);
    }
}
