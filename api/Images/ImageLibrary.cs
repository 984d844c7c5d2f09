using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Commerce.Images;

/// <summary>
/// Takes pictures in and gives them out as they are asked for. A rendition is made when somebody first wants it, once in this
/// process however many want it, and kept. Only so many pictures are decoded at once, since each takes a processor and memory.
/// </summary>
internal sealed class ImageLibrary(IImageStore store, IOptions<ImageOptions> options) : IDisposable
{
    private const string Original = "original";

    private readonly ConcurrentDictionary<(ImageId, Rendition), Lazy<Task<byte[]?>>> _making = new();
    private readonly ConcurrencyLimiter _turns = new(new() { PermitLimit = options.Value.Decoders, QueueLimit = options.Value.WaitingMax });

    /// <summary>Keeps a picture. The same file again is the same picture, and costs no more than to see that.</summary>
    /// <returns>Null: too many are being decoded just now, and nothing was done.</returns>
    public async Task<Result<ImageView>?> AddAsync(ReadOnlyMemory<byte> file, ImageHeader header, CancellationToken cancellation)
    {
        var limits = options.Value;
        if (header.Pixels > limits.PixelsMax || Math.Max(header.Width, header.Height) > limits.SideMax)
        {
            return ImageRejections.TooLarge(limits.PixelsMax, limits.SideMax);
        }

        if (ImageCodec.SizeOf(file, header) is not var (width, height))
        {
            return ImageRejections.Unreadable;
        }

        var id = ImageId.Of(file.Span);
        var view = new ImageView(id, $"/media/{id}", width, height, header.Format.MediaType(), file.Length);
        if (await store.HasAsync(id, Original, cancellation))
        {
            return Result<ImageView>.Repeated(view);
        }

        using var turn = await _turns.AcquireAsync(1, cancellation);
        if (!turn.IsAcquired)
        {
            return null;
        }

        if (await Task.Run(() => ImageCodec.ToOriginal(file), cancellation) is not { } original)
        {
            return ImageRejections.Unreadable;
        }

        await store.WriteAsync(id, Original, original, cancellation);
        return view;
    }

    /// <summary>A picture as it is shown.</summary>
    /// <returns>Null: it would have to be made, and too many are being made just now.</returns>
    public async Task<Result<byte[]>?> ReadAsync(ImageId id, Rendition rendition, CancellationToken cancellation)
    {
        if (await store.ReadAsync(id, rendition.File, cancellation) is { } kept)
        {
            return kept;
        }

        if (!await store.HasAsync(id, Original, cancellation))
        {
            return ImageRejections.NotFound;
        }

        // Not given up when somebody no longer waits: the others do.
        var making = _making.GetOrAdd((id, rendition), wanted => new(() => MakeAsync(wanted)));
        return await making.Value.WaitAsync(cancellation) is { } made ? made : (Result<byte[]>?)null;
    }

    public void Dispose() => _turns.Dispose();

    private async Task<byte[]?> MakeAsync((ImageId, Rendition) wanted)
    {
        var (id, rendition) = wanted;
        try
        {
            using var turn = await _turns.AcquireAsync();
            if (!turn.IsAcquired)
            {
                return null;
            }

            // Who looked just before it was made came here just after.
            if (await store.ReadAsync(id, rendition.File, CancellationToken.None) is { } kept)
            {
                return kept;
            }

            var original = await store.ReadAsync(id, Original, CancellationToken.None)
                ?? throw new InvalidOperationException($"The original of {id} was here a moment ago.");
            var made = await Task.Run(() => ImageCodec.Render(original, rendition.Width, rendition.Format));
            await store.WriteAsync(id, rendition.File, made, CancellationToken.None);
            return made;
        }
        finally
        {
            _making.TryRemove(wanted, out _);
        }
    }
}

/// <summary>A way to show a picture.</summary>
/// <param name="Format">WebP or JPEG.</param>
internal readonly record struct Rendition(ImageWidth Width, ImageFormat Format)
{
    /// <summary>What it is kept as.</summary>
    public string File => $"{Width}.{(Format == ImageFormat.WebP ? "webp" : "jpeg")}";
}

/// <summary>A picture that is kept.</summary>
/// <param name="Url">What a product's <c>images[].url</c> holds; <c>/640.webp</c> and the like behind it are its renditions.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
/// <param name="ContentType">What the file turned out to be, whatever it was called.</param>
/// <param name="Bytes">Of the file.</param>
internal sealed record ImageView(ImageId Id, string Url, int Width, int Height, string ContentType, long Bytes);

/// <summary>Every way a picture is refused. Codes are public API: add, never rename.</summary>
internal static class ImageRejections
{
    public static readonly Rejection NotFound = new(RejectionKind.NotFound, "image_not_found", "There is no such picture.");

    public static readonly Rejection Unreadable = new(
        RejectionKind.Invalid, "image_unreadable", "The picture is damaged or was cut off: it cannot be decoded to its end.");

    public static Rejection TooLarge(long pixelsMax, int sideMax) => new(
        RejectionKind.Invalid, "image_too_large", $"A picture has at most {pixelsMax} pixels, and at most {sideMax} on a side.");
}
