using System.Collections.Immutable;
using System.Reflection;
using Commerce.Carts;
using Commerce.Inventory;

namespace Commerce;

/// <summary>Makes one value of any contract type, the same at every run, with every member filled.</summary>
internal static class Specimen
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    public static object Of(Type type, string name = "value")
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying, name);
        }

        if (Known(type, name) is { } known)
        {
            return known;
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            return Make(nameof(ArrayOf), type.GetGenericArguments(), name);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableDictionary<,>))
        {
            return Make(nameof(DictionaryOf), type.GetGenericArguments(), name);
        }

        if (type == typeof(ImmutableSortedDictionary<string, string>))
        {
            return ImmutableSortedDictionary<string, string>.Empty.Add("engraving", "Ada");
        }

        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, p.Name!))]);
        foreach (var property in type.GetProperties().Where(property =>
            property.CanWrite && constructor.GetParameters().All(p => p.Name != property.Name)))
        {
            property.SetValue(made, Of(property.PropertyType, property.Name));
        }

        return made;
    }

    private static object? Known(Type type, string name) => type switch
    {
        _ when type == typeof(string) => name.ToUpperInvariant() switch
        {
            "EMAIL" => "ada@example.org",
            "COUNTRY" => "GB",
            "STREAM" => "order/ord_01h455vb4pex5vsknk084sn02q",
            _ => name.ToLowerInvariant(),
        },
        _ when type == typeof(int) => 2,
        _ when type == typeof(long) => 3L,
        _ when type == typeof(decimal) => 0.2m,
        _ when type == typeof(bool) => true,
        _ when type == typeof(DateTimeOffset) => Now,
        _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(20),
        _ when type == typeof(Sku) => new Sku("COFFEE-250G"),
        _ when type == typeof(CartLineId) => new CartLineId("COFFEE-250G"),
        _ when type == typeof(Currency) => new Currency("GBP"),
        _ when type == typeof(LocationId) => new LocationId("leeds"),
        _ when type == typeof(HoldId) => new HoldId("hold_01h455vb4pex5vsknk084sn02q.1"),
        _ when type.GetProperty("Prefix", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is string prefix =>
            Activator.CreateInstance(type, $"{prefix}_01h455vb4pex5vsknk084sn02q"),
        _ => null,
    };

    private static object Make(string method, Type[] arguments, string name) => typeof(Specimen)
        .GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments).Invoke(null, [name])!;

    private static ImmutableArray<T> ArrayOf<T>(string name) => [(T)Of(typeof(T), name)];

    private static ImmutableDictionary<TKey, TValue> DictionaryOf<TKey, TValue>(string name)
        where TKey : notnull =>
        ImmutableDictionary<TKey, TValue>.Empty.Add((TKey)Of(typeof(TKey), name), (TValue)Of(typeof(TValue), name));
}
