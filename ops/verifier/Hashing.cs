using System.Security.Cryptography;

namespace ExchangeGateway.Verifier;

/// <summary>Hashes of RFC 9162 §2.1.1 and the tree hash of a growing list.</summary>
internal static class Hashing
{
    public const int Size = 32;

    public static byte[] Leaf(byte[] entry) => SHA256.HashData([0x00, .. entry]);

    public static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);

    /// <summary>Tree hash of at most a tile of hashes, pairwise from the bottom; an odd one out moves up as it is.</summary>
    public static byte[] Tree(IReadOnlyList<byte[]> hashes)
    {
        var row = hashes.ToList();
        while (row.Count > 1)
        {
            var above = new List<byte[]>((row.Count + 1) / 2);
            for (var i = 0; i < row.Count; i += 2)
                above.Add(i + 1 < row.Count ? Node(row[i], row[i + 1]) : row[i]);
            row = above;
        }

        return row.Count == 1 ? row[0] : SHA256.HashData([]);
    }
}

/// <summary>Root of a tree whose leaves come one by one: a stack of perfect subtrees, as a binary counter.</summary>
internal sealed class GrowingTree
{
    private readonly Stack<(byte[] Hash, int Height)> _perfect = new();

    public long Size { get; private set; }

    public void Add(byte[] leafHash)
    {
        var (hash, height) = (leafHash, 0);
        while (_perfect.TryPeek(out var left) && left.Height == height)
        {
            _perfect.Pop();
            hash = Hashing.Node(left.Hash, hash);
            height++;
        }

        _perfect.Push((hash, height));
        Size++;
    }

    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var (hash, _) in _perfect)
            root = root is null ? hash : Hashing.Node(hash, root);
        return root ?? SHA256.HashData([]);
    }
}
