using System.ComponentModel.DataAnnotations;

namespace Commerce.Identity;

/// <summary>Who issues tokens, and for whom; section <c>SignIn</c>. Checked at start-up.</summary>
public sealed class SignInOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "SignIn";

    /// <summary>
    /// Another OpenID Connect authority (Cognito, Auth0, Entra, Keycloak) whose tokens are taken; ours is off then. Null: ours.
    /// </summary>
    public Uri? Authority { get; set; }

    /// <summary>Whether accounts and tokens are ours.</summary>
    public bool IsOurs => Authority is null;

    /// <summary>The <c>aud</c> that access tokens must have (RFC 9068 §4).</summary>
    [Required]
    public string Audience { get; set; } = "commerce";

    /// <summary>The claim of another authority's tokens that names roles.</summary>
    [Required]
    public string RoleClaim { get; set; } = "role";

    /// <summary>The <c>iss</c> of our tokens: what clients reach us by. Null: the address of each request, for one host only.</summary>
    public Uri? Issuer { get; set; }

    /// <summary>Where somebody who is not signed in is sent; <c>return_url</c> says where he goes on.</summary>
    [Required]
    public string Page { get; set; } = "/sign-in/index.html";

    /// <summary>How long an access token lives. What it says of roles can be as old as that; a revoked one is refused sooner.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long somebody stays signed in who does not come back.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "365.00:00:00")]
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// How long an answer takes that must not tell whether there is an account: longer than all that is done for one that
    /// there is.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:05")]
    public TimeSpan AnswersAfter { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// The header in which whoever stands in front of the shop names the caller's country (ISO 3166-1 alpha-2), such as
    /// <c>CF-IPCountry</c>. He must not let through one of the caller's own. Null: nobody does.
    /// </summary>
    public string? CountryHeader { get; set; }

    /// <summary>How often what is over for good is deleted. All front doors share the work.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan PruneEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Programs that sign people in, or themselves.</summary>
    public List<SignInClient> Clients { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var client in Clients)
        {
            if (string.IsNullOrWhiteSpace(client.Id))
            {
                yield return new("SignIn:Clients: each has an Id.", [nameof(Clients)]);
            }
            else if (client.Secret is { Length: < 24 })
            {
                yield return new($"SignIn:Clients: the secret of {client.Id} has less than 24 characters.", [nameof(Clients)]);
            }
            else if (client.Secret is null && client.RedirectUris.Count == 0)
            {
                yield return new($"SignIn:Clients: {client.Id} has neither a secret nor a place to return to.", [nameof(Clients)]);
            }
        }
    }
}

/// <summary>A program that gets tokens (RFC 6749 §2).</summary>
public sealed class SignInClient
{
    /// <summary>Its <c>client_id</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>Its <c>client_secret</c>, at least 24 characters. Null: it cannot keep one, as browsers and phones cannot.</summary>
    public string? Secret { get; set; }

    /// <summary>Where it takes codes, compared letter by letter (RFC 9700 §2.1). None: it signs nobody in but itself.</summary>
    public List<Uri> RedirectUris { get; } = [];

    /// <summary>What it may be given when it signs itself in.</summary>
    public List<string> Scopes { get; } = [];
}
