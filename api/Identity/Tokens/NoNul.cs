using System.Collections.Immutable;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Commerce.Identity.Tokens;

/// <summary>Refuses what no database can look up, wherever in a request of the token server it comes from.</summary>
internal static class NoNul
{
    // Before anything is looked up, and after what is in headers was taken for parameters.
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessAuthenticationContext>()
        .UseInlineHandler(context =>
        {
            var isThere = context.Transaction.Request?.GetParameters().Any(parameter =>
                ((ImmutableArray<string?>?)parameter.Value)?.Any(text => text?.Contains('\0', StringComparison.Ordinal) == true) == true) == true;
            if (isThere)
            {
                context.Reject(Errors.InvalidRequest, "NUL is not a character.");
            }

            return default;
        })
        .SetOrder(int.MinValue)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();
}
