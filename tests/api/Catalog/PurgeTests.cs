using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Commerce.Shopping;

namespace Commerce.Catalog;

/// <summary>What a CDN is told of the catalogue, by one that is a program.</summary>
public sealed class PurgeTests : IAsyncLifetime
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentQueue<(string Id, string At, string Signature, byte[] Body, bool IsAccepted)> _asked = new();
    private WebApplication _cdn = null!;
    private RunningShop _shop = null!;
    private int _refusals = 2;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _cdn = builder.Build();
        _cdn.MapPost("/purge", TakeAsync);
        await _cdn.StartAsync();
        _shop = new()
        {
            Settings =
            [
                ("Catalog__Purge__Url", $"{_cdn.Urls.First()}/purge"), ("Catalog__Purge__Secret", "whsec_" + Convert.ToBase64String(Secret)),
                ("Catalog__Purge__Every", "00:00:00.100"),
            ],
        };
        await _shop.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _cdn.DisposeAsync();
    }

    [Fact]
    public async Task A_CDN_is_asked_until_it_has_forgotten_what_has_changed_and_in_a_way_that_nobody_else_can_ask()
    {
        var (sku, handle) = await _shop.NewProductAsync(units: 5);
        var product = (await _shop.GetAsync($"/v1/products/{handle}")).Expect(HttpStatusCode.OK);
        string id = (string)product["id"]!, stock = $"sku:{sku}";
        await _shop.EventuallyAsync(() => Task.FromResult(Forgotten().Contains(id) && Forgotten().Contains(stock)));
        await _shop.EventuallyAsync(async () => await LeftAsync() == 0);
        _asked.Clear();

        (await _shop.AsOperator.PostAsync(
            $"/v1/admin/stock/{sku}/adjustments", new { location = "leeds", delta = -1, reason = "found" }, Key())).Expect(HttpStatusCode.OK);

        await _shop.EventuallyAsync(() => Task.FromResult(Forgotten().Contains(stock)));
        Assert.DoesNotContain(id, Forgotten());
        Assert.Contains("products", Forgotten());
        Assert.All(_asked, asked => Assert.Equal(
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(Secret, (byte[])[.. Encoding.ASCII.GetBytes($"{asked.Id}.{asked.At}."), .. asked.Body])),
            asked.Signature));
        Assert.All(_asked, asked => Assert.InRange(
            long.Parse(asked.At, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), -60, 1));
        await _shop.EventuallyAsync(async () => await LeftAsync() == 0);
    }

    [Fact]
    public async Task What_somebody_is_just_changing_keeps_nobody_from_hearing_of_the_rest()
    {
        await using var connection = await _shop.Database.OpenConnectionAsync();
        await _shop.EventuallyAsync(async () =>
        {
            await using var add = new NpgsqlCommand(
                """
                insert into catalogue_purges (key, is_told) values ('untold', false), ('told', true)
                on conflict (key) do update set is_told = excluded.is_told, change = excluded.change
                """,
                connection);
            await add.ExecuteNonQueryAsync();
            await using var hold = new NpgsqlCommand(
                """
                begin;
                select count(*) from (
                    select from catalogue_purges where (key, is_told) in (('untold', false), ('told', true)) for update) held
                """,
                connection);
            if ((long)(await hold.ExecuteScalarAsync())! == 2)
            {
                return true;
            }

            // A round came between the two.
            await EndAsync(connection);
            return false;
        });

        // Not by changing a product: readers of the journal do wait for whatever is under way.
        await using var change = _shop.Database.CreateCommand("insert into catalogue_purges (key) values ('changed')");
        await change.ExecuteNonQueryAsync();
        await _shop.EventuallyAsync(() => Task.FromResult(Forgotten().Contains("changed")));
        await _shop.EventuallyAsync(async () => await LeftAsync() == 2);

        await EndAsync(connection);
        await _shop.EventuallyAsync(async () => await LeftAsync() == 0);
        Assert.Superset(new HashSet<string> { "untold", "told" }, Forgotten());
    }

    private static async Task EndAsync(NpgsqlConnection connection)
    {
        await using var end = new NpgsqlCommand("rollback", connection);
        await end.ExecuteNonQueryAsync();
    }

    private HashSet<string> Forgotten() =>
        [.. _asked.Where(asked => asked.IsAccepted)
            .SelectMany(asked => JsonNode.Parse(asked.Body)!["surrogate_keys"]!.AsArray().Select(key => (string)key!))];

    /// <summary>Refuses at first, as one does that is down.</summary>
    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var isAccepted = Interlocked.Decrement(ref _refusals) < 0;
        _asked.Enqueue((request.Headers["webhook-id"]!, request.Headers["webhook-timestamp"]!, request.Headers["webhook-signature"]!, body.ToArray(), isAccepted));
        return TypedResults.StatusCode(isAccepted ? StatusCodes.Status204NoContent : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<long> LeftAsync()
    {
        await using var count = _shop.Database.CreateCommand("select count(*) from catalogue_purges");
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
