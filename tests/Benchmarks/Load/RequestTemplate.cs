using System.Globalization;
using System.Text;

namespace ExchangeGateway.Benchmarks.Load;

/// <summary>
/// One HTTP/1.1 request whose body is different at each call, without any allocation: in the body every run of <c>#</c> is
/// replaced by digits and every run of at least four <c>@</c> by letters, of the message's number.
/// </summary>
internal sealed class RequestTemplate
{
    private readonly byte[] _bytes;
    private readonly List<(int Start, int Length, bool Digits)> _slots = [];

    private RequestTemplate(byte[] bytes, int body)
    {
        _bytes = bytes;
        BodyLength = bytes.Length - body;
        for (var i = body; i < bytes.Length; i++)
        {
            var length = 0;
            while (i + length < bytes.Length && bytes[i + length] == bytes[i])
                length++;
            if (bytes[i] == '#' || (bytes[i] == '@' && length >= 4))
                _slots.Add((i, length, bytes[i] == '#'));
            i += length - 1;
        }
    }

    /// <summary>Bytes of the body.</summary>
    public int BodyLength { get; }

    /// <summary>The request to a target; <paramref name="token"/> is left out of one that asks for none.</summary>
    public static RequestTemplate Post(Uri target, string? token, ReadOnlySpan<byte> body)
    {
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"POST {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n");
        if (token is not null)
            head.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        head.Append("\r\n");
        byte[] bytes = [.. Encoding.ASCII.GetBytes(head.ToString()), .. body];
        return new(bytes, bytes.Length - body.Length);
    }

    /// <summary>A copy for one connection.</summary>
    public RequestTemplate Clone() => new([.. _bytes], _bytes.Length - BodyLength);

    /// <summary>The bytes of message <paramref name="number"/>; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Fill(long number)
    {
        foreach (var (start, length, digits) in _slots)
        {
            var rest = (ulong)number;
            var radix = digits ? 10u : 26u;
            var first = (byte)(digits ? '0' : 'a');
            // Least significant first: neighbours in time differ in their first letter, as arrivals of real people do.
            for (var i = 0; i < length; i++, rest /= radix)
                _bytes[start + i] = (byte)(first + (rest % radix));
        }

        return _bytes;
    }
}
