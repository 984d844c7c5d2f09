using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Commerce.Http;

/// <summary>
/// What a request must not leave out. A number or an id that is absent would be zero or nothing, which nobody has said;
/// so it is refused where the request is read, and no core ever sees it. Text may be absent: cores say what is missing.
/// </summary>
internal static class RequiredMembers
{
    /// <summary>A modifier of JSON contracts; see <see cref="JsonTypeInfoResolver.WithAddedModifier"/>.</summary>
    public static void Require(JsonTypeInfo contract)
    {
        if (contract.Kind == JsonTypeInfoKind.Enumerable && IsArrayOfObjects(contract.Type))
        {
            contract.OnDeserialized = RefuseNull;
        }

        if (contract.Kind != JsonTypeInfoKind.Object || contract.Type.Namespace?.StartsWith("Commerce", StringComparison.Ordinal) != true)
        {
            return;
        }

        if (contract.PolymorphismOptions is { TypeDiscriminatorPropertyName: var which } && contract.Type.IsAbstract)
        {
            contract.CreateObject = () => throw new JsonException($"{which} is missing.");
        }

        foreach (var member in contract.Properties)
        {
            var isOptional = !member.PropertyType.IsValueType
                || Nullable.GetUnderlyingType(member.PropertyType) is not null
                || IsGeneric(member.PropertyType, typeof(Optional<>))
                || (member.AssociatedParameter is { } parameter ? parameter.HasDefaultValue : !contract.Type.IsValueType);
            member.IsRequired |= !isOptional && member.Set is not null;
        }
    }

    private static bool IsArrayOfObjects(Type type) =>
        IsGeneric(type, typeof(ImmutableArray<>)) && !type.GetGenericArguments()[0].IsValueType;

    private static bool IsGeneric(Type type, Type definition) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static void RefuseNull(object list)
    {
        if (((IList)list).Contains(null))
        {
            throw new JsonException("null cannot be an entry of a list.");
        }
    }
}
