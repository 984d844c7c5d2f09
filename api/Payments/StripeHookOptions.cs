using System.ComponentModel.DataAnnotations;

namespace Commerce.Payments;

/// <summary>What Stripe signs its events with; section <c>Stripe</c>, beside the silo's settings.</summary>
public sealed class StripeHookOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Stripe";

    /// <summary>The endpoint's signing secret, <c>whsec_…</c>; null: no events are taken. Never in a file that is shared.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>The secret before, while one is being replaced; null otherwise.</summary>
    public string? WebhookSecretBefore { get; set; }

    /// <summary>How far the time of a signature may be from ours.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>All that are good now.</summary>
    internal IEnumerable<string> Secrets => new[] { WebhookSecret, WebhookSecretBefore }.OfType<string>().Where(secret => secret.Length > 0);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Secrets.Any(secret => secret.Length is < 16 or > 255)
            ? [new("Stripe:WebhookSecret has 16 to 255 characters.", [nameof(WebhookSecret)])]
            : [];
}
