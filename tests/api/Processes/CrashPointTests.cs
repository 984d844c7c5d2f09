using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Commerce.Checkout;
using Commerce.Journal;
using Commerce.Verification;
using Dapper;

namespace Commerce.Processes;

/// <summary>
/// For each step of the checkout the process is killed before and after its calls and before and after its append, by
/// <c>kill -9</c>, and started again. A write that is stopped in PostgreSQL stops only its own lane, so several sagas
/// stand still at once, each at a point of its own, and die together.
/// </summary>
[Collection(nameof(Alone))]
public sealed class CrashPointTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int LanesLeftOpen = 2;
    private const int Units = 1_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-points-").FullName;
    private readonly List<CrashCase> _cases = [];
    private readonly List<string> _carts = [];
    private readonly List<(string Id, string Code)> _cards = [];
    private ImmutableArray<string> _skus = [];
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_step_and_every_event_of_the_checkout_has_its_crash_points()
    {
        var points = CrashPoints.All().ToList();
        foreach (var step in Enum.GetValues<CheckoutStep>().Except(CrashPoints.Ends))
        {
            var moments = points.Where(point => point.Step.Step == step).Select(point => point.Moment).ToHashSet();
            Assert.True(moments.Contains(CrashMoment.BeforeAppend) && moments.Contains(CrashMoment.AfterAppend),
                $"{step} is not killed before and after its append: add it to {nameof(CrashPoints)}.");
            Assert.True(CrashPoints.WithoutCalls.Contains(step)
                || (moments.Contains(CrashMoment.BeforeCall) && moments.Contains(CrashMoment.AfterCall)),
                $"{step} is not killed before and after its call: add it to {nameof(CrashPoints)}.");
        }

        var appended = EventTypes.All.Where(type => type.Value.IsAssignableTo(typeof(CheckoutEvent))).Select(type => type.Key);

        // That is no step: it comes after all of them, when somebody is to be forgotten.
        Assert.Empty(appended.Except(["checkout.erased"]).Except(CrashPoints.Steps.Select(step => step.Append)));
    }

    [Fact]
    public async Task Killed_at_any_point_there_is_one_order_one_charge_and_one_mail_or_nothing()
    {
        await using var silo = await ShopProcess.SiloAsync(
            _folder, _database.ConnectionString,
            ("Journal__Lanes", $"{JournalPartitions.Count}"),
            ("Journal__AppendTimeout", "00:01:00"),
            ("Journal__WakeEvery", "00:00:00.100"),
            ("Journal__WakeAgainAfter", "00:00:01"),
            ("Promotions__StaleAfter", "00:00:00.100"),
            ("Checkout__StepDeadline", "00:00:01"),
            ("Checkout__ChallengeDeadline", "00:00:15"),
            ("Mail__Timeout", "00:00:01"));
        using var http = new HttpClient { BaseAddress = silo.Address, Timeout = TimeSpan.FromSeconds(60) };
        await StockAsync(silo, http);
        await using var parking = await Parking.OpenAsync(_database.Source);

        var (waiting, kills) = (CrashPoints.All().ToList(), 0);
        while (waiting.Count > 0)
        {
            await ParkAsync(waiting, http, parking);
            await silo.KillAsync();
            await parking.SettleAsync();
            await silo.StartAsync();
            kills++;
        }

        var outcomes = await OutcomesAsync();
        output.WriteLine(Table(outcomes));
        output.WriteLine($"{outcomes.Length} points, {kills} kills");
        Assert.All(outcomes, outcome => Assert.True(outcome.IsRight, outcome.ToString()));
        await ProvedAsync();

        // Whoever was told nothing comes back and buys, whatever became of the first time.
        await Task.WhenAll(_cases.Select(@case => BuyAgainAsync(@case, http)));
        Assert.All(await OutcomesAsync(), outcome => Assert.True(outcome.IsOneOrder, outcome.ToString()));
        await ProvedAsync();
    }

    /// <summary>Lets as many shoppers as there are lanes to spare run into their crash points, one after the other.</summary>
    private async Task ParkAsync(List<CrashPoint> waiting, HttpClient http, Parking parking)
    {
        var stopped = new HashSet<short>();
        while (stopped.Count < JournalPartitions.Count - LanesLeftOpen && Place(waiting, stopped) is { } @case)
        {
            waiting.Remove(@case.Point);
            var shopper = new Shopper(http, @case.Name, @case.Cart);
            await shopper.FillCartAsync(@case.Sku);
            await shopper.SendAsync(HttpMethod.Post, $"/v1/carts/{@case.Cart}/codes", new { code = @case.Card.Code });
            await PrepareAsync(@case, shopper);
            await parking.ArmAsync(@case);
            @case.HasStopped = await RunIntoAsync(@case, http, parking);
            if (@case.HasStopped && @case.Point.Effect.Owner != "gateway")
            {
                stopped.Add(StreamName.Partition(@case.Stream));
            }
        }
    }

    /// <summary>Sends the request, again while the shop is still starting; false when the write never comes.</summary>
    private static async Task<bool> RunIntoAsync(CrashCase @case, HttpClient http, Parking parking)
    {
        var deadline = Environment.TickCount64 + (long)TimeSpan.FromSeconds(15).TotalMilliseconds;
        for (var answer = RunAsync(@case, http); Environment.TickCount64 < deadline; await Task.Delay(20))
        {
            if (await parking.HasStoppedAsync(@case))
            {
                return true;
            }

            answer = answer is { IsCompletedSuccessfully: true, Result: false } ? RunAsync(@case, http) : answer;
        }

        return false;
    }

    /// <summary>
    /// The next point, with a cart, a SKU and a gift card all of whose streams are written by lanes that do not stand still;
    /// null: none fits. Everybody needs the promotion: its lane stands still when nobody else can be placed.
    /// </summary>
    private CrashCase? Place(IReadOnlyList<CrashPoint> waiting, HashSet<short> stopped)
    {
        var shared = StreamName.Partition($"promotion/{CrashPoints.Promotion}");
        foreach (var sparesTheShared in new[] { true, false })
        {
            foreach (var cart in _carts.Where(cart => !OwnOf(cart).Any(stream => stopped.Contains(StreamName.Partition(stream)))))
            {
                var sku = _skus.FirstOrDefault(sku => !stopped.Contains(StreamName.Partition($"stock-line/{sku}")));
                var card = _cards.FirstOrDefault(card => !stopped.Contains(StreamName.Partition($"credit-account/{card.Id}")));
                var point = sku is null || card.Id is null ? null : waiting.FirstOrDefault(point =>
                    !sparesTheShared || StreamName.Partition(point.Effect.StreamOf(cart, sku, card.Id)) != shared);
                if (point is not null)
                {
                    _carts.Remove(cart);
                    _cards.Remove(card);
                    _cases.Add(new(point, cart, sku!, card, $"shopper{_cases.Count}"));
                    return _cases[^1];
                }
            }
        }

        Assert.False(stopped.Count == 0 && waiting.Count > 0, "There are too few carts to choose from.");
        return null;
    }

    private static string[] OwnOf(string cart) =>
    [
        $"cart/{cart}", $"checkout/{cart}", $"payment/ord_{cart["cart_".Length..]}", $"order/ord_{cart["cart_".Length..]}",
        $"promotion/{CrashPoints.Promotion}",
    ];

    /// <summary>What comes before the request during which the process dies.</summary>
    private static async Task PrepareAsync(CrashCase @case, Shopper shopper)
    {
        if (@case.Point.Step.Journey is Journey.Confirmed or Journey.PaidOtherwise)
        {
            var (status, asked) = await shopper.CompleteAsync("pm_card_authenticationRequired");
            Assert.Equal(HttpStatusCode.Accepted, status);
            @case.Challenge = asked.GetProperty("next_action").GetProperty("url").GetString()!;
        }
    }

    /// <summary>The request during which the process dies; false when it was told to come again.</summary>
    private static async Task<bool> RunAsync(CrashCase @case, HttpClient http)
    {
        var (path, body) = @case.Point.Step.Journey switch
        {
            Journey.Confirmed => (@case.Challenge, (object)new { approve = true }),
            Journey.Declined => (@case.Complete, new { payment_method = "pm_card_chargeDeclined" }),
            Journey.Challenged => (@case.Complete, new { payment_method = "pm_card_authenticationRequired" }),
            _ => (@case.Complete, new { payment_method = "pm_card_visa" }),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"{@case.Name}-last");
        try
        {
            using var response = await http.SendAsync(request);
            return (int)response.StatusCode < 500;
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException)
        {
            // As it should be: the process is gone.
            return true;
        }
    }

    private static async Task BuyAgainAsync(CrashCase @case, HttpClient http)
    {
        var (status, _) = await new Shopper(http, $"{@case.Name}-again", @case.Cart).CompleteAsync("pm_card_visa");
        Assert.True(status == HttpStatusCode.Created, $"{@case}: {status}");
    }

    /// <summary>Goods on the shelf and empty carts, enough of them to choose from.</summary>
    private async Task StockAsync(ShopProcess silo, HttpClient http)
    {
        await Eventually.TrueAsync(
            async () => await CountAsync("select count(*) from orleansstorage where graintypestring like '%shipping-zones%'") > 0,
            TimeSpan.FromMinutes(1));
        using var desk = new HttpClient { BaseAddress = silo.Address };
        desk.DefaultRequestHeaders.Authorization = new("Bearer", ShopProcess.OperatorKey);
        var operators = new Shopper(desk, "operator");
        await operators.SendAsync(HttpMethod.Put, $"/v1/admin/promotions/{CrashPoints.Promotion}", new
        {
            title = "A tenth less", action = new { kind = "percentage", percent = 10 }, limits = new { uses_max = 100_000 },
        });
        _skus = [.. Enumerable.Range(0, 12).Select(i => $"POINT-{i:00}")];
        foreach (var sku in _skus)
        {
            await operators.SendAsync(HttpMethod.Post, "/v1/admin/products", new
            {
                title = sku,
                handle = sku.ToLowerInvariant(),
                status = "active",
                variants = new[] { new { sku, prices = new[] { new { amount = 1000, currency = "GBP" } } } },
            });
            await operators.SendAsync(
                HttpMethod.Post, $"/v1/admin/stock/{sku}/receipts", new { location = "leeds", quantity = Units });
        }

        var carts = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i =>
            (await new Shopper(http, $"cart{i}").SendAsync(HttpMethod.Post, "/v1/carts", new { currency = "GBP" }))
                .Body.GetProperty("id").GetString()!));
        _carts.AddRange(carts);
        _cards.AddRange(await Task.WhenAll(Enumerable.Range(0, 150).Select(async i =>
        {
            var (_, issued) = await new Shopper(desk, $"card{i}").SendAsync(HttpMethod.Post, "/v1/admin/gift-cards", new
            {
                amount = new { amount = CrashOutcome.Card, currency = "GBP" }, reason = "crash points",
            });
            return (issued.GetProperty("gift_card").GetProperty("id").GetString()!, issued.GetProperty("code").GetString()!);
        })));
        await Eventually.TrueAsync(async () => await CountAsync("select count(*) from promotions where status = 'active'") == 1);
    }

    /// <summary>Waits until every checkout and every message has ended, and looks what has become of each cart.</summary>
    private async Task<ImmutableArray<CrashOutcome>> OutcomesAsync()
    {
        // Not the deadlines of holds and uses: a saga gives back what it held, and does not leave that to time. Nor
        // those of carts, which nobody may come back to for months.
        var deadline = Environment.TickCount64 + (long)TimeSpan.FromMinutes(1).TotalMilliseconds;
        while (await UnfinishedAsync() is { Length: > 0 } unfinished)
        {
            Assert.True(Environment.TickCount64 < deadline, $"These have not come to an end:\n{unfinished}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        var mails = Directory.CreateDirectory(Path.Combine(_folder, "outbox")).GetFiles("*.eml")
            .Select(file => File.ReadAllText(file.FullName)).ToList();
        await using var connection = await _database.Source.OpenConnectionAsync();
        var outcomes = ImmutableArray.CreateBuilder<CrashOutcome>();
        foreach (var @case in _cases)
        {
            var id = @case.Cart["cart_".Length..];
            var (orders, charges, hanging, held, committed, reserved, spent) = await connection.QuerySingleAsync<(int, int, int, int, int, int, int)>(
                """
                select (select count(*) from journal_events where stream = 'order/ord_' || @id and type = 'order.placed')::int,
                       (select count(*) from sandbox_intents where reference = 'ord_' || @id and captured > 0)::int,
                       (select count(*) from sandbox_intents
                        where reference = 'ord_' || @id and status in ('Authorized', 'RequiresAction'))::int,
                       coalesce(sum(case when type = 'stock.held' then units
                                         when type in ('stock.hold_released', 'stock.hold_expired', 'stock.committed') then -units
                                    end), 0)::int,
                       coalesce(sum(case when type = 'stock.committed' then units
                                         when type = 'stock.commitment_released' then -units end), 0)::int,
                       (select coalesce(sum(case when type = 'credit.reserved' then 1 else -1 end), 0)::int
                        from journal_events
                        where stream = 'credit-account/' || @card
                          and type in ('credit.reserved', 'credit.reservation_released', 'credit.committed')),
                       (select coalesce(sum(case type when 'credit.committed' then 1 else -1 end
                                            * (data -> 'amount' ->> 'amount')::int), 0)::int
                        from journal_events
                        where stream = 'credit-account/' || @card and type in ('credit.committed', 'credit.returned'))
                from (select type, (data ->> 'quantity')::int as units from journal_facts
                      where stream = 'stock-line/' || @Sku and data ->> 'hold' like 'hold_' || @id || '.%') s
                """,
                new { id, @case.Sku, card = @case.Card.Id });
            var letters = mails.Count(mail => mail.Contains($"{@case.Name}@example.org", StringComparison.Ordinal));
            outcomes.Add(new(@case, orders, charges, hanging, letters, held, committed, reserved, spent));
        }

        return outcomes.ToImmutable();
    }

    /// <summary>Checkouts, payments, changes and messages that wait for something, and orders nobody was told of; empty: none.</summary>
    private async Task<string> UnfinishedAsync()
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        return string.Join('\n', await connection.QueryAsync<string>(
            """
            select format('%s waits until %s after %s', s.stream, s.wake_at, e.type)
            from journal_streams s join journal_events e on e.stream = s.stream and e.version = s.version
            where s.wake_at is not null
              and split_part(s.stream, '/', 1) not in ('stock-line', 'promotion', 'credit-account', 'cart')
            union all
            select format('%s is placed and no mail was sent', p.stream)
            from journal_events p where p.type = 'order.placed' and not exists (
                select from journal_events s
                where s.stream = 'notification/' || split_part(p.stream, '/', 2) and s.type = 'notification.sent')
            """));
    }

    private async Task ProvedAsync()
    {
        var report = await JournalVerifier.RunAsync(_database.Source);
        Assert.True(report.First is null, report.ToString());
    }

    private static string Table(IEnumerable<CrashOutcome> outcomes)
    {
        var table = new StringBuilder().AppendLine(CrashOutcome.Header);
        foreach (var outcome in outcomes.OrderBy(outcome => outcome.Case.Point.Step.Step))
        {
            table.AppendLine(outcome.ToString());
        }

        return table.ToString();
    }

    private async Task<int> CountAsync(string sql)
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>(sql);
    }
}

