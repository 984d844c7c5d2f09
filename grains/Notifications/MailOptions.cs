using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Commerce.Notifications;

/// <summary>Who writes to customers, by which way, and how patiently; section <c>Mail</c>. Checked at start-up.</summary>
public sealed class MailOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Mail";

    /// <summary>The sender, RFC 5322 mailbox. Its name is the shop's name in messages, its domain is in their ids.</summary>
    [Required]
    public string From { get; set; } = "Harbour & Pine <orders@harbourandpine.example>";

    /// <summary>The mail server; without a host, messages go to <see cref="Folder"/>.</summary>
    [Required, ValidateObjectMembers]
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>Where messages are written without a mail server. Relative to the working directory.</summary>
    [Required]
    public string Folder { get; set; } = ".data/outbox";

    /// <summary>
    /// How long one attempt may take, waiting for a free connection included. After twice as long, an attempt of which
    /// nothing was heard counts as lost with its silo, and is made again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after the first failed attempt; each further one is five times longer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan RetryFirstAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How long a message is tried. By default that makes 11 attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MailboxAddress.TryParse(From, out var from) || string.IsNullOrEmpty(from.Domain))
        {
            yield return new("Mail:From is not a mailbox such as 'Shop <orders@shop.example>'.", [nameof(From)]);
        }
    }
}

/// <summary>A mail server; section <c>Mail:Smtp</c>.</summary>
public sealed class SmtpOptions : IValidatableObject
{
    /// <summary>Its name or address; null or empty: there is none.</summary>
    public string? Host { get; set; }

    /// <summary>587 for submission (RFC 6409), 465 with <see cref="SmtpSecurity.Tls"/>, 25 between servers.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>How the connection is encrypted.</summary>
    [EnumDataType(typeof(SmtpSecurity))]
    public SmtpSecurity Security { get; set; }

    /// <summary>Whom to log in as; null or empty: nobody.</summary>
    public string? User { get; set; }

    /// <summary>The user's password.</summary>
    public string? Password { get; set; }

    /// <summary>Connections of one silo at a time. Attempts above wait, and are made later when that takes long.</summary>
    [Range(1, 100)]
    public int ConnectionsMax { get; set; } = 8;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(User) && string.IsNullOrEmpty(Password))
        {
            yield return new("Mail:Smtp:User needs Mail:Smtp:Password.", [nameof(Password)]);
        }
    }
}

/// <summary>How a connection to a mail server is encrypted.</summary>
public enum SmtpSecurity
{
    /// <summary>STARTTLS where the server offers it. Nobody logs in where it does not.</summary>
    StartTlsWhenAvailable = 0,

    /// <summary>STARTTLS, or no connection.</summary>
    StartTls = 1,

    /// <summary>TLS from the first byte.</summary>
    Tls = 2,

    /// <summary>Not at all, password included: only within one machine.</summary>
    None = 3,
}

/// <summary>Where the shop is on the web; section <c>Storefront</c>. Checked at start-up.</summary>
public sealed class StorefrontOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Storefront";

    /// <summary>What links in messages begin with: absolute http or https.</summary>
    [Required]
    public string BaseUrl { get; set; } = "http://localhost:8080";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            yield return new("Storefront:BaseUrl is not an absolute http or https address.", [nameof(BaseUrl)]);
        }
    }
}
