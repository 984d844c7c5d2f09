using Microsoft.Extensions.Options;
using Minio;
using Minio.DataModel.Args;
using Minio.Exceptions;

namespace Commerce.Images;

/// <summary>Pictures in object storage that speaks S3, which writes an object whole or not at all.</summary>
internal sealed class ObjectImageStore : IImageStore, IDisposable
{
    private readonly ImageOptions _options;
    private readonly IMinioClient _objects;

    public ObjectImageStore(IOptions<ImageOptions> options)
    {
        _options = options.Value;
        _objects = new MinioClient()
            .WithEndpoint(_options.Endpoint!.Authority)
            .WithSSL(_options.Endpoint.Scheme == Uri.UriSchemeHttps)
            .WithCredentials(_options.AccessKey, _options.SecretKey)
            .WithRegion(_options.Region)
            .Build();
    }

    public Task<byte[]?> ReadAsync(ImageId id, string file, CancellationToken cancellation) => AskAsync(
        async limited =>
        {
            using var content = new MemoryStream();
            var wanted = new GetObjectArgs().WithBucket(_options.Bucket).WithObject(NameOf(id, file))
                .WithCallbackStream((stream, stop) => stream.CopyToAsync(content, stop));
            await _objects.GetObjectAsync(wanted, limited);
            return content.ToArray();
        },
        cancellation);

    public async Task<bool> HasAsync(ImageId id, string file, CancellationToken cancellation) => await AskAsync(
        limited => _objects.StatObjectAsync(new StatObjectArgs().WithBucket(_options.Bucket).WithObject(NameOf(id, file)), limited),
        cancellation) is not null;

    public Task WriteAsync(ImageId id, string file, ReadOnlyMemory<byte> content, CancellationToken cancellation) => AskAsync(
        async limited =>
        {
            using var stream = new MemoryStream(content.ToArray(), writable: false);
            var written = new PutObjectArgs().WithBucket(_options.Bucket).WithObject(NameOf(id, file))
                .WithStreamData(stream).WithObjectSize(stream.Length).WithContentType("application/octet-stream");
            return await _objects.PutObjectAsync(written, limited);
        },
        cancellation);

    public void Dispose() => _objects.Dispose();

    /// <summary>
    /// Null: there is no such object. Whatever else it does not do is an outage, and nobody waits for it for ever. The client's
    /// exceptions have no base of their own.
    /// </summary>
    private async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
        where T : class
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(_options.AnswerWithin);
        try
        {
            return await ask(limited.Token);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
        catch (Exception outage) when (!cancellation.IsCancellationRequested)
        {
            throw new RetryableException($"The object storage does not do what it should: {outage.Message}", outage);
        }
    }

    private static string NameOf(ImageId id, string file) => $"{id}/{file}";
}
