using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What the virus scanner says of a content.</summary>
internal enum VirusVerdict
{
    Clean,
    Infected,
    /// <summary>It did not answer, or not to the point: nothing may be accepted on its word.</summary>
    Unavailable,
}

/// <summary>
/// Passes attachments to a ClamAV daemon (<c>INSTREAM</c>, clamd(8)) when <c>Clamd:Address</c> names one:
/// <c>tcp://host:3310</c> or <c>unix:/run/clamav/clamd.ctl</c>; it must answer in <c>Clamd:TimeoutSeconds</c> (default 10).
/// </summary>
internal sealed partial class VirusScan(IConfiguration configuration, ILogger<VirusScan> logger)
{
    private const int Piece = 64 * 1024;

    private readonly EndPoint? _address = Address(configuration["Clamd:Address"]);
    private readonly TimeSpan _limit = TimeSpan.FromSeconds(configuration.GetValue("Clamd:TimeoutSeconds", 10));

    public async Task<VirusVerdict> ScanAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (_address is null)
            return VirusVerdict.Clean;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_limit);
        try
        {
            return Read(await AskAsync(content, limit.Token));
        }
        catch (Exception failure) when (failure is SocketException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogUnavailable(failure.GetType().Name);
            return VirusVerdict.Unavailable;
        }
    }

    private async Task<string> AskAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var socket = new Socket(_address!.AddressFamily is AddressFamily.Unix ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, _address.AddressFamily is AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        await socket.ConnectAsync(_address, ct);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), ct);
        var length = new byte[4];
        for (var at = 0; at < content.Length; at += Piece)
        {
            var part = content.Slice(at, Math.Min(Piece, content.Length - at));
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            await stream.WriteAsync(length, ct);
            await stream.WriteAsync(part, ct);
        }

        await stream.WriteAsync(new byte[4], ct);
        var answer = new byte[1024];
        var read = 0;
        while (read < answer.Length && await stream.ReadAsync(answer.AsMemory(read), ct) is > 0 and var more)
        {
            read += more;
            if (answer[read - 1] == 0)
                break;
        }

        return Encoding.ASCII.GetString(answer, 0, read).TrimEnd('\0', '\n');
    }

    private VirusVerdict Read(string answer)
    {
        if (answer.EndsWith(" FOUND", StringComparison.Ordinal))
            return VirusVerdict.Infected;
        if (answer is "stream: OK")
            return VirusVerdict.Clean;
        LogUnavailable("answer");
        return VirusVerdict.Unavailable;
    }

    /// <exception cref="Storage.StartRefusedException">The address cannot be read.</exception>
    private static EndPoint? Address(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.StartsWith("unix:/", StringComparison.Ordinal))
            return new UnixDomainSocketEndPoint(text[5..]);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "tcp", Port: > 0 }
            ? new DnsEndPoint(uri.Host, uri.Port, AddressFamily.InterNetwork)
            : throw new Storage.StartRefusedException("Clamd:Address est illisible : donnez tcp://machine:3310 ou unix:/run/clamav/clamd.ctl.");
    }

    [LoggerMessage(1204, LogLevel.Error, "The virus scanner could not judge an attachment: {Cause}")]
    private partial void LogUnavailable(string cause);
}
