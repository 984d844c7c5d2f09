using System.Net;
using Dapper;
using static Commerce.Identity.SignInShop;

namespace Commerce.Identity;

/// <summary>What is over for good is deleted, and nothing that is still needed.</summary>
public sealed class PruningTests : IAsyncLifetime
{
    private readonly SignInShop _shop = new() { Settings = [("SignIn__PruneEvery", "00:00:01")] };

    public ValueTask InitializeAsync() => _shop.InitializeAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task What_was_issued_is_deleted_once_it_is_over_and_a_stolen_refresh_token_still_ends_its_sign_in()
    {
        using var browser = _shop.Browser();
        await _shop.SignedInAsync(browser, "ada@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;
        await ExpectAsync(await DeleteAsync(browser, "/v1/me/sessions", access), HttpStatusCode.NoContent);
        await AgeAsync();
        Assert.Equal(1, await CountAsync("\"OpenIddictAuthorizations\""));
        await _shop.SignedInAsync(browser, "grace@example.org");
        var stolen = (string)(await CodeFlowAsync(browser))["refresh_token"]!;
        var newest = (string)(await RefreshAsync(browser, HttpStatusCode.OK, stolen))["refresh_token"]!;

        // Now the first sign-in is 20 days old, and the second, whose first token was redeemed, 10.
        await AgeAsync();
        await Eventually.TrueAsync(async () => await CountAsync("\"OpenIddictAuthorizations\"") == 1);

        Assert.Equal("invalid_grant", (string?)(await RefreshAsync(browser, HttpStatusCode.BadRequest, stolen))["error"]);
        Assert.Equal("invalid_grant", (string?)(await RefreshAsync(browser, HttpStatusCode.BadRequest, newest))["error"]);
    }

    [Fact]
    public async Task Keys_that_are_over_for_long_are_deleted_and_the_others_stay()
    {
        await ExecuteAsync(
            """
            insert into identity.signing_keys (id, secret, created_at) values ('old', '\x00', now() - interval '75 days');
            insert into identity.api_keys (id, digest, kind, name, scopes, origins, expires_at) values
                ('key_over', '\x01', 'secret', 'over', '{}', '{}', now() - interval '32 days'),
                ('key_ended', '\x02', 'secret', 'ended', '{}', '{}', now() - interval '1 day');
            insert into identity.api_keys (id, digest, kind, name, scopes, origins, replaces) values
                ('key_new', '\x03', 'secret', 'new', '{}', '{}', 'key_over');
            """);

        await Eventually.TrueAsync(async () => await CountAsync("api_keys") == 2);
        Assert.Equal(1, await CountAsync("signing_keys"));
    }

    [Fact]
    public async Task An_account_that_a_crash_left_behind_when_its_owner_was_forgotten_is_deleted()
    {
        using var browser = _shop.Browser();
        await _shop.SignedInAsync(browser, "ada@example.org");
        var access = (string)(await CodeFlowAsync(browser))["access_token"]!;
        await ExecuteAsync("create table left_behind as select * from identity.\"AspNetUsers\"");
        await ExpectAsync(await DeleteAsync(browser, "/v1/me", access), HttpStatusCode.Accepted);
        Assert.Equal(0, await CountAsync("\"AspNetUsers\""));

        await ExecuteAsync("insert into identity.\"AspNetUsers\" select * from left_behind");

        await Eventually.TrueAsync(async () => await CountAsync("\"AspNetUsers\"") == 0);
    }

    private static Task<System.Text.Json.Nodes.JsonNode> RefreshAsync(HttpClient browser, HttpStatusCode expected, string token) =>
        TokenAsync(browser, expected, ("grant_type", "refresh_token"), ("client_id", Client), ("refresh_token", token));

    /// <summary>Makes all that was issued ten days older.</summary>
    private Task AgeAsync() => ExecuteAsync(
        """
        with authorizations as (
            update identity."OpenIddictAuthorizations" set "CreationDate" = "CreationDate" - interval '10 days')
        update identity."OpenIddictTokens" set "CreationDate" = "CreationDate" - interval '10 days',
            "ExpirationDate" = "ExpirationDate" - interval '10 days', "RedemptionDate" = "RedemptionDate" - interval '10 days'
        """);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _shop.Database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private async Task<long> CountAsync(string table)
    {
        await using var connection = await _shop.Database.Source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>($"select count(*) from identity.{table}");
    }
}
