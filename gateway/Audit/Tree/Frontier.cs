using System.Numerics;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>
/// The right edge of a tree: the roots of its complete subtrees, left to right. Enough to append and to know the root
/// (64 hashes at most), so the sequencer never reads the tree.
/// </summary>
internal sealed class Frontier
{
    private readonly List<byte[]> _roots;

    private Frontier(long size, List<byte[]> roots)
    {
        Size = size;
        _roots = roots;
    }

    /// <summary>The tree without leaves.</summary>
    public Frontier() : this(0, [])
    {
    }

    /// <summary>Number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">There is not one hash per bit set in the size.</exception>
    public static Frontier Of(long size, ReadOnlySpan<byte> bytes)
    {
        if (size < 0 || bytes.Length != BitOperations.PopCount((ulong)size) * Merkle.HashSize)
            throw new FormatException("A frontier has one hash per bit set in its size.");
        var roots = new List<byte[]>();
        for (var at = 0; at < bytes.Length; at += Merkle.HashSize)
            roots.Add(bytes.Slice(at, Merkle.HashSize).ToArray());
        return new(size, roots);
    }

    /// <summary>Adds a leaf by its hash.</summary>
    public void Append(byte[] leafHash)
    {
        var hash = leafHash;
        // Each low bit set in the size is a complete subtree that the new one completes into a larger.
        for (var bits = Size; (bits & 1) == 1; bits >>= 1)
        {
            hash = Merkle.NodeHash(_roots[^1], hash);
            _roots.RemoveAt(_roots.Count - 1);
        }

        _roots.Add(hash);
        Size++;
    }

    /// <summary>The root of the tree.</summary>
    public byte[] Root()
    {
        if (_roots.Count == 0)
            return Merkle.EmptyRoot();
        var root = _roots[^1];
        for (var i = _roots.Count - 2; i >= 0; i--)
            root = Merkle.NodeHash(_roots[i], root);
        return root;
    }

    /// <summary>The roots, 32 bytes each, from the largest subtree to the smallest.</summary>
    public byte[] ToBytes() => [.. _roots.SelectMany(r => r)];
}
