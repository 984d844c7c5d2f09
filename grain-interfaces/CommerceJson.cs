using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Commerce;

/// <summary>The one JSON dialect of the API and of the journal: snake_case members, enums as snake_case words.</summary>
public static class CommerceJson
{
    /// <summary>For the journal, documents and digests: members that are null are left out.</summary>
    public static readonly JsonSerializerOptions Stored = Configure(new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(EmptyWhatIsForgotten),
    });

    /// <summary>Applies the dialect to options that somebody else owns.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowOutOfOrderMetadataProperties = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        return options;
    }

    /// <summary>What is personal and must be some text reads as none at all where it was forgotten.</summary>
    private static void EmptyWhatIsForgotten(JsonTypeInfo type)
    {
        foreach (var member in type.Properties)
        {
            if (member.PropertyType == typeof(string) && !(member.AssociatedParameter?.IsNullable ?? member.IsSetNullable)
                && member.AttributeProvider?.IsDefined(typeof(PersonalAttribute), inherit: true) == true)
            {
                member.CustomConverter = new ForgottenText();
            }
        }
    }

    private sealed class ForgottenText : JsonConverter<string>
    {
        public override bool HandleNull => true;

        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() ?? "";

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
