using System.ComponentModel.DataAnnotations;

namespace Commerce.Payments;

/// <summary>How the shop's pages take payments; section <c>Stripe</c>, beside the silo's settings.</summary>
public sealed class StripePageOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Stripe";

    /// <summary>
    /// The publishable key, <c>pk_…</c>, which everybody may see: with it the pages show Stripe's own form, and may load what that
    /// is made of. Null: the pages know no payment methods but those of the sandbox.
    /// </summary>
    public string? PublishableKey { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        PublishableKey is { } key && (key.Length > 255 || !key.StartsWith("pk_", StringComparison.Ordinal) || key.Any(character => character is < '!' or > '~'))
            ? [new("Stripe:PublishableKey begins with pk_.", [nameof(PublishableKey)])]
            : [];
}

/// <summary>What a page has to know before it can ask for a payment.</summary>
/// <param name="Gateway"><c>stripe</c>: payment methods are made by Stripe's form; <c>sandbox</c>: they are Stripe's test methods.</param>
/// <param name="PublishableKey">Null in the sandbox, and where somebody forgot it: then nobody can pay on the pages.</param>
internal sealed record PaymentSetup(string Gateway, string? PublishableKey);
