namespace Commerce.Images;

/// <summary>Pictures in a folder, which front doors may share.</summary>
internal sealed class FolderImageStore(string folder) : IImageStore
{
    public async Task<byte[]?> ReadAsync(ImageId id, string file, CancellationToken cancellation)
    {
        var path = PathOf(id, file);
        return File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellation) : null;
    }

    public Task<bool> HasAsync(ImageId id, string file, CancellationToken cancellation) => Task.FromResult(File.Exists(PathOf(id, file)));

    /// <summary>Writes beside the place and then moves it there, so that nobody reads a half and a crash leaves none.</summary>
    public async Task WriteAsync(ImageId id, string file, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var path = PathOf(id, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(content, cancellation);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            // It is there no longer unless something went wrong.
            File.Delete(unfinished);
        }
    }

    // By the first two digits: a folder of a million entries is slow to look at.
    private string PathOf(ImageId id, string file) => Path.Combine(folder, id.Value[..2], id.Value, file);
}
