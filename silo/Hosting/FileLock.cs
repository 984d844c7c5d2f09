namespace Commerce.Hosting;

/// <summary>
/// A file that processes lock against each other by having it open: alone with <see cref="FileShare.None"/>,
/// together with <see cref="FileShare.Read"/>. However a process dies, the system takes its locks away.
/// </summary>
internal static class FileLock
{
    /// <summary>Waits for the lock.</summary>
    /// <exception cref="InvalidOperationException">Somebody else has it for longer than that.</exception>
    public static async Task<FileStream> TakeAsync(
        string path, FileShare share, TimeSpan patience, CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            if (TryTake(path, share) is { } taken)
            {
                return taken;
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new InvalidOperationException(
                    $"Another process has held {path} for more than {patience.TotalSeconds} s.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    /// <summary>The lock; null while somebody else has it.</summary>
    public static FileStream? TryTake(string path, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, share);
        }
        catch (IOException taken) when (taken.GetType() == typeof(IOException))
        {
            return null;
        }
    }
}
