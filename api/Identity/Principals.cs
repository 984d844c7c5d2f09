using System.Security.Claims;

namespace Commerce.Identity;

/// <summary>Reads who calls; the claims are those of RFC 9068 access tokens, whoever issued them.</summary>
internal static class Principals
{
    /// <summary>Who it is: a customer, an operator's account, a client, a key.</summary>
    public const string Subject = "sub";

    /// <summary>A role's name; may be there several times.</summary>
    public const string RoleClaim = "role";

    /// <summary>What was granted: scopes in one claim with spaces between, or one a claim.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>The sign-in that a token belongs to.</summary>
    public const string Session = "sid";

    /// <summary>The token itself, by which the token server knows it.</summary>
    public const string Token = OpenIddict.Abstractions.OpenIddictConstants.Claims.Private.TokenId;

    /// <summary>What somebody is, apart from his rights: in logs and journals.</summary>
    public const string Kind = "kind";

    /// <summary>Somebody with roles and scopes.</summary>
    public static ClaimsPrincipal Of(string scheme, string subject, string kind, IEnumerable<Role> roles, IEnumerable<string> scopes) => new(new ClaimsIdentity(
        [
            new(Subject, subject), new(Kind, kind), new(ScopeClaim, string.Join(' ', scopes)),
            .. roles.Select(role => new Claim(RoleClaim, Scopes.Name(role))),
        ],
        scheme, Subject, RoleClaim));

    /// <summary>
    /// Whether the caller may do what needs this scope: one of his roles grants it and his token does not leave it out. A
    /// service has just what it was granted.
    /// </summary>
    public static bool Holds(this ClaimsPrincipal principal, string scope)
    {
        if (principal.Identity is not { IsAuthenticated: true })
        {
            return false;
        }

        var granted = principal.FindAll(ScopeClaim).SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var isNamed = granted.Contains(scope);
        foreach (var claim in principal.FindAll(RoleClaim))
        {
            if (Scopes.RoleOf(claim.Value) is { } role
                && (role == Role.Service
                    ? isNamed && Scopes.All.Contains(scope)
                    : Scopes.Of(role).Contains(scope) && (isNamed || granted.Contains(Scopes.Everything))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the caller acts for the shop.</summary>
    public static bool IsOperator(this ClaimsPrincipal principal) =>
        principal.FindAll(RoleClaim).Any(claim => Scopes.RoleOf(claim.Value) is not (null or Role.Shopper));

    /// <summary>The customer that somebody who signed in as a shopper is; null: nobody, or somebody who acts for the shop.</summary>
    public static Customers.CustomerId? CustomerId(this ClaimsPrincipal principal) =>
        principal.Holds(Scopes.Own) && principal.FindFirst(Subject)?.Value is { Length: > 0 } subject
            ? Customers.CustomerId.OfSubject(subject)
            : null;

    /// <summary>
    /// Who caused an event, for the journal: <c>shopper</c> for everybody outside, never which; <c>operator</c> and who it was
    /// for those who act for the shop.
    /// </summary>
    public static string Actor(this ClaimsPrincipal principal) => !principal.IsOperator() ? "shopper"
        : principal.FindFirst(Subject)?.Value is { Length: > 0 } subject and not "operator" ? $"operator:{subject}" : "operator";
}
