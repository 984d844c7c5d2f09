using System.Reflection;
using System.Runtime.CompilerServices;

namespace Commerce;

/// <summary>What crosses between processes of different versions has names and numbers of its own.</summary>
public sealed class ProtocolTests
{
    // The dashboard's state viewer calls any grain method that takes nothing.
    private static readonly HashSet<string> Reads = ["GetState", "Read", "Owner", "Available", "Explain"];

    // Takes nothing and is no read, but does only what the entity would do by itself a moment later.
    private static readonly HashSet<string> Nudges = ["Wake"];

    // What is forgotten stays so: nothing of a second time can differ from the first.
    private static readonly HashSet<string> Endings = ["Erase"];

    private static readonly Type[] Messages =
        [.. Reachable(Code.GrainInterfaces.SelectMany(type => type.GetMethods()).SelectMany(Signature))];

    [Fact]
    public void Every_grain_interface_and_method_has_an_alias() => Assert.Empty(
        Code.GrainInterfaces.SelectMany(type => type.GetMethods().Cast<MemberInfo>().Prepend(type))
            .Where(member => !Attribute.IsDefined(member, typeof(AliasAttribute)))
            .Select(member => $"{member.DeclaringType?.Name}.{member.Name}"));

    [Fact]
    public void Every_grain_class_has_a_type_of_its_own()
    {
        var types = Code.GrainClasses.Select(type => (type.Name, Type: Alias(type, "GrainTypeAttribute"))).ToList();

        Assert.True(types.Count >= 10, $"{types.Count} grain classes");
        Assert.DoesNotContain(types, type => type.Type is null);
        Assert.Equal(types.Count, types.DistinctBy(type => type.Type).Count());
    }

    [Fact]
    public void Every_message_is_sealed_named_and_numbered()
    {
        Assert.True(Messages.Length > 40, $"{Messages.Length} messages");
        Assert.Empty(Messages.Where(type => !type.IsSealed && !type.IsAbstract).Select(type => $"{type.Name} is not sealed"));
        Assert.Empty(Messages.Where(type => !Attribute.IsDefined(type, typeof(GenerateSerializerAttribute)))
            .Select(type => $"{type.Name} has no [GenerateSerializer]"));
        Assert.Empty(Messages.Where(type => !Attribute.IsDefined(type, typeof(AliasAttribute))).Select(type => $"{type.Name} has no [Alias]"));
        Assert.Empty(Messages.Where(type => !type.IsEnum).SelectMany(type => Stored(type)
            .Where(property => !Attribute.IsDefined(property, typeof(IdAttribute)))
            .Select(property => $"{type.Name}.{property.Name} has no [Id]")));
        Assert.All(Messages, type => Assert.Equal(
            Stored(type).Count(), Stored(type).Select(property => property.GetCustomAttribute<IdAttribute>()?.Id).Distinct().Count()));
    }

    [Fact]
    public void No_alias_stands_for_two_types()
    {
        var aliases = Code.TypesOf(Code.Interfaces, Code.Grains)
            .Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias).OfType<string>().ToList();

        Assert.Equal(aliases.Distinct(), aliases);
    }

    [Fact]
    public void A_grain_method_that_takes_nothing_changes_nothing() => Assert.Empty(
        Code.GrainInterfaces.SelectMany(type => type.GetMethods())
            .Where(method => method.GetParameters().All(parameter => parameter.ParameterType == typeof(CancellationToken)))
            .Where(method => !Reads.Contains(method.Name) && !Nudges.Contains(method.Name) && !Endings.Contains(method.Name) && method.Name != "ShippingOptions")
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));

    [Fact]
    public void The_name_of_a_document_belongs_to_one_grain_class()
    {
        var names = Documents().Select(document => document.Name).ToList();

        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct(), names);
    }

    /// <summary>The storage provider folds keys that look like numbers or GUIDs: <c>1a</c> and <c>1A</c> would share a row.</summary>
    [Fact]
    public void The_key_of_a_document_has_a_prefix_that_is_no_hexadecimal_number()
    {
        var documents = Documents().SelectMany(document => document.Class.GetInterfaces()).ToHashSet();

        var keys = Keys().Where(key => documents.Contains(key.Interface)).ToList();

        Assert.NotEmpty(keys);
        Assert.All(keys, key =>
        {
            Assert.Contains(':', key.Key);
            Assert.Contains(key.Key[..key.Key.IndexOf(':', StringComparison.Ordinal)], letter => !char.IsAsciiHexDigit(letter));
        });
    }

    /// <summary>The keys that <see cref="GrainKeys"/> makes, by grain interface.</summary>
    private static IEnumerable<(Type Interface, string Key)> Keys()
    {
        foreach (var method in typeof(GrainKeys).GetMethods(BindingFlags.Public | BindingFlags.Static))
        {
            var factory = DispatchProxy.Create<IGrainFactory, KeyRecorder>();
            method.Invoke(null, [factory, .. method.GetParameters().Skip(1).Select(parameter => KeyOf(parameter.ParameterType))]);
            yield return (method.ReturnType, ((KeyRecorder)(object)factory).Key!);
        }
    }

    private static object KeyOf(Type type) => type == typeof(string) ? "1a" : Activator.CreateInstance(type, "1a")!;

    private static IEnumerable<(string Name, Type Class)> Documents() =>
        from type in Code.GrainClasses
        from constructor in type.GetConstructors()
        from parameter in constructor.GetParameters()
        let attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()
        where attribute is not null
        select (attribute.StateName, type);

    private static string? Alias(Type type, string attribute) => type.CustomAttributes
        .FirstOrDefault(data => data.AttributeType.Name == attribute)?.ConstructorArguments[0].Value as string;

    private static IEnumerable<Type> Signature(MethodInfo method) =>
        method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(Code.PartsOf);

    private static HashSet<Type> Reachable(IEnumerable<Type> from)
    {
        var (found, next) = (new HashSet<Type>(), new Queue<Type>(from));
        while (next.TryDequeue(out var type))
        {
            var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
            if (definition.Assembly == Code.Interfaces && definition is { IsInterface: false, IsGenericParameter: false }
                && found.Add(definition))
            {
                foreach (var part in definition.GetProperties().SelectMany(property => Code.PartsOf(property.PropertyType)))
                {
                    next.Enqueue(part);
                }
            }
        }

        return found;
    }

    /// <summary>Properties that are kept, not computed.</summary>
    private static IEnumerable<PropertyInfo> Stored(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => type.GetField($"<{property.Name}>k__BackingField", BindingFlags.NonPublic | BindingFlags.Instance) is { } field
            && Attribute.IsDefined(field, typeof(CompilerGeneratedAttribute)));
}

/// <summary>Remembers the key that a grain was asked for by.</summary>
public class KeyRecorder : DispatchProxy
{
    public string? Key { get; private set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Key = (string)args![0]!;
        return null;
    }
}
