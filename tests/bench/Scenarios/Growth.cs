using System.Diagnostics;
using Commerce.Carts;
using Commerce.Inventory;
using Orleans.Runtime;

namespace Commerce.Bench;

/// <summary>Whether what something costs depends on how much there is of it already.</summary>
internal sealed class Growth : IScenario
{
    private const int Callers = 64;
    private const int Products = 1_000;
    private const double Most = 1.5;

    public string Name => "growth";

    public string Summary => "what a hold, a cart's change, an append, an activation, a page and a search cost, by how much is there";

    public async Task RunAsync(Lab lab, Report report)
    {
        await Catalogue.SeedAsync(lab, Products, units: 1_000_000);
        await using (var shop = await HostedShop.StartAsync(lab.Settings()))
        {
            await HoldsAsync(lab, report, shop.Grains);
            await CartsAsync(lab, report, shop.Grains);
            await JournalAsync(lab, report, shop.Grains);
            await ActivationAsync(report, shop.Grains);
        }

        await ProductsAsync(lab, report);
        await lab.VerifyAsync(report);
    }

    /// <summary>Holds that come and go beside so many that stay.</summary>
    private static async Task HoldsAsync(Lab lab, Report report, IGrainFactory grains)
    {
        var few = report.Add(await ComeAndGoAsync(lab, grains, "FEW", 10));
        foreach (var open in new[] { 10_000, 100_000 })
        {
            var many = report.Add(await ComeAndGoAsync(lab, grains, $"OPEN-{open}", open));
            report.Require($"cost of a hold beside {open} ÷ beside 10", few.Median / many.Median, Most, isUpperLimit: true);
        }
    }

