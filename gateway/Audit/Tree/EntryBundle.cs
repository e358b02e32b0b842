using System.Buffers.Binary;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>Entry bundles of C2SP tlog-tiles: entries each after a big-endian 16-bit length.</summary>
internal static class EntryBundle
{
    public static byte[] Pack(ReadOnlySpan<byte[]> entries)
    {
        var length = 0;
        foreach (var entry in entries)
            length += 2 + entry.Length;
        var bundle = new byte[length];
        var at = 0;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bundle.AsSpan(at), checked((ushort)entry.Length));
            entry.CopyTo(bundle.AsSpan(at + 2));
            at += 2 + entry.Length;
        }

        return bundle;
    }

    /// <summary>The first <paramref name="count"/> entries of a bundle, as a bundle; <see langword="null"/> when it holds fewer.</summary>
    public static byte[]? Cut(byte[] bundle, int count)
    {
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (at + 2 > bundle.Length)
                return null;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(at));
        }

        return at <= bundle.Length ? bundle[..at] : null;
    }
}
