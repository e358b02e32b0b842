using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ExchangeGateway.Verifier;

/// <summary>What a check covered.</summary>
/// <param name="Tiles">Tiles and bundles read and compared.</param>
internal sealed record LogFound(SignedHead Head, long Tiles);

/// <summary>
/// Checks a whole log: recomputes every hash from the entry bundles, compares every tile with it, and the root with the
/// signed one; on the way, the roots of older heads. Holds one tile a level in memory, whatever the size.
/// </summary>
internal sealed class LogCheck(LogSource source, IReadOnlyList<PublicKey> keys)
{
    private const int TileWidth = 256;
    private const int CommitmentLength = 33;
    private const byte CommitmentVersion = 0x01;
    private readonly List<(SignedHead Head, string Name)> _older = [];
    private readonly Dictionary<long, byte[]> _held = [];
    private readonly List<List<byte[]>> _edges = [];
    private long _tiles;

    /// <summary>The log must begin with the tree of this head.</summary>
    public void MustExtend(SignedHead older, string name) => _older.Add((older, name));

    /// <summary>The log must have this leaf at this index.</summary>
    public void MustHold(long index, byte[] leaf) => _held[index] = leaf;

    public async Task<LogFound> RunAsync(CancellationToken ct)
    {
        var note = await source.ReadAsync("checkpoint", ct) ?? throw new RejectedException("il n'y a pas de tête signée (checkpoint).");
        var head = SignedHead.Parse(Text(note), keys);
        foreach (var (older, name) in _older)
        {
            if (older.Origin != head.Origin)
                throw new RejectedException($"{name} est d'un autre journal ({older.Origin}).");
            if (older.Size > head.Size)
                throw new RejectedException(FormattableString.Invariant($"retour en arrière : {name} a la taille {older.Size}, le journal n'en a que {head.Size}."));
        }

        var tree = new GrowingTree();
        CheckOlder(tree);
        for (long bundle = 0; bundle * TileWidth < head.Size; bundle++)
        {
            var width = (int)Math.Min(TileWidth, head.Size - (bundle * TileWidth));
            foreach (var entry in await BundleAsync(bundle, width, ct))
            {
                if (_held.TryGetValue(tree.Size, out var leaf) && !leaf.AsSpan().SequenceEqual(entry))
                    throw new RejectedException(FormattableString.Invariant($"l'entrée {tree.Size} du journal n'est pas celle de la preuve."));
                var hash = Hashing.Leaf(entry);
                tree.Add(hash);
                await AddAsync(0, hash, tree.Size, ct);
                CheckOlder(tree);
            }
        }

        await CheckEdgesAsync(head.Size, ct);
        if (!tree.Root().AsSpan().SequenceEqual(head.Root))
            throw new RejectedException("la racine recalculée n'est pas celle de la tête signée.");
        return new(head, _tiles);
    }

    private void CheckOlder(GrowingTree tree)
    {
        foreach (var (older, name) in _older.Where(o => o.Head.Size == tree.Size))
        {
            if (!older.Root.AsSpan().SequenceEqual(tree.Root()))
                throw new RejectedException(FormattableString.Invariant($"le journal ne prolonge pas {name} : sa racine à la taille {older.Size} est autre."));
        }
    }

    private async Task<List<byte[]>> BundleAsync(long index, int width, CancellationToken ct)
    {
        var path = Name("entries", index);
        var (bytes, whole) = await ReadAsync(path, width, ct);
        var entries = new List<byte[]>(width);
        var at = 0;
        while (entries.Count < width)
        {
            if (at + 2 > bytes.Length || BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) is var length && at + 2 + length > bytes.Length)
                throw new RejectedException($"le lot {path} est tronqué.");
            var entry = bytes[(at + 2)..(at + 2 + length)];
            if (entry.Length != CommitmentLength || entry[0] != CommitmentVersion)
                throw new RejectedException(FormattableString.Invariant($"l'entrée {(index * TileWidth) + entries.Count} n'est pas un engagement de version connue."));
            entries.Add(entry);
            at += 2 + length;
        }

        if (whole && at != bytes.Length)
            throw new RejectedException($"le lot {path} contient plus que ses entrées.");
        _tiles++;
        return entries;
    }

    /// <summary>Adds a hash to a level; a level that is full is compared with its tile, and its tree hash goes up.</summary>
    private async Task AddAsync(int level, byte[] hash, long size, CancellationToken ct)
    {
        if (level == _edges.Count)
            _edges.Add([]);
        var edge = _edges[level];
        edge.Add(hash);
        if (edge.Count < TileWidth)
            return;
        var index = (size >> (8 * (level + 1))) - 1;
        await CompareAsync(level, index, edge, ct);
        var above = Hashing.Tree(edge);
        edge.Clear();
        await AddAsync(level + 1, above, size, ct);
    }

    private async Task CheckEdgesAsync(long size, CancellationToken ct)
    {
        for (var level = 0; level < _edges.Count; level++)
        {
            if (_edges[level].Count > 0)
                await CompareAsync(level, size >> (8 * (level + 1)), _edges[level], ct);
        }
    }

    private async Task CompareAsync(int level, long index, List<byte[]> hashes, CancellationToken ct)
    {
        var path = Name(level.ToString(CultureInfo.InvariantCulture), index);
        var (bytes, whole) = await ReadAsync(path, hashes.Count, ct);
        if (whole ? bytes.Length != hashes.Count * Hashing.Size : bytes.Length != TileWidth * Hashing.Size)
            throw new RejectedException($"la tuile {path} n'a pas sa longueur.");
        for (var i = 0; i < hashes.Count; i++)
        {
            if (!bytes.AsSpan(i * Hashing.Size, Hashing.Size).SequenceEqual(hashes[i]))
                throw new RejectedException(FormattableString.Invariant($"la tuile {path} n'est pas celle des entrées : l'empreinte {i} diffère."));
        }

        _tiles++;
    }

    /// <summary>A tile of a width; when the log has grown since, the full tile has taken the partial one's place.</summary>
    private async Task<(byte[] Bytes, bool Whole)> ReadAsync(string path, int width, CancellationToken ct)
    {
        var exact = width == TileWidth ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.p/{width}");
        if (await source.ReadAsync(exact, ct) is { } bytes)
            return (bytes, true);
        if (width < TileWidth && await source.ReadAsync(path, ct) is { } full)
            return (full, false);
        throw new RejectedException($"{exact} manque.");
    }

    /// <summary><c>tile/0/x001/x234/067</c> for 1234067.</summary>
    private static string Name(string level, long index)
    {
        var digits = index.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
        var groups = digits.Chunk(3).Select(g => new string(g)).ToList();
        return $"tile/{level}/" + string.Join('/', groups.Select((g, i) => i < groups.Count - 1 ? "x" + g : g));
    }

    private static string Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new RejectedException("la tête n'est pas du texte UTF-8.");
        }
    }
}
