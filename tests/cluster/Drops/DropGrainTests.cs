using Commerce.Carts;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Promotions;
using Commerce.Verification;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Drops;

public sealed class DropGrainTests(TwoSiloCluster cluster) : IClassFixture<TwoSiloCluster>
{
    [Fact]
    public async Task A_declined_card_is_tried_again_the_sale_is_heard_of_and_the_next_waits_for_nothing()
    {
        var (sku, id, drop) = await NewAsync(units: 1, stock: 1);
        var (ada, grace) = (await cluster.Grains.NewCartAsync((sku, 1)), await cluster.Grains.NewCartAsync((sku, 1)));
        await JoinAsync(drop, "ada", ada);
        await JoinAsync(drop, "grace", grace);
        await AdmittedAsync(drop, "ada");

        // Nobody else can have the unit, whatever they do.
        Assert.Equal("out_of_stock", (await cluster.Grains.BuyAsync(grace)).Rejection?.Code);
        Assert.Equal("payment_declined", (await cluster.Grains.BuyAsync(ada, "pm_card_chargeDeclined")).Rejection?.Code);
        Assert.Equal("out_of_stock", (await cluster.Grains.BuyAsync(grace)).Rejection?.Code);
        var bought = await cluster.Grains.BuyAsync(ada);

        Assert.NotNull(bought.Required.Order);
        await Eventually.TrueAsync(async () => (await TicketAsync(drop, "ada")).State == TicketState.Bought);
        await Eventually.TrueAsync(async () => (await TicketAsync(drop, "grace")).State == TicketState.Waitlisted);
        var view = (await drop.Read()).Required;
        Assert.Equal((DropStatus.SoldOut, 1, 0, 1), (view.Status, view.Sold, view.Held, view.Bought));
        Assert.Equal(id, view.Id);
    }

    [Fact]
    public async Task Who_does_not_buy_lapses_with_his_hold_and_the_next_in_line_has_it()
    {
        var (sku, _, drop) = await NewAsync(units: 1, stock: 1, hold: 5);
        var grace = await cluster.Grains.NewCartAsync((sku, 1));
        await JoinAsync(drop, "ada", NewCart());
        await JoinAsync(drop, "grace", grace);
        await AdmittedAsync(drop, "ada");

        await AdmittedAsync(drop, "grace");

        Assert.Equal(TicketState.Lapsed, (await TicketAsync(drop, "ada")).State);
        Assert.NotNull((await cluster.Grains.BuyAsync(grace)).Required.Order);
    }

