using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SkiaSharp;

namespace Commerce.Images;

/// <summary>What every store of pictures keeps to: a folder, and object storage that really speaks S3.</summary>
public sealed class ImageStoreTests(ObjectStorage storage) : IClassFixture<ObjectStorage>, IDisposable
{
    private static readonly ImageId Id = ImageId.Of("a picture"u8);
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_written_is_read_and_nothing_else_is_there(bool isFolder)
    {
        var store = Store(isFolder);
        var file = $"{Guid.CreateVersion7()}.webp";
        Assert.Null(await store.ReadAsync(Id, file, default));
        Assert.False(await store.HasAsync(Id, file, default));

        // More than S3 takes in one part.
        var content = new byte[6_000_000];
        new Random(7).NextBytes(content);
        await store.WriteAsync(Id, file, content, default);
        await store.WriteAsync(Id, file, content, default);

        Assert.True(await store.HasAsync(Id, file, default));
        Assert.Equal(content, await store.ReadAsync(Id, file, default));
        Assert.Null(await store.ReadAsync(ImageId.Of("another"u8), file, default));
        Assert.Equal(content, await Store(isFolder).ReadAsync(Id, file, default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_that_one_front_door_took_in_is_shown_by_another(bool isFolder)
    {
        using var one = new ImageLibrary(Store(isFolder), Options.Create(new ImageOptions()));
        using var other = new ImageLibrary(Store(isFolder), Options.Create(new ImageOptions()));
        var file = TestPictures.Of(SKEncodedImageFormat.Png, 500, 400, isTransparent: true);
        var added = (await one.AddAsync(file, ImageHeader.Read(file)!.Value, default))!.Required;

        var shown = (await other.ReadAsync(added.Id, new(new(320), ImageFormat.WebP), default))!.Required;

        Assert.Equal(new ImageHeader(ImageFormat.WebP, 320, 256), ImageHeader.Read(shown));
        Assert.Equal(shown, (await one.ReadAsync(added.Id, new(new(320), ImageFormat.WebP), default))!.Required);
    }

    [Fact]
    public async Task A_folder_has_no_half_of_a_file_whatever_becomes_of_who_writes_it()
    {
        var store = new FolderImageStore(_folder);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.WriteAsync(Id, "original", new byte[100_000], gone.Token));

        Assert.Null(await store.ReadAsync(Id, "original", default));
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_object_storage_that_does_not_answer_or_knows_us_not_is_an_outage_and_not_an_empty_one()
    {
        Assert.SkipWhen(storage.Missing is not null, storage.Missing ?? "");
        var known = storage.Options;
        ImageOptions[] wrong =
        [
            new() { Endpoint = new($"http://127.0.0.1:{ObjectStorage.NobodysPort()}"), Bucket = known.Bucket, AccessKey = known.AccessKey, SecretKey = known.SecretKey },
            new() { Endpoint = known.Endpoint, Bucket = "no-such-bucket", AccessKey = known.AccessKey, SecretKey = known.SecretKey },
            new() { Endpoint = known.Endpoint, Bucket = known.Bucket, AccessKey = "nobody", SecretKey = known.SecretKey },
        ];
        foreach (var options in wrong)
        {
            using var store = new ObjectImageStore(Options.Create(options));

            foreach (var ask in new Func<Task>[]
            {
                () => store.ReadAsync(Id, "original", default),
                () => store.HasAsync(Id, "original", default),
                () => store.WriteAsync(Id, "original", new byte[10], default),
            })
            {
                var failure = await Record.ExceptionAsync(ask);
                Assert.True(failure is RetryableException, $"{options.Endpoint} {options.Bucket} {options.AccessKey}: {failure}");
            }
        }
    }

    [Fact]
    public void Object_storage_is_configured_in_full_or_the_shop_does_not_start()
    {
        var whole = new ImageOptions { Endpoint = new("https://s3.example"), Bucket = "pictures", AccessKey = "a", SecretKey = "s" };

        Assert.Empty(Faults(new()));
        Assert.Empty(Faults(whole));
        Assert.Equal(["Bucket", "AccessKey", "SecretKey"], Faults(new() { Endpoint = whole.Endpoint }));
        Assert.Equal(["Endpoint"], Faults(new() { Bucket = "pictures" }));
        Assert.Equal(["Endpoint"], Faults(new() { Endpoint = new("ftp://s3.example"), Bucket = "p", AccessKey = "a", SecretKey = "s" }));
        Assert.Equal(["Endpoint"], Faults(new() { Endpoint = new("https://s3.example/pictures"), Bucket = "p", AccessKey = "a", SecretKey = "s" }));

        static IEnumerable<string> Faults(ImageOptions options) => options.Validate(new ValidationContext(options)).SelectMany(fault => fault.MemberNames);
    }

    private IImageStore Store(bool isFolder)
    {
        Assert.SkipWhen(!isFolder && storage.Missing is not null, storage.Missing ?? "");
        return isFolder ? new FolderImageStore(_folder) : new ObjectImageStore(Options.Create(storage.Options));
    }
}
