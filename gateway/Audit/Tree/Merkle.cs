using System.Numerics;
using System.Security.Cryptography;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>The Merkle tree of RFC 9162 §2.1 with SHA-256: hashes, proofs and their verification. Pure.</summary>
internal static class Merkle
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = 32;

    /// <summary>Root of the tree without leaves: the hash of nothing.</summary>
    public static byte[] EmptyRoot() => SHA256.HashData([]);

    /// <summary><c>H(0x00 || data)</c>.</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> data)
    {
        Span<byte> small = stackalloc byte[128];
        var input = data.Length < small.Length ? small[..(data.Length + 1)] : new byte[data.Length + 1];
        input[0] = 0x00;
        data.CopyTo(input[1..]);
        return SHA256.HashData(input);
    }

    /// <summary><c>H(0x01 || left || right)</c>.</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * HashSize)];
        input[0] = 0x01;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + HashSize)..]);
        return SHA256.HashData(input);
    }

    /// <summary>Root of a list of leaf hashes (or of the hashes of one tile).</summary>
    public static byte[] Root(ReadOnlySpan<byte[]> hashes) => hashes.Length switch
    {
        0 => EmptyRoot(),
        1 => hashes[0],
        var n => NodeHash(Root(hashes[..(int)Split(n)]), Root(hashes[(int)Split(n)..])),
    };

    /// <summary>The hash of the leaves <c>[start, end)</c>, from complete subtrees.</summary>
    /// <param name="start">First leaf; a multiple of the largest power of two below the length, as the recursion of the RFC has it.</param>
    /// <param name="end">One after the last leaf; greater than <paramref name="start"/>.</param>
    /// <param name="node">Hash of the complete subtree (height, index at that height).</param>
    public static byte[] Range(long start, long end, Func<int, long, byte[]> node)
    {
        var length = end - start;
        if (BitOperations.IsPow2(length))
        {
            var height = BitOperations.Log2((ulong)length);
            return node(height, start >> height);
        }

        var middle = start + Split(length);
        return NodeHash(Range(start, middle, node), Range(middle, end, node));
    }

    /// <summary>Inclusion proof of a leaf, from its sibling up (RFC 9162 §2.1.3.1).</summary>
    public static IReadOnlyList<byte[]> InclusionProof(long index, long size, Func<int, long, byte[]> node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<byte[]>();
        long start = 0, end = size;
        while (end - start > 1)
        {
            var middle = start + Split(end - start);
            if (index < middle)
            {
                path.Add(Range(middle, end, node));
                end = middle;
            }
            else
            {
                path.Add(Range(start, middle, node));
                start = middle;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>Proof that the tree of <paramref name="oldSize"/> is the beginning of that of <paramref name="size"/> (RFC 9162 §2.1.4.1).</summary>
    public static IReadOnlyList<byte[]> ConsistencyProof(long oldSize, long size, Func<int, long, byte[]> node)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(oldSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        var path = new List<byte[]>();
        long start = 0, end = size;
        var whole = true;
        while (oldSize != end)
        {
            var middle = start + Split(end - start);
            if (oldSize <= middle)
            {
                path.Add(Range(middle, end, node));
                end = middle;
            }
            else
            {
                path.Add(Range(start, middle, node));
                start = middle;
                whole = false;
            }
        }

        if (!whole)
            path.Add(Range(start, end, node));
        path.Reverse();
        return path;
    }

    /// <summary>Whether a leaf hash is at <paramref name="index"/> in the tree of this root (RFC 9162 §2.1.3.2).</summary>
    public static bool VerifyInclusion(long index, long size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size)
            return false;
        long fn = index, sn = size - 1;
        var r = leafHash.ToArray();
        foreach (var p in path)
        {
            if (sn == 0 || p.Length != HashSize)
                return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                r = NodeHash(p, r);
                while ((fn & 1) == 0 && fn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                }
            }
            else
            {
                r = NodeHash(r, p);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && root.SequenceEqual(r);
    }

    /// <summary>Whether the tree of <paramref name="oldRoot"/> is the beginning of that of <paramref name="root"/> (RFC 9162 §2.1.4.2).</summary>
    /// <remarks>The empty tree is the beginning of every tree; its proof is empty.</remarks>
    public static bool VerifyConsistency(long oldSize, long size, ReadOnlySpan<byte> oldRoot, ReadOnlySpan<byte> root, IReadOnlyList<byte[]> path)
    {
        if (oldSize < 0 || oldSize > size)
            return false;
        if (oldSize == size)
            return path.Count == 0 && oldRoot.SequenceEqual(root);
        if (oldSize == 0)
            return path.Count == 0 && oldRoot.SequenceEqual(EmptyRoot());
        if (path.Count == 0 || path.Any(p => p.Length != HashSize))
            return false;

        var steps = BitOperations.IsPow2(oldSize) ? path.Prepend(oldRoot.ToArray()).ToList() : path;
        long fn = oldSize - 1, sn = size - 1;
        while ((fn & 1) == 1)
        {
            fn >>= 1;
            sn >>= 1;
        }

        byte[] fr = steps[0], sr = steps[0];
        foreach (var c in steps.Skip(1))
        {
            if (sn == 0)
                return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                fr = NodeHash(c, fr);
                sr = NodeHash(c, sr);
                while ((fn & 1) == 0 && fn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                }
            }
            else
            {
                sr = NodeHash(sr, c);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && oldRoot.SequenceEqual(fr) && root.SequenceEqual(sr);
    }

    /// <summary>The largest power of two below n (n ≥ 2).</summary>
    private static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
