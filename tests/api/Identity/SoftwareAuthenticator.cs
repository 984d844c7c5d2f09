using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Commerce.Identity;

/// <summary>What a phone does with a passkey (W3C Web Authentication Level 3): ES256, no attestation, its user verified.</summary>
/// <param name="origin">The page it believes to be on.</param>
internal sealed class SoftwareAuthenticator(Uri origin) : IDisposable
{
    private const byte PresentAndVerified = 0b0000_0101;
    private const byte HasCredential = 0b0100_0000;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);
    private uint _uses;
    private string? _owner;

    /// <summary>§7.1: answers options of a creation.</summary>
    public object Create(JsonNode options)
    {
        _owner = (string)options["user"]!["id"]!;
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString([.. Head((string)options["rp"]!["id"]!, PresentAndVerified | HasCredential), .. CredentialOf()]);
        attestation.WriteEndMap();
        return Answer(new
        {
            clientDataJSON = Encode(ClientData("webauthn.create", options)),
            attestationObject = Encode(attestation.Encode()),
            transports = new[] { "internal" },
        });
    }

    /// <summary>§7.2: answers options of a request.</summary>
    public object Get(JsonNode options)
    {
        _uses++;
        var head = Head((string)options["rpId"]!, PresentAndVerified);
        var client = ClientData("webauthn.get", options);
        return Answer(new
        {
            clientDataJSON = Encode(client),
            authenticatorData = Encode(head),
            signature = Encode(_key.SignData([.. head, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            userHandle = _owner,
        });
    }

    public void Dispose() => _key.Dispose();

    private object Answer(object response) =>
        new { id = Encode(_id), rawId = Encode(_id), type = "public-key", clientExtensionResults = new { }, response };

    private byte[] ClientData(string type, JsonNode options) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type, challenge = (string)options["challenge"]!, origin = origin.GetLeftPart(UriPartial.Authority), crossOrigin = false,
    });

    private byte[] Head(string server, byte flags)
    {
        var head = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(server)).CopyTo(head, 0);
        head[32] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(33), _uses);
        return head;
    }

    private byte[] CredentialOf()
    {
        // RFC 9053 §7.1.1: an elliptic-curve key, ES256 on P-256.
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var key = new CborWriter(CborConformanceMode.Ctap2Canonical);
        key.WriteStartMap(5);
        foreach (var (label, value) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            key.WriteInt32(label);
            key.WriteInt32(value);
        }

        key.WriteInt32(-2);
        key.WriteByteString(point.X!);
        key.WriteInt32(-3);
        key.WriteByteString(point.Y!);
        key.WriteEndMap();
        return [.. new byte[16], 0, (byte)_id.Length, .. _id, .. key.Encode()];
    }

    private static string Encode(byte[] bytes) => Base64UrlEncoder.Encode(bytes);
}
