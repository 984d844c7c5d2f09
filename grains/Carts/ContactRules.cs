using System.Collections.Immutable;
using System.Net.Mail;

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

    /// <summary>Adds an error for each member that is missing or too long.</summary>
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
        Need("postal_code", address.PostalCode, 20);
        Allow("phone", address.Phone, 40);
        if (!Countries.IsKnown(address.Country))
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
