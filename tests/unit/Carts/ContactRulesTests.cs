using System.Collections.Immutable;
using static Commerce.Sample;

namespace Commerce.Carts;

public sealed class ContactRulesTests
{
    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("a.b+c@mail.example.co.uk")]
    [InlineData("o'neil@example.ie")]
    public void An_address_that_mail_can_be_sent_to_is_one(string email) => Assert.True(ContactRules.IsEmail(email));

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("ada@example")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("ada@@example.org")]
    [InlineData("ada @example.org")]
    [InlineData("ada@example.org ")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("ada@example.org\nBcc: all@example.org")]
    [InlineData("ada@example.org,bob@example.org")]
    public void Anything_else_is_not(string email) => Assert.False(ContactRules.IsEmail(email));

    [Fact]
    public void An_email_address_has_at_most_254_characters() =>
        Assert.False(ContactRules.IsEmail(new string('a', 250) + "@example.org"));

    [Fact]
    public void A_postal_address_is_complete()
    {
        Assert.Empty(Check(Ada));
        Assert.Empty(Check(null));
        Assert.Equal(
            ["first_name", "last_name", "line1", "city", "postal_code", "country"],
            Check(new(null!, "", null, " ", null, "\t", null, null!, null!, null)));
    }

    [Fact]
    public void Members_of_an_address_are_bounded()
    {
        var x = new string('x', 201);

        Assert.Equal(
            ["first_name", "last_name", "company", "line1", "line2", "city", "region", "postal_code", "phone"],
            Check(new(x, x, x, x, x, x, x, x, "GB", x)));
    }

    [Fact]
    public void Control_characters_have_no_place_on_a_label() =>
        Assert.Equal(["line1"], Check(Ada with { Line1 = "1 High St\r\nLondon" }));

    [Theory]
    [InlineData("gb")]
    [InlineData("UK")]
    [InlineData("GBR")]
    [InlineData("XX")]
    public void A_country_is_an_upper_case_ISO_code_in_use(string country) =>
        Assert.Equal(["country"], Check(Ada with { Country = country }));

    [Fact]
    public void Errors_point_at_the_member()
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();

        ContactRules.Check(Ada with { City = "" }, "/billing_address", errors);

        Assert.Equal(new FieldError("/billing_address/city", "required", "city is required."), Assert.Single(errors));
    }

    private static IEnumerable<string> Check(Address? address)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        ContactRules.Check(address, "", errors);
        return errors.Select(error => error.Pointer[1..]);
    }
}
