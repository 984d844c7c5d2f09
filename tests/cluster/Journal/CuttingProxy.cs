using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Commerce.Journal;

/// <summary>
/// A wire to PostgreSQL that can break at the worst moment: after the server has done what was asked, before it could
/// say so; or before the server got to know of it at all.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private volatile Cut? _armed;

    public CuttingProxy(TestDatabase database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        _serverPort = settings.Port;
        _listener.Start();
        settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Source = Commerce.Database.Connect(settings.ConnectionString);
        _accepting = AcceptAsync();
    }

    /// <summary>Connections through this wire.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Loses the answer to the next request that contains the text. Done when it is lost.</summary>
    /// <param name="answerBytes">How many bytes of the answer still arrive.</param>
    public Task LoseAnswerTo(string text, int answerBytes = 0) => Arm(new(text, answerBytes));

    /// <summary>Loses the next request that contains the text. Done when it is lost.</summary>
    public Task LoseRequest(string text) => Arm(new(text, null));

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private Task Arm(Cut cut)
    {
        _armed = cut;
        return cut.Done.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
                var connection = new Connection();
                await Task.WhenAny(
                    RequestsAsync(client.GetStream(), server.GetStream(), connection),
                    AnswersAsync(server.GetStream(), client.GetStream(), connection));
            }
            catch (Exception broken) when (broken is OperationCanceledException or IOException or SocketException)
            {
                // Both ends close.
            }
        }
    }

    private async Task RequestsAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        var buffer = new byte[1 << 20];
        while (await from.ReadAsync(buffer, _stop.Token) is var count and > 0)
        {
            if (_armed is { } cut && buffer.AsSpan(0, count).IndexOf(cut.Text) >= 0
                && Interlocked.CompareExchange(ref _armed, null, cut) == cut)
            {
                if (cut.AnswerBytes is null)
                {
                    cut.Done.SetResult();
                    return;
                }

                connection.Cut = cut;
            }

            await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }

    private async Task AnswersAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        var buffer = new byte[1 << 16];
        var arrived = 0;
        while (await from.ReadAsync(buffer, _stop.Token) is var count and > 0)
        {
            if (connection.Cut is { AnswerBytes: { } left } cut)
            {
                arrived += count;
                if (arrived > left)
                {
                    await to.WriteAsync(buffer.AsMemory(0, Math.Max(0, count - (arrived - left))), _stop.Token);
                    cut.Done.SetResult();
                    return;
                }
            }

            await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }

    private sealed class Connection
    {
        public volatile Cut? Cut;
    }

    private sealed class Cut(string text, int? answerBytes)
    {
        public byte[] Text { get; } = Encoding.UTF8.GetBytes(text);

        public int? AnswerBytes => answerBytes;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
