using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Commerce.Bench;

/// <summary>The shop in a process of its own, so that its processor time and memory are its own as well.</summary>
internal sealed class ServedShop : IAsyncDisposable
{
    private readonly Process _process;

    private ServedShop(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>The number of its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Its working set, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it and returns when it answers.</summary>
    public static async Task<ServedShop> StartAsync(string[] settings)
    {
        var process = new Process
        {
            StartInfo = new(Environment.ProcessPath!, ["serve", .. settings])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        process.Start();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                // Whatever it prints from now on must not fill the pipe.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new(process, new(line[6..]));
            }
        }

        throw new InvalidOperationException("The shop did not start.");
    }

    public CpuMeter Meter(Lab lab) => new(lab.Server, _process.Id);

    /// <summary>So many connections.</summary>
    public Task<HttpLane[]> ConnectAsync(int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => HttpLane.ConnectAsync(Address)));

    /// <summary>Bytes that it has allocated since it started.</summary>
    public async Task<long> AllocatedAsync()
    {
        using var lane = await HttpLane.ConnectAsync(Address);
        await lane.ExpectAsync(200, HttpLane.Request("GET", HostedShop.Allocated));
        return long.Parse(Encoding.ASCII.GetString(lane.Body.Span), CultureInfo.InvariantCulture);
    }

    /// <summary>Takes it out as a crash does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
