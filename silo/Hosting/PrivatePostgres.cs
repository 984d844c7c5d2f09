namespace Commerce.Hosting;
public sealed class PrivatePostgres : IAsyncDisposable
{
    public static Task<PrivatePostgres> StartAsync(string dataFolder, CancellationToken cancellation) => throw new NotSupportedException(dataFolder);
    public string ConnectionString(string database) => database;
    public Task EnsureDatabaseAsync(string name) => Task.FromResult(name);
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
