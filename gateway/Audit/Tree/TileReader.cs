using ExchangeGateway.Gateway.Audit.Publishing;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>Hashes of a published tree, from its tiles. One reader serves one answer: it keeps the tiles it has read.</summary>
internal sealed class TileReader(JournalFiles files, int tree, long size)
{
    private readonly Dictionary<TileId, byte[]> _tiles = [];

    /// <summary>Hash of the complete subtree of 2^<paramref name="height"/> leaves at an index of that height.</summary>
    /// <exception cref="IOException">A tile of the published tree is missing or cut.</exception>
    public byte[] Node(int height, long index)
    {
        var level = height / 8;
        var within = height % 8;
        var first = index << within;
        var tile = Tile(level, first / TileId.Full);
        var start = (int)(first % TileId.Full);
        var hashes = new byte[1 << within][];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = tile.AsSpan((start + i) * Merkle.HashSize, Merkle.HashSize).ToArray();
        return Merkle.Root(hashes);
    }

    private byte[] Tile(int level, long index)
    {
        if (!TileId.TryAt(level, index, size, out var tile))
            throw new ArgumentOutOfRangeException(nameof(index), "The tree has no such tile.");
        if (_tiles.TryGetValue(tile, out var bytes))
            return bytes;
        bytes = files.ReadTile(tree, tile);
        if (bytes is null || bytes.Length != tile.Width * Merkle.HashSize)
            throw new IOException($"The published log lacks {tile.Path}, or it is cut: remove its checkpoint file and restart to have it made anew.");
        return _tiles[tile] = bytes;
    }
}
