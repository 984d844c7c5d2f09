using System.Diagnostics;
using System.Net.Sockets;

namespace Commerce.Bench;

/// <summary>
/// A client as one should be: when it gets no answer, or one that says "come again", it goes to another process with the same
/// request, until it is answered or half a minute has gone by.
/// </summary>
internal sealed class InsistentLane(IReadOnlyList<ServedShop> shops, int first) : ILane, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);

    private HttpLane? _lane;
    private int _at = first;

    /// <summary>When it last had to try again; 0: never.</summary>
    public long LastTrouble { get; private set; }

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                _lane ??= await HttpLane.ConnectAsync(shops[_at % shops.Count].Address);
                if (await _lane.SendAsync(request).AsTask().WaitAsync(AnswerMax) is var status && status < 500)
                {
                    return status;
                }
            }
            catch (Exception lost) when (lost is IOException or SocketException or TimeoutException && since.Elapsed < Patience)
            {
                // Another process knows what became of it, by its key.
            }

            if (since.Elapsed > Patience)
            {
                return 503;
            }

            LastTrouble = Stopwatch.GetTimestamp();
            _lane?.Dispose();
            (_lane, _at) = (null, _at + 1);
        }
    }

    public string Text(string name) => _lane!.Text(name);

    public void Dispose() => _lane?.Dispose();
}
