using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Commerce.Http;

/// <summary>How operators prove themselves; section <c>Operators</c>.</summary>
public sealed class OperatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Operators";

    /// <summary>The key of all operator routes, at least 24 characters. None configured: nobody gets in.</summary>
    [MinLength(24)]
    public string? Key { get; set; }
}

/// <summary>
/// Lets in whoever has the operator key: as a bearer token, or as the password of HTTP Basic so that a browser can open
/// the dashboard.
/// </summary>
internal sealed class OperatorKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IOptions<OperatorOptions> operators)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme and the policy.</summary>
    public const string SchemeName = "operator";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header) || header.Parameter is null)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var presented = header.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => header.Parameter,
            "BASIC" => Password(header.Parameter),
            _ => null,
        };
        if (presented is null || operators.Value.Key is not { } key || !IsSame(presented, key))
        {
            return Task.FromResult(AuthenticateResult.Fail("Not the operator key."));
        }

        var identity = new ClaimsIdentity([new(ClaimTypes.Role, "operator")], Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"operators\"";
        return Write(StatusCodes.Status401Unauthorized, "unauthenticated", "An operator key is needed.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Write(StatusCodes.Status403Forbidden, "forbidden", "This key may not do that.");

    private Task Write(int status, string code, string detail) =>
        TypedResults.Problem(ResultHttp.Problem(status, code, detail)).ExecuteAsync(Context);

    private static string? Password(string basic)
    {
        var bytes = new byte[basic.Length];
        if (!Convert.TryFromBase64String(basic, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>Compares digests, so that time tells nothing about the key, not even its length.</summary>
    private static bool IsSame(string presented, string key) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(presented)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
