using System.ComponentModel.DataAnnotations;

namespace Commerce.Payments;

/// <summary>What Stripe signs its events with; section <c>Payments:Stripe</c>, beside the silo's settings.</summary>
public sealed class StripeHookOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Payments:Stripe";

    /// <summary>The endpoint's signing secrets, <c>whsec_…</c>: several while one is being replaced. None: no events are taken.</summary>
    public IList<string> WebhookSecrets { get; init; } = [];

    /// <summary>How far the time of a signature may be from ours.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        WebhookSecrets.Count > 5 || WebhookSecrets.Any(secret => secret.Length is < 16 or > 255)
            ? [new("Payments:Stripe:WebhookSecrets has at most 5 secrets of 16 to 255 characters.", [nameof(WebhookSecrets)])]
            : [];
}
