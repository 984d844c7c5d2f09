using System.Text.RegularExpressions;

namespace Commerce;

public sealed partial class NamingTests
{
    private static readonly HashSet<string> Banned =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Processor", "Info", "Base", "Common", "Constants", "Impl", "Dto", "DTO"];

    [Fact]
    public void Names_say_what_a_thing_is_and_not_that_it_is_something() => Assert.DoesNotContain(
        Code.TypesOf(Code.Interfaces, Code.Grains, Code.Api, Code.Silo).Select(type => type.Name.Split('`')[0]),
        name => Words().Matches(name).Any(word => Banned.Contains(word.Value)) || name.EndsWith("Data", StringComparison.Ordinal));

    [Fact]
    public void Numbers_of_money_and_goods_are_never_floating() => Assert.Empty(
        Code.TypesOf(Code.Interfaces, Code.Grains)
            .Where(type => type.Namespace != "Commerce.Journal")
            .SelectMany(type => Code.MembersOf(type).Select(member => (Owner: type.Name, member.Member, member.Type)))
            .Where(member => Code.PartsOf(member.Type).Any(part => part == typeof(double) || part == typeof(float)))
            .Select(member => $"{member.Owner}.{member.Member}"));

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex Words();
}
