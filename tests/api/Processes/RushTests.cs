using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Commerce.Verification;
using Dapper;
using Npgsql;

namespace Commerce.Processes;

/// <summary>Everybody wants the same thing at once, through two silos. What was sold was there, once.</summary>
[Collection(nameof(Alone))]
public sealed class RushTests(TwoSilos shop, ITestOutputHelper output) : IClassFixture<TwoSilos>
{
    /// <summary>How many shoppers there are for a tenth as many units: <c>COMMERCE_CHECKOUTS=10000</c> is the full size.</summary>
    private static readonly int Checkouts =
        int.Parse(Environment.GetEnvironmentVariable("COMMERCE_CHECKOUTS") ?? "1000", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60 + (Checkouts / 25));

    [Fact]
    public async Task Fifty_completes_of_one_cart_through_two_silos_are_one_order_one_charge_and_one_answer()
    {
        await shop.OfferAsync("RUSH-ONE", units: 10);
        var owner = new Shopper(shop.Http, "ada");
        await owner.FillCartAsync("RUSH-ONE");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            new Shopper(shop.Http, $"tab{i}", owner.Cart).CompleteAsync("pm_card_visa")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => (Text(answer.Body, "id"), Text(answer.Body, "number"))).Distinct());
        await QuietAsync();
        var order = new { id = Text(answers[0].Body, "id"), cart = owner.Cart };
        Assert.Equal(1, await shop.CountAsync(
            "select count(*) from journal_events where type = 'order.placed' and data -> 'cart' ->> 'id' = @cart", order));
        Assert.Equal(1, await shop.CountAsync("select count(*) from sandbox_intents where reference = @id", order));
        Assert.Equal(1, shop.MailsTo("ada@example.org"));
        await ProvedAsync();
    }

    [Fact]
    public async Task Fifty_completes_with_a_card_that_is_declined_are_all_declined_and_hold_nothing()
    {
        await shop.OfferAsync("RUSH-NONE", units: 10);
        var owner = new Shopper(shop.Http, "eve");
        await owner.FillCartAsync("RUSH-NONE");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            new Shopper(shop.Http, $"tab{i}", owner.Cart).CompleteAsync("pm_card_chargeDeclined")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.PaymentRequired, answer.Status));
        await QuietAsync();
        Assert.Equal(0, await shop.CountAsync(
            "select count(*) from sandbox_intents where status <> 'Declined' and reference = 'ord_' || split_part(@Cart, '_', 2)",
            new { owner.Cart }));
        Assert.Equal(10, await shop.AvailableAsync("RUSH-NONE"));
        await ProvedAsync();
    }

    [Fact]
    public async Task Ten_shoppers_for_each_unit_buy_no_more_than_there_is_though_a_silo_is_killed_twice()
    {
        var units = Checkouts / 10;
        await shop.OfferAsync("RUSH-MANY", units);
        var shoppers = await FillCartsAsync();
        var (orders, refusals, kills) = (new ConcurrentBag<string>(), new ConcurrentBag<string>(), 0);

        // The first few find everything in stock, so that both times there is still something to sell.
        foreach (var (crowd, enough) in new[] { (shoppers[..(units / 2)], units / 4), (shoppers[(units / 2)..], units * 3 / 4) })
        {
            var bought = Task.WhenAll(crowd.Select(async shopper =>
            {
                var (status, body) = await shopper.CompleteAsync("pm_card_visa");
                (status == HttpStatusCode.Created ? orders : refusals).Add(Text(body, status == HttpStatusCode.Created ? "id" : "code"));
            }));
            await Task.WhenAny(bought, Eventually.TrueAsync(() => Task.FromResult(orders.Count >= enough), Patience));
            await shop.Second.KillAsync();
            kills++;
            await shop.Second.StartAsync();
            await bought;
        }

        await QuietAsync();
        var left = await shop.AvailableAsync("RUSH-MANY");
        output.WriteLine($"{Checkouts} checkouts, {units} units, {kills} kills: {orders.Count} orders, "
            + $"{shoppers.Sum(shopper => shopper.Failures.Count)} requests repeated, {left} units left");
        Assert.All(refusals, code => Assert.Equal("out_of_stock", code));
        Assert.Equal(orders.Count, await shop.CountAsync(
            "select count(*) from journal_events where type = 'order.placed' and stream = any (@streams)",
            new { streams = orders.Select(order => $"order/{order}").Distinct().ToArray() }));
        Assert.Equal(orders.Count, await shop.CountAsync(
            "select count(*) from sandbox_intents where captured > 0 and reference = any (@ids)", new { ids = orders.ToArray() }));
        Assert.True(orders.Count <= units, $"{orders.Count} of {units} units were sold.");
        Assert.Equal(units, orders.Count + left);
        await ProvedAsync();

        var (exitCode, report) = await shop.First.VerifyAsync();
        output.WriteLine(report);
        Assert.Equal(0, exitCode);
    }

    private async Task<Shopper[]> FillCartsAsync()
    {
        var shoppers = Enumerable.Range(0, Checkouts)
            .Select(i => new Shopper(shop.Http, $"shopper{i}") { Patience = Patience, Quantity = 1 }).ToArray();
        await Parallel.ForEachAsync(
            shoppers, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (shopper, _) => await shopper.FillCartAsync("RUSH-MANY"));
        return shoppers;
    }

    /// <summary>Waits until every checkout has ended and every mail is sent. A cart that is open waits for its end, days away.</summary>
    private Task QuietAsync() => Eventually.TrueAsync(
        async () => await shop.CountAsync(
                "select count(*) from journal_streams where wake_at is not null and stream not like 'cart/%'") == 0
            && await shop.CountAsync("select count(*) from journal_events where type = 'order.placed'")
                == await shop.CountAsync("select count(*) from journal_events where type = 'notification.sent'"),
        Patience);

    /// <summary>No rule is broken: neither within stock, orders and payments nor between them and the gateway.</summary>
    private async Task ProvedAsync()
    {
        var report = await JournalVerifier.RunAsync(shop.Database);
        Assert.True(report.First is null, report.ToString());
    }

    private static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!;
}

