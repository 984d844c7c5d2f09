using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Commerce.Identity.Accounts;

/// <summary>Somebody who can sign in. His id is that of the customer he is.</summary>
internal sealed class Account : IdentityUser
{
    /// <summary>Roles by their names in tokens.</summary>
    public string[] Roles { get; set; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>
/// Accounts and what was issued to them: the authentication database, a schema of its own. Its tables are made by the shop's
/// migrations like all others, never by EF.
/// </summary>
internal sealed class AccountsDb(DbContextOptions<AccountsDb> options) : IdentityUserContext<Account>(options)
{
    /// <summary>The schema.</summary>
    public const string Schema = "identity";

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(Schema);
        builder.Entity<Account>(account =>
        {
            account.Property(a => a.Id).HasMaxLength(40);
            account.HasIndex(a => a.NormalizedEmail).HasDatabaseName("EmailIndex").IsUnique();
        });
        builder.UseOpenIddict();
    }
}
