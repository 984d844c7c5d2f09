using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace Commerce.Http;

/// <summary>
/// The headers of an unsafe request: <c>Idempotency-Key</c> and <c>If-Match</c>. Bound like any parameter, so that an
/// endpoint which honours them shows them.
/// </summary>
/// <param name="Key">The caller's name for the request; null when it gave none.</param>
/// <param name="IfVersion">The version the caller insists on; null when any will do.</param>
internal sealed record CommandHeaders(string? Key, long? IfVersion)
{
    // A fingerprint stays when what was in the body is erased: without the key nobody can try out what it may have been.
    private byte[] _fingerprintKey = [];

    /// <summary>Reads and checks the headers.</summary>
    /// <exception cref="BadHttpRequestException">One of them cannot be understood.</exception>
    public static async ValueTask<CommandHeaders> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var key = context.Request.Headers["Idempotency-Key"] is [{ } given] ? given : null;
        if (key is not null && (key.Length is 0 or > 255 || key.Any(character => character is < '!' or > '~')))
        {
            throw new BadHttpRequestException("An Idempotency-Key is 1 to 255 visible ASCII characters.");
        }

        return new CommandHeaders(key, Version(context.Request.Headers.IfMatch))
        {
            _fingerprintKey = key is null
                ? []
                : await context.RequestServices.GetRequiredService<ShopSecret>().HashAsync("command", "fingerprint"),
        };
    }

    /// <summary>The header of the command that this request with this body stands for.</summary>
    public CommandHeader For(string operation, object? body) => new(
        Key is null ? null : $"{operation}:{Key}",
        Key is null ? null : Convert.ToHexStringLower(
            HMACSHA256.HashData(_fingerprintKey, JsonSerializer.SerializeToUtf8Bytes(body, CommerceJson.Stored)).AsSpan(0, 12)),
        IfVersion);

    private static long? Version(Microsoft.Extensions.Primitives.StringValues ifMatch)
    {
        if (ifMatch.Count == 0 || ifMatch == "*")
        {
            return null;
        }

        var text = ifMatch.ToString().Trim('"');
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new BadHttpRequestException("If-Match takes one ETag of this resource.");
    }
}