/// <summary>A shop of two silos with a front door each.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-rush-").FullName;
    private TestDatabase _database = null!;

    internal ShopProcess First { get; private set; } = null!;

    internal ShopProcess Second { get; private set; } = null!;

    /// <summary>A way in through either door.</summary>
    internal HttpClient Http { get; private set; } = null!;

    internal NpgsqlDataSource Database => _database.Source;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        First = await ShopProcess.SiloAsync(_folder, _database.ConnectionString);
        await Eventually.TrueAsync(
            async () => await CountAsync("select count(*) from orleansstorage where graintypestring like '%shipping-zones%'") > 0,
            TimeSpan.FromMinutes(1));
        Second = await ShopProcess.SiloAsync(_folder, _database.ConnectionString);
        Http = new(new EitherDoor(First.Address, Second.Address)) { BaseAddress = First.Address, Timeout = TimeSpan.FromMinutes(10) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Second.DisposeAsync();
        await First.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Puts so many units of something new on sale.</summary>
    internal async Task OfferAsync(string sku, int units)
    {
        using var desk = new HttpClient { BaseAddress = First.Address };
        desk.DefaultRequestHeaders.Authorization = new("Bearer", ShopProcess.OperatorKey);
        var operators = new Shopper(desk, $"operator-{sku}");
        await operators.SendAsync(HttpMethod.Post, "/v1/admin/products", new
        {
            title = sku,
            handle = sku.ToLowerInvariant(),
            status = "active",
            variants = new[] { new { sku, prices = new[] { new { amount = 1000, currency = "GBP" } } } },
        });
        await operators.SendAsync(HttpMethod.Post, $"/v1/admin/stock/{sku}/receipts", new { location = "leeds", quantity = units });
    }

    /// <summary>What the journal says is left.</summary>
    internal Task<int> AvailableAsync(string sku) => CountAsync(
        """
        select sum(case when type in ('stock.received', 'stock.hold_released', 'stock.hold_expired', 'stock.commitment_released') then 1
                        when type = 'stock.held' then -1 else 0 end * (data ->> 'quantity')::int)
        from journal_facts where stream = 'stock-line/' || @sku
        """,
        new { sku });

    internal int MailsTo(string address) => Directory.GetFiles(Path.Combine(_folder, "outbox"), "*.eml")
        .Count(file => File.ReadAllText(file).Contains(address, StringComparison.Ordinal));

    internal async Task<int> CountAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>(sql, parameters);
    }
}

/// <summary>What stands before several front doors: takes them in turn, and leaves out one that has just failed.</summary>
internal sealed class EitherDoor(params Uri[] doors)
    : DelegatingHandler(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false })
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);
    private readonly long[] _failedAt = new long[doors.Length];
    private int _turn;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var door = (int)((uint)Interlocked.Increment(ref _turn) % doors.Length);
        if (Environment.TickCount64 - Volatile.Read(ref _failedAt[door]) < Rest.TotalMilliseconds)
        {
            door = (door + 1) % doors.Length;
        }

        request.RequestUri = new(doors[door], request.RequestUri!.PathAndQuery);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            Volatile.Write(ref _failedAt[door], Environment.TickCount64);
            throw;
        }
    }
}
