using System.Text;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>The lists old ↔ new of each recipient's pseudonyms: <c>&lt;recipient&gt;/&lt;purpose&gt;.&lt;version&gt;.csv</c>, for its user only.</summary>
internal sealed class Correspondences(string folder)
{
    private const string Unfinished = ".part";

    /// <summary>Whether the list of a version was begun and not ended.</summary>
    public bool IsUnfinished(Guid recipient, string purpose, int version) => File.Exists(PathOf(recipient, purpose, version) + Unfinished);

    /// <summary>Opens a list where it was left.</summary>
    public CorrespondenceList Continue(Guid recipient, string purpose, int version)
    {
        Directory.CreateDirectory(Path.Combine(folder, recipient.ToString()), Posix.Private);
        return CorrespondenceList.Open(PathOf(recipient, purpose, version) + Unfinished, purpose);
    }

    /// <summary>Gives a list its final name: from now on its recipient may have it.</summary>
    public void Finish(Guid recipient, string purpose, int version)
    {
        var path = PathOf(recipient, purpose, version);
        File.Move(path + Unfinished, path, overwrite: true);
        Posix.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Finished lists of a recipient, in the order of their rotations.</summary>
    public IReadOnlyList<string> Of(Guid recipient)
    {
        var own = Path.Combine(folder, recipient.ToString());
        return Directory.Exists(own) ? [.. Directory.EnumerateFiles(own, "*.csv").OrderBy(File.GetLastWriteTimeUtc).ThenBy(f => f, StringComparer.Ordinal)] : [];
    }

    private string PathOf(Guid recipient, string purpose, int version) =>
        Path.Combine(folder, recipient.ToString(), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{purpose}.{version}.csv"));
}

/// <summary>One list under way: <c>objet;ancien;nouveau</c>, a line a pseudonym.</summary>
internal sealed class CorrespondenceList : IAsyncDisposable
{
    /// <summary>Lines from one flush to the disk to the next: what a power cut costs.</summary>
    private const int Flush = 50_000;
    private const int LongestLine = 256;

    private readonly FileStream _file;
    private readonly StreamWriter _writer;
    private readonly string _purpose;
    private int _lines;

    private CorrespondenceList(FileStream file, string purpose, string? lastOld)
    {
        (_file, _purpose, LastOld) = (file, purpose, lastOld);
        _writer = new StreamWriter(file, new UTF8Encoding(false), 1 << 16);
    }

    /// <summary>Old pseudonym of the last whole line; <see langword="null"/> at the beginning.</summary>
    public string? LastOld { get; }

    public static CorrespondenceList Open(string path, string purpose)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = Posix.PrivateFile });
        Span<byte> tail = stackalloc byte[LongestLine];
        file.Seek(-Math.Min(file.Length, LongestLine), SeekOrigin.End);
        tail = tail[..file.ReadAtLeast(tail, (int)Math.Min(file.Length, LongestLine))];
        // A line that a kill has cut is written again.
        var whole = tail.LastIndexOf((byte)'\n') + 1;
        file.SetLength(file.Length - tail.Length + whole);
        file.Seek(0, SeekOrigin.End);
        var lines = Encoding.ASCII.GetString(tail[..whole]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(file, purpose, lines.Length > 0 && lines[^1].Split(';') is [_, var old, _] ? old : null);
    }

    public async ValueTask AddAsync(string old, string fresh, CancellationToken ct)
    {
        _writer.Write(_purpose);
        _writer.Write(';');
        _writer.Write(old);
        _writer.Write(';');
        _writer.Write(fresh);
        _writer.Write('\n');
        if (++_lines % Flush == 0)
            await FlushAsync(ct);
    }

    /// <summary>What was added is on the disk when it returns.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        await _writer.FlushAsync(ct);
        _file.Flush(flushToDisk: true);
    }

    public async ValueTask DisposeAsync()
    {
        await FlushAsync(CancellationToken.None);
        await _writer.DisposeAsync();
    }
}
