using System.Collections.Immutable;

namespace Commerce.Tax;

/// <summary>Finds which taxes apply to whom and where. Pure.</summary>
internal static class TaxChoice
{
    /// <summary>Nothing is charged: the customer accounts for the tax.</summary>
    public const string ReverseCharge = "reverse_charge";

    /// <summary>Nothing is charged: the operator knows why.</summary>
    public const string Exempt = "exempt";

    /// <summary>The rates of the zone that names a place most specifically; where none does, the country's.</summary>
    public static TaxRates At(TaxTable table, Destination place)
    {
        var zone = (table.Zones ?? [])
            .Select(zone => new { Zone = zone, Specificity = place.Specificity(zone.Regions, zone.PostalPrefixes) })
            .Where(candidate => candidate.Specificity is not null)
            .MaxBy(candidate => candidate.Specificity)?.Zone;
        var shipping = zone?.ShippingClass ?? table.ShippingClass ?? TaxTable.Standard;
        if (zone is not null)
        {
            return new(zone.Name, zone.Rates, shipping);
        }

        var name = table.Name ?? PublishedTaxes.NameIn(place.Country);
        return new(
            place.Country,
            table.Rates.ToImmutableDictionary(rate => rate.Key, rate => ImmutableArray.Create(new TaxRate(name, rate.Value))),
            shipping);
    }

    /// <summary>Why a buyer is charged no tax; null: he is.</summary>
    /// <remarks>
    /// Reverse charge is for intra-Community supplies: Directive 2006/112/EC art. 138(1), goods sent from one member state
    /// to another, to a customer identified for VAT in a member state other than the one they leave; the customer accounts
    /// for the tax (art. 200). Here the seller's state is the shop's home country. The form of the number is checked; that
    /// it is registered (VIES) the seller has to see to.
    /// </remarks>
    public static string? Free(string? vatId, string? exemption, string home, Destination place)
    {
        if (exemption is not null)
        {
            return Exempt;
        }

        return vatId is not null && VatIds.StateOf(vatId) is { } state
            && VatIds.IsMember(home) && VatIds.IsMember(place.Country) && place.Country != home && state != home
                ? ReverseCharge
                : null;
    }
}
