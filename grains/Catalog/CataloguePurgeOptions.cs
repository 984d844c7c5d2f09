using System.ComponentModel.DataAnnotations;

namespace Commerce.Catalog;

/// <summary>Who is told when pages of the catalogue change; section <c>Catalog:Purge</c>.</summary>
public sealed class CataloguePurgeOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Catalog:Purge";

    /// <summary>
    /// Where the CDN, or what stands before it, takes <c>POST {"surrogate_keys": […]}</c> and answers 2xx once it has forgotten
    /// them; null: nobody is told. It is asked again until it does, so it may hear of a key more than once.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>
    /// What requests are signed with, as Standard Webhooks 1.0 says: base64 after <c>whsec_</c>, of 24 to 64 bytes. Needed with
    /// an address.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>Between two rounds: no key is told more often, however often its page changes; 0.05 to 60 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer is waited for; 1 to 60 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http")))
        {
            yield return new("Catalog:Purge:Url must be an absolute http(s) address.", [nameof(Url)]);
        }

        if (Url is not null && Key is not { Length: >= 24 and <= 64 })
        {
            yield return new("Catalog:Purge:Secret must be whsec_ and base64 of 24 to 64 bytes.", [nameof(Secret)]);
        }
    }

    /// <summary>The secret's bytes; null where it is none.</summary>
    internal byte[]? Key
    {
        get
        {
            const string prefix = "whsec_";
            var buffer = new byte[(Secret ?? "").Length];
            return Secret?.StartsWith(prefix, StringComparison.Ordinal) == true
                && Convert.TryFromBase64String(Secret[prefix.Length..], buffer, out var length) ? buffer[..length] : null;
        }
    }
}
