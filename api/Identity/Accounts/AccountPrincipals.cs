using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Commerce.Identity.Accounts;

/// <summary>What tokens say of somebody: who he is, his roles of now, and what his client asked for.</summary>
internal sealed class AccountPrincipals(
    UserManager<Account> accounts, SignInManager<Account> signIn, IOpenIddictAuthorizationManager authorizations,
    IOpenIddictApplicationManager clients, IOptions<SignInOptions> options, TimeProvider time)
{
    /// <summary>Somebody who has just signed in with a client: a session of its own.</summary>
    /// <param name="device">What he sits at.</param>
    public async Task<ClaimsPrincipal> NewAsync(Account account, OpenIddictRequest request, Device device)
    {
        var principal = Of(account, request.GetScopes());
        var client = await clients.FindByClientIdAsync(request.ClientId!)
            ?? throw new InvalidOperationException("The token server lets no unknown client come this far.");
        var asked = new OpenIddictAuthorizationDescriptor
        {
            ApplicationId = await clients.GetIdAsync(client), CreationDate = time.GetUtcNow(), Principal = principal,
            Status = Statuses.Valid, Subject = account.Id, Type = AuthorizationTypes.AdHoc,
            Properties =
            {
                ["browser"] = JsonSerializer.SerializeToElement(device.Browser), ["system"] = JsonSerializer.SerializeToElement(device.System),
            },
        };
        asked.Scopes.UnionWith(principal.GetScopes());
        var session = await authorizations.CreateAsync(asked);
        var id = (await authorizations.GetIdAsync(session))!;
        principal.SetAuthorizationId(id);
        principal.SetClaim(Principals.Session, id);
        principal.SetDestinations(Destinations);
        return principal;
    }

    /// <summary>The same session with the roles of now; null: he may not sign in any more.</summary>
    public async Task<ClaimsPrincipal?> AgainAsync(ClaimsPrincipal before)
    {
        if (await accounts.FindByIdAsync(before.GetClaim(Claims.Subject) ?? "") is not { } account
            || !await signIn.CanSignInAsync(account) || account.IsLocked)
        {
            return null;
        }

        var principal = Of(account, before.GetScopes());
        principal.SetAuthorizationId(before.GetAuthorizationId());
        principal.SetClaim(Principals.Session, before.GetAuthorizationId());
        principal.SetDestinations(Destinations);
        return principal;
    }

    /// <summary>A program that speaks for itself, with what the configuration grants it of what it asks for.</summary>
    public ClaimsPrincipal Service(OpenIddictRequest request)
    {
        var granted = options.Value.Clients.FirstOrDefault(client => client.Id == request.ClientId)?.Scopes ?? [];
        var asked = request.GetScopes();
        var principal = Sealed(request.ClientId!, "client", [Role.Service], asked.IsEmpty ? granted : asked.Intersect(granted, StringComparer.Ordinal));
        principal.SetDestinations(Destinations);
        return principal;
    }

    private ClaimsPrincipal Of(Account account, IEnumerable<string> scopes)
    {
        // Everybody who can sign in can shop.
        var roles = account.Roles.Select(Identity.Scopes.RoleOf).OfType<Role>().Where(role => role != Role.Service).Append(Role.Shopper).Distinct();
        var principal = Sealed(account.Id, "account", roles, scopes);
        principal.SetClaim(Claims.Email, account.Email);
        principal.SetClaim(Claims.EmailVerified, account.EmailConfirmed);
        return principal;
    }

    private ClaimsPrincipal Sealed(string subject, string kind, IEnumerable<Role> roles, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("token", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, subject);
        identity.SetClaim(Principals.Kind, kind);
        identity.SetClaims(Claims.Role, [.. roles.Select(Identity.Scopes.Name)]);
        identity.SetScopes(scopes);
        identity.SetResources(options.Value.Audience);
        return new(identity);
    }

    // Who he is by mail is for his client, in the identity token; an access token goes from hand to hand.
    private static IEnumerable<string> Destinations(Claim claim) => claim.Type switch
    {
        Claims.Email or Claims.EmailVerified => claim.Subject!.HasScope(OpenIddictConstants.Scopes.Email) ? [OpenIddictConstants.Destinations.IdentityToken] : [],
        Claims.Subject or Principals.Session => [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken],
        _ => [OpenIddictConstants.Destinations.AccessToken],
    };
}
