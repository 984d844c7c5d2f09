using Commerce.Carts;

namespace Commerce;

public sealed class CartGrainTests(CommerceCluster cluster) : IClassFixture<CommerceCluster>
{
    [Fact]
    public async Task An_accepted_line_survives_losing_the_activation()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 10);
        var cart = cluster.Grains.GetCart(await cluster.Grains.NewCartAsync((sku, 2)));

        await cluster.ForgetAsync(cart);

        var reread = await cart.Read(TestContext.Current.CancellationToken);
        Assert.Equal(2, Assert.Single(reread.Required.Lines).Quantity);
        Assert.Equal(1798, reread.Required.Totals.Items.MinorUnits);
    }

    [Fact]
    public async Task Parallel_additions_all_count()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 1_000);
        var cart = cluster.Grains.GetCart(await cluster.Grains.NewCartAsync());

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => cart.AddLine(new(sku, 1), CommandHeader.None)));

        Assert.Equal(200, (await cart.Read(TestContext.Current.CancellationToken)).Required.Lines[0].Quantity);
    }

    [Fact]
    public async Task A_repeated_command_id_adds_once_even_after_losing_the_activation()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 10);
        var cart = cluster.Grains.GetCart(await cluster.Grains.NewCartAsync());
        var header = new CommandHeader("add-1", "digest");

        await cart.AddLine(new(sku, 1), header);
        await cluster.ForgetAsync(cart);
        var again = await cart.AddLine(new(sku, 1), header);
        var other = await cart.AddLine(new(sku, 5), header with { Fingerprint = "another digest" });

        Assert.Equal(1, again.Required.Lines[0].Quantity);
        Assert.Equal("idempotency_mismatch", other.Rejection!.Code);
    }

    [Fact]
    public async Task A_merge_that_stopped_half_way_is_finished_by_the_carts_deadline()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 10);
        var (source, target) = (await cluster.Grains.NewCartAsync((sku, 3)), await cluster.Grains.NewCartAsync((sku, 2)));

        // Whoever merges dies here: one cart has given everything away, the other knows nothing of it.
        Assert.True((await cluster.Grains.GetCart(source).Surrender(target)).IsAccepted);
        await DueAsync(source);

        await Eventually.TrueAsync(async () =>
            (await cluster.Grains.GetCart(target).Read()).Required.Lines.Single().Quantity == 5);
        await Eventually.TrueAsync(async () => await WakeAtAsync(source) is null);
        var again = await cluster.Grains.GetCart(target).Merge(source, CommandHeader.None);
        Assert.Equal(5, again.Required.Lines.Single().Quantity);
    }

    [Fact]
    public async Task A_cart_whose_merge_is_refused_goes_back_to_its_owner()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 10);
        var (source, target) = (await cluster.Grains.NewCartAsync((sku, 3)), await cluster.Grains.NewCartAsync((sku, 2)));
        Assert.True((await cluster.Grains.GetCart(source).Surrender(target)).IsAccepted);
        Assert.True((await cluster.Grains.BuyAsync(target)).IsAccepted);

        await DueAsync(source);

        await Eventually.TrueAsync(async () =>
            (await cluster.Grains.GetCart(source).Read()).Required is { Status: CartStatus.Active, Lines: [{ Quantity: 3 }] });
    }

    [Fact]
    public async Task Twenty_merges_of_one_cart_at_once_add_it_once()
    {
        var sku = await cluster.Grains.NewSkuAsync(units: 10);
        var (source, target) = (await cluster.Grains.NewCartAsync((sku, 3)), await cluster.Grains.NewCartAsync((sku, 2)));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            cluster.Grains.GetCart(target).Merge(source, CommandHeader.None)));

        Assert.Equal(5, (await cluster.Grains.GetCart(target).Read()).Required.Lines.Single().Quantity);
        Assert.Equal(CartStatus.Merged, (await cluster.Grains.GetCart(source).Read()).Required.Status);
    }

    private async Task DueAsync(CartId cart)
    {
        await using var command = cluster.Database.CreateCommand(
            "update journal_streams set wake_at = clock_timestamp() where stream = $1");
        command.Parameters.Add(new() { Value = $"cart/{cart}" });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private async Task<DateTime?> WakeAtAsync(CartId cart)
    {
        await using var command = cluster.Database.CreateCommand("select wake_at from journal_streams where stream = $1");
        command.Parameters.Add(new() { Value = $"cart/{cart}" });
        return await command.ExecuteScalarAsync() as DateTime?;
    }
}
