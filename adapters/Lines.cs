using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ExchangeGateway.Adapters;

/// <summary>Physical lines of a stream, in bounded memory: a line too long is counted, dropped and said, and the next ones go on.</summary>
internal static class Lines
{
    private const int BufferSize = 64 * 1024;

    /// <returns>Each line without its line end, numbered from 1; <see langword="null"/> bytes when it is longer than <paramref name="maximum"/> bytes.</returns>
    public static async IAsyncEnumerable<(long Number, byte[]? Bytes)> ReadAsync(Stream stream, int maximum, [EnumeratorCancellation] CancellationToken ct)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        try
        {
            var number = 0L;
            var dropping = false;
            while (true)
            {
                var result = await reader.ReadAsync(ct);
                var buffer = result.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    yield return (++number, dropping ? null : Content(buffer.Slice(0, end), maximum));
                    dropping = false;
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }
                if (dropping || buffer.Length > maximum + 1)
                {
                    dropping = true;
                    buffer = buffer.Slice(buffer.End);
                }
                if (result.IsCompleted)
                {
                    if (dropping || buffer.Length > 0)
                        yield return (++number, dropping ? null : Content(buffer, maximum));
                    yield break;
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static byte[]? Content(ReadOnlySequence<byte> line, int maximum)
    {
        var length = line.Length;
        if (length > 0 && line.Slice(length - 1).FirstSpan[0] == (byte)'\r')
            length--;
        return length > maximum ? null : line.Slice(0, length).ToArray();
    }
}
