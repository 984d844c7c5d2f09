using Commerce.Identity.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce;

/// <summary>The tables of the authentication database are made by our migrations and used by somebody else's code.</summary>
public sealed class AccountSchemaTests
{
    // What later migrations added, and where.
    private static readonly (string Script, string Line)[] Later =
    [
        ("0044-account-customer.sql", "    \"Customer\" character varying(40),\n"),
        ("0044-account-customer.sql", "CREATE UNIQUE INDEX \"CustomerIndex\" ON identity.\"AspNetUsers\" (\"Customer\");\n\n\n"),
    ];

    [Fact]
    public async Task The_tables_of_accounts_are_those_that_their_library_expects()
    {
        var file = Path.Combine(Golden.Folder("."), "..", "..", "deploy", "sql", "0024-accounts.sql");
        await using var app = UnstartedApi.Build();
        await using var scope = app.Services.CreateAsyncScope();

        var expected = scope.ServiceProvider.GetRequiredService<AccountsDb>().Database.GenerateCreateScript().ReplaceLineEndings("\n");

        foreach (var (script, line) in Later)
        {
            Assert.Contains(line, expected, StringComparison.Ordinal);
            Assert.Contains(
                line.Trim(' ', ',', '\n'), await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(file)!, script)), StringComparison.OrdinalIgnoreCase);
            expected = expected.Replace(line, "", StringComparison.Ordinal);
        }

        if (Golden.Accepts && !File.Exists(file))
        {
            await File.WriteAllTextAsync(file, expected, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }
}
