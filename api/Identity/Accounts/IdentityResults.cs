using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Commerce.Identity.Accounts;

internal static class IdentityResults
{
    /// <summary>Goes on only if it was done: an account that another request changed meanwhile is as that one left it.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It was not.</exception>
    public static void Required(this IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new DbUpdateConcurrencyException(string.Join(", ", result.Errors.Select(error => error.Code)));
        }
    }
}