    private static async Task<Measurement> ComeAndGoAsync(Lab lab, IGrainFactory grains, string sku, int open)
    {
        var line = grains.GetStockLine(new(sku));
        _ = (await line.Receive(new(new("main"), 1_000_000), CommandHeader.None)).Required;
        var (staying, names) = (HoldNames.Of(1), HoldNames.Of(Callers));
        for (var i = 0; i < open; i += 500)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(500, open - i)).Select(_ =>
                line.Hold(new(staying.Next(0), 1, TimeSpan.FromHours(12)))));
        }

        return await lab.RoundsAsync($"a hold and its release beside {open}", Callers, async (caller, number) =>
        {
            var hold = names.Next(caller);
            _ = (await line.Hold(new(hold, 1, TimeSpan.FromHours(12)))).Required;
            _ = (await line.Release(hold)).Required;
        });
    }

    /// <summary>One line of a cart of so many is changed.</summary>
    private static async Task CartsAsync(Lab lab, Report report, IGrainFactory grains)
    {
        Measurement? one = null;
        foreach (var lines in new[] { 1, 50, 200 })
        {
            var cart = grains.GetCart(EntityId.Derive<CartId>($"bench/{lines}"));
            _ = (await cart.Create(new("GBP"), CommandHeader.None)).Required;
            for (var i = 0; i < lines; i++)
            {
                _ = (await cart.SetLine(new(Catalogue.Sku(i), 1), CommandHeader.None)).Required;
            }

            var changed = report.Add(await lab.RoundsAsync($"a change of a cart of {lines} lines", 8, async (caller, number) =>
                _ = (await cart.SetLine(
                    new(Catalogue.Sku(caller % lines), (int)(number % 90) + 1), CommandHeader.None)).Required));
            one ??= changed;
            if (lines > 1)
            {
                report.Require($"cost of a change of {lines} lines ÷ of 1", one.Median / changed.Median, Most, isUpperLimit: true);
            }
        }
    }

    /// <summary>The same appends with ten times as long a journal, most of it of others.</summary>
    private static async Task JournalAsync(Lab lab, Report report, IGrainFactory grains)
    {
        var names = HoldNames.Of(Callers);
        var lines = Enumerable.Range(0, 100).Select(number => grains.GetStockLine(Catalogue.Sku(number))).ToArray();
        Task<Measurement> HoldAsync(string journal) => lab.RoundsAsync($"holds on 100 SKUs, {journal}", Callers, async (caller, number) =>
            _ = (await lines[Random.Shared.Next(100)].Hold(new(names.Next(caller), 1, TimeSpan.FromHours(12)))).Required);

        var before = report.Add(await HoldAsync("the journal as it is"));
        await GrowAsync(lab, """
            insert into journal_events (stream, version, partition, type, data, metadata)
            select 'name/handle:filler-' || s, v, s % 64, case v % 2 when 1 then 'name.claimed' else 'name.released' end,
                   '{"owner":"prd_filler","at":"2026-01-01T00:00:00+00:00"}', '{}'
            from generate_series(1, 500000) s, generate_series(1, 20) v;
            insert into journal_streams (stream, version) select 'name/handle:filler-' || s, 20 from generate_series(1, 500000) s
            """);
        var after = report.Add(await HoldAsync("ten million events more"));
        report.Require("cost of an append with ten million events more ÷ before", before.Median / after.Median, Most, isUpperLimit: true);
    }

    /// <summary>
    /// Looking at products, which is done in the read model: a thousand times as many there, each a variation of one of the
    /// first. The others have no streams, which nothing that is measured here would read.
    /// </summary>
    private static async Task ProductsAsync(Lab lab, Report report)
    {
        var few = await LookAsync("a thousand products", 1);
        await GrowAsync(lab, $"""
            insert into products (id, handle, status, categories, content, words, search, version)
            select left(id, 12) || left(md5(id || n), 19), handle || '-' || n, status, categories,
                   replace(content::text, upper(handle), upper(handle) || '-' || n)::jsonb,
                   words || ' ' || n, search || to_tsvector('commerce', n::text), version
            from products, generate_series(1, {Products - 1}) n
            """);
        var many = await LookAsync("a million products", Products);
        foreach (var (less, more) in few.Zip(many))
        {
            report.Require($"cost of {more.Name} ÷ with a thousand", less.Median / more.Median, Most, isUpperLimit: true);
        }

        async Task<Measurement[]> LookAsync(string there, int variations)
        {
            await using var shop = await ServedShop.StartAsync(lab.Settings());
            var lanes = await shop.ConnectAsync(Callers);
            var wanted = new Zipf(Products * variations);
            async Task<Measurement> ReadAsync(string what, Func<int, string, byte[]> request) =>
                report.Add(await lab.RoundsAsync(
                    $"{what}, {there}", Callers,
                    (caller, _) =>
                    {
                        var (variation, number) = Math.DivRem(wanted.Next(), Products);
                        return lanes[caller].ExpectAsync(200, request(number, variation == 0 ? "" : $"-{variation}")).AsTask();
                    },
                    shop.Meter(lab)));
            Measurement[] looked =
            [
                await ReadAsync("a product's page", Catalogue.Page),
                await ReadAsync("a listing", (number, _) => Catalogue.Listing(number)),
                await ReadAsync("a search", (number, variation) => Catalogue.Search(number, variation.Replace('-', ' '))),
            ];
            Array.ForEach(lanes, lane => lane.Dispose());
            return looked;
        }
    }

    private static async Task GrowAsync(Lab lab, string sql)
    {
        foreach (var statement in new[] { sql, "vacuum (analyze)" })
        {
            await using var command = lab.Database.CreateCommand(statement);
            command.CommandTimeout = 1_800;
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>The first answer of a stock line with 100,000 holds and twice as many events that nobody has in memory.</summary>
    private static async Task ActivationAsync(Report report, IGrainFactory grains)
    {
        var line = grains.GetStockLine(new("FEW"));
        var management = grains.GetGrain<IManagementGrain>(0);
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            await management.ForceActivationCollection(TimeSpan.Zero);
            while (await management.GetActivationAddress(line) is not null)
            {
                await Task.Delay(20);
                await management.ForceActivationCollection(TimeSpan.Zero);
            }

            var started = Stopwatch.GetTimestamp();
            await line.Available();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        report.Require("activation after more than 100,000 events, ms (median of 5)", times.Order().ElementAt(2), 50, isUpperLimit: true);
    }
}
