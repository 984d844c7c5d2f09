using System.Collections.Immutable;

namespace Commerce.Catalog;

public sealed class ImportWindowTests
{
    private readonly List<string> _begun = [];
    private readonly Dictionary<string, TaskCompletionSource<ImportOutcome>> _writes = [];

    [Fact]
    public async Task Only_so_many_products_are_written_at_the_same_time()
    {
        var window = new ImportWindow(2, Write);
        await window.AddAsync(Product("a", "A"));
        await window.AddAsync(Product("b", "B"));

        var third = window.AddAsync(Product("c", "C"));

        Assert.Equal(["a", "b"], _begun);
        Finish("b");
        await third;
        Assert.Equal(["a", "b", "c"], _begun);
    }

    [Fact]
    public async Task All_outcomes_are_handed_over_once_all_are_done()
    {
        var window = new ImportWindow(2, Write);
        await window.AddAsync(Product("a", "A"));
        await window.AddAsync(Product("b", "B"));
        Finish("a");
        await window.AddAsync(Product("c", "C"));

        var all = window.FinishAsync();

        Finish("c");
        Assert.False(all.IsCompleted);
        Finish("b");
        Assert.Equal(3, (await all).Count);
    }

    [Fact]
    public async Task A_failure_is_thrown_and_the_others_are_waited_for()
    {
        var window = new ImportWindow(2, Write);
        await window.AddAsync(Product("a", "A"));
        await window.AddAsync(Product("b", "B"));
        _writes["a"].SetException(new RetryableException());
        await Assert.ThrowsAsync<RetryableException>(() => window.AddAsync(Product("c", "C")));

        var settled = window.SettleAsync();

        Assert.False(settled.IsCompleted);
        _writes["b"].SetException(new RetryableException());
        await settled;
    }

    private Task<ImportOutcome> Write(ShopifyProduct product)
    {
        _begun.Add(product.Content!.Handle);
        return (_writes[product.Content.Handle] = new()).Task;
    }

    private void Finish(string handle) => _writes[handle].SetResult(new(1, 0, []));

    private static ShopifyProduct Product(string handle, string sku)
    {
        var variant = new ProductVariant(new(sku), ImmutableDictionary<string, string>.Empty, [], [], 0, "standard", null);
        var content = new SaveProduct(handle, handle, "", null, [], [], [], [variant], []);
        return new(1, 1, content, ProductStatus.Active, null, [new(1, variant.Sku, null)], [], default);
    }
}
