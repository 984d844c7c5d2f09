using System.Reflection;
using System.Text.RegularExpressions;
using Commerce.Carts;
using Commerce.Checkout;
using Commerce.Customers;
using Commerce.Drops;

namespace Commerce;

/// <summary>What the pages say, in each language.</summary>
public sealed partial class WordsTests
{
    private static readonly Type[] MetByShoppers =
        [typeof(CartRejections), typeof(CheckoutRejections), typeof(DropRejections), typeof(CustomerRejections)];

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public void Every_refusal_that_a_shopper_meets_is_a_sentence(string language)
    {
        var codes = MetByShoppers.SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Static)).SelectMany(Codes).ToHashSet();
        var words = File.ReadAllText(Path.Combine(Code.Repository, "api", "storefront", "src", "words", $"{language}.ts"));
        var said = Said().Matches(words[words.IndexOf("  problems: {", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.True(codes.Count > 20, $"{codes.Count} codes");
        Assert.Empty(codes.Except(said));
    }

    private static IEnumerable<string> Codes(MemberInfo member) => member switch
    {
        FieldInfo { FieldType: var type } field when type == typeof(Rejection) => [((Rejection)field.GetValue(null)!).Code],
        MethodInfo { ReturnType: var type } method when type == typeof(Rejection) && method.GetParameters().All(IsKnown) =>
            [((Rejection)method.Invoke(null, [.. method.GetParameters().Select(parameter => Activator.CreateInstance(parameter.ParameterType))])!).Code],
        _ => [],
    };

    // Sentences with numbers in them, not those that tell of what else was refused.
    private static bool IsKnown(ParameterInfo parameter) => parameter.ParameterType.IsPrimitive || parameter.ParameterType.IsEnum;

    [GeneratedRegex(@"^    (\w+): '.+',", RegexOptions.Multiline)]
    private static partial Regex Said();
}
