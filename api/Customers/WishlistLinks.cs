using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Commerce.Customers;

/// <summary>
/// The links that wishlists are shared by: whose list it is and which time of sharing, sealed by the shop, so that a link
/// neither can be made up nor tells who shared it. The same sharing has many links, which all open it until it ends.
/// </summary>
internal sealed class WishlistLinks(IDataProtectionProvider protection)
{
    private const int LengthMax = 500;
    private readonly IDataProtector _seal = protection.CreateProtector("wishlist-link");

    /// <summary>A link to a list that is shared; null when it is not.</summary>
    public string? Of(CustomerId customer, WishlistView list) => list.Share is { } share
        ? _seal.Protect(string.Create(CultureInfo.InvariantCulture, $"{customer}/{list.Id}/{share}"))
        : null;

    /// <summary>What a link is to; null when it is none of this shop's.</summary>
    public (CustomerId Customer, WishlistId List, int Share)? Read(string link)
    {
        try
        {
            return link.Length <= LengthMax && _seal.Unprotect(link).Split('/') is [var customer, var list, var share]
                ? (CustomerId.Parse(customer, null), WishlistId.Parse(list, null), int.Parse(share, CultureInfo.InvariantCulture))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
