using Commerce.Customers;
using Commerce.Identity.Tokens;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Commerce.Identity.Accounts;

/// <summary>
/// Takes away the accounts of those who are forgotten. First it is sure that they will be, then they can no longer sign in;
/// whatever dies in between, <see cref="Pruning"/> does the rest.
/// </summary>
internal sealed class AccountErasure(UserManager<Account> accounts, Sessions sessions, IGrainFactory grains)
{
    // There are few erasures, and many accounts.
    private const string Left = """
        select a."Id" from journal_streams s join identity."AspNetUsers" a on a."Customer" = substr(s.stream, length('erasure/') + 1)
        where s.stream >= 'erasure/' and s.stream < 'erasure0'
        """;

    /// <summary>Ends his sign-ins and deletes his account. Repeatable; whoever has none keeps none.</summary>
    public async Task EraseAsync(CustomerId customer)
    {
        if (await accounts.FindByCustomerAsync(customer) is { } account)
        {
            await EraseAsync(account);
        }
    }

    /// <summary>The same by the account.</summary>
    public async Task EraseAsync(string id)
    {
        if (await accounts.FindByIdAsync(id) is { } account)
        {
            await EraseAsync(account);
        }
    }

    /// <summary>Accounts that are still there though the forgetting of their owners has begun.</summary>
    public static Task<IEnumerable<string>> LeftAsync(NpgsqlConnection connection) => connection.QueryAsync<string>(Left);

    private async Task EraseAsync(Account account)
    {
        await sessions.EndAsync(account.Id, session: null);

        // As long as there is the account, whoever comes again finds its address.
        await grains.GetAccountMail(account.Id).Forget(account.Email!);
        var deleted = await accounts.DeleteAsync(account);

        // Somebody may have done it meanwhile; as long as it is there, it is to be tried again.
        if (!deleted.Succeeded && await accounts.Users.AsNoTracking().AnyAsync(other => other.Id == account.Id))
        {
            deleted.Required();
        }
    }
}
