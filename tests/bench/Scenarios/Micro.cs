using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Commerce.Carts;
using Commerce.Catalog;
using Commerce.Inventory;
using Commerce.Journal;
using Commerce.Promotions;

namespace Commerce.Bench;

/// <summary>What runs without any database: BenchmarkDotNet's table is the result.</summary>
internal sealed class Micro : IScenario
{
    public string Name => "micro";

    public string Summary => "pricing 50 lines under 20 promotions, encoding an event, reading an id (BenchmarkDotNet)";

    public Task RunAsync(Lab lab, Report report)
    {
        BenchmarkRunner.Run<MicroBenchmarks>(DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(lab.Folder));
        return Task.CompletedTask;
    }
}

/// <summary>Run by BenchmarkDotNet, which needs them public.</summary>
[MemoryDiagnoser]
public class MicroBenchmarks
{
    private static readonly Currency Gbp = new("GBP");

    private readonly Basket _fifty = new(
        Gbp,
        [
            .. Enumerable.Range(0, 50).Select(i => new BasketLine(
                Catalogue.Sku(i), new(Catalogue.Sku(i).Value), EntityId.Derive<ProductId>($"{i}"), [i % 2 == 0 ? "even" : "odd"],
                (i % 5) + 1, new(899 + i, Gbp), new((899 + i) * ((i % 5) + 1), Gbp))),
        ],
        new(395, Gbp), new(), [], new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private readonly ImmutableArray<PromotionCandidate> _twenty =
    [
        .. Enumerable.Range(0, 20).Select(i => new PromotionCandidate(
            EntityId.Derive<PromotionId>($"{i}"),
            new(
                $"Promotion {i}",
                (i % 4) switch
                {
                    0 => new(PromotionKind.Percentage, new(Categories: [i % 8 == 0 ? "even" : "odd"]), 1 + i),
                    1 => new(PromotionKind.FixedAmount, Amounts: [new(100 + i, Gbp)]),
                    2 => new(PromotionKind.BuyXGetY, Percent: 50, Buy: 2, Get: 1),
                    _ => new(PromotionKind.FreeShipping),
                },
                null, null, PromotionStatus.Active, i, PromotionStacking.Stack, null, null))),
    ];

    private readonly StockHeld _held = new(
        new("hold_01m84cqp1gfzsbyzejn4fzvx7r.1"), 1, new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), [new(new("main"), 1)]);

    private readonly string _id = EntityId.Derive<CartId>("bench").Value;

    /// <summary>What each change of such a cart costs at least.</summary>
    [Benchmark]
    public object Promote50LinesBy20Promotions() => PromotionEvaluation.Evaluate(_fifty, _twenty);

    /// <summary>From a record to the bytes that are sent to PostgreSQL.</summary>
    [Benchmark]
    public object EncodeAHold() => EventTypes.EncodeToUtf8(_held, null);

    /// <summary>As each route does.</summary>
    [Benchmark]
    public bool ReadAnId() => CartId.TryParse(_id, null, out _);
}
