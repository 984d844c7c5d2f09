using Commerce.Inventory;
using Npgsql;
using NpgsqlTypes;

namespace Commerce.Bench;

/// <summary>
/// Everybody wants the same thing: holds on one SKU through its grain, in full semantics, answered after the commit.
/// Beside it the same promise as it is usually kept: a conditional update of the stock's row and the reservation's insert,
/// prepared, in one transaction and one round trip.
/// </summary>
internal sealed class HotSku : IScenario
{
    public string Name => "hot-sku";

    public string Summary => "holds on one SKU through the grain, against a row that is updated";

    public async Task RunAsync(Lab lab, Report report)
    {
        var rows = new Dictionary<int, double>();
        await using (var stock = await StockRow.CreateAsync(lab, connections: 64))
        {
            foreach (var connections in new[] { 1, 8, 64 })
            {
                rows[connections] = report.Add(await lab.RoundsAsync(
                    $"row update + insert, {connections} connections", connections, stock.ReserveAsync)).Median;
            }
        }

        var grains = new Dictionary<int, double>();
        await using (var shop = await HostedShop.StartAsync(lab.Settings()))
        {
            _ = (await shop.Grains.GetLocations().Put([new(new("main"), "Main", "GB", null, 1)])).Required;
            foreach (var callers in lab.Options.Callers ?? [1, 64, 256, 1024])
            {
                var measured = await lab.RoundsAsync($"holds, {callers} callers", callers, () => HoldsAsync(shop.Grains, callers));
                grains[callers] = measured.Median;
                report.Add(await lab.WithLatencyAsync(measured, callers, await HoldsAsync(shop.Grains, callers)));
            }

            await BesideAsync(lab, report, shop.Grains, grains.Values.Max());
        }

        report.Require("64 callers ÷ 64 connections", grains.GetValueOrDefault(64) / rows[64], 40);
        report.Require("best ÷ the row's best", grains.Values.Max() / rows.Values.Max(), 12);
        await lab.VerifyAsync(report);
    }

    /// <summary>What a hot SKU costs those who want another: the same quiet trade with and without it.</summary>
    private static async Task BesideAsync(Lab lab, Report report, IGrainFactory grains, double peak)
    {
        const int others = 1_000;
        const int callers = 64;
        var lines = Enumerable.Range(0, others).Select(number => grains.GetStockLine(Catalogue.Sku(number))).ToArray();
        await Task.WhenAll(lines.Select(line => line.Receive(new(new("main"), 1_000_000), CommandHeader.None)));
        var names = HoldNames.Of(callers);
        async Task HoldAsync(int caller, long number) =>
            _ = (await lines[Random.Shared.Next(others)].Hold(new(names.Next(caller), 1, TimeSpan.FromHours(12)))).Required;
        var length = lab.Options.Round * lab.Options.Rounds;
        Task<Round> QuietAsync() => Load.OpenAsync(callers, 500, length, HoldAsync, lab.Cpu);

        await QuietAsync();
        var alone = await QuietAsync();
        var hot = Load.OpenAsync(256, peak / 4, length, await HoldsAsync(grains, 256), lab.Cpu);
        var beside = await QuietAsync();
        await hot;
        report.Add(new("500 holds/s on 1,000 other SKUs, alone", [alone], Latency: Latency.Of(alone)));
        report.Add(new("the same beside one at a quarter of its peak", [beside], Latency: Latency.Of(beside)));
        report.Require("p99 of other SKUs beside a hot one ÷ alone", beside.Milliseconds(99) / alone.Milliseconds(99), 2, isUpperLimit: true);
    }

    /// <summary>Holds on a SKU that has come into stock just now.</summary>
    private static async Task<Operation> HoldsAsync(IGrainFactory grains, int callers)
    {
        var names = HoldNames.Of(callers);
        var line = grains.GetStockLine(new($"HOT-{names.Run}"));
        _ = (await line.Receive(new(new("main"), 1_000_000), CommandHeader.None)).Required;
        return async (caller, number) => _ = (await line.Hold(new(names.Next(caller), 1, TimeSpan.FromHours(12)))).Required;
    }

    /// <summary>The usual way: one row for the SKU, one for each reservation.</summary>
    private sealed class StockRow : IAsyncDisposable
    {
        private readonly NpgsqlBatch[] _reserve;
        private readonly HoldNames _names;

        private StockRow(NpgsqlBatch[] reserve) => (_reserve, _names) = (reserve, HoldNames.Of(reserve.Length));

        public static async Task<StockRow> CreateAsync(Lab lab, int connections)
        {
            await using var create = lab.Database.CreateCommand("""
                create table stock (sku text primary key, available int not null check (available >= 0)) with (fillfactor = 50);
                create table reservations (
                    id text primary key, sku text not null, quantity int not null, expires_at timestamptz not null);
                insert into stock values ('HOT-SKU', 1000000000)
                """);
            await create.ExecuteNonQueryAsync();
            var batches = new List<NpgsqlBatch>();
            for (var i = 0; i < connections; i++)
            {
                var connection = new NpgsqlConnection(lab.ConnectionString + ";Pooling=false");
                await connection.OpenAsync();
                var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        new("update stock set available = available - $1 where sku = $2 and available >= $1")
                        {
                            Parameters = { new() { Value = 1 }, new() { Value = "HOT-SKU" } },
                        },
                        new("insert into reservations (id, sku, quantity, expires_at) values ($1, $2, $3, now() + $4)")
                        {
                            Parameters =
                            {
                                new() { NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = "HOT-SKU" }, new() { Value = 1 },
                                new() { Value = TimeSpan.FromHours(12) },
                            },
                        },
                    },
                };
                batch.BatchCommands[1].Parameters[0].Value = "";
                await batch.PrepareAsync();
                batches.Add(batch);
            }

            return new([.. batches]);
        }

        public Task ReserveAsync(int caller, long number)
        {
            _reserve[caller].BatchCommands[1].Parameters[0].Value = _names.Next(caller).Value;
            return _reserve[caller].ExecuteNonQueryAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var batch in _reserve)
            {
                var connection = batch.Connection!;
                await batch.DisposeAsync();
                await connection.DisposeAsync();
            }
        }
    }
}

/// <summary>Names of holds that nobody else has, for each caller his own.</summary>
internal sealed class HoldNames
{
    private static int _runs;
    private readonly long[] _next;

    private HoldNames(int callers) => _next = new long[callers];

    /// <summary>Which of all.</summary>
    public int Run { get; } = Interlocked.Increment(ref _runs);

    public static HoldNames Of(int callers) => new(callers);

    public HoldId Next(int caller) => new($"hold_bench-{Run}-{caller}-{_next[caller]++}");
}
