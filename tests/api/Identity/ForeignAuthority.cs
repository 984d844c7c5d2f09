using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Commerce.Identity;

/// <summary>
/// Another OpenID Connect authority, as far as a shop can see one: a discovery document, keys, and tokens about anybody, good
/// ones and bad ones.
/// </summary>
internal sealed class ForeignAuthority : IAsyncDisposable
{
    private static readonly JsonWebTokenHandler Tokens = new();
    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "foreign" };
    private readonly ECDsaSecurityKey _forgery = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "foreign" };
    private readonly WebApplication _app;

    private ForeignAuthority(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<ForeignAuthority> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var authority = new ForeignAuthority(builder.Build());
        authority._app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, object>
        {
            ["issuer"] = authority.Address.ToString(),
            ["jwks_uri"] = new Uri(authority.Address, "/keys").ToString(),
        });
        authority._app.MapGet("/keys", () => new { keys = new[] { authority.PublicKey() } });
        await authority._app.StartAsync();
        return authority;
    }

    /// <summary>A token that says what a good one says, but for what is asked for.</summary>
    public string Token(
        string subject, string[]? roles = null, string audience = "commerce", bool isExpired = false, bool isForged = false, string? issuer = null)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        return Tokens.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address.ToString(),
            Audience = audience,
            IssuedAt = (isExpired ? now.AddHours(-2) : now).UtcDateTime,
            NotBefore = (isExpired ? now.AddHours(-2) : now).UtcDateTime,
            Expires = (isExpired ? now.AddHours(-1) : now.AddHours(1)).UtcDateTime,
            Subject = new ClaimsIdentity([new("sub", subject), .. (roles ?? []).Select(role => new Claim("groups", role))]),
            SigningCredentials = new(isForged ? _forgery : _key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.ECDsa.Dispose();
        _forgery.ECDsa.Dispose();
    }

    private Dictionary<string, string> PublicKey()
    {
        var point = _key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = _key.KeyId,
            ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }
}
