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
}
