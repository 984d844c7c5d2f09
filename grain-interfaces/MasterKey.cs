using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Commerce;

/// <summary>What this shop's other keys are kept under; section <c>Secrets</c>. Never in the database that holds those.</summary>
public sealed class SecretOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Secrets";

    /// <summary>32 random bytes in base64, <c>openssl rand -base64 32</c>. Without it whatever it sealed is lost for ever.</summary>
    public string MasterKey { get; set; } = "";

    /// <summary>Those before it: what they sealed can still be opened. New things are sealed by the master key alone.</summary>
    public string[] PreviousMasterKeys { get; set; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var key in PreviousMasterKeys.Prepend(MasterKey))
        {
            if (!Convert.TryFromBase64String(key, new byte[64], out var length) || length != Commerce.MasterKey.KeyBytes)
            {
                yield return new("A master key is 32 bytes in base64: openssl rand -base64 32", [nameof(MasterKey)]);
            }
        }
    }
}

/// <summary>
/// Seals other keys for safekeeping: AES-256-GCM (NIST SP 800-38D). What is sealed says by which master key it was, so that
/// this can be replaced while what its predecessors sealed is still there.
/// </summary>
public sealed class MasterKey
{
    internal const int KeyBytes = 32;
    private const int IdBytes = 4;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly (byte[] Id, byte[] Key)[] _keys;

    /// <summary>The newest of the options, and its predecessors.</summary>
    public MasterKey(IOptions<SecretOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _keys = [.. options.Value.PreviousMasterKeys.Prepend(options.Value.MasterKey)
            .Select(Convert.FromBase64String).Select(key => (SHA256.HashData(key)[..IdBytes], key))];
    }

    /// <summary>Seals bytes.</summary>
    /// <param name="secret">What must not be read.</param>
    /// <param name="of">What it belongs to; it can be opened for that alone.</param>
    public byte[] Seal(ReadOnlySpan<byte> secret, string of)
    {
        var (id, key) = _keys[0];
        var whole = new byte[IdBytes + NonceBytes + secret.Length + TagBytes];
        var (nonce, text, tag) = Parts(whole);
        id.CopyTo(whole, 0);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, secret, text, tag, Encoding.UTF8.GetBytes(of));
        return whole;
    }

    /// <summary>Opens what was sealed for the same.</summary>
    /// <exception cref="CryptographicException">Another master key sealed it, or for something else, or it was changed.</exception>
    public byte[] Open(byte[] sealedBytes, string of)
    {
        ArgumentNullException.ThrowIfNull(sealedBytes);
        var known = sealedBytes.Length < IdBytes + NonceBytes + TagBytes
            ? null
            : Array.Find(_keys, candidate => sealedBytes.AsSpan().StartsWith(candidate.Id)).Key;
        if (known is null)
        {
            throw new CryptographicException("None of the master keys that are configured has sealed this.");
        }

        var (nonce, text, tag) = Parts(sealedBytes);
        var secret = new byte[text.Count];
        using var cipher = new AesGcm(known, TagBytes);
        cipher.Decrypt(nonce, text, tag, secret, Encoding.UTF8.GetBytes(of));
        return secret;
    }

    private static (ArraySegment<byte> Nonce, ArraySegment<byte> Text, ArraySegment<byte> Tag) Parts(byte[] whole)
    {
        var begin = IdBytes + NonceBytes;
        return (new(whole, IdBytes, NonceBytes), new(whole, begin, whole.Length - begin - TagBytes), new(whole, whole.Length - TagBytes, TagBytes));
    }
}
