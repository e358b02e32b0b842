using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>A tree's head as C2SP tlog-checkpoint says it: three lines, no extension.</summary>
/// <param name="Origin">Name of the log: its prefix without scheme.</param>
/// <param name="Size">Number of leaves.</param>
/// <param name="Root">32 bytes.</param>
internal sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>The note's text.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        var lines = text.Split('\n');
        if (lines.Length != 4 || lines[3].Length != 0 || !VerifierKey.IsName(lines[0])
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return false;
        var root = new byte[Merkle.HashSize];
        if (!Convert.TryFromBase64String(lines[2], root, out var length) || length != Merkle.HashSize)
            return false;
        checkpoint = new(lines[0], size, root);
        // Only one spelling: no leading zero, no white space inside the base64.
        return checkpoint.ToText() == text;
    }

    /// <summary>Whether it says the same as another (records compare arrays by reference).</summary>
    public bool Says(Checkpoint other) => Origin == other.Origin && Size == other.Size && Root.AsSpan().SequenceEqual(other.Root);
}
