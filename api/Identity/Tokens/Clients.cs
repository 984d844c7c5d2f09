using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Commerce.Identity.Tokens;

/// <summary>Makes the token server know the clients that the configuration names, before it is asked.</summary>
internal sealed class Clients(IServiceProvider services, IOptions<SignInOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var known = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        foreach (var client in options.Value.Clients)
        {
            var wanted = Describe(client);
            try
            {
                if (await known.FindByClientIdAsync(client.Id, cancellationToken) is { } there)
                {
                    await known.UpdateAsync(there, wanted, cancellationToken);
                }
                else
                {
                    await known.CreateAsync(wanted, cancellationToken);
                }
            }
            catch (OpenIddictExceptions.ConcurrencyException)
            {
                // Another process has the same configuration and was faster.
            }
            catch (OpenIddictExceptions.ValidationException)
            {
                // The same, at the very beginning.
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static OpenIddictApplicationDescriptor Describe(SignInClient client)
    {
        var described = new OpenIddictApplicationDescriptor
        {
            ClientId = client.Id,
            ClientSecret = client.Secret,
            ClientType = client.Secret is null ? ClientTypes.Public : ClientTypes.Confidential,
            ConsentType = ConsentTypes.Implicit,
            DisplayName = client.Id,
        };
        described.Permissions.UnionWith([Permissions.Endpoints.Token, Permissions.Endpoints.Revocation]);
        if (client.RedirectUris.Count > 0)
        {
            described.RedirectUris.UnionWith(client.RedirectUris);
            described.PostLogoutRedirectUris.UnionWith(client.RedirectUris.Select(uri => new Uri(uri, "/")));
            described.Permissions.UnionWith(
            [
                Permissions.Endpoints.Authorization, Permissions.Endpoints.EndSession, Permissions.GrantTypes.AuthorizationCode,
                Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code, Permissions.Scopes.Email,
                Permissions.Prefixes.Scope + Commerce.Identity.Scopes.Everything, .. Commerce.Identity.Scopes.All.Select(scope => Permissions.Prefixes.Scope + scope),
            ]);
            described.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        }

        if (client.Secret is not null)
        {
            described.Permissions.UnionWith([Permissions.Endpoints.Introspection, Permissions.GrantTypes.ClientCredentials]);
            described.Permissions.UnionWith(client.Scopes.Select(scope => Permissions.Prefixes.Scope + scope));
        }

        return described;
    }
}
