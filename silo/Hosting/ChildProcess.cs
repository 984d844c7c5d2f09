using System.Diagnostics;

namespace Commerce.Hosting;

/// <summary>Runs programs that end, and one that leaves a server behind.</summary>
internal static class ChildProcess
{
    // Every child inherits what files a shell left open for us; a server that keeps a pipe hangs its reader.
    private const string CloseInherited =
        """for fd in /dev/fd/*; do fd=${fd##*/}; [ "$fd" -gt 2 ] && eval "exec $fd>&-"; done; exec "$@" """;

    /// <summary>Runs a program to its end. The pipes are ours: what it leaves holds no others.</summary>
    /// <param name="name">What failures call it.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed or did not end in time.</exception>
    public static async Task<string> RunAsync(
        string name, IReadOnlyList<string> command, TimeSpan limit, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new(command[0], command.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,

                // Another user may not be allowed into the folder that we are in.
                WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory),
            },
        };
        process.Start();
        process.StandardInput.Close();
        var reading = Task.WhenAll(
            process.StandardError.ReadToEndAsync(CancellationToken.None),
            process.StandardOutput.ReadToEndAsync(CancellationToken.None));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(limited.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"{name} did not end within {limit.TotalSeconds} s.");
        }

        // On Windows a server inherits the pipes of the program that starts it, and they do not end.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        var printed = reading.IsCompletedSuccessfully ? string.Join('\n', await reading).Trim() : "";
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException($"{name} failed: {printed}");
    }

    /// <summary>The command that runs this one without the files that we inherited.</summary>
    public static string[] WithoutInherited(string[] command) =>
        Find("bash") is { } bash ? [bash, "-c", CloseInherited, "bash", .. command] : command;

    /// <summary>A program's path; null: it is not installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(["/usr/sbin", "/usr/bin", "/sbin", "/bin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
