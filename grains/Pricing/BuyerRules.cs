using System.Collections.Immutable;
using Commerce.Tax;

namespace Commerce.Pricing;

/// <summary>What may be said about a buyer. Pure.</summary>
internal static class BuyerRules
{
    /// <summary>The buyer after a change, with the VAT id in the form it is written on invoices.</summary>
    public static Result<Buyer> Changed(Buyer buyer, SetBuyer command)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        if (command.Group is { IsSet: true, Value: { } group } && !Handle.IsOne(group))
        {
            errors.Add(new("/group", "invalid", "A customer group is 1 to 64 of a-z, 0-9 and hyphen."));
        }

        if (command.Exemption is { IsSet: true, Value: { } reason }
            && (string.IsNullOrWhiteSpace(reason) || reason.Length > 200 || reason.Any(char.IsControl)))
        {
            errors.Add(new("/exemption", "invalid", "The reason of an exemption is 1 to 200 printable characters."));
        }

        var vatId = command.VatId.Value is { } text ? VatIds.Normalize(text) : null;
        if (command.VatId is { IsSet: true, Value: not null } && vatId is null)
        {
            errors.Add(new("/vat_id", "invalid_vat_id", "This is not how a VAT id of the EU, GB, CH or NO is written."));
        }

        if (errors.Count > 0)
        {
            return Rejection.Invalid(errors.ToImmutable());
        }

        return new Buyer(
            command.Group.IsSet ? command.Group.Value : buyer.Group,
            command.VatId.IsSet ? vatId : buyer.VatId,
            command.Exemption.IsSet ? command.Exemption.Value : buyer.Exemption);
    }
}
