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

    [Theory]
    [InlineData("GB", "SW1Y 4JH", "m1 1ae", "EC1A1BB", "W1A 0AX", "BF1 2AA")]
    [InlineData("DE", "10115", "D-10115", "DE-10115", "１０１１５")]
    [InlineData("LV", "LV-1010", "LV 1010", "1010")]
    [InlineData("US", "94107", "94107-1234", "94107 1234")]
    [InlineData("CA", "K1A 0B1", "k1a0b1")]
    [InlineData("NL", "1012 AB", "1012ab")]
    [InlineData("IE", "D02 X285", "D6W XY00", "")]
    [InlineData("PL", "00-950", "00950")]
    [InlineData("JP", "100-0001", "１００−０００１")]
    [InlineData("SE", "114 55", "S-114 55")]
    [InlineData("HK", "", "999077")]
    [InlineData("KZ", "050000", "A15E3B4")]
    public void A_postal_code_is_written_as_people_of_its_country_do(string country, params string[] codes) =>
        Assert.All(codes, code => Assert.Empty(Check(Ada with { Country = country, PostalCode = code })));

    [Theory]
    [InlineData("GB", "99", "SW1Y", "10115", "")]
    [InlineData("DE", "1011", "101155", "10l15", "AB10115")]
    [InlineData("US", "9410", "K1A 0B1", "94107-12")]
    [InlineData("CA", "94107")]
    [InlineData("IE", "12345")]
    public void What_cannot_be_a_postal_code_of_its_country_is_refused(string country, params string[] codes) =>
        Assert.All(codes, code => Assert.Equal(["postal_code"], Check(Ada with { Country = country, PostalCode = code })));

    [Theory]
    [InlineData("GB", "020 7946 0958", true)]
    [InlineData("GB", "+49 30 123456", true)]
    [InlineData("DE", "030/123456", true)]
    [InlineData("US", "(415) 555-0134", true)]
    [InlineData("GB", "", true)]
    [InlineData("GB", null, true)]
    [InlineData("GB", "12", false)]
    [InlineData("GB", "call me", false)]
    [InlineData("GB", "020 7946\r\n0958", false)]
    [InlineData("GB", "+999 123456789", false)]
    public void A_phone_number_is_one_of_its_country_or_says_of_which(string country, string? phone, bool isOne) =>
        Assert.Equal(isOne ? [] : ["phone"], Check(Ada with { Country = country, PostalCode = country == "US" ? "94107" : country == "DE" ? "10115" : "LS1 1AA", Phone = phone }));

    private static IEnumerable<string> Check(Address? address)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        ContactRules.Check(address, "", errors);
        return errors.Select(error => error.Pointer[1..]);
    }
}
