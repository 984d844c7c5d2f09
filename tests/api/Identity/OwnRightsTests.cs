using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using Commerce.Http;
using Commerce.Identity.Tokens;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static Commerce.Identity.SignInShop;

namespace Commerce.Identity;

/// <summary>Who may do what where the shop says itself who somebody is, with tokens that are good but for one thing.</summary>
public sealed class OwnRightsTests : IAsyncLifetime
{
    private const string Issuer = "https://shop.example/";
    private const string Issued = "one-that-was-issued";
    private const string Revoked = "one-that-was-revoked";
    private const string Shopper = "cus_01h00000000000000000000001";
    private readonly ECDsa _forgery = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private ECDsaSecurityKey _key = null!;
    private readonly SignInShop _shop = new() { Settings = [("SignIn__Issuer", Issuer), ("SignIn__AnswersAfter", "00:00:00.010")] };

    public async ValueTask InitializeAsync()
    {
        await _shop.InitializeAsync();
        _key = await SigningKeyAsync();
        await using var connection = await _shop.Database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """insert into identity."OpenIddictTokens" ("Id", "Status") values (@id, 'valid'), (@revoked, 'revoked')""",
            new { id = Issued, revoked = Revoked });
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        _key.ECDsa.Dispose();
        _forgery.Dispose();
    }

    [Fact]
    public async Task Everybody_may_do_what_the_document_says_and_nothing_else()
    {
        using var browser = _shop.Browser();
        var forger = new ECDsaSecurityKey(_forgery) { KeyId = _key.KeyId };

        await RightsWalk.AssertAsync(
            browser,
            [
                ("nobody", null),
                ("somebody expired", Token(["administrator"], expiresIn: TimeSpan.FromHours(-1))),
                ("a forger", Token(["administrator"], key: forger)),
                ("another shop's", Token(["administrator"], audience: "elsewhere")),
                ("another authority's", Token(["administrator"], issuer: "https://elsewhere.example/")),
                ("an identity token", Token(["administrator"], type: "JWT")),
                ("one that was never issued", Token(["administrator"], id: "never-issued")),
                ("one that was revoked", Token(["administrator"], id: Revoked)),
                ("stock:read accounts:write", Token(["service"], scope: "stock:read accounts:write commerce")),
                .. RightsWalk.Roles.Select(role => (role, (string?)Token([role]))),
            ],
            "/v1/accounts", "/v1/me/", "/v1/session", "/v1/admin/accounts");
    }

    [Fact]
    public async Task A_shopper_sees_and_ends_nothing_of_another_shopper()
    {
        using var ada = _shop.Browser();
        using var alan = _shop.Browser();
        await _shop.SignedInAsync(ada, "ada@example.org");
        await _shop.SignedInAsync(alan, "alan@example.org");
        var adas = (string)(await CodeFlowAsync(ada))["access_token"]!;
        var alans = (string)(await CodeFlowAsync(alan))["access_token"]!;
        var session = (string)(await MineAsync(ada, adas))["data"]![0]!["id"]!;

        await ExpectAsync(await DeleteAsync(alan, $"/v1/me/sessions/{session}", alans), HttpStatusCode.NotFound, "session_not_found");
        await ExpectAsync(await DeleteAsync(alan, "/v1/me/sessions", alans), HttpStatusCode.NoContent);

        Assert.Equal(session, (string?)Assert.Single((await MineAsync(ada, adas))["data"]!.AsArray())!["id"]);
    }

    private string Token(
        string[] roles, TimeSpan? expiresIn = null, SecurityKey? key = null, string audience = "commerce", string issuer = Issuer,
        string type = "at+jwt", string scope = "commerce", string id = Issued)
    {
        var expires = TimeProvider.System.GetUtcNow() + (expiresIn ?? TimeSpan.FromHours(1));
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            Issuer = issuer,
            Audience = audience,
            IssuedAt = expires.AddHours(-2).UtcDateTime,
            NotBefore = expires.AddHours(-2).UtcDateTime,
            Expires = expires.UtcDateTime,
            Subject = new ClaimsIdentity([new("sub", Shopper), new("scope", scope), new(Principals.Token, id), .. roles.Select(role => new Claim("role", role))]),
            SigningCredentials = new(key ?? _key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>The shop's own key, by what the shop itself reads it with.</summary>
    private async Task<ECDsaSecurityKey> SigningKeyAsync()
    {
        var services = new ServiceCollection();
        services.AddSingleton(_shop.Database.Source).AddSingleton<MasterKey>().AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyRing>();
        services.Configure<SecretOptions>(secrets => secrets.MasterKey = DataFolder.ReadSecret(_shop.Folder, DataFolder.MasterKeyFile)!);
        services.AddDataProtection().SetApplicationName("commerce");
        await using var provider = services.BuildServiceProvider();
        await using var connection = await _shop.Database.Source.OpenConnectionAsync();
        var (id, secret) = await connection.QuerySingleAsync<(string, byte[])>("select id, secret from identity.signing_keys");
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(
            provider.GetRequiredService<IDataProtectionProvider>().CreateProtector("signing-keys").Unprotect(secret).AsSpan(32), out _);
        return new(key) { KeyId = id };
    }
}
