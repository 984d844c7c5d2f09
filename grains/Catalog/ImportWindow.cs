namespace Commerce.Catalog;

/// <summary>The products that are being written at the same time.</summary>
internal sealed class ImportWindow(int productsAtOnce, Func<ShopifyProduct, Task<ImportOutcome>> write)
{
    private readonly List<Task<ImportOutcome>> _underWay = [];
    private readonly List<ImportOutcome> _outcomes = [];

    /// <summary>Begins to write a product, once fewer than so many are under way.</summary>
    public async Task AddAsync(ShopifyProduct product)
    {
        if (_underWay.Count == productsAtOnce)
        {
            var done = await Task.WhenAny(_underWay);
            _underWay.Remove(done);
            _outcomes.Add(await done);
        }

        _underWay.Add(write(product));
    }

    /// <summary>What became of all products, once they are done.</summary>
    public async Task<IReadOnlyList<ImportOutcome>> FinishAsync()
    {
        _outcomes.AddRange(await Task.WhenAll(_underWay));
        _underWay.Clear();
        return _outcomes;
    }

    /// <summary>Waits until nothing is under way, whether or not it succeeds.</summary>
    public async Task SettleAsync()
    {
        Task all = Task.WhenAll(_underWay);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
