namespace Commerce;

/// <summary>A postal address. Of one that was erased only country and region are left; all else is null then.</summary>
/// <param name="FirstName">Given name, 1 to 100 characters.</param>
/// <param name="LastName">Family name, 1 to 100 characters.</param>
/// <param name="Company">Company, at most 100 characters; null for a private person.</param>
/// <param name="Line1">Street and number, 1 to 200 characters.</param>
/// <param name="Line2">Flat, floor or the like, at most 200 characters.</param>
/// <param name="City">Town, 1 to 100 characters.</param>
/// <param name="Region">State, province or county, at most 100 characters; null where addresses have none.</param>
/// <param name="PostalCode">Post code, at most 20 characters, as they are in its country; empty only where addresses can be without.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code, upper-case.</param>
/// <param name="Phone">For the carrier: a number of that country, or one with + and a country code; at most 40 characters. Null: none.</param>
[GenerateSerializer, Immutable, Alias("commerce.Address")]
public sealed record Address(
    [property: Id(0), Personal] string FirstName,
    [property: Id(1), Personal] string LastName,
    [property: Id(2), Personal] string? Company,
    [property: Id(3), Personal] string Line1,
    [property: Id(4), Personal] string? Line2,
    [property: Id(5), Personal] string City,
    [property: Id(6)] string? Region,
    [property: Id(7), Personal] string PostalCode,
    [property: Id(8)] string Country,
    [property: Id(9), Personal] string? Phone)
{
    /// <summary>The postal address only, without the person: addresses are never printed into logs.</summary>
    public override string ToString() => $"address in {Country}";
}
