using Microsoft.Extensions.Options;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;

namespace Commerce.Identity.Tokens;

/// <summary>What of the token server is the shop's to decide.</summary>
internal sealed class TokenServer(IOptions<SignInOptions> options, IHostEnvironment environment)
    : IConfigureOptions<OpenIddictServerOptions>, IConfigureOptions<OpenIddictServerAspNetCoreOptions>
{
    public void Configure(OpenIddictServerOptions server)
    {
        server.Issuer = options.Value.Issuer;
        server.AccessTokenLifetime = options.Value.AccessTokenLifetime;
        server.RefreshTokenLifetime = options.Value.RefreshTokenLifetime;

        // A client whose answer was lost asks again; anything later is a token in the wrong hands, and ends the sign-in.
        server.RefreshTokenReuseLeeway = TimeSpan.FromSeconds(15);
    }

    // In production TLS ends here or at a proxy that says so; a developer has neither.
    public void Configure(OpenIddictServerAspNetCoreOptions server) =>
        server.DisableTransportSecurityRequirement = !environment.IsProduction();
}
