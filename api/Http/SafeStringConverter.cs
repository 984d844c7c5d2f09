using System.Text.Json;
using System.Text.Json.Serialization;

namespace Commerce.Http;

/// <summary>Reads JSON strings that can be stored: no NUL, no half of a surrogate pair.</summary>
internal sealed class SafeStringConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        try
        {
            var text = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                ? reader.GetString()!
                : throw new JsonException("A string is expected.");
            return text.Contains('\0', StringComparison.Ordinal) ? throw new JsonException("NUL is not a character.") : text;
        }
        catch (InvalidOperationException incomplete)
        {
            throw new JsonException("The string is not valid Unicode.", incomplete);
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    public override string ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options)!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);
}
