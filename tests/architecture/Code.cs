using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;

namespace Commerce;

/// <summary>The product's code, as the rules look at it.</summary>
internal static class Code
{
    public static readonly Assembly Interfaces = typeof(Money).Assembly;
    public static readonly Assembly Grains = typeof(CommerceRegistration).Assembly;
    public static readonly Assembly Api = typeof(CommerceApi).Assembly;
    public static readonly Assembly Silo = Assembly.Load("Commerce.Silo");

    /// <summary>Types that people wrote.</summary>
    public static IEnumerable<Type> TypesOf(params Assembly[] assemblies) => assemblies
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.Namespace?.StartsWith("Commerce", StringComparison.Ordinal) == true
            && !type.Name.Contains('<', StringComparison.Ordinal)
            && !Attribute.IsDefined(type, typeof(CompilerGeneratedAttribute))
            && type.DeclaringType?.Name.Contains('<', StringComparison.Ordinal) != true);

    /// <summary>What can be called from other processes.</summary>
    public static readonly Type[] GrainInterfaces =
        [.. TypesOf(Interfaces, Grains).Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)) && !type.IsGenericType)];

    /// <summary>What answers the calls.</summary>
    public static readonly Type[] GrainClasses =
        [.. TypesOf(Grains).Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(Grain)))];

    /// <summary>Everything a type shows or holds: of fields, properties, methods and constructors, the types.</summary>
    public static IEnumerable<(string Member, Type Type)> MembersOf(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var field in type.GetFields(all))
        {
            yield return (field.Name, field.FieldType);
        }

        foreach (var method in type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)))
        {
            var types = method.GetParameters().Select(parameter => parameter.ParameterType);
            foreach (var used in method is MethodInfo { ReturnType: var answer } ? types.Append(answer) : types)
            {
                yield return (method.Name, used);
            }
        }
    }

    /// <summary>The type and what it is made of.</summary>
    public static IEnumerable<Type> PartsOf(Type type) =>
        type.HasElementType ? PartsOf(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(PartsOf).Prepend(type)
        : [type];

    /// <summary>The folder with the solution.</summary>
    public static string Repository { get; } = FindRepository();

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Commerce.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return folder;
    }
}
