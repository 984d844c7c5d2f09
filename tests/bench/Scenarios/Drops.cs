using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Commerce.Carts;
using Commerce.Drops;
using Microsoft.Extensions.DependencyInjection;

namespace Commerce.Bench;

/// <summary>
/// Ten buyers for each unit come within ten seconds. Whoever is admitted types his address for ten to twenty seconds and buys
/// over HTTP, but for one in twenty, who lets his time go by; everybody listens to his ticket, and when he heard is compared with when it was journaled.
/// </summary>
internal sealed class Drops : IScenario
{
    private const int Units = 10_000;
    private const int Buyers = 100_000;
    private const int InCheckout = 2_000;
    private const int WarmUps = 8;
    private const int Writers = 256;
    private const int Connections = 256;
    private const int Hands = 64;
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(10);

    // When it became so: in the journal, of each ticket.
    private const string Facts = """
        select t ->> 'ticket' as ticket, e.recorded_at from journal_events e
        cross join lateral jsonb_array_elements(e.data -> 'tickets') as t where e.stream = $1 and e.type = 'drop.admitted'
        union all
        select null, max(recorded_at) from journal_events where stream = $1 and type = 'drop.sold_out'
        """;

    private const string Inversions = """
        with joined as (
            select data ->> 'ticket' as ticket, row_number() over (order by version) as place
            from journal_facts where stream = $1 and type = 'drop.joined'),
        called as (
            select j.place, lag(j.place) over (order by e.version, t.n) as before
            from journal_events e cross join lateral jsonb_array_elements(e.data -> 'tickets') with ordinality as t(t, n)
            join joined j on j.ticket = t.t ->> 'ticket' where e.stream = $1 and e.type = 'drop.called')
        select count(*) from called where place <= before
        """;

    public string Name => "drop";

