using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;
using Commerce.Http;
using Commerce.Identity.Tokens;
using Commerce.Processes;
using Dapper;
using Microsoft.Extensions.Options;
using static Commerce.Identity.SignInShop;

namespace Commerce.Identity;

/// <summary>What the shop's own keys are kept under.</summary>
public sealed class KeysAtRestTests : IAsyncLifetime
{
    private readonly SignInShop _shop = new();

    public ValueTask InitializeAsync() => _shop.InitializeAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task Keys_are_sealed_where_they_are_kept_and_those_from_before_and_of_another_master_key_are_still_good()
    {
        var cookies = new CookieContainer();
        using var browser = _shop.Browser(cookies);
        await _shop.SignedInAsync(browser, "ada@example.org");
        Assert.DoesNotContain("<value>", await KeyAsync(), StringComparison.Ordinal);

        // As it was stored before there was a master key.
        var master = DataFolder.ReadSecret(_shop.Folder, DataFolder.MasterKeyFile)!;
        var key = XElement.Parse(await KeyAsync());
        var secret = key.Descendants().Single(element => element.Name.LocalName == "encryptedSecret");
        var sealing = new SealedXml(new MasterKey(Options.Create<SecretOptions>(new() { MasterKey = master })));
        secret.ReplaceWith(sealing.Decrypt(secret.Elements().Single()));
        await ExecuteAsync("update identity.data_protection_keys set xml = @xml", new { xml = key.ToString(SaveOptions.DisableFormatting) });
        Assert.Contains("<value>", await KeyAsync(), StringComparison.Ordinal);

        await _shop.RestartAsync();
        await IsSignedInAsync(cookies);
        Assert.DoesNotContain("<value>", await KeyAsync(), StringComparison.Ordinal);

        await _shop.RestartAsync(
            ("Secrets__MasterKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))), ("Secrets__PreviousMasterKeys__0", master));
        await IsSignedInAsync(cookies);
    }

    private async Task IsSignedInAsync(CookieContainer cookies)
    {
        using var browser = _shop.Browser(cookies);
        await CodeFlowAsync(browser);
    }

    private async Task<string> KeyAsync()
    {
        await using var connection = await _shop.Database.Source.OpenConnectionAsync();
        return await connection.QuerySingleAsync<string>("select xml from identity.data_protection_keys");
    }

    private async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await _shop.Database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }
}
