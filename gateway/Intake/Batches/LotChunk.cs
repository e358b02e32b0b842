using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>A thousand lines of a batch's report while they gather: NDJSON and counts. Packed, it is what the database keeps and what the answer is made of.</summary>
internal sealed class LotChunk(int number)
{
    public const int Lines = 1000;

    private readonly ArrayBufferWriter<byte> _json = new(64 * 1024);
    private Utf8JsonWriter? _writer;

    public int Number => number;

    public BatchTotals Totals { get; private set; } = BatchTotals.None;

    /// <summary>The chunk of a line; the errors of a whole file (line 0) are in the first.</summary>
    public static int Of(long line) => (int)(Math.Max(0, line - 1) / Lines);

    public void Add(BatchLineReport line)
    {
        _writer ??= new Utf8JsonWriter(_json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.Reset();
        JsonSerializer.Serialize(_writer, line, LotJson.Default.BatchLineReport);
        _writer.Flush();
        _json.Write("\n"u8);
        Totals = Totals.With(line);
    }

    /// <summary>The lines, compressed: a report of a million lines waits in some 20 MB for a client that reads only when it has sent all.</summary>
    public byte[] Pack()
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(_json.WrittenCount)];
        return BrotliEncoder.TryCompress(_json.WrittenSpan, packed, out var written, quality: 1, window: 18)
            ? packed[..written]
            : throw new InvalidOperationException("A chunk did not fit the size that Brotli promised.");
    }

    /// <summary>Lines of a packed chunk as NDJSON.</summary>
    public static byte[] Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        return json.ToArray();
    }

    /// <summary>The reports in an unpacked chunk.</summary>
    public static IEnumerable<BatchLineReport> Read(byte[] json)
    {
        for (var at = 0; at < json.Length;)
        {
            var end = Array.IndexOf(json, (byte)'\n', at);
            yield return JsonSerializer.Deserialize(json.AsSpan(at, end - at), LotJson.Default.BatchLineReport) ?? throw new InvalidDataException("A report has an empty line.");
            at = end + 1;
        }
    }
}
