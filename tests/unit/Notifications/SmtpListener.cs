using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Commerce.Notifications;

/// <summary>A mail server that speaks just enough RFC 5321 to be sent to, and can be told to answer otherwise.</summary>
internal sealed class SmtpListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    public SmtpListener()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>By the first word of a command: what is answered instead; an empty answer drops the connection.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    /// <summary>Whether it says nothing at all.</summary>
    public bool IsSilent { get; set; }

    public List<string> Commands { get; } = [];

    public List<string> Messages { get; } = [];

    /// <summary>Done when somebody has connected.</summary>
    public Task Connected => _connected.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connected.TrySetResult();
                await ConverseAsync(client.GetStream());
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException)
        {
        }
    }

    private async Task ConverseAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        if (IsSilent)
        {
            await reader.ReadLineAsync(_stop.Token);
            return;
        }

        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync(_stop.Token) is { } command)
        {
            Commands.Add(command);
            var word = command.Split(' ')[0].ToUpperInvariant();
            var answer = Answers.GetValueOrDefault(word) ?? word switch
            {
                "EHLO" => "250-test\r\n250 AUTH PLAIN LOGIN",
                "DATA" => "354 go ahead",
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            if (answer.Length == 0)
            {
                return;
            }

            await writer.WriteLineAsync(answer);
            if (word == "QUIT")
            {
                return;
            }

            if (answer.StartsWith('3'))
            {
                Messages.Add(await ReadMessageAsync(reader));
                await writer.WriteLineAsync(Answers.GetValueOrDefault(".") ?? "250 queued");
            }
        }
    }

    private async Task<string> ReadMessageAsync(StreamReader reader)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line and not ".")
        {
            message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return message.ToString();
    }
}
