using System.Collections.Immutable;
using System.Net.Mail;
using PhoneNumbers;

namespace Commerce.Carts;

/// <summary>What an address or a contact must look like to be usable.</summary>
internal static class ContactRules
{
    /// <summary>RFC 5321 limits and RFC 5322 form, with a domain that has a dot; whether it exists, only a mail can tell.</summary>
    public static bool IsEmail(string email) =>
        email.Length is >= 6 and <= 254
        && !email.Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
        && MailAddress.TryCreate(email, out var address)
        && address.Address == email
        && address.Host.Contains('.', StringComparison.Ordinal);

    // For a carrier: that somebody has it, only a call can tell.
    private static bool IsPhone(string phone, string? country)
    {
        var numbers = PhoneNumberUtil.GetInstance();
        try
        {
            return phone.Length <= 40 && !phone.Any(char.IsControl) && numbers.IsPossibleNumber(numbers.Parse(phone, country));
        }
        catch (NumberParseException)
        {
            return false;
        }
    }

    /// <summary>Adds an error for each member that is missing or not what it can be in its country.</summary>
    public static void Check(Address? address, string at, ImmutableArray<FieldError>.Builder errors)
    {
        if (address is null)
        {
            return;
        }

        Need("first_name", address.FirstName, 100);
        Need("last_name", address.LastName, 100);
        Allow("company", address.Company, 100);
        Need("line1", address.Line1, 200);
        Allow("line2", address.Line2, 200);
        Need("city", address.City, 100);
        Allow("region", address.Region, 100);
        var isKnown = Countries.IsKnown(address.Country);
        if (!isKnown || PostalCodes.AreNeeded(address.Country))
        {
            Need("postal_code", address.PostalCode, 20);
        }
        else
        {
            Allow("postal_code", address.PostalCode, 20);
        }

        if (isKnown && address.PostalCode is { Length: >= 1 and <= 20 } code && !PostalCodes.IsLikeOne(address.Country, code))
        {
            errors.Add(new($"{at}/postal_code", "invalid_postal_code",
                $"Postal codes of {address.Country} look like {PostalCodes.LikeOne(address.Country)}: 9 is a digit, A a letter, * either."));
        }

        if (!string.IsNullOrWhiteSpace(address.Phone) && !IsPhone(address.Phone, isKnown ? address.Country : null))
        {
            errors.Add(new($"{at}/phone", "invalid_phone", "A phone number of that country, or one that begins with + and its country's code."));
        }

        if (!isKnown)
        {
            errors.Add(new($"{at}/country", "invalid_country", "The country must be an ISO 3166-1 alpha-2 code."));
        }

        void Need(string member, string? value, int lengthMax)
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                errors.Add(new($"{at}/{member}", "required", $"{member} is required."));
            }
            else
            {
                Allow(member, value, lengthMax);
            }
        }

        void Allow(string member, string? value, int lengthMax)
        {
            if (value is not null && (value.Length > lengthMax || value.Any(char.IsControl)))
            {
                errors.Add(new($"{at}/{member}", "invalid", $"{member} has at most {lengthMax} printable characters."));
            }
        }
    }
}