/// <summary>A shopper whose process dies at one point.</summary>
internal sealed record CrashCase(CrashPoint Point, string Cart, string Sku, (string Id, string Code) Card, string Name)
{
    /// <summary>Where the write goes during which the process dies.</summary>
    public string Stream => Point.Effect.StreamOf(Cart, Sku, Card.Id);

    public string Complete => $"/v1/carts/{Cart}/complete";

    /// <summary>The bank's page, once the shopper was sent there.</summary>
    public string Challenge { get; set; } = "";

    /// <summary>Whether the write came, and the process was killed during it.</summary>
    public bool HasStopped { get; set; }
}

/// <summary>What became of it.</summary>
internal sealed record CrashOutcome(
    CrashCase Case, int Orders, int Charges, int Hanging, int Mails, int Held, int Committed, int Reserved, int Spent)
{
    private const int Bought = 2;
    public const int Card = 100;

    public static string Header =>
        $"{"step",-17}{"journey",-14}{"killed",-13}{"write",-32}{"orders",7}{"charges",8}{"mails",6}{"sold",5}{"held",5}{"open",5}{"card",5}  verdict";

    public bool IsOneOrder =>
        (Orders, Charges, Hanging, Mails, Held, Committed, Reserved, Spent) == (1, 1, 0, 1, 0, Bought, 0, Card);

    public bool IsNothing =>
        (Orders, Charges, Hanging, Mails, Held, Committed, Reserved, Spent) == (0, 0, 0, 0, 0, 0, 0, 0);

    public bool IsRight => Case.HasStopped && (Case.Point.BecomesOrder ? IsOneOrder : IsNothing);

    public override string ToString()
    {
        var (step, effect, moment) = Case.Point;
        var verdict = !Case.HasStopped ? "WRONG: the write never came" : !IsRight ? "WRONG" : IsOneOrder ? "one order" : "nothing";
        return $"{step.Step,-17}{step.Journey,-14}{moment,-13}{effect.Owner + " " + effect.Type.Split('.')[^1],-32}"
            + $"{Orders,7}{Charges,8}{Mails,6}{Committed,5}{Held,5}{Hanging,5}{Spent,5}  {verdict}";
    }
}
