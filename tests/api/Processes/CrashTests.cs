using System.Collections.Concurrent;
using System.Diagnostics;
using Commerce.Verification;
using Dapper;
using Npgsql;

namespace Commerce.Processes;

/// <summary>Alone on the machine: some of these tests have seconds as limits.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class CrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Sku = "COFFEE-250G";
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-crash-").FullName;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Two_hundred_shoppers_lose_nothing_when_the_silo_is_killed_among_them()
    {
        await using var silo = await ShopProcess.SiloAsync(_folder, _database.ConnectionString);
        await DemoIsLoadedAsync();
        var before = await OnHandAsync();
        var orders = new ConcurrentBag<string>();
        var isKilled = 0;

        await BuyAsync(silo, shoppers: 200, async order =>
        {
            orders.Add(order);
            if (orders.Count >= 80 && Interlocked.Exchange(ref isKilled, 1) == 0)
            {
                await silo.KillAsync();
                await silo.StartAsync();
            }
        });

        Assert.Equal(200, orders.Count);
        Assert.Equal(1, isKilled);
        await EverythingAddsUpAsync(orders, before);
    }

    [Fact]
    public async Task A_cart_goes_on_within_seconds_when_its_silo_is_killed()
    {
        await using var first = await ShopProcess.SiloAsync(_folder, _database.ConnectionString);
        await DemoIsLoadedAsync();
        await using var second = await ShopProcess.SiloAsync(_folder, _database.ConnectionString, ("Silo__ServesApi", "false"));
        await using var api = await ShopProcess.ApiAsync(_folder, _database.ConnectionString);
        using var http = new HttpClient { BaseAddress = api.Address, Timeout = TimeSpan.FromSeconds(10) };
        var before = await OnHandAsync();
        Shopper[] shoppers = [.. Enumerable.Range(0, 12).Select(i => new Shopper(http, $"shopper{i}"))];
        await Task.WhenAll(shoppers.Select(shopper => shopper.FillCartAsync(Sku)));

        await second.KillAsync();
        var watch = Stopwatch.StartNew();
        var outages = await Task.WhenAll(shoppers.Select(async shopper =>
        {
            await shopper.SendAsync(HttpMethod.Put, $"/v1/carts/{shopper.Cart}/lines/{Sku}", new { quantity = 3 });
            return watch.Elapsed.TotalSeconds;
        }));

        output.WriteLine($"carts answered after {string.Join(", ", outages.Order().Select(s => $"{s:0.0}"))} s");
        Assert.Contains(shoppers, shopper => shopper.Failures.Count > 0 || outages.Max() > 0.3);
        Assert.True(outages.Max() <= 3, $"A cart took {outages.Max():0.0} s.");
        var orders = await Task.WhenAll(shoppers.Select(async shopper =>
            (await shopper.SendAsync(HttpMethod.Post, $"/v1/carts/{shopper.Cart}/complete", new { payment_method = "pm_card_visa" }))
                .Body.GetProperty("id").GetString()!));
        await EverythingAddsUpAsync(orders, before);
    }

    [Fact]
    public async Task Stopping_a_silo_in_good_order_under_load_fails_no_request()
    {
        await using var first = await ShopProcess.SiloAsync(_folder, _database.ConnectionString);
        await DemoIsLoadedAsync();
        await using var second = await ShopProcess.SiloAsync(_folder, _database.ConnectionString, ("Silo__ServesApi", "false"));
        await using var api = await ShopProcess.ApiAsync(_folder, _database.ConnectionString);
        var before = await OnHandAsync();
        var orders = new ConcurrentBag<string>();
        var isStopped = 0;

        var failures = await BuyAsync(api, shoppers: 120, async order =>
        {
            orders.Add(order);
            if (orders.Count >= 40 && Interlocked.Exchange(ref isStopped, 1) == 0)
            {
                await second.StopAsync();
            }
        });

        Assert.True(failures.Count == 0, string.Join('\n', [.. failures, api.Output]));
        await EverythingAddsUpAsync(orders, before);
    }

    [Fact]
    public async Task A_frozen_silo_delays_shoppers_but_neither_loses_nor_doubles_anything()
    {
        await using var first = await ShopProcess.SiloAsync(_folder, _database.ConnectionString);
        await DemoIsLoadedAsync();
        await using var second = await ShopProcess.SiloAsync(_folder, _database.ConnectionString, ("Silo__ServesApi", "false"));
        var before = await OnHandAsync();
        var orders = new ConcurrentBag<string>();
        var isFrozen = 0;

        await BuyAsync(first, shoppers: 60, order =>
        {
            orders.Add(order);
            if (orders.Count >= 20 && Interlocked.Exchange(ref isFrozen, 1) == 0)
            {
                second.Signal("STOP");
            }

            return Task.CompletedTask;
        });
        second.Signal("CONT");

        await EverythingAddsUpAsync(orders, before);
    }

    [Fact]
    public async Task A_private_database_outlives_a_killed_silo_and_ends_with_one_that_stops()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are needed.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        }

        await using var silo = await ShopProcess.SiloAsync(_folder, connectionString: null);
        using var http = new HttpClient { BaseAddress = silo.Address };
        using var own = Commerce.Database.Connect(await File.ReadAllTextAsync(Path.Combine(_folder, "connection-string")));
        await DemoIsLoadedAsync(own);
        var order = await new Shopper(http, "ada").BuyAsync(Sku);

        await silo.KillAsync();
        await silo.StartAsync();

        using (var found = await http.GetAsync(new Uri($"/v1/orders/{order}", UriKind.Relative)))
        {
            Assert.True(found.IsSuccessStatusCode);
        }

        await silo.StopAsync();
        await using var late = new NpgsqlConnection(own.ConnectionString + ";Pooling=false");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => late.OpenAsync());
    }

    /// <summary>Lets shoppers buy, sixteen at a time; answers which requests had no answer.</summary>
    private static async Task<IReadOnlyCollection<string>> BuyAsync(ShopProcess at, int shoppers, Func<string, Task> bought)
    {
        using var http = new HttpClient { BaseAddress = at.Address, Timeout = TimeSpan.FromSeconds(20) };
        var failures = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, shoppers),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) =>
            {
                var shopper = new Shopper(http, $"shopper{i}");
                var order = await shopper.BuyAsync(Sku);
                shopper.Failures.ForEach(failures.Add);
                Assert.NotNull(order);
                await bought(order);
            });
        return failures;
    }

    private async Task EverythingAddsUpAsync(IReadOnlyCollection<string> orders, int unitsBefore)
    {
        // Every checkout has ended, and every mail and fulfillment order that is due has come to be.
        await Eventually.TrueAsync(async () => await CountAsync(
            "select count(*) from journal_streams where stream like 'checkout/%' and wake_at is not null") == 0, OneMinute);
        var placed = await CountAsync("select count(*) from journal_events where type = 'order.placed'");
        await Eventually.TrueAsync(() => Task.FromResult(Mails() >= placed), OneMinute);
        await Eventually.TrueAsync(async () => await CountAsync("select count(*) from fulfillment_orders") >= placed, OneMinute);

        Assert.Equal(0, await CountAsync(
            "select count(*) from unnest(@orders) as o(id) where not exists (select from journal_events where stream = 'order/' || o.id)",
            new { orders = orders.ToArray() }));
        Assert.Equal(orders.Count, placed);
        Assert.Equal(placed, await CountAsync("select count(*) from sandbox_intents where captured > 0"));
        Assert.Equal(placed, await CountAsync("select count(distinct reference) from sandbox_intents where captured > 0"));
        Assert.Equal(0, await CountAsync("select count(*) from sandbox_intents where status = 'Authorized'"));
        Assert.Equal(placed, Mails());
        Assert.Equal(placed, await CountAsync("select count(distinct order_id) from fulfillment_orders"));
        await Eventually.TrueAsync(async () => await CountAsync("select count(*) from journal_parked") == 0, OneMinute);

        var sold = await CountAsync("select coalesce(sum(units), 0) from fulfillment_orders");
        await Eventually.TrueAsync(async () =>
            await CountAsync("select committed from stock_levels where sku = 'COFFEE-250G'") == sold, OneMinute);
        Assert.Equal(unitsBefore, await OnHandAsync());
        Assert.Equal(0, await CountAsync("select held from stock_levels where sku = 'COFFEE-250G'"));
        Assert.Equal(sold, await CountAsync(
            "select coalesce(sum((data ->> 'quantity')::int), 0) from journal_facts where type = 'stock.committed'"));
        var report = await JournalVerifier.RunAsync(_database.Source);
        Assert.True(report.First is null, report.ToString());
    }

    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    private int Mails() => Directory.CreateDirectory(Path.Combine(_folder, "outbox")).GetFiles("*.eml").Length;

    private Task DemoIsLoadedAsync(NpgsqlDataSource? database = null) => Eventually.TrueAsync(
        async () => await CountAsync("select count(*) from orleansstorage where graintypestring like '%shipping-zones%'", null, database) > 0
            && await CountAsync(
                """
                select count(*) from stock_levels where sku = 'COFFEE-250G' and on_hand =
                    (select sum((data ->> 'delta')::int) from journal_facts where stream = 'stock-line/COFFEE-250G' and type = 'stock.counted')
                """,
                null,
                database) == 1,
        OneMinute);

    private Task<int> OnHandAsync() => CountAsync("select on_hand from stock_levels where sku = 'COFFEE-250G'");

    private async Task<int> CountAsync(string sql, object? parameters = null, NpgsqlDataSource? database = null)
    {
        await using var connection = await (database ?? _database.Source).OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>(sql, parameters);
    }
}