    [Fact]
    public async Task A_thousand_requests_of_ten_holders_get_ten_places()
    {
        var (_, _, drop) = await NewAsync(units: 3, stock: 5);
        var carts = Enumerable.Range(0, 10).Select(_ => NewCart()).ToArray();
        var ways = Enumerable.Range(0, 2)
            .Select(silo => cluster.Services(silo).GetRequiredService<IGrainFactory>().GetDrop(DropIdOf(drop))).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i =>
            ways[i % 2].Join(new(Ticket($"holder {i % 10}"), i < 500 ? carts[i % 10] : NewCart(), 1))));

        var view = (await drop.Read()).Required;
        Assert.Equal(10, view.Tickets);
        Assert.Equal(10, answers.Count(answer => answer is { IsAccepted: true, IsRepeated: false }));
        Assert.All(answers, answer => Assert.True(answer.IsAccepted || answer.Rejection!.Code == "drop_already_joined"));
        Assert.Equal(10, answers.Where(answer => answer.IsAccepted).Select(answer => answer.Value!.Id).Distinct().Count());
    }

    [Fact]
    public async Task Tickets_are_called_in_the_order_of_their_events_also_across_lost_activations()
    {
        var (sku, id, drop) = await NewAsync(units: 40, stock: 40, inCheckout: 7);
        var carts = Enumerable.Range(0, 40).Select(_ => NewCart()).ToArray();
        await Task.WhenAll(carts.Select((cart, i) => Insist(() => drop.Join(new(Ticket($"{i}"), cart, 1)))));

        for (var i = 0; i < 40; i++)
        {
            var next = await NextAdmittedAsync(drop, sku, carts);
            await Insist(() => cluster.Grains.GetStockLine(sku).Commit(HoldId.For(next, 0)));
            if (i % 8 == 3)
            {
                await cluster.ForgetAsync(drop);
            }
        }

        await Eventually.TrueAsync(async () => (await Insist(() => drop.Read())).Required.Status == DropStatus.SoldOut);
        var (joined, called) = (await TicketsAsync(id, "drop.joined"), await TicketsAsync(id, "drop.called"));
        Assert.Equal(40, joined.Count);
        Assert.Equal(joined, called.Distinct());
        Assert.Equal(40, (await cluster.Grains.GetStockLine(sku).Read()).Committed);
    }

    [Fact]
    public async Task Everybody_there_is_room_for_is_called_at_once_after_a_pause()
    {
        var (_, _, drop) = await NewAsync(units: 1_000, stock: 1_000, inCheckout: 1_000);
        await JoinAsync(drop, "first", NewCart());
        await AdmittedAsync(drop, "first");
        await drop.Pause(CommandHeader.None);
        foreach (var some in Enumerable.Range(0, 999).Chunk(100))
        {
            await Task.WhenAll(some.Select(number => JoinAsync(drop, $"crowd {number}", NewCart())));
        }

        await drop.Open(CommandHeader.None);

        // Faster than deadlines are looked at: not one batch for each wake-up.
        var since = System.Diagnostics.Stopwatch.StartNew();
        await Eventually.TrueAsync(async () => (await drop.Read()).Required.Admitted == 1_000);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(3), $"{since.Elapsed}");
    }

    [Fact]
    public async Task A_cart_that_bought_in_one_drop_gets_nothing_in_another_of_the_same_product()
    {
        var sku = await cluster.Grains.NewSkuAsync(2);
        var drops = new List<IDropGrain>();
        for (var i = 0; i < 2; i++)
        {
            drops.Add(cluster.Grains.GetDrop(EntityId.New<DropId>(DateTimeOffset.UtcNow)));
            Assert.True((await drops[i].Create(Definition(sku, 1), CommandHeader.None)).IsAccepted);
        }

        var cart = await cluster.Grains.NewCartAsync((sku, 1));
        await JoinAsync(drops[0], "ada", cart);
        await AdmittedAsync(drops[0], "ada");
        await cluster.Grains.GetStockLine(sku).Commit(HoldId.For(cart, 0));
        await JoinAsync(drops[1], "ada", cart);

        await Eventually.TrueAsync(async () => (await TicketAsync(drops[1], "ada")).State == TicketState.Lapsed);
        Assert.Equal((1, 0), await HeldAsync(sku));

        async Task<(int Committed, int Held)> HeldAsync(Sku of) =>
            await cluster.Grains.GetStockLine(of).Read() is var stock ? (stock.Committed, stock.Held) : default;
    }

    [Fact]
    public async Task Units_that_were_refused_are_refused_again_and_set_when_there_are_some()
    {
        var (sku, _, drop) = await NewAsync(units: 1, stock: 1);
        var key = new CommandHeader("units", "same");

        Assert.Equal("out_of_stock", (await drop.SetUnits(2, key)).Rejection?.Code);
        Assert.Equal("out_of_stock", (await drop.SetUnits(2, key)).Rejection?.Code);
        await cluster.Grains.GetStockLine(sku).Receive(new(Shop.Main, 1), CommandHeader.None);

        Assert.Equal(2, (await drop.SetUnits(2, key)).Required.Units);
    }

    [Fact]
    public async Task Units_are_all_set_aside_or_the_drop_is_not_made_and_can_be_made_later()
    {
        var sku = await cluster.Grains.NewSkuAsync(3);
        var id = EntityId.New<DropId>(DateTimeOffset.UtcNow);
        var (drop, definition, key) = (cluster.Grains.GetDrop(id), Definition(sku, 5), new CommandHeader("create"));

        Assert.Equal("out_of_stock", (await drop.Create(definition, key)).Rejection?.Code);
        Assert.Equal("drop_not_found", (await drop.Read()).Rejection?.Code);
        await cluster.Grains.GetStockLine(sku).Receive(new(Shop.Main, 3), CommandHeader.None);
        var made = await drop.Create(definition, key);
        var again = await drop.Create(definition, key);

        Assert.Equal((5, DropStatus.Scheduled), (made.Required.Units, made.Required.Status));
        Assert.Equal(5, again.Required.Units);
        Assert.Equal("drop_exists", (await drop.Create(definition with { Title = "Other" }, new("other"))).Rejection?.Code);
        Assert.Equal((1, 5), Of(await cluster.Grains.GetStockLine(sku).Read()));
    }

    [Fact]
    public async Task More_units_wake_the_waitlist_and_closing_gives_back_what_is_left()
    {
        var (sku, _, drop) = await NewAsync(units: 1, stock: 5);
        await JoinAsync(drop, "ada", NewCart());
        await JoinAsync(drop, "grace", NewCart());
        await AdmittedAsync(drop, "ada");

        Assert.Equal("out_of_stock", (await drop.SetUnits(6, CommandHeader.None)).Rejection?.Code);
        Assert.Equal(3, (await drop.SetUnits(3, CommandHeader.None)).Required.Units);
        await AdmittedAsync(drop, "grace");
        Assert.Equal((2, 1), Of(await cluster.Grains.GetStockLine(sku).Read()));
        Assert.Equal(DropStatus.Closed, (await drop.Close(CommandHeader.None)).Required.Status);

        await Eventually.TrueAsync(async () => Of(await cluster.Grains.GetStockLine(sku).Read()) == (3, 0));
        Assert.Equal(TicketState.Admitted, (await TicketAsync(drop, "grace")).State);
        Assert.Equal("drop_closed", (await drop.Join(new(Ticket("late"), NewCart(), 1))).Rejection?.Code);
        Assert.Equal("drop_closed", (await drop.Open(CommandHeader.None)).Rejection?.Code);
    }

    [Fact]
    public async Task A_drop_opens_by_itself_and_admits_by_lot_who_came_in_time()
    {
        var sku = await cluster.Grains.NewSkuAsync(2);
        var drop = cluster.Grains.GetDrop(EntityId.New<DropId>(DateTimeOffset.UtcNow));
        Assert.True((await drop.Create(
            Definition(sku, 2) with { OpensAt = DateTimeOffset.UtcNow.AddSeconds(1), Order = DropOrder.Lottery, LotterySeconds = 5 },
            CommandHeader.None)).IsAccepted);

        await Eventually.TrueAsync(async () => (await drop.Read()).Required.Status == DropStatus.Open);
        foreach (var holder in new[] { "ada", "grace", "mary" })
        {
            Assert.Null((await JoinAsync(drop, holder, NewCart())).Position);
        }

        await Eventually.TrueAsync(async () => (await drop.Read()).Required.Admitted == 2);
        var seed = (await drop.Read()).Required.Seed!;
        var last = new[] { "ada", "grace", "mary" }.OrderBy(holder => Lottery.LotOf(seed, Ticket(holder))).Last();
        Assert.Equal(TicketState.Waiting, (await TicketAsync(drop, last)).State);
    }

    [Fact]
    public async Task What_the_tests_did_breaks_no_rule()
    {
        var (sku, _, drop) = await NewAsync(units: 2, stock: 3);
        var ada = await cluster.Grains.NewCartAsync((sku, 1));
        await JoinAsync(drop, "ada", ada);
        await AdmittedAsync(drop, "ada");
        Assert.NotNull((await cluster.Grains.BuyAsync(ada)).Required.Order);

        var report = await JournalVerifier.RunAsync(cluster.Database);

        Assert.True(report.First?.Stream.StartsWith("stock-line", StringComparison.Ordinal) != false, report.ToString());
        Assert.Empty(report.NotUnderstood);
    }

    private static CartId NewCart() => EntityId.New<CartId>(DateTimeOffset.UtcNow);

    private static TicketId Ticket(string holder) => EntityId.Derive<TicketId>(holder);

    private static DropId DropIdOf(IDropGrain drop) => new(drop.GetPrimaryKeyString());

    private static (int Available, int SetAside) Of(StockView stock) => (stock.Available, stock.SetAside);

    private static DropDefinition Definition(Sku sku, int units, int hold = 600, int inCheckout = 100) =>
        new("Sneaker", sku, units, DateTimeOffset.UtcNow.AddSeconds(-1), HoldSeconds: hold, InCheckoutMax: inCheckout);

    private async Task<(Sku Sku, DropId Id, IDropGrain Drop)> NewAsync(int units, int stock, int hold = 600, int inCheckout = 100)
    {
        var sku = await cluster.Grains.NewSkuAsync(stock);
        var id = EntityId.New<DropId>(DateTimeOffset.UtcNow);
        var drop = cluster.Grains.GetDrop(id);
        var made = await drop.Create(Definition(sku, units, hold, inCheckout), CommandHeader.None);
        Assert.True(made.IsAccepted, made.Rejection?.ToString());
        return (sku, id, drop);
    }

    private static async Task<TicketView> JoinAsync(IDropGrain drop, string holder, CartId cart)
    {
        var joined = await drop.Join(new(Ticket(holder), cart, 1));
        Assert.True(joined.IsAccepted, joined.Rejection?.ToString());
        return joined.Value!;
    }

    private static async Task<TicketView> TicketAsync(IDropGrain drop, string holder) =>
        (await drop.ReadTicket(Ticket(holder))).Required;

    private static Task AdmittedAsync(IDropGrain drop, string holder) =>
        Eventually.TrueAsync(async () => (await TicketAsync(drop, holder)).State == TicketState.Admitted);

    private static async Task<T> Insist<T>(Func<Task<T>> command) => (await JournalParts.InsistAsync(command)).Answer;

    /// <summary>Some cart that is admitted and has not bought.</summary>
    private async Task<CartId> NextAdmittedAsync(IDropGrain drop, Sku sku, CartId[] carts)
    {
        CartId? next = null;
        await Eventually.TrueAsync(async () =>
        {
            await Insist(() => drop.Read());
            var stock = await cluster.Grains.GetStockLine(sku).Read();
            next = stock.Holds.Select(hold => hold.Id.Cart).FirstOrDefault(cart => cart is { } held && carts.Contains(held));
            return next is not null;
        });
        return next!.Value;
    }

    private async Task<IReadOnlyList<string>> TicketsAsync(DropId id, string type) => await cluster.Database.QueryAsync<string>(
        """
        select coalesce(t ->> 'ticket', e.data ->> 'ticket')
        from journal_facts e left join lateral jsonb_array_elements(e.data -> 'tickets') with ordinality as t(t, n) on true
        where e.stream = @stream and e.type = @type order by e.version, n
        """,
        new { stream = $"drop/{id}", type });
}
