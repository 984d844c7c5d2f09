using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using SkiaSharp;

namespace Commerce.Images;

/// <summary>How often pictures are decoded, however many want them.</summary>
public sealed class ImageLibraryTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);
    private static readonly byte[] File = TestPictures.Of(SKEncodedImageFormat.Jpeg, 800, 600);

    [Fact]
    public async Task Of_many_who_want_a_rendition_first_one_makes_it_and_all_get_it()
    {
        var store = new MemoryStore();
        using var library = new ImageLibrary(store, Options.Create(new ImageOptions()));
        var id = (await AddAsync(library, File)).Id;
        var rendition = new Rendition(new(320), ImageFormat.WebP);
        store.Hold(id, "original");

        var wanted = Enumerable.Range(0, 50).Select(_ => library.ReadAsync(id, rendition, default)).ToList();
        store.LetGo();
        var answers = await Task.WhenAll(wanted);

        Assert.Single(answers.Select(answer => Convert.ToHexString(answer!.Required)).Distinct());
        Assert.Equal(1, store.Reads[(id, "original")]);
        Assert.Equal(1, store.Writes[(id, rendition.File)]);

        Assert.Equal(answers[0]!.Required, (await library.ReadAsync(id, rendition, default))!.Required);
        Assert.Equal(1, store.Reads[(id, "original")]);
    }

    [Fact]
    public async Task Two_front_doors_over_one_store_make_a_rendition_once_and_show_the_same()
    {
        var store = new MemoryStore();
        using var one = new ImageLibrary(store, Options.Create(new ImageOptions()));
        using var other = new ImageLibrary(store, Options.Create(new ImageOptions()));
        var id = (await AddAsync(one, File)).Id;
        var rendition = new Rendition(new(320), ImageFormat.Jpeg);

        var first = await one.ReadAsync(id, rendition, default);
        var second = await other.ReadAsync(id, rendition, default);

        Assert.Equal(first!.Required, second!.Required);
        Assert.Equal(1, store.Writes[(id, rendition.File)]);
        Assert.True((await other.AddAsync(File, ImageHeader.Read(File)!.Value, default))!.IsRepeated);
        Assert.Equal(1, store.Writes[(id, "original")]);
    }

    [Fact]
    public async Task When_too_many_wait_to_be_decoded_the_next_is_told_so_and_what_is_made_already_is_still_shown()
    {
        var store = new MemoryStore();
        using var library = new ImageLibrary(store, Options.Create(new ImageOptions { DecodersMax = 1, WaitingMax = 1 }));
        var id = (await AddAsync(library, File)).Id;
        var (kept, wide, wider, widest) = (new Rendition(new(160), ImageFormat.WebP), new Rendition(new(320), ImageFormat.WebP),
            new Rendition(new(640), ImageFormat.WebP), new Rendition(new(960), ImageFormat.WebP));
        Assert.NotNull(await library.ReadAsync(id, kept, default));
        store.Hold(id, "original");

        var (decoding, waiting) = (library.ReadAsync(id, wide, default), library.ReadAsync(id, wider, default));
        var refused = await library.ReadAsync(id, widest, default).WaitAsync(AtOnce);
        var upload = TestPictures.Of(SKEncodedImageFormat.Png, 10, 10);
        var refusedUpload = await library.AddAsync(upload, ImageHeader.Read(upload)!.Value, default).WaitAsync(AtOnce);
        var shown = await library.ReadAsync(id, kept, default).WaitAsync(AtOnce);

        Assert.Null(refused);
        Assert.Null(refusedUpload);
        Assert.True(shown!.IsAccepted);
        store.LetGo();
        Assert.True((await decoding)!.IsAccepted && (await waiting)!.IsAccepted);
        Assert.NotNull(await library.ReadAsync(id, widest, default));
    }

    [Fact]
    public async Task Who_no_longer_waits_takes_the_picture_from_nobody_else()
    {
        var store = new MemoryStore();
        using var library = new ImageLibrary(store, Options.Create(new ImageOptions()));
        var id = (await AddAsync(library, File)).Id;
        var rendition = new Rendition(new(320), ImageFormat.WebP);
        using var impatience = new CancellationTokenSource();
        store.Hold(id, "original");

        var (impatient, patient) = (library.ReadAsync(id, rendition, impatience.Token), library.ReadAsync(id, rendition, default));
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        store.LetGo();
        Assert.True((await patient)!.IsAccepted);
    }

    [Fact]
    public async Task A_picture_that_is_not_there_costs_no_decoder()
    {
        var store = new MemoryStore();
        using var library = new ImageLibrary(store, Options.Create(new ImageOptions { DecodersMax = 1, WaitingMax = 0 }));

        var answer = await library.ReadAsync(ImageId.Of(File), new(ImageWidth.Usual, ImageFormat.WebP), default);

        Assert.Equal("image_not_found", answer!.Rejection?.Code);
        Assert.Empty(store.Writes);
    }

    private static async Task<ImageView> AddAsync(ImageLibrary library, byte[] file) =>
        (await library.AddAsync(file, ImageHeader.Read(file)!.Value, default))!.Required;

    /// <summary>A store that counts, and can be held up at one file.</summary>
    private sealed class MemoryStore : IImageStore
    {
        private readonly ConcurrentDictionary<(ImageId, string), byte[]> _files = new();
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private (ImageId, string)? _held;

        public ConcurrentDictionary<(ImageId, string), int> Reads { get; } = new();

        public ConcurrentDictionary<(ImageId, string), int> Writes { get; } = new();

        public void Hold(ImageId id, string file) => _held = (id, file);

        public void LetGo() => _gate.SetResult();

        public async Task<byte[]?> ReadAsync(ImageId id, string file, CancellationToken cancellation)
        {
            if (_held == (id, file))
            {
                await _gate.Task;
            }

            Reads.AddOrUpdate((id, file), 1, (_, times) => times + 1);
            return _files.GetValueOrDefault((id, file));
        }

        public Task<bool> HasAsync(ImageId id, string file, CancellationToken cancellation) => Task.FromResult(_files.ContainsKey((id, file)));

        public Task WriteAsync(ImageId id, string file, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            Writes.AddOrUpdate((id, file), 1, (_, times) => times + 1);
            _files[(id, file)] = content.ToArray();
            return Task.CompletedTask;
        }
    }
}
