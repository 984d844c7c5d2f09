using System.Security.Cryptography;
using Commerce.Processes;

namespace Commerce.Identity;

/// <summary>What the shop does not start without.</summary>
public sealed class ProductionKeysTests : IAsyncLifetime
{
    private const string Random = "q3mT0zvXJrC5yVw8KdLh2bNfPgRsAeUi";
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("Operators__Key", "op_example_of_a_key_for_operators", "Operators:Key")]
    [InlineData("Operators__Key", "op_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Operators:Key")]
    [InlineData("Operators__Key", "op_q3mT0zvXJrC5yVw8", "Key")]
    [InlineData("Secrets__MasterKey", "", "MasterKey")]
    [InlineData("Secrets__MasterKey", "bm90IDMyIGJ5dGVz", "MasterKey")]
    [InlineData("Secrets__MasterKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "MasterKey")]
    public async Task In_production_the_shop_does_not_start_with_a_key_that_somebody_may_guess(string setting, string value, string named)
    {
        var folder = Directory.CreateTempSubdirectory("commerce-refused-");
        (string, string)[] good =
        [
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("Operators__Key", Random),
            ("Secrets__MasterKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
        ];

        var said = await ShopProcess.RefusalAsync(folder.FullName, _database.ConnectionString, [.. good, (setting, value)]);

        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.True(value.Length == 0 || !said.Contains(value, StringComparison.Ordinal), said);
        folder.Delete(recursive: true);
    }
}
