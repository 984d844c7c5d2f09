namespace Commerce.Images;

/// <summary>Where the files of pictures are kept: the original of each, and what was made of it. None of them ever changes.</summary>
internal interface IImageStore
{
    /// <summary>The file; null: it is not there.</summary>
    Task<byte[]?> ReadAsync(ImageId id, string file, CancellationToken cancellation);

    /// <summary>Whether it is there.</summary>
    Task<bool> HasAsync(ImageId id, string file, CancellationToken cancellation);

    /// <summary>Keeps a file, all of it or nothing. Who writes it at the same time writes the same.</summary>
    Task WriteAsync(ImageId id, string file, ReadOnlyMemory<byte> content, CancellationToken cancellation);
}
