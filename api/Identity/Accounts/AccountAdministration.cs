using System.Collections.Immutable;
using Commerce.Customers;
using Commerce.Identity.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Commerce.Identity.Accounts;

/// <summary>Accounts as administrators see them: found by address, given roles, locked.</summary>
internal static class AccountAdministration
{
    private static readonly Rejection NotFound = new(RejectionKind.NotFound, "account_not_found", "There is no such account.");

    public static void MapAccountAdministration(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/accounts").WithTags("Accounts").Needs(Area.Accounts);
        accounts.MapGet("/", List).WithName("ListAccounts");
        accounts.MapPut("/{id}/roles", SetRoles).WithName("SetAccountRoles");
        accounts.MapPut("/{id}/lock", SetLock).WithName("SetAccountLock");
        routes.MapGet("/customers", FindCustomers).WithTags("Customer administration").WithName("FindCustomers").Needs(Area.Customers);
    }

    private static async Task<Ok<Page<AccountView>>> List(
        [AsParameters] ListQuery list, string? email, bool? operators, UserManager<Account> accounts, CancellationToken cancellation)
    {
        var (after, normalized) = (list.After<Position>()?.Id, accounts.NormalizeEmail(email));
        var wanted = accounts.Users.AsNoTracking();
        wanted = email is null ? wanted : wanted.Where(account => account.NormalizedEmail == normalized);
        wanted = operators is true ? wanted.Where(account => account.Roles.Length > 0) : wanted;
        wanted = after is null ? wanted : wanted.Where(account => string.Compare(account.Id, after) > 0);
        var rows = await wanted.OrderBy(account => account.Id).Take(list.Size + 1).ToListAsync(cancellation);
        return TypedResults.Ok(list.Page(rows, AccountView.Of, account => new Position(account.Id)));
    }

    /// <summary>Who serves customers finds them by their address, and sees no more of their accounts.</summary>
    private static async Task<Ok<Page<CustomerAccount>>> FindCustomers(string email, UserManager<Account> accounts) =>
        TypedResults.Ok(Page<CustomerAccount>.Whole(await accounts.FindByEmailAsync(email) is { } account
            ? [new(CustomerId.OfSubject(account.Id), account.Email!, account.EmailConfirmed, account.CreatedAt)]
            : []));

    private static async Task<Results<Ok<AccountView>, ProblemHttpResult>> SetRoles(
        string id, SetRolesRequest body, HttpContext http, UserManager<Account> accounts, Sessions sessions, IGrainFactory grains)
    {
        var roles = body.Roles.IsDefault ? [] : body.Roles;
        if (roles.Any(role => role is Role.Shopper or Role.Service))
        {
            return Rejection.Invalid("/roles", "Roles of people who act for the shop.", "role_not_given").ToProblem();
        }

        if (!roles.All(role => Scopes.Of(role).All(http.User.Holds)))
        {
            return new Rejection(RejectionKind.Forbidden, "scope_not_held", "Nobody gives a role that can do what he may not.", "/roles").ToProblem();
        }

        if (await accounts.FindByIdAsync(id) is not { } account)
        {
            return NotFound.ToProblem();
        }

        account.Roles = [.. roles.Select(role => Scopes.Name(role)).Distinct().Order(StringComparer.Ordinal)];
        await grains.GetAccess(account.Id).Grant([.. account.Roles]);
        (await accounts.UpdateAsync(account)).Required();

        // What was issued says what he could do before.
        await sessions.EndAsync(account.Id, session: null);
        return TypedResults.Ok(AccountView.Of(account));
    }

    private static async Task<Results<Ok<AccountView>, ProblemHttpResult>> SetLock(
        string id, SetLockRequest body, UserManager<Account> accounts, Sessions sessions, IGrainFactory grains)
    {
        if (await accounts.FindByIdAsync(id) is not { } account)
        {
            return NotFound.ToProblem();
        }

        await grains.GetAccess(account.Id).SetWithdrawn(body.IsLocked);
        (await accounts.SetLockoutEndDateAsync(account, body.IsLocked ? DateTimeOffset.MaxValue : null)).Required();
        if (body.IsLocked)
        {
            // Cookies of browsers as well.
            (await accounts.UpdateSecurityStampAsync(account)).Required();
            await sessions.EndAsync(account.Id, session: null);
        }
        else
        {
            await grains.GetSignIns(account.Id).Unlock("operator");
        }

        return TypedResults.Ok(AccountView.Of(account));
    }

    private sealed record Position(string Id);
}

/// <summary>An account.</summary>
/// <param name="IsLocked">By an operator; being locked for a while after wrong passwords is something else.</param>
internal sealed record AccountView(
    string Id, string Email, bool IsEmailVerified, bool HasSecondFactor, ImmutableArray<string> Roles, DateTimeOffset CreatedAt, bool IsLocked)
{
    /// <summary>What is shown of one.</summary>
    public static AccountView Of(Account account) => new(
        account.Id, account.Email!, account.EmailConfirmed, account.TwoFactorEnabled, [.. account.Roles], account.CreatedAt,
        account.IsLocked);
}

/// <summary>The account of a customer, as those see it who serve him.</summary>
internal sealed record CustomerAccount(CustomerId Id, string Email, bool IsEmailVerified, DateTimeOffset CreatedAt);

/// <param name="Roles">All that he has from now on, apart from being a shopper.</param>
internal sealed record SetRolesRequest(ImmutableArray<Role> Roles);

internal sealed record SetLockRequest(bool IsLocked);
