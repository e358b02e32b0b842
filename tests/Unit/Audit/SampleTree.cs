using System.Security.Cryptography;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Tree;

namespace ExchangeGateway.Unit.Audit;

/// <summary>Leaves made from their index, and the tree over them computed the slow way.</summary>
internal static class SampleTree
{
    public static byte[] Leaf(long index) => [0x01, .. SHA256.HashData(BitConverter.GetBytes(index))];

    public static byte[][] Hashes(int size) => [.. Enumerable.Range(0, size).Select(i => Merkle.LeafHash(Leaf(i)))];

    public static Func<int, long, byte[]> Nodes(byte[][] hashes) =>
        (height, index) => Merkle.Root(hashes.AsSpan((int)(index << height), 1 << height));

    public static string Hex(IEnumerable<byte[]> hashes) => string.Join(' ', hashes.Select(Convert.ToHexStringLower));
}
