using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Commerce.Identity.Tokens;

/// <summary>How access tokens are checked: ours by our own keys, without asking anybody; another authority's by what it publishes.</summary>
internal sealed class AccessTokens(IOptions<SignInOptions> options, SigningKeys keys, IHostEnvironment environment)
    : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(JwtBearerDefaults.AuthenticationScheme, options);

    public void Configure(string? name, JwtBearerOptions bearer)
    {
        var signIn = options.Value;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new()
        {
            NameClaimType = Principals.Subject,
            RoleClaimType = Principals.RoleClaim,
            ValidAudience = signIn.Audience,
            ClockSkew = TimeSpan.FromSeconds(10),
        };
        bearer.Events = new() { OnTokenValidated = AcceptAsync };
        if (signIn.Authority is { } authority)
        {
            bearer.ConfigurationManager = new AuthorityKeys(authority, needsHttps: environment.IsProduction() && !authority.IsLoopback);
            return;
        }

        // RFC 9068 §4: an identity token, which the same key signed, is no access token.
        bearer.TokenValidationParameters.ValidTypes = ["at+jwt"];
        bearer.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Published.Where(key => key.KeyId == keyId);
        bearer.TokenValidationParameters.ValidateIssuer = signIn.Issuer is not null;
        bearer.TokenValidationParameters.ValidIssuers = signIn.Issuer is { } issuer ? [issuer.ToString(), issuer.ToString().TrimEnd('/')] : null;
    }

    private async Task AcceptAsync(TokenValidatedContext context)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        if (options.Value.Authority is not null)
        {
            TakeRoles(identity);
            return;
        }

        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        if (identity.FindFirst(Principals.Token) is not { } token || await sessions.IsOverAsync(token.Value))
        {
            context.Fail("This sign-in is over, or this token.");
        }
    }

    /// <summary>
    /// What the other authority says of roles: one claim each, or a JSON array; whoever has none is a shopper. Its scopes are
    /// its own, so a role counts whole.
    /// </summary>
    private void TakeRoles(ClaimsIdentity identity)
    {
        var named = identity.FindAll(options.Value.RoleClaim).SelectMany(claim => Names(claim.Value)).ToList();
        foreach (var claim in identity.FindAll(claim => claim.Type is Principals.RoleClaim or Principals.ScopeClaim).ToList())
        {
            identity.RemoveClaim(claim);
        }

        var roles = named.Select(name => Scopes.RoleOf(name)).OfType<Role>().Where(role => role != Role.Service).ToList();
        identity.AddClaims((roles.Count > 0 ? roles : [Role.Shopper]).Select(role => new Claim(Principals.RoleClaim, Scopes.Name(role))));
        identity.AddClaim(new(Principals.ScopeClaim, Scopes.Everything));
    }

    private static string[] Names(string claim)
    {
        try
        {
            return claim.StartsWith('[') ? JsonSerializer.Deserialize<string[]>(claim) ?? [] : [claim];
        }
        catch (JsonException)
        {
            // A name that begins like a list.
            return [claim];
        }
    }
}
