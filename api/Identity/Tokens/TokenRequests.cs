using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Commerce.Identity.Tokens;

/// <summary>
/// Refuses what no database can look up, wherever in a request of the token server it comes from, and clients that this front
/// door's configuration does not name: those of another door's are that one's, and what left the configuration is refused at
/// once, without taking from others what they may still need.
/// </summary>
internal sealed class TokenRequests(IOptions<SignInOptions> options) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    // Before anything is looked up, and after what is in headers was taken for parameters.
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessAuthenticationContext>()
        .UseSingletonHandler<TokenRequests>()
        .SetOrder(int.MinValue)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        var request = context.Transaction.Request;
        if (request?.GetParameters().Any(parameter => HasNul((ImmutableArray<string?>?)parameter.Value)) == true)
        {
            context.Reject(Errors.InvalidRequest, "NUL is not a character.");
        }
        else if (request?.ClientId is { Length: > 0 } id && options.Value.Clients.All(client => client.Id != id))
        {
            context.Reject(Errors.InvalidClient, "There is no such client.");
        }

        return default;
    }

    private static bool HasNul(ImmutableArray<string?>? texts) => texts?.Any(text => text?.Contains('\0', StringComparison.Ordinal) == true) == true;
}
