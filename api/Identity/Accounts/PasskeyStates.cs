using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Commerce.Identity.Accounts;

/// <summary>
/// What was asked of a browser, sealed, for the client to bring back: so that any front door can take the answer, and apps
/// without cookies can give it.
/// </summary>
internal sealed class PasskeyStates(IDataProtectionProvider protection, IOptions<SignInOptions> options) : IConfigureOptions<IdentityPasskeyOptions>
{
    private const int LengthMax = 4_000;
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("passkey-states").ToTimeLimitedDataProtector();

    public void Configure(IdentityPasskeyOptions passkeys)
    {
        // A passkey that knows its owner by a finger or a number is two factors by itself, and needs no name typed in.
        passkeys.UserVerificationRequirement = "required";
        passkeys.ResidentKeyRequirement = "required";
        passkeys.AuthenticatorTimeout = GoodFor;
        passkeys.ServerDomain = options.Value.Issuer?.Host;
        passkeys.ValidateOrigin = used => new(
            !used.CrossOrigin && Uri.TryCreate(used.Origin, UriKind.Absolute, out var page) && IsOurs(page, used.HttpContext.Request));
    }

    /// <summary>Whether a passkey was used on a page of this very origin; apps, which have none, name it as well.</summary>
    private bool IsOurs(Uri page, HttpRequest request)
    {
        var here = options.Value.Issuer ?? new Uri($"{request.Scheme}://{request.Host}");
        return page.GetLeftPart(UriPartial.Authority) == here.GetLeftPart(UriPartial.Authority);
    }

    public string Seal(string? state) => _protector.Protect(state ?? "", GoodFor);

    /// <summary>What was sealed; null: it was not, or too long ago.</summary>
    public string? Open(string? state)
    {
        try
        {
            return state is { Length: > 0 and < LengthMax } ? _protector.Unprotect(state) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
