using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ExchangeGateway.Integration.Canaries;

/// <summary>Looks for every form of every word in one pass: a table of the first eight bytes of each pattern says where to look closer.</summary>
internal sealed class CanaryScanner
{
    private const int Chunk = 8 << 20;
    private const int HashBits = 27;

    private readonly List<(byte[] Bytes, string Word, string Form)> _patterns = [];
    private readonly Dictionary<ulong, List<int>> _byHead = [];
    private readonly ulong[] _seen = new ulong[1 << (HashBits - 6)];
    private readonly int _longest;

    public CanaryScanner(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            foreach (var (form, bytes) in CanaryForms.Of(word))
            {
                var head = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                var hash = Hash(head);
                _seen[hash >> 6] |= 1UL << (int)(hash & 63);
                (CollectionsMarshal.GetValueRefOrAddDefault(_byHead, head, out _) ??= []).Add(_patterns.Count);
                _patterns.Add((bytes, word, form));
                _longest = Math.Max(_longest, bytes.Length);
            }
        }
    }

    public int Patterns => _patterns.Count;

    /// <summary>Bytes read so far.</summary>
    public long Scanned { get; private set; }

    /// <summary>Every file of the folders in which a word lies, with the word, its form and its place.</summary>
    public IReadOnlyList<string> Find(IEnumerable<string> folders) => [.. folders.SelectMany(Files).SelectMany(InFile).Take(50)];

    /// <summary>The same for bytes that lie in memory.</summary>
    public IReadOnlyList<string> Find(string place, string text) => [.. In(Encoding.UTF8.GetBytes(text), place, 0).Take(50)];

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(f => !Path.GetFileName(f).StartsWith("clr-debug-pipe-", StringComparison.Ordinal)); // to open a pipe is to wait for its writer

    private List<string> InFile(string file)
    {
        var found = new List<string>();
        FileStream stream;
        try
        {
            stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return found; // a running server deletes and renames
        }
        catch (IOException) when (File.GetAttributes(file) is var attributes && (attributes.HasFlag(FileAttributes.Device) || new FileInfo(file).Length == 0 || Path.GetFileName(file) is "lock"))
        {
            return found; // a socket or a held lock holds nothing
        }

        using (stream)
        {
            var buffer = new byte[Chunk + _longest];
            var (kept, place) = (0, 0L);
            while (true)
            {
                var read = stream.ReadAtLeast(buffer.AsSpan(kept), Chunk, throwOnEndOfStream: false);
                found.AddRange(In(buffer.AsSpan(0, kept + read), file, place));
                if (read < Chunk || found.Count > 10)
                    return found;
                var all = kept + read;
                kept = _longest;
                place += all - kept;
                buffer.AsSpan(all - kept, kept).CopyTo(buffer);
            }
        }
    }

    private List<string> In(ReadOnlySpan<byte> data, string file, long place)
    {
        var found = new List<string>();
        Scanned += data.Length;
        for (var at = 0; at + 8 <= data.Length; at++)
        {
            var head = BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);
            var hash = Hash(head);
            if ((_seen[hash >> 6] & (1UL << (int)(hash & 63))) == 0 || !_byHead.TryGetValue(head, out var candidates))
                continue;
            foreach (var (bytes, word, form) in candidates.Select(c => _patterns[c]))
            {
                if (data[at..].StartsWith(bytes))
                    found.Add($"{file} à {place + at} : {word} ({form})");
            }

            if (found.Count > 10)
                break;
        }

        return found;
    }

    private static ulong Hash(ulong head) => (head * 0x9E3779B97F4A7C15) >> (64 - HashBits);
}
