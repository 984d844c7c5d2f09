using System.Text;
using Commerce.Customers;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Commerce.Identity.Accounts;

/// <summary>Somebody who can sign in.</summary>
internal sealed class Account : IdentityUser
{
    /// <summary>The customer he is: that of his id as the subject of tokens. By this he is found when only the customer is known.</summary>
    public string? Customer { get; set; }

    /// <summary>Roles by their names in tokens.</summary>
    public string[] Roles { get; set; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Whether an operator keeps it from signing in. What wrong passwords do is no matter of the account but of its door.</summary>
    public bool IsLocked => LockoutEnd == DateTimeOffset.MaxValue;
}

/// <summary>Finds accounts by what others know of them.</summary>
internal static class AccountSearch
{
    /// <summary>The account of a customer; null: he signs in somewhere else, or has none any more.</summary>
    public static Task<Account?> FindByCustomerAsync(this UserManager<Account> accounts, CustomerId customer) =>
        accounts.Users.FirstOrDefaultAsync(account => account.Customer == customer.Value);
}

/// <summary>
/// Accounts and what was issued to them: the authentication database, a schema of its own. Its tables are made by the shop's
/// migrations like all others, never by EF. What a second factor is checked by is sealed: whoever reads the tables cannot sign in
/// with it.
/// </summary>
internal sealed class AccountsDb(DbContextOptions<AccountsDb> options, MasterKey master) : IdentityUserContext<Account>(options)
{
    private const string Purpose = "second-factor";
    private const string SealedPrefix = "sealed:";

    /// <summary>The schema.</summary>
    public const string Schema = "identity";

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(Schema);
        builder.Entity<Account>(account =>
        {
            account.Property(a => a.Id).HasMaxLength(40);
            account.Property(a => a.Customer).HasMaxLength(40);
            account.HasIndex(a => a.Customer).HasDatabaseName("CustomerIndex").IsUnique();
            account.HasIndex(a => a.NormalizedEmail).HasDatabaseName("EmailIndex").IsUnique();
        });
        builder.Entity<IdentityUserToken<string>>().Property(token => token.Value)
            .HasConversion(new ValueConverter<string?, string?>(value => Seal(value), value => Open(value)));
        builder.UseOpenIddict();
    }

    private string? Seal(string? value) => value is null
        ? null
        : SealedPrefix + Convert.ToBase64String(master.Seal(Encoding.UTF8.GetBytes(value), Purpose));

    /// <summary>What was stored before it was sealed is good as it is.</summary>
    private string? Open(string? value) => value?.StartsWith(SealedPrefix, StringComparison.Ordinal) == true
        ? Encoding.UTF8.GetString(master.Open(Convert.FromBase64String(value[SealedPrefix.Length..]), Purpose))
        : value;
}
