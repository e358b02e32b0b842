using ExchangeGateway.Gateway.Audit.Publishing;

namespace ExchangeGateway.Gateway.Audit.Tree;

/// <summary>Makes tiles from leaf data in order, holding no more than the right edge of the tree: at most 255 hashes a level.</summary>
internal sealed class TileBuilder
{
    private readonly List<List<byte[]>> _levels = [[]];
    private readonly List<byte[]> _bundle = [];

    /// <summary>Leaves appended or resumed from.</summary>
    public long Size { get; private set; }

    /// <summary>Full tiles and bundles made and not yet written; the caller writes and clears.</summary>
    public List<(TileId Tile, byte[] Bytes)> Finished { get; } = [];

    /// <summary>
    /// Resumes at the last full bundle at or below a published size, from the tiles of level 1 and above. The leaves of
    /// the partial tile are appended again from the database, which so has to agree with what was published.
    /// </summary>
    /// <returns><see langword="null"/> when a tile is missing or cut: everything is made anew.</returns>
    public static TileBuilder? TryResume(JournalFiles files, int tree, long published)
    {
        var builder = new TileBuilder { Size = published / TileId.Full * TileId.Full };
        for (var level = 1; TileId.HashesAt(level, builder.Size) is > 0 and var hashes; level++)
        {
            var edge = new List<byte[]>();
            if (TileId.TryAt(level, hashes / TileId.Full, builder.Size, out var tile))
            {
                var bytes = files.ReadTile(tree, tile);
                if (bytes is null || bytes.Length != tile.Width * Merkle.HashSize)
                    return null;
                edge.AddRange(bytes.Chunk(Merkle.HashSize));
            }

            builder._levels.Add(edge);
        }

        return builder;
    }

    /// <summary>Adds one leaf's data.</summary>
    public void Append(byte[] leaf)
    {
        _bundle.Add(leaf);
        if (_bundle.Count == TileId.Full)
        {
            Finished.Add((new(TileId.Entries, Size / TileId.Full, TileId.Full), EntryBundle.Pack([.. _bundle])));
            _bundle.Clear();
        }

        var hash = Merkle.LeafHash(leaf);
        for (var level = 0; ; level++)
        {
            if (level == _levels.Count)
                _levels.Add([]);
            var edge = _levels[level];
            edge.Add(hash);
            if (edge.Count < TileId.Full)
                break;
            Finished.Add((new(level, (Size >> (8 * level)) / TileId.Full, TileId.Full), Bytes(edge)));
            hash = Merkle.Root([.. edge]);
            edge.Clear();
        }

        Size++;
    }

    /// <summary>The partial tiles and bundle of the present size.</summary>
    public IEnumerable<(TileId Tile, byte[] Bytes)> Partials()
    {
        if (_bundle.Count > 0)
            yield return (new(TileId.Entries, Size / TileId.Full, _bundle.Count), EntryBundle.Pack([.. _bundle]));
        for (var level = 0; level < _levels.Count; level++)
        {
            if (_levels[level] is { Count: > 0 } edge)
                yield return (new(level, (Size >> (8 * level)) / TileId.Full, edge.Count), Bytes(edge));
        }
    }

    /// <summary>Root of the tree of the present size: each level's edge, and above it what the levels below come to.</summary>
    public byte[] Root()
    {
        byte[]? below = null;
        foreach (var edge in _levels)
        {
            if (edge.Count == 0 && below is null)
                continue;
            byte[][] hashes = below is null ? [.. edge] : [.. edge, below];
            below = Merkle.Root(hashes);
        }

        return below ?? Merkle.EmptyRoot();
    }

    private static byte[] Bytes(List<byte[]> hashes) => [.. hashes.SelectMany(h => h)];
}
