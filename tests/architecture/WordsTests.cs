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

        Assert.True(codes.Count > 20, $"{codes.Count} codes");
        Assert.Empty(codes.Except(Said(language)));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public void So_is_every_refusal_of_what_somebody_does_with_his_account(string language)
    {
        var identity = Path.Combine(Code.Repository, "api", "Identity");
        var codes = new[] { "Refusals.cs", "Accounts/AccountEndpoints.cs", "Accounts/PasskeyEndpoints.cs" }
            .SelectMany(file => Refused().Matches(File.ReadAllText(Path.Combine(identity, file)))).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.True(codes.Count > 8, $"{codes.Count} codes");
        Assert.Empty(codes.Except(Said(language)));
    }

    private static HashSet<string> Said(string language)
    {
        var words = File.ReadAllText(Path.Combine(Code.Repository, "api", "storefront", "src", "words", $"{language}.ts"));
        return [.. Sentences().Matches(words[words.IndexOf("  problems: {", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value)];
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
    private static partial Regex Sentences();

    // In a rejection, or in an answer that is written by hand.
    [GeneratedRegex(@"(?:RejectionKind\.\w+|Status\d{3}\w+|Rejection\.Invalid\([^)]*""), ""(\w+)""")]
    private static partial Regex Refused();
}
