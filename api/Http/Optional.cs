using System.Text.Json;
using System.Text.Json.Serialization;
using Commerce.Carts;

namespace Commerce.Http;

/// <summary>A member of a JSON Merge Patch (RFC 7396): absent, null or a value are three different things.</summary>
[JsonConverter(typeof(OptionalConverter))]
internal readonly record struct Optional<T>(bool IsSet, T? Value)
    where T : class
{
    /// <summary>The same, in the words of the grains.</summary>
    public Change<T> ToChange() => new(IsSet, Value);
}

/// <summary>Reads a member that is there; one that is not stays at its default, which is not set.</summary>
internal sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
        where T : class
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(true, JsonSerializer.Deserialize<T>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
