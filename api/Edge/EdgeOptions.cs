using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Commerce.Edge;

/// <summary>What the front door believes of what stands before it, and what it takes; section <c>Edge</c>.</summary>
public sealed class EdgeOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Edge";

    /// <summary>
    /// Proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed: addresses, or networks in CIDR notation.
    /// Empty: nobody's, so that nobody can pretend to be somewhere else.
    /// </summary>
    public string[] KnownProxies { get; set; } = [];

    /// <summary>How many proxies stand one behind the other.</summary>
    [Range(1, 10)]
    public int ProxiesMax { get; set; } = 1;

    /// <summary>
    /// How long a request may take, from its headers to its answer; what is followed and what is uploaded may take longer. Each
    /// part of it has a shorter limit of its own, so that this one says that something is wrong.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Of a query string, in characters as they were sent.</summary>
    [Range(256, 8_192)]
    public int QueryLengthMax { get; set; } = 4_096;

    /// <summary>Members of a query string.</summary>
    [Range(8, 1_024)]
    public int QueryMembersMax { get; set; } = 64;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from proxy in KnownProxies
        where !IPNetwork.TryParse(proxy, out _) && !IPAddress.TryParse(proxy, out _)
        select new ValidationResult($"\"{proxy}\" is neither an address nor a network such as 10.0.0.0/8.", [nameof(KnownProxies)]);
}
