using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Commerce;

/// <summary>A typed id: <c>prefix_</c> and 26 characters of lower-case Crockford base32, which hold 128 bits.</summary>
public interface IEntityId<TSelf>
    where TSelf : struct, IEntityId<TSelf>
{
    /// <summary>The part before the underscore, for people and for routing; fixed for ever.</summary>
    static abstract string Prefix { get; }

    /// <summary>The whole text, prefix included.</summary>
    string Value { get; }

    /// <summary>Wraps text that is known to be well-formed.</summary>
    static abstract TSelf Of(string value);
}

/// <summary>Makes and reads typed ids.</summary>
public static class EntityId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int TextLength = 26;
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>A new id, ordered by time (UUID version 7, RFC 9562) and unguessable (74 random bits).</summary>
    public static TId New<TId>(DateTimeOffset now)
        where TId : struct, IEntityId<TId> => From<TId>(Guid.CreateVersion7(now));

    /// <summary>The id that always belongs to this name (UUID version 8 over SHA-256): as secret as the name is.</summary>
    public static TId Derive<TId>(string name)
        where TId : struct, IEntityId<TId>
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(TId.Prefix + ":" + name)).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return From<TId>(new Guid(hash, bigEndian: true));
    }

    /// <summary>The id of another kind with the same 128 bits.</summary>
    public static TTo Twin<TFrom, TTo>(TFrom id)
        where TFrom : struct, IEntityId<TFrom>
        where TTo : struct, IEntityId<TTo> => TTo.Of(TTo.Prefix + id.Value[TFrom.Prefix.Length..]);

    /// <summary>Reads an id; only the canonical lower-case form is one.</summary>
    public static bool TryParse<TId>([NotNullWhen(true)] string? text, out TId id)
        where TId : struct, IEntityId<TId>
    {
        id = default;
        var prefix = TId.Prefix.Length;
        if (text is null || text.Length != prefix + 1 + TextLength || text[prefix] != '_' ||
            !text.StartsWith(TId.Prefix, StringComparison.Ordinal) ||
            text.AsSpan(prefix + 1).ContainsAnyExcept(Letters) || text[prefix + 1] > '7')
        {
            return false;
        }

        id = TId.Of(text);
        return true;
    }

    private static TId From<TId>(Guid guid)
        where TId : struct, IEntityId<TId>
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var number = new UInt128(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        Span<char> text = stackalloc char[TextLength];
        for (var i = TextLength - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(number & 31)];
            number >>= 5;
        }

        return TId.Of(string.Concat(TId.Prefix, "_", text));
    }
}

/// <summary>Writes a type that has one textual form as a JSON string, also as the key of an object.</summary>
public sealed class TextJsonConverter<T> : JsonConverter<T>
    where T : struct, IParsable<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
            && T.TryParse(reader.GetString(), null, out var value)
                ? value
                : throw new JsonException($"Not a valid {typeof(T).Name}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(value));

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(Text(value));

    // What could not be read again is never written: one such event would stop every reader of the journal.
    private static string Text(T value) => value.ToString() ?? throw new JsonException($"This {typeof(T).Name} has no value.");
}
