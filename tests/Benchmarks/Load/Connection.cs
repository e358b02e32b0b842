using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace ExchangeGateway.Benchmarks.Load;

/// <summary>One keep-alive HTTP/1.1 connection over a bare socket: the load generator must cost little beside what it measures.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public async Task OpenAsync(Uri target, CancellationToken ct) =>
        await _socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(target.Host), target.Port), ct);

    /// <summary>Sends a request, reads its whole answer, and returns the status.</summary>
    /// <exception cref="InvalidOperationException">The answer is not HTTP/1.1, is over 64 KiB, or the server closed.</exception>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken ct)
    {
        while (!request.IsEmpty)
            request = request[await _socket.SendAsync(request, ct)..];

        _length = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(_length), ct);
            if (read == 0)
                throw new InvalidOperationException(_length == _buffer.Length ? "The answer is over 64 KiB." : "The server closed the connection.");
            _length += read;
            if (IsWhole(_buffer.AsSpan(0, _length)))
                return Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _) ? status : throw new InvalidOperationException("Not an HTTP answer.");
        }
    }

    /// <summary>The last answer's text, for messages about what went wrong.</summary>
    public string LastAnswer => System.Text.Encoding.UTF8.GetString(_buffer.AsSpan(0, _length));

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = answer[..end];
        var body = answer[(end + 4)..];
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0)
            return Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) && body.Length >= length;
        if (head.IndexOf("Transfer-Encoding: chunked"u8) >= 0)
            return body.EndsWith("\r\n0\r\n\r\n"u8);
        return true; // 204 and the like
    }
}
