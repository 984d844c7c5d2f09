using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Commerce.Identity;

/// <summary>The key that a shop begins with; section <c>Operators</c>.</summary>
public sealed class OperatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Operators";

    /// <summary>
    /// Whoever has it is an administrator: for the first account and for emergencies. At least 24 characters. None
    /// configured: nobody gets in by it.
    /// </summary>
    [MinLength(24)]
    public string? Key { get; set; }

    /// <summary>
    /// Whether nobody finds it by trying what is written in some guide, or what a hand types: a random key has ten different
    /// characters and more, and none of these words.
    /// </summary>
    internal bool IsUnguessable => Key is null
        || (Key.Distinct().Count() >= 10 && !Array.Exists(Examples, example => Key.Contains(example, StringComparison.OrdinalIgnoreCase)));

    private static string[] Examples => ["example", "change", "secret", "password", "0123456789", "abcdef", "qwerty"];
}

/// <summary>
/// Lets in whoever has a key, the operator key or one of the shop's: as a bearer token, or as the password of HTTP Basic
/// so that a browser can open the dashboard.
/// </summary>
internal sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IOptions<OperatorOptions> operators,
    ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme.</summary>
    public const string SchemeName = "key";

    /// <summary>Whether this is a key, and not a token.</summary>
    public static bool IsKey(string authorization, string? operatorKey) =>
        AuthenticationHeaderValue.TryParse(authorization, out var header) && header.Parameter is { } given
        && (!header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || (operatorKey is not null && IsSame(given, operatorKey))
            || Enum.GetValues<ApiKeyKind>().Any(kind => given.StartsWith(ApiKeys.Prefix(kind), StringComparison.Ordinal)));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header) || header.Parameter is null)
        {
            return AuthenticateResult.NoResult();
        }

        var presented = header.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => header.Parameter,
            "BASIC" => Password(header.Parameter),
            _ => null,
        };
        if (presented is not null && operators.Value.Key is { } operatorKey && IsSame(presented, operatorKey))
        {
            var administrator = Principals.Of(Scheme.Name, "operator", "key", [Role.Administrator], [Scopes.Everything]);
            return AuthenticateResult.Success(new(administrator, Scheme.Name));
        }

        if (presented is null || await keys.KnownByAsync(presented) is not { } key)
        {
            return AuthenticateResult.Fail("Not a key of this shop.");
        }

        if (key.Kind == ApiKeyKind.Publishable)
        {
            Context.Features.Set(new Storefront(key));
        }

        IReadOnlyList<Role> roles = key.Kind == ApiKeyKind.Secret ? [Role.Service] : [];
        return AuthenticateResult.Success(new(Principals.Of(Scheme.Name, key.Id, "key", roles, key.Scopes), Scheme.Name));
    }

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
