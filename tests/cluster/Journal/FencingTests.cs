using Npgsql;

namespace Commerce.Journal;

public sealed class FencingTests(TornCluster torn) : IClassFixture<TornCluster>
{
    [Fact]
    public async Task An_activation_that_was_overtaken_is_dropped_and_its_caller_gets_the_truth_by_repeating()
    {
        var sku = await torn.One.Grains.NewStockAsync(units: 5);
        var (here, there) = (torn.One.Grains.GetStockLine(sku), torn.Two.Grains.GetStockLine(sku));
        Assert.Equal(5, await there.Available());
        var (first, second) = (StockWatch.NewHold(), StockWatch.NewHold());
        _ = (await here.Hold(new(first, 3, StockWatch.Long))).Required;

        await Assert.ThrowsAsync<RetryableException>(() => there.Hold(new(second, 3, StockWatch.Long)));
        var (answer, _) = await JournalParts.InsistAsync(() => there.Hold(new(second, 3, StockWatch.Long)));

        Assert.Equal("out_of_stock", answer.Rejection!.Code);
        Assert.Equal(2, await there.Available());
        Assert.Equal([first.Value], await torn.Database.HoldsAsync(sku));
    }

    [Fact]
    public async Task Two_activations_that_sell_at_the_same_time_sell_everything_once()
    {
        const int units = 100;
        var sku = await torn.One.Grains.NewStockAsync(units);
        var lines = new[] { torn.One.Grains.GetStockLine(sku), torn.Two.Grains.GetStockLine(sku) };
        Assert.All(await Task.WhenAll(lines.Select(line => line.Available())), available => Assert.Equal(units, available));

        var answers = await Task.WhenAll(Enumerable.Range(0, units + 30).Select(async i =>
        {
            var hold = StockWatch.NewHold();
            var (answer, doubts) = await JournalParts.InsistAsync(() => lines[i % 2].Hold(new(hold, 1, StockWatch.Long)));
            return (hold, answer, doubts);
        }));

        Assert.NotEqual(0, answers.Sum(answer => answer.doubts));
        var sold = answers.Where(answer => answer.answer.IsAccepted).Select(answer => answer.hold.Value).Order().ToArray();
        Assert.Equal(units, sold.Length);
        Assert.Equal(sold, (await torn.Database.HoldsAsync(sku)).Order());
        Assert.All(answers.Where(answer => !answer.answer.IsAccepted), answer => Assert.Equal("out_of_stock", answer.answer.Rejection!.Code));
        await torn.One.ForgetAsync(lines[0]);
        var stock = await lines[0].Read();
        Assert.Equal((units, units, 0), (stock.OnHand, stock.Held, stock.Available));
    }

    [Fact]
    public async Task A_command_that_two_activations_get_is_carried_out_once()
    {
        var sku = await torn.One.Grains.NewStockAsync(units: 1);
        var lines = new[] { torn.One.Grains.GetStockLine(sku), torn.Two.Grains.GetStockLine(sku) };

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => JournalParts.InsistAsync(
            () => lines[i % 2].Receive(new(Shop.Main, 10), new($"delivery-{i / 2}", "digest")))));

        await torn.One.ForgetAsync(lines[0]);
        Assert.Equal(1 + (20 * 10), (await lines[0].Read()).OnHand);
    }
}

/// <summary>Two clusters that know nothing of each other: each activates any grain, as two halves of a torn one would.</summary>
public sealed class TornCluster : IAsyncLifetime
{
    private TestDatabase _database = null!;

    internal NpgsqlDataSource Database => _database.Source;

    internal JournalCluster One { get; private set; } = null!;

    internal JournalCluster Two { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        (One, Two) = (await JournalCluster.StartAsync(Database), await JournalCluster.StartAsync(Database));
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        await _database.DisposeAsync();
    }
}
