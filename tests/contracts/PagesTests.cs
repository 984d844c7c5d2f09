using System.Text.RegularExpressions;

namespace Commerce;

public sealed partial class PagesTests
{
    [Fact]
    public void Sums_are_typed_and_shown_with_the_decimals_that_the_API_has()
    {
        var text = File.ReadAllText(Golden.Folder("../../api/storefront/src/money.ts"));
        var lists = Lists().Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Split(' '));

        Assert.All(lists["without"], code => Assert.Equal(0, new Currency(code).Digits));
        Assert.All(lists["three"], code => Assert.Equal(3, new Currency(code).Digits));
        Assert.Equal((16, 7), (lists["without"].Length, lists["three"].Length));
        Assert.All(["GBP", "HUF", "IQD", "JPY"], code => Assert.Equal(
            new Currency(code).Digits, lists["without"].Contains(code) ? 0 : lists["three"].Contains(code) ? 3 : 2));
    }

    [GeneratedRegex("const (\\w+) = '([A-Z ]+)'")]
    private static partial Regex Lists();
}
