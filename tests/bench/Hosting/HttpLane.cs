using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Commerce.Bench;

/// <summary>A way to the shop, for one request at a time.</summary>
internal interface ILane
{
    /// <summary>Sends a request and returns the status of its answer.</summary>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> request);

    /// <summary>A text member of the last body, by its first occurrence.</summary>
    string Text(string name);
}

/// <summary>
/// One connection to the shop that sends bytes prepared beforehand and reads just what an answer needs: a load that uses
/// little of the processor it shares with what it measures.
/// </summary>
internal sealed class HttpLane : ILane, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _received = new byte[16 * 1024];
    private int _end;

    /// <summary>The status of the last answer.</summary>
    public int Status { get; private set; }

    /// <summary>The body of the last answer, until the next request.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public static async Task<HttpLane> ConnectAsync(Uri address)
    {
        var lane = new HttpLane();
        await lane._socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return lane;
    }

    /// <summary>The bytes of a request.</summary>
    /// <param name="headers">Whole lines.</param>
    public static byte[] Request(string method, string path, string? body = null, params string[] headers)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: shop\r\n");
        foreach (var header in headers)
        {
            text.Append(header).Append("\r\n");
        }

        if (body is not null)
        {
            text.Append("Content-Type: application/json\r\nContent-Length: ")
                .Append(Encoding.UTF8.GetByteCount(body)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += await _socket.SendAsync(request[sent..], SocketFlags.None);
        }

        _end = 0;
        int head;
        while ((head = _received.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await ReceiveAsync();
        }

        Status = int.Parse(_received.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
        var body = head + 4;
        Body = Length(_received.AsSpan(0, head)) is { } length ? await ExactlyAsync(body, length) : await ChunksAsync(body);
        return Status;
    }

    /// <summary>Sends it; anything else than this status is an error of the measurement.</summary>
    public async ValueTask ExpectAsync(int status, ReadOnlyMemory<byte> request)
    {
        if (await SendAsync(request) != status)
        {
            throw new InvalidOperationException($"{Status} instead of {status}: {Encoding.UTF8.GetString(Body.Span)}");
        }
    }

    public string Text(string name)
    {
        var after = Encoding.UTF8.GetBytes($"\"{name}\":\"");
        var rest = Body.Span[(Body.Span.IndexOf(after) + after.Length)..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)'"')]);
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<ReadOnlyMemory<byte>> ExactlyAsync(int from, int length)
    {
        while (_end < from + length)
        {
            await ReceiveAsync();
        }

        return _received.AsMemory(from, length);
    }

    /// <summary>RFC 9112 §7.1; the chunks are moved together in place.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ChunksAsync(int from)
    {
        var (read, written) = (from, from);
        while (true)
        {
            int line;
            while ((line = _received.AsSpan(read, _end - read).IndexOf("\r\n"u8)) < 0)
            {
                await ReceiveAsync();
            }

            var size = int.Parse(
                _received.AsSpan(read, line), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
            read += line + 2;
            await ExactlyAsync(read, size + 2);
            if (size == 0)
            {
                return _received.AsMemory(from, written - from);
            }

            _received.AsSpan(read, size).CopyTo(_received.AsSpan(written));
            (read, written) = (read + size + 2, written + size);
        }
    }

    private async ValueTask ReceiveAsync()
    {
        if (_end == _received.Length)
        {
            Array.Resize(ref _received, _end * 2);
        }

        var count = await _socket.ReceiveAsync(_received.AsMemory(_end), SocketFlags.None);
        _end += count > 0 ? count : throw new IOException("The connection was closed.");
    }

    private static int? Length(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return head.StartsWith("HTTP/1.1 204"u8) ? 0 : null;
        }

        var rest = head[(at + 16)..];
        var end = rest.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? rest : rest[..end], System.Globalization.CultureInfo.InvariantCulture);
    }
}
