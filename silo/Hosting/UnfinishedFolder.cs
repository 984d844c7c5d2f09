using System.Security.Cryptography;

namespace Commerce.Hosting;

/// <summary>A folder that gets its name when all that belongs into it is there.</summary>
internal static class UnfinishedFolder
{
    /// <summary>
    /// An empty folder beside the one that it becomes, and no trace of those that were never finished. What a
    /// killed process had started may still write into one of them: each has a name of its own.
    /// </summary>
    public static DirectoryInfo Create(string finished)
    {
        var parent = Directory.CreateDirectory(Path.GetDirectoryName(finished)!);
        foreach (var left in parent.EnumerateDirectories(Path.GetFileName(finished) + ".*.new").ToList())
        {
            try
            {
                left.Delete(recursive: true);
            }
            catch (IOException)
            {
                // It is still being written to; the next one who comes here finds it at rest.
            }
        }

        return Directory.CreateDirectory($"{finished}.{RandomNumberGenerator.GetHexString(8, true)}.new");
    }
}