    public string Summary => "100,000 buyers for 10,000 units within ten seconds, through the fair queue";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, 2, Units);
        await using var shop = await HostedShop.StartAsync(lab.Settings());
        var address = new Uri(shop.App.Urls.First());
        var lanes = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => HttpLane.ConnectAsync(address)));
        var carts = await NewCartsAsync(shop.Grains);
        await WarmUpAsync(lab, report, shop.Grains, lanes, carts);
        var (id, drop) = await NewDropAsync(shop.Grains, Catalogue.Sku(0), InCheckout);
        var heard = new ConcurrentDictionary<TicketId, ConcurrentDictionary<TicketState, DateTime>>();
        var feeds = shop.App.Services.GetRequiredService<DropFeeds>();
        var admitted = Channel.CreateUnbounded<CartId>();
        var next = -1;

        // Those who are admitted buy while the others still arrive.
        var buying = Task.WhenAll(Enumerable.Range(0, Hands).Select(_ => BuyAsync(address, admitted.Reader)));
        var arrived = await Load.OpenAsync(Connections, Buyers / Arrival.TotalSeconds, Arrival, async (lane, number) =>
        {
            await JoinAsync(lanes[lane], id, carts[Interlocked.Increment(ref next)]);
            var ticket = new TicketId(lanes[lane].Text("token").Split('.')[0]);
            var listener = feeds.Listen(id, ticket) ?? throw new InvalidOperationException("Too many listen.");
            _ = ListenAsync(listener, heard.GetOrAdd(ticket, _ => []), admitted.Writer);
        }, lab.Cpu);
        report.Add(new("buyers take a place, over HTTP", [arrived], Latency: Latency.Of(arrived)));

        var selling = Stopwatch.StartNew();
        while (!buying.IsFaulted && (await drop.Read()).Required.Status != DropStatus.SoldOut)
        {
            await Task.Delay(100);
        }

        report.Notes.Add(FormattableString.Invariant($"  sold out {selling.Elapsed.TotalSeconds:0} s after the last buyer came"));
        while (heard.Values.Any(ticket => !ticket.ContainsKey(TicketState.Waitlisted) && !ticket.ContainsKey(TicketState.Admitted))
            && selling.Elapsed < TimeSpan.FromMinutes(10))
        {
            await Task.Delay(100);
        }

        admitted.Writer.Complete();
        await buying;
        await Shopper.DeliveredAsync(lab);
        var late = await LatenessAsync(lab, id, heard);
        var view = (await drop.Read()).Required;
        report.Notes.Add(FormattableString.Invariant(
            $"  {view.Tickets} tickets, {view.Bought} bought, {view.Lapsed} lapsed, {view.Waiting} on the waitlist; told after {late[late.Count / 2]:0} ms (half), {late[late.Count * 99 / 100]:0} ms (99 %), {late[^1]:0} ms (all {late.Count})"));
        report.Require("units sold ÷ units", (double)view.Sold / Units, 1);
        report.Require("units oversold", Math.Max(0, (await shop.Grains.GetStockLine(Catalogue.Sku(0)).Read()).Committed - Units), 0, isUpperLimit: true);
        report.Require("tickets called before somebody ahead of them", await CountAsync(lab, Inversions, $"drop/{id}"), 0, isUpperLimit: true);
        report.Require("slowest to be told, ms", late[^1], 1_000, isUpperLimit: true);
        report.Require("buyers who were told nothing", heard.Values.Count(ticket => ticket.IsEmpty), 0, isUpperLimit: true);
        foreach (var lane in lanes)
        {
            lane.Dispose();
        }

        await lab.VerifyAsync(report);
    }

    /// <summary>A cart with an e-mail address for each buyer; he needs no more to get in line.</summary>
    private static async Task<CartId[]> NewCartsAsync(IGrainFactory grains)
    {
        var carts = new CartId[Buyers];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) < Buyers)
            {
                var cart = grains.GetCart(carts[number] = EntityId.Derive<CartId>($"buyer {number}"));
                _ = (await cart.Create(new("GBP"), CommandHeader.None)).Required;
                _ = (await cart.Update(new(new(true, $"buyer{number}@example.org"), default, default), CommandHeader.None)).Required;
            }
        })));
        return carts;
    }

    private static async Task<(DropId Id, IDropGrain Drop)> NewDropAsync(IGrainFactory grains, Sku sku, int inCheckout)
    {
        var id = EntityId.Derive<DropId>($"{sku}");
        var drop = grains.GetDrop(id);
        _ = (await drop.Create(
            new("Drop", sku, Units, DateTimeOffset.UnixEpoch, HoldSeconds: 60, InCheckoutMax: inCheckout), CommandHeader.None)).Required;
        return (id, drop);
    }

    /// <summary>Buyers come to another drop, and nobody is admitted there but one.</summary>
    private static async Task WarmUpAsync(Lab lab, Report report, IGrainFactory grains, HttpLane[] lanes, CartId[] carts)
    {
        var (id, drop) = await NewDropAsync(grains, Catalogue.Sku(1), inCheckout: 1);
        var next = -1;
        var rounds = new List<Round>();
        for (var i = 0; i < WarmUps; i++)
        {
            rounds.Add(await Load.ClosedAsync(
                Connections, TimeSpan.FromSeconds(1),
                (lane, number) => Interlocked.Increment(ref next) is var buyer && buyer < Buyers
                    ? JoinAsync(lanes[lane], id, carts[buyer]).AsTask()
                    : Task.Delay(1),
                lab.Cpu));
        }

        report.Add(new("places taken in a drop where nobody buys", rounds));
        _ = (await drop.Close(CommandHeader.None)).Required;
    }

    private static ValueTask JoinAsync(HttpLane lane, DropId drop, CartId cart) =>
        lane.ExpectAsync(201, HttpLane.Request("POST", $"/v1/drops/{drop}/tickets", $$"""{"cart":"{{cart}}"}"""));

    private static async Task ListenAsync(
        DropListener<TicketView> listener, ConcurrentDictionary<TicketState, DateTime> heard, ChannelWriter<CartId> admitted)
    {
        using (listener)
        {
            while (await listener.WaitAsync(CancellationToken.None))
            {
                while (listener.TryRead(out var ticket))
                {
                    if (ticket is not null && heard.TryAdd(ticket.State, DateTime.UtcNow) && ticket.State == TicketState.Admitted
                        && Random.Shared.Next(20) > 0)
                    {
                        _ = ThinkAsync(ticket.Cart, admitted);
                    }
                }
            }
        }
    }

    private static async Task ThinkAsync(CartId cart, ChannelWriter<CartId> ready)
    {
        await Task.Delay(TimeSpan.FromSeconds(10 + (10 * Random.Shared.NextDouble())));
        ready.TryWrite(cart);
    }

    private static async Task BuyAsync(Uri shop, ChannelReader<CartId> admitted)
    {
        await foreach (var cart in admitted.ReadAllAsync())
        {
            // Everybody comes with a connection of his own: at the end there are minutes between two, and an idle one is closed.
            using var lane = await HttpLane.ConnectAsync(shop);
            if (await Shopper.TryFinishAsync(lane, cart.Value, Catalogue.Sku(0).Value) != 201)
            {
                throw new InvalidOperationException($"{lane.Status}: {System.Text.Encoding.UTF8.GetString(lane.Body.Span)}");
            }
        }
    }

    /// <summary>Milliseconds from the journal to whom it concerns, in order.</summary>
    private static async Task<List<double>> LatenessAsync(
        Lab lab, DropId id, ConcurrentDictionary<TicketId, ConcurrentDictionary<TicketState, DateTime>> heard)
    {
        var late = new List<double>();
        await using var facts = lab.Database.CreateCommand(Facts);
        facts.Parameters.Add(new() { Value = $"drop/{id}" });
        await using var reader = await facts.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var at = reader.GetDateTime(1);
            if (!await reader.IsDBNullAsync(0))
            {
                Add(heard[new(reader.GetString(0))], TicketState.Admitted);
            }
            else
            {
                foreach (var ticket in heard.Values)
                {
                    Add(ticket, TicketState.Waitlisted);
                }
            }

            void Add(ConcurrentDictionary<TicketState, DateTime> ticket, TicketState state)
            {
                if (ticket.TryGetValue(state, out var told))
                {
                    late.Add((told - at).TotalMilliseconds);
                }
            }
        }

        late.Sort();
        return late;
    }

    private static async Task<long> CountAsync(Lab lab, string sql, string stream)
    {
        await using var count = lab.Database.CreateCommand(sql);
        count.CommandTimeout = 600;
        count.Parameters.Add(new() { Value = stream });
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
