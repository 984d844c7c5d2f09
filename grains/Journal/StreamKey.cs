using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Commerce.Journal;

/// <summary>
/// What the personal members of one stream are encrypted with: AES-256-GCM (NIST SP 800-38D), each member with a nonce of
/// its own. In JSON such a member is a string; <see cref="Open"/> puts what it was in its place, so that nobody who reads
/// events needs to know.
/// </summary>
internal sealed class StreamKey(byte[] secret)
{
    /// <summary>The dialect of the journal, with personal members sealed by the key that is <see cref="Use">in use</see>.</summary>
    public static readonly JsonSerializerOptions Sealing = new(CommerceJson.Stored)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(SealPersonal),
    };

    // Seldom the beginning of a text that somebody wrote; one that is, and does not look sealed, stays as it is.
    private const string Mark = "\u0001";
    private const string MarkInJson = "\"\\u0001";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    [ThreadStatic]
    private static StreamKey? _inUse;

    /// <summary>A new one.</summary>
    public static StreamKey Create() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>For safekeeping; see <see cref="StreamKeys"/>.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    /// <summary>Whether JSON text has sealed members.</summary>
    public static bool HasSealed(string json) => json.Contains(MarkInJson, StringComparison.Ordinal);

    /// <summary>JSON text with its sealed members opened; null in their place where the key is not theirs, or is no more.</summary>
    public static string Open(StreamKey? key, string json)
    {
        var next = json.IndexOf(MarkInJson, StringComparison.Ordinal);
        if (next < 0)
        {
            return json;
        }

        var (text, done) = (new StringBuilder(json.Length), 0);
        for (; next >= 0; next = json.IndexOf(MarkInJson, done, StringComparison.Ordinal))
        {
            var start = next + MarkInJson.Length;
            var end = json.IndexOf('"', start);
            text.Append(json, done, next - done);
            done = end + 1;
            if (Base64Url.IsValid(json.AsSpan(start, end - start), out var bytes) && bytes >= NonceBytes + TagBytes)
            {
                text.Append(key?.Open(json.AsSpan(start, end - start)) ?? "null");
            }
            else
            {
                text.Append(json, next, done - next);
            }
        }

        return text.Append(json, done, json.Length - done).ToString();
    }

    /// <summary>The same without anything personal: just what is left of it when its key is destroyed.</summary>
    public static T Forget<T>(T value)
        where T : class
    {
        var text = Encoding.UTF8.GetString(Serialize(Create(), value, typeof(T)));
        return JsonSerializer.Deserialize<T>(Open(null, text), CommerceJson.Stored)!;
    }

    /// <summary>Serializes with this key in use; null: there must be nothing personal in it.</summary>
    public static byte[] Serialize(StreamKey? key, object value, Type type)
    {
        var before = _inUse;
        _inUse = key;
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, type, Sealing);
        }
        finally
        {
            _inUse = before;
        }
    }

    private string Seal(ReadOnlySpan<byte> plain)
    {
        Span<byte> whole = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(whole[..NonceBytes]);
        using var cipher = new AesGcm(secret, TagBytes);
        cipher.Encrypt(whole[..NonceBytes], plain, whole[NonceBytes..^TagBytes], whole[^TagBytes..]);
        return Mark + Base64Url.EncodeToString(whole);
    }

    private string? Open(ReadOnlySpan<char> text)
    {
        try
        {
            var whole = Base64Url.DecodeFromChars(text).AsSpan();
            var plain = new byte[whole.Length - NonceBytes - TagBytes];
            using var cipher = new AesGcm(secret, TagBytes);
            cipher.Decrypt(whole[..NonceBytes], whole[NonceBytes..^TagBytes], whole[^TagBytes..], plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static void SealPersonal(JsonTypeInfo type)
    {
        foreach (var member in type.Properties)
        {
            if (member.AttributeProvider?.IsDefined(typeof(PersonalAttribute), inherit: true) == true)
            {
                member.CustomConverter = (JsonConverter)Activator.CreateInstance(
                    typeof(Sealed<>).MakeGenericType(member.PropertyType))!;
            }
        }
    }

    private sealed class Sealed<T> : JsonConverter<T>
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<T>(ref reader, CommerceJson.Stored);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            var key = _inUse ?? throw new InvalidOperationException($"A personal {typeof(T).Name} is journaled without a key.");
            writer.WriteStringValue(key.Seal(JsonSerializer.SerializeToUtf8Bytes(value, CommerceJson.Stored)));
        }
    }
}

/// <summary>Keeps the keys of streams: each beside the head of its stream, sealed by the shop's master key.</summary>
internal sealed class StreamKeys(MasterKey master)
{
    /// <summary>A key in the form in which it is kept. Empty: it was destroyed.</summary>
    public byte[] Wrap(string stream, StreamKey key) => master.Seal(key.Secret, stream);

    /// <summary>A key that was kept; null: there was none, or it was destroyed.</summary>
    public StreamKey? Unwrap(string stream, byte[]? kept) => kept is null or [] ? null : new(master.Open(kept, stream));

    /// <summary>Events as they were before they were sealed.</summary>
    public async Task<List<JournalEvent>> OpenAsync(
        Npgsql.NpgsqlConnection connection, List<JournalEvent> events, CancellationToken cancellation)
    {
        var streams = events.Where(e => StreamKey.HasSealed(e.Data)).Select(e => e.Stream).Distinct(StringComparer.Ordinal).ToArray();
        if (streams.Length == 0)
        {
            return events;
        }

        await using var command = new Npgsql.NpgsqlCommand(
            "select stream, key from journal_streams where stream = any($1) and key is not null", connection);
        command.Parameters.Add(new() { Value = streams });
        var keys = new Dictionary<string, StreamKey?>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                keys[reader.GetString(0)] = Unwrap(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
            }
        }

        return [.. events.Select(e => e with { Data = StreamKey.Open(keys.GetValueOrDefault(e.Stream), e.Data) })];
    }
}
