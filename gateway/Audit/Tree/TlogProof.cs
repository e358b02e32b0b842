using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>A C2SP tlog-proof: that one entry is in the log, checkable offline.</summary>
/// <remarks><c>extra</c> holds the leaf data (33 bytes), so the proof needs nothing beside it but the log's public key; the
/// holder of a promise compares it with the leaf data promised.</remarks>
internal sealed record TlogProof
{
    private const string Header = "c2sp.org/tlog-proof@v1";
    /// <summary>The longest path of a tree of 2^63 leaves.</summary>
    private const int LongestPath = 63;

    /// <summary>Leaf data; <see langword="null"/> when the proof carries none.</summary>
    public byte[]? Extra { get; init; }
    /// <summary>Index of the leaf in its tree, from 0.</summary>
    public required long Index { get; init; }
    /// <summary>From the leaf's sibling up.</summary>
    public required IReadOnlyList<byte[]> Path { get; init; }
    /// <summary>The signed head, verbatim.</summary>
    public required SignedNote Note { get; init; }

    public string ToText()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is not null)
            text.Append("extra ").Append(Convert.ToBase64String(Extra)).Append('\n');
        text.Append("index ").Append(CultureInfo.InvariantCulture, $"{Index}").Append('\n');
        foreach (var hash in Path)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out TlogProof? proof)
    {
        proof = null;
        var gap = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0 || !SignedNote.TryParse(text[(gap + 2)..], out var note))
            return false;
        var lines = new Queue<string>(text[..gap].Split('\n'));
        if (lines.Dequeue() != Header)
            return false;
        byte[]? extra = null;
        if (lines.TryPeek(out var line) && line.StartsWith("extra ", StringComparison.Ordinal) && !TryBase64(lines.Dequeue()["extra ".Length..], out extra))
            return false;
        if (!lines.TryDequeue(out line) || !line.StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(line["index ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || lines.Count > LongestPath)
            return false;
        var path = new List<byte[]>();
        foreach (var encoded in lines)
        {
            if (!TryBase64(encoded, out var hash) || hash.Length != Merkle.HashSize)
                return false;
            path.Add(hash);
        }

        proof = new() { Extra = extra, Index = index, Path = path, Note = note };
        return proof.ToText() == text;
    }

    /// <summary>Whether leaf data is in a tree that the key signed. Needs no network and no database.</summary>
    public bool Proves(ReadOnlySpan<byte> leaf, VerifierKey key) =>
        Note.IsSignedBy(key) && Checkpoint.TryParse(Note.Text, out var head) && head.Origin == key.Name
        && Merkle.VerifyInclusion(Index, head.Size, Merkle.LeafHash(leaf), Path, head.Root);

    private static bool TryBase64(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var buffer = new byte[text.Length];
        bytes = Convert.TryFromBase64String(text, buffer, out var length) ? buffer[..length] : null;
        return bytes is not null;
    }
}
